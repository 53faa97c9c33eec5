"""The Debian package: built, checked, and installed in a fresh Debian without Swift, by the words of docs/deployment.md."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from nginx import Nginx
from server import PROGRAM, ROOT, free_port
from test_proxy import ProxiedVisitor

CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
PACKAGES = "openssh-client,inetutils-telnet,nginx-light,adduser,libstdc++6,libcrypt1"


@pytest.fixture(scope="module")
def package():
    made = subprocess.run(["scripts/deb"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-3000:]
    return ROOT / made.stdout.splitlines()[-1]


def test_it_has_everything_inside(package):
    listing = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    for path in ("usr/bin/webtermd", "etc/webtermd/webtermd.json5", "lib/systemd/system/webtermd.service",
                 "lib/systemd/system/webtermd.socket", "usr/share/webtermd/static/vendor/xterm.js",
                 "usr/share/webtermd/static/bundle/terminal-page.js.gz", "usr/share/man/man8/webtermd.8.gz",
                 "usr/share/man/man5/webtermd.json5.5.gz", "usr/share/doc/webtermd/examples/nginx/webtermd.conf"):
        assert f" ./{path}\n" in listing, path
    control = subprocess.run(["dpkg-deb", "--info", package, "conffiles"], capture_output=True, text=True, check=True)
    assert control.stdout == "/etc/webtermd/webtermd.json5\n"


def test_lintian_finds_no_error(package):
    result = subprocess.run(["lintian", "--allow-root", package], capture_output=True, text=True)
    assert [line for line in result.stdout.splitlines() if line.startswith("E:")] == []
    assert result.returncode == 0, result.stdout


def test_the_man_pages_are_well_formed(package, tmp_path):
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    for page in (tmp_path / "usr/share/man").rglob("*.gz"):
        result = subprocess.run(
            ["man", "--warnings", "--encoding=UTF-8", "-l", page], capture_output=True, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANROFFOPT": ""})
        assert result.returncode == 0 and result.stderr == "" and "NAME" in result.stdout


def test_every_key_is_documented():
    # Each part of a configuration is read beside its type.
    sources = "".join(file.read_text() for file in sorted((ROOT / "Sources/WebTerm").rglob("*.swift")))
    keys = set(re.findall(r'\b(?:section|root)\.(?!report)\w+\(\s*"(\w+)"', sources)) | set(re.findall(r'\(&root, "(\w+)"', sources))
    assert len(keys) > 40
    words = set(re.findall(r"\w+", (ROOT / "docs/configuration.md").read_text()))
    assert keys - words == set()


@pytest.fixture(scope="module")
def fresh_debian(tmp_path_factory):
    """A Debian with the packages that ours depends on, from wherever this machine gets its own."""
    if os.getuid() != 0:
        pytest.fail("only root can make a fresh Debian: this test needs root")
    folder = tmp_path_factory.mktemp("debian")
    folder.chmod(0o755)
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE))
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)"], capture_output=True, text=True, check=True).stdout
    mirror = next(line.split()[0] for line in targets.splitlines() if line.split()[1:] == [release["VERSION_CODENAME"], "main"])
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release["VERSION_CODENAME"], folder, mirror],
        capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-2000:]
    mounts = [("proc", "proc", "proc"), ("devpts", "devpts", "dev/pts")]
    for kind, source, place in mounts:
        subprocess.run(["mount", "-t", kind, source, folder / place], check=True)
    yield folder
    for _, _, place in reversed(mounts):
        subprocess.run(["umount", "--lazy", folder / place], check=True)
    shutil.rmtree(folder, ignore_errors=True)


def steps(document):
    """The commands of a document: its blocks that are marked as shell."""
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / document).read_text(), re.MULTILINE | re.DOTALL)


def the_step(document, beginning):
    (found,) = [step for step in steps(document) if step.startswith(beginning)]
    return found


def test_who_follows_the_documentation_on_a_fresh_machine_has_a_working_terminal(package, fresh_debian, gateway):
    # The kernel's own folders come and go while they are looked through.
    assert not any(any((fresh_debian / folder).glob("**/libswift*")) for folder in ("usr", "opt", "var", "root"))
    shutil.copy(package, fresh_debian / "webtermd.deb")

    def inside(*command, **options):
        return subprocess.run([CHROOT, fresh_debian, *command], capture_output=True, text=True, **options)

    installed = inside("dpkg", "--install", "/webtermd.deb", env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"})
    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert inside("getent", "passwd", "webtermd").returncode == 0
    check = inside("webtermd", "--check-config")
    assert check.returncode == 0, check.stderr

    # Step 2: where it leads, and the public address.
    port, own = free_port(), free_port()
    file = fresh_debian / "etc/webtermd/webtermd.json5"
    text = file.read_text()
    for old, new in (
        ("127.0.0.1:5000", f"127.0.0.1:{own}"), ("origins: [],", f'origins: ["https://localhost:{port}"],'),
        ('ssh: { ports: [22], users: ["*"], hostKeys: "pin" },',
         f'ssh: {{ ports: [{gateway.ssh_port}], identity: "/etc/webtermd/key" }}, telnet: {{ ports: [{gateway.telnet_port}] }},')):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    key = fresh_debian / "etc/webtermd/key"
    shutil.copy(gateway.identity, key)
    entry = inside("getent", "passwd", "webtermd").stdout.split(":")
    user, group = int(entry[2]), int(entry[3])
    os.chown(key, user, group)
    key.chmod(0o600)
    for folder in ("var/lib/webtermd", "run/webtermd"):
        (fresh_debian / folder).mkdir(parents=True, exist_ok=True)
        os.chown(fresh_debian / folder, user, group)
    server = subprocess.Popen(
        [CHROOT, f"--userspec={user}:{group}", fresh_debian, "/usr/bin/webtermd", "--config", "/etc/webtermd/webtermd.json5"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={"STATE_DIRECTORY": "/var/lib/webtermd", "RUNTIME_DIRECTORY": "/run/webtermd", "PATH": "/usr/bin:/bin"})
    nginx = None
    try:
        assert server.stdout.readline() == f"listening on http://127.0.0.1:{own}/\n", server.stderr.read()
        # Step 3: nginx from the package's example, its three marked lines changed.
        examples = fresh_debian / "usr/share/doc/webtermd/examples/nginx/webtermd.conf"
        folder = fresh_debian / "root/nginx"
        folder.mkdir()
        nginx = Nginx(folder, None, port=port, text=examples.read_text().replace("127.0.0.1:5000", f"127.0.0.1:{own}"), root=fresh_debian)
        assert nginx.check().returncode == 0, nginx.check().stderr
        for path in (gateway.ssh_path, gateway.telnet_path):
            visitor = ProxiedVisitor(nginx, path)
            assert visitor.status == 200
            terminal = visitor.terminal()
            terminal.expect(rb"[$#>] ")
            terminal.type("echo $((6*7))\n")
            terminal.expect(r"[\r\n\0]42\r?\n")
        listed = inside("webtermd", "ctl", "list", env={"RUNTIME_DIRECTORY": "/run/webtermd", "PATH": "/usr/bin:/bin"})
        assert listed.returncode == 0 and listed.stdout.count("gateway") == 2
    finally:
        if nginx:
            nginx.stop()
        server.terminate()
        assert server.wait(timeout=10) == 0, server.stderr.read()
    removed = inside("dpkg", "--purge", "webtermd", env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    assert removed.returncode == 0 and not (fresh_debian / "usr/bin/webtermd").exists()


def test_the_ansible_recipe_keeps_every_host_and_its_address(tmp_path):
    """The command of docs/configuration.md, run by the real jq over what ansible-inventory prints."""
    printed = {
        "_meta": {"hostvars": {
            "core": {"ansible_host": "2001:db8::5", "ansible_port": 2222}, "edge": {"ansible_host": "192.0.2.7"},
            "named": {"ansible_port": 830}, "own": {"ansible_host": "[2001:db8::6]"}, "2001:db8::7": {"x": 1}}},
        "all": {"children": ["ungrouped", "switches"]}, "ungrouped": {"hosts": ["bare", "own", "2001:db8::7"]},
        "switches": {"hosts": ["core", "edge", "named", "core"]}}
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ansible-inventory").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(printed)}\nEND\n")
    (programs / "ansible-inventory").chmod(0o755)
    (tmp_path / "hosts.d").mkdir()
    recipe = the_step("docs/configuration.md", "hosts=$(ansible-inventory")
    environment = {"PATH": f"{programs}:/usr/bin:/bin"}
    subprocess.run(["sh", "-e", "-c", recipe], cwd=tmp_path, check=True, env=environment)
    entries = json.loads((tmp_path / "hosts.d/ansible.json").read_text())
    assert {entry["labels"]["instance"]: entry["targets"] for entry in entries} == {
        "core": ["[2001:db8::5]:2222"], "edge": ["192.0.2.7:22"], "named": ["named:830"], "own": ["[2001:db8::6]:22"],
        "2001:db8::7": ["[2001:db8::7]:22"], "bare": ["bare:22"]}
    # Where ansible says nothing, the former file stays.
    (programs / "ansible-inventory").write_text("#!/bin/sh\nexit 1\n")
    assert subprocess.run(["sh", "-c", recipe], cwd=tmp_path, env=environment, capture_output=True).returncode != 0
    assert json.loads((tmp_path / "hosts.d/ansible.json").read_text()) == entries


def test_the_container_s_configuration_is_one(tmp_path):
    """docs/deployment.md's lines for a container, with a login: read without a complaint."""
    (lines,) = re.findall(r"^```json5\n(listen: .*?)^```$", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE | re.DOTALL)
    file = tmp_path / "webtermd.json5"
    file.write_text('{ %s insecure: true, targets: [{ name: "a", host: "127.0.0.1", telnet: {} }] }' % lines)
    result = subprocess.run([PROGRAM, "--check-config", "--config", file], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert ".git" in (ROOT / ".dockerignore").read_text().split()
