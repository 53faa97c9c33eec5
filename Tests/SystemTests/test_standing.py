"""Where one stands when one types a command: what others have put there is not run, least of all by root."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from server import PROGRAM, ROOT

COMMANDS = [["--check-config"], ["ctl", "list"], ["scan-keys", "--yes"]]
NOBODY = 65534


@pytest.fixture
def folder():
    """A folder that every account may enter."""
    if os.getuid() != 0:
        pytest.fail("only root can make another account's files: this test needs root")
    with tempfile.TemporaryDirectory(prefix="standing-") as folder:
        os.chmod(folder, 0o755)
        yield pathlib.Path(folder)


def trap(folder, owner=NOBODY, name="webtermd.json5", inventory=False):
    """A configuration whose ssh says who has run it, and asks to be run at the reading."""
    evil, mark = folder / "evil", folder / "mark"
    evil.write_text(f"#!/bin/sh\nid -u >> {mark}\n")
    evil.chmod(0o755)
    host = {"host": "127.0.0.1", "ssh": {"ports": [1], "algorithms": {"ciphers": ["aes128-cbc"]}}}
    configuration = {
        "clients": {"ssh": str(evil)}, "targets": [{"name": "a", **host}], "control": str(folder / "none.sock")}
    if inventory:
        (folder / "hosts").mkdir()
        (folder / "hosts/more.json").write_text(json.dumps({"targets": [{"name": "b", **host}]}))
        configuration["directory"] = [str(folder / "hosts/*.json")]
        del host["ssh"]["algorithms"]
    (folder / name).write_text(json.dumps(configuration))
    for path in (folder / name, evil):
        os.chown(path, owner, owner)
    return mark


def run(command, folder, user=None, path="/usr/sbin:/usr/bin:/sbin:/bin"):
    account = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    return subprocess.run(
        [PROGRAM, *command], cwd=folder, capture_output=True, text=True, timeout=60,
        env={"PATH": path, "HOME": "/nonexistent"}, **account)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("way", [
    "theirs", "their file", "their folder", "open folder", "sticky folder", "open file", "group file", "link"])
def test_what_others_put_where_root_stands_is_not_read(folder, command, way):
    mark = trap(folder, owner=NOBODY if way in ("theirs", "their file", "link") else 0)
    os.chmod(folder, {"open folder": 0o777, "sticky folder": 0o1777}.get(way, 0o755))
    if way in ("theirs", "their folder"):
        os.chown(folder, NOBODY, NOBODY)
    file = folder / "webtermd.json5"
    if way in ("open file", "group file"):
        os.chown(file, 0, NOBODY)
        file.chmod(0o666 if way == "open file" else 0o664)
    if way == "link":
        file.rename(folder / "other.json5")
        file.symlink_to("other.json5")
    result = run(command, folder)
    assert not mark.exists(), mark.read_text()
    assert "./webtermd.json5 is left aside: " in result.stderr and str(folder / "none.sock") not in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_one_s_own_file_is_read(folder, command):
    mark = trap(folder, owner=0)
    result = run(command, folder)
    assert "left aside" not in result.stderr
    assert mark.exists() is (command[0] != "ctl"), "ctl runs nothing, whosoever the file is"
    if command[0] == "ctl":
        assert str(folder / "none.sock") in result.stderr
    mark.unlink(missing_ok=True)
    # An ordinary account likewise: its own, and no other's.
    for path in (folder, folder / "webtermd.json5", folder / "evil"):
        os.chown(path, NOBODY, NOBODY)
    assert "left aside" not in run(command, folder, user=NOBODY).stderr
    os.chown(folder, 1234, 1234)
    assert "its folder belongs to account 1234" in run(command, folder, user=NOBODY).stderr


@pytest.mark.parametrize("inventory", [False, True], ids=["targets", "inventory"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("owners", [(NOBODY, NOBODY), (0, NOBODY), (NOBODY, 0)], ids=["both", "program", "file"])
def test_root_runs_no_program_of_others_for_a_file_that_it_names(folder, command, owners, inventory):
    """A file may be checked before it is copied to its place: it is read, and what it names is not run."""
    mark = trap(folder, name="mine.json5", inventory=inventory)
    for path, owner in zip((folder / "mine.json5", folder / "evil"), owners):
        os.chown(path, owner, owner)
    result = run([*command, "--config", "mine.json5"], folder)
    assert not mark.exists(), mark.read_text()
    if command == ["--check-config"] and not inventory:
        words = "clients.ssh: expected a program and a configuration that only root can change"
        assert result.returncode == 78 and words in result.stderr


def test_root_takes_no_program_from_an_open_folder_of_its_path(folder):
    mark = trap(folder)
    for name in ("ssh", "ssh-keyscan"):
        shutil.copy(folder / "evil", folder / name)
        os.chown(folder / name, NOBODY, NOBODY)
    os.mkdir(folder / "mine")
    file = folder / "mine/webtermd.json5"
    rules = {"ports": [1], "algorithms": "legacy", "hostKeys": str(folder / "mine/keys")}
    file.write_text(json.dumps({"targets": [{"name": "a", "host": "127.0.0.1", "ssh": rules}]}))
    for command in COMMANDS:
        run(command, folder / "mine", path=f"{folder}:.:evil:/usr/bin:/bin")
    assert not mark.exists(), mark.read_text()


def test_the_page_is_not_taken_from_others(folder):
    """Beside a program in an open folder anybody may have put a page."""
    os.chmod(folder, 0o1777)
    shutil.copy(PROGRAM, folder / "webtermd")
    shutil.copytree(ROOT / "static", folder / "static", ignore=shutil.ignore_patterns("vendor"))
    for path in [folder / "static", *(folder / "static").rglob("*")]:
        os.chown(path, NOBODY, NOBODY)
    (folder / "mine").mkdir()
    target = {"name": "a", "host": "127.0.0.1", "telnet": {}}
    (folder / "mine/webtermd.json5").write_text(
        json.dumps({"listen": ["192.0.2.1:1"], "insecure": True, "targets": [target]}))
    # It ends before it serves, in either case: at the page's files, or at an address that is not this machine's.
    result = subprocess.run([folder / "webtermd"], cwd=folder / "mine", capture_output=True, text=True, timeout=60)
    is_installed = pathlib.Path("/usr/share/webtermd/static").exists()
    expected = "cannot listen" if is_installed else "the page's files are not found"
    assert expected in result.stderr, result.stderr


def test_a_draft_in_a_folder_of_others_is_a_new_file(folder, gateway):
    """`scan-keys --output` in a folder where another account has laid a link to a file of root's, of the draft's name."""
    own = folder / "own"
    own.write_text("precious")
    target = {"name": "a", "host": "127.0.0.1", "ssh": {"ports": [gateway.ssh_port]}}
    (folder / "webtermd.json5").write_text(json.dumps({"targets": [target]}))
    open_to_all = folder / "open"
    open_to_all.mkdir()
    (open_to_all / "keys.new").symlink_to(own)
    os.lchown(open_to_all / "keys.new", NOBODY, NOBODY)
    os.chown(open_to_all, NOBODY, NOBODY)
    result = run(["scan-keys", "--yes", "--output", str(open_to_all / "keys")], folder)
    assert result.returncode == 0 and "ed25519" in (open_to_all / "keys").read_text(), result.stderr
    assert own.read_text() == "precious"


def test_ctl_finds_its_server_while_the_file_is_being_edited(serve_program):
    server = serve_program("#!/bin/sh\nexec cat\n")
    server.write_configuration(targets="broken", control=str(server.folder / "state/control.sock"))
    assert server.control("list").returncode == 0
