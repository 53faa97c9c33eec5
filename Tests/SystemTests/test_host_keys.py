"""A host's key that has changed, and the administrator's own file of keys."""

import shutil
import subprocess

import pytest

from server import PROGRAM, eventually
from terminal import Visitor


def fingerprint(file):
    return subprocess.run(["ssh-keygen", "-l", "-f", file], capture_output=True, text=True, check=True).stdout.split()[1]


@pytest.mark.parametrize("kind", ["pin", "file"])
def test_a_changed_key_is_told_in_plain_words_and_in_the_log(serve, gateway, tmp_path, kind):
    other = (gateway.folder / "other_host_key.pub").read_text()
    if kind == "file":
        known_hosts = tmp_path / "known_hosts"
        known_hosts.write_text(f"[127.0.0.1]:{gateway.ssh_port} {other}")
        server = serve(targets=[gateway.target(hostKeys=str(known_hosts))])
    else:
        server = serve(targets=[gateway.target(hostKeys="pin")])
        pins = server.folder / "state/known_hosts.d"
        pins.mkdir()
        (pins / "demo").write_text(f"[demo]:{gateway.ssh_port} {other}")
    terminal = Visitor(server, gateway.ssh_path).terminal()
    words = terminal.read_to_end().decode()
    shown = fingerprint(gateway.folder / "host_key.pub")
    assert f"This host showed another key than the one that is known here ({shown})" in words
    assert "Tell your administrator" in words
    assert terminal.end["code"] == 255 and "key" in terminal.end["reason"]
    eventually(lambda: "terminal ended" in server.log.read_text(), "the end is logged")
    (line,) = [line for line in server.log.read_text().splitlines() if "terminal ended" in line]
    assert " warning " in line and f"the host's key has changed, found {shown}" in line and "target=demo" in line


def test_a_host_cannot_feign_a_changed_key(serve_program, serve, gateway, tmp_path):
    """The words are believed only where ssh says them: before the host says anything."""
    program = tmp_path / "ssh"
    program.write_text("#!/bin/sh\nprintf 'Welcome\\n@@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! SHA256:abc\\n'\nexit 255\n")
    program.chmod(0o755)
    server = serve(clients={"ssh": str(program)}, targets=[gateway.target()])
    words = Visitor(server, gateway.ssh_path).terminal().read_to_end()
    assert b"Welcome" in words and b"This host showed" not in words


def scan(server_file, *options, answer=""):
    return subprocess.run(
        [PROGRAM, "scan-keys", "--config", str(server_file), *options], input=answer, capture_output=True, text=True, timeout=60)


@pytest.fixture
def configuration(gateway, tmp_path):
    file, known_hosts = tmp_path / "webtermd.json5", tmp_path / "keys" / "known_hosts"
    known_hosts.parent.mkdir()
    import json

    target = gateway.target(hostKeys=str(known_hosts))
    target["ssh"]["ports"].append(1)
    file.write_text(json.dumps({"targets": [target, {"name": "other", "host": "h", "telnet": {}}]}))
    return file, known_hosts


def test_scan_keys_shows_everything_and_writes_what_is_confirmed(configuration, gateway, serve):
    file, known_hosts = configuration
    shown = fingerprint(gateway.folder / "host_key.pub")
    refused = scan(file, answer="n\n")
    assert refused.returncode == 0 and "Nothing was written" in refused.stdout and not known_hosts.exists()
    assert f"demo  [127.0.0.1]:{gateway.ssh_port}  256 {shown} (ED25519)  new" in refused.stdout
    assert "demo  [127.0.0.1]:1  no answer" in refused.stdout
    written = scan(file, answer="y\n")
    assert written.returncode == 0 and f"{known_hosts} was written" in written.stdout
    # ssh takes what was written.
    server = serve(targets=[gateway.target(hostKeys=str(known_hosts))])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")
    assert "has all of these keys" in scan(file).stdout


def test_scan_keys_shows_a_changed_key(configuration, gateway):
    file, known_hosts = configuration
    other = " ".join((gateway.folder / "other_host_key.pub").read_text().split()[:2])
    known_hosts.write_text(f"# mine\n[127.0.0.1]:{gateway.ssh_port} {other}\nelsewhere {other}\n")
    result = scan(file, "--yes", "demo")
    assert "CHANGED" in result.stdout and result.returncode == 0
    key = " ".join((gateway.folder / "host_key.pub").read_text().split()[:2])
    assert known_hosts.read_text() == f"# mine\nelsewhere {other}\n[127.0.0.1]:{gateway.ssh_port} {key}\n"


def test_scan_keys_says_what_is_wrong(configuration, gateway, tmp_path):
    file, known_hosts = configuration
    assert scan(file, "nowhere").returncode == 64
    assert scan(file, "--what").returncode == 64
    elsewhere = tmp_path / "elsewhere"
    assert scan(file, "--yes", "--output", str(elsewhere)).returncode == 0 and "ssh-ed25519" in elsewhere.read_text()
    assert scan(file, "--yes", "--output", "/no/such/folder/file").returncode == 73
    shutil.copy(file, tmp_path / "silent.json5")
    text = file.read_text().replace(str(gateway.ssh_port), "2")
    (tmp_path / "silent.json5").write_text(text)
    silent = scan(tmp_path / "silent.json5", "--yes")
    assert silent.returncode == 69 and "no host showed a key" in silent.stderr
