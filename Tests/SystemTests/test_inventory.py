"""Targets in files beside the configuration: read when they come, change and go; the former state where they are wrong."""

import json
import os
import random
import re
import shutil

import pytest

from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


def target(name, port=23):
    return {"name": name, "host": "127.0.0.1", "telnet": {"ports": [port]}}


def entry(port, **labels):
    return {"targets": [f"127.0.0.1:{port}"], "labels": labels}


def put(folder, name, content):
    """Writes a file as generators do: beside its place, and moved there."""
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / f".{name}.tmp").write_text(text)
    os.rename(folder / f".{name}.tmp", folder / name)


def reached(server, name, port=23):
    return server.request(f"/remote/{name}/telnet/visitor/{port}")[0].status == 200


def told(server, words):
    eventually(lambda: words in server.log.read_text().replace("\\", ""), f"the log says {words}")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "hosts.d"
    folder.mkdir()
    return folder


@pytest.fixture
def serve_files(serve, folder):
    def start(**configuration):
        return serve(directory=[f"{folder}/*.json", f"{folder}/*.json5"], **{
            "inventory": {"method": "telnet", "name": "{{instance}}", "group": "{{site}}/{{rack}}"}, **configuration})
    return start


def test_what_is_there_at_the_start_counts_and_so_does_what_comes(serve_files, folder):
    put(folder, "a.json", [target("one")])
    server = serve_files()
    assert reached(server, "one") and not reached(server, "two")
    assert server.request("/remote/telnet/visitor/23")[0].status == 404, "the one without a name is one of `targets`"
    put(folder, "b.json5", "[{ name: 'two', host: '127.0.0.1', telnet: {}, }] // JSON5")
    eventually(lambda: reached(server, "two"), "a new file is read")
    put(folder, "a.json", [target("one"), target("three", 24)])
    eventually(lambda: reached(server, "three", 24), "a changed file is read")
    # Written in its place, in pieces.
    with open(folder / "a.json", "w") as file:
        file.write('[{ "name": "four", ')
        file.flush()
        file.write('"host": "127.0.0.1", "telnet": {} }]')
    eventually(lambda: reached(server, "four") and not reached(server, "one"), "a file that was written over is read")
    os.remove(folder / "b.json5")
    eventually(lambda: not reached(server, "two"), "a file that is gone counts no more")
    assert reached(server, "four")


def test_a_file_of_prometheus_is_taken_as_it_is(serve_files, folder):
    put(folder, "netbox.json", [entry(7001, instance="Rack1 SW01", site="hel", rack="R1"), entry(7002, instance="sw02"), {
        "targets": ["10.9.9.9:7003", "10.9.9.9:7004"], "labels": {"site": "hel"}}])
    server = serve_files()
    for name, port in (("rack1-sw01", 7001), ("sw02", 7002), ("10-9-9-9-7003", 7003), ("10-9-9-9-7004", 7004)):
        assert reached(server, name, port)
    assert server.request("/remote/sw02/telnet/visitor/7001")[0].status == 403
    page = server.request("/")[1].decode()
    assert "hel/R1" in page and "Rack1 SW01" in page


@pytest.mark.parametrize("wrong, where", [
    ('[{ "name": "new", "host": "h", ', "line 1"),
    ('[{ "name": "new", "host": "h", "telnet": {} }, { "name": "x" }]', "[1].host"),
    ('[{ "targets": ["127.0.0.1:nine"], "labels": { "instance": "new" } }]', "[0].targets[0]"),
])
def test_a_wrong_file_changes_nothing_and_is_told_with_its_place(serve_files, folder, wrong, where):
    put(folder, "a.json", [target("one")])
    put(folder, "b.json", [target("two")])
    server = serve_files()
    put(folder, "a.json", wrong)
    told(server, f"{folder}/a.json")
    line = next(line for line in server.log_text().splitlines() if "a.json" in line)
    assert where in line and "targets not taken" in line
    assert reached(server, "one") and reached(server, "two") and not reached(server, "new")
    assert server.control("list").returncode == 0
    put(folder, "a.json", [target("one"), target("three")])
    eventually(lambda: reached(server, "three"), "a file that is right again is read")


def test_a_name_that_somebody_has_is_left_out_and_told(serve_files, folder):
    put(folder, "a.json", [target("one"), target("two", 24)])
    put(folder, "b.json", [target("two", 25), target("three")])
    server = serve_files(targets=[target("one", 26)])
    told(server, '"one", which the configuration has')
    told(server, f'"two", which {folder}/a.json has')
    assert reached(server, "one", 26) and not reached(server, "one")
    assert reached(server, "two", 24) and not reached(server, "two", 25) and reached(server, "three")
    # Whose turn it was is gone.
    os.remove(folder / "a.json")
    eventually(lambda: reached(server, "two", 25), "the name is free")


def test_folders_may_come_later_go_and_come_again(serve, tmp_path):
    folder = tmp_path / "etc" / "hosts.d"
    server = serve(directory=[f"{folder}/*.json"])
    assert server.request("/")[0].status == 200
    for _ in range(2):
        folder.mkdir(parents=True)
        put(folder, "a.json", [target("one")])
        eventually(lambda: reached(server, "one"), "a file in a new folder is read")
        os.remove(folder / "a.json")
        os.rmdir(folder)
        os.rmdir(folder.parent)
        eventually(lambda: not reached(server, "one"), "what was in it counts no more")


def test_a_folder_that_is_swapped_by_a_link_is_read_again(serve, tmp_path):
    """As ConfigMaps are: a link to the folder of now."""
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        put(tmp_path / str(number), "a.json", [target(f"one{number}")])
    folder = tmp_path / "hosts.d"
    folder.mkdir()
    (folder / "..data").symlink_to(tmp_path / "1")
    (folder / "a.json").symlink_to("..data/a.json")
    server = serve(directory=[f"{folder}/*.json"])
    assert reached(server, "one1")
    (folder / "..data_tmp").symlink_to(tmp_path / "2")
    os.rename(folder / "..data_tmp", folder / "..data")
    eventually(lambda: reached(server, "one2") and not reached(server, "one1"), "the other folder's file is read")


def test_files_of_editors_are_not_looked_at(serve_files, folder):
    put(folder, "a.json", [target("one")])
    server = serve_files()
    for name in (".a.json.swp", "a.json~", "#a.json#", "4913", ".hidden.json"):
        (folder / name).write_text("[{")
    put(folder, "b.json", [target("two")])
    eventually(lambda: reached(server, "two"), "the file beside them is read")
    assert "not taken" not in server.log_text()


def test_terminals_go_on_when_their_target_is_gone(serve_program, folder):
    server = serve_program(ECHO, directory=[f"{folder}/*.json"])
    put(folder, "a.json", [target("one")])
    eventually(lambda: reached(server, "one"), "the file is read")
    terminal = Visitor(server, "/remote/one/telnet/visitor/23").terminal()
    terminal.expect("ready")
    os.remove(folder / "a.json")
    eventually(lambda: not reached(server, "one"), "the target is gone")
    terminal.type("still here")
    terminal.expect("still here")


def test_two_thousand_are_replaced_at_once(serve_files, folder):
    server = serve_files()
    for generation in range(3):
        put(folder, "all.json", [entry(7000 + number % 1000, instance=f"g{generation}-{number}", site="hel") for number in range(2000)])
        eventually(lambda: reached(server, f"g{generation}-1999", 7999), "all of them are read", 30)
        assert not reached(server, f"g{generation - 1}-0", 7000)


def test_a_reload_takes_another_rule_and_other_folders(serve_files, folder, tmp_path):
    from test_reload import reload
    put(folder, "a.json", [entry(7001, instance="sw01", rack="r1")])
    server = serve_files()
    reload(server, inventory={"method": "telnet", "name": "{{rack}}-{{instance}}"})
    assert reached(server, "r1-sw01", 7001) and not reached(server, "sw01", 7001)
    other = tmp_path / "other"
    other.mkdir()
    put(other, "a.json", [target("else")])
    reload(server, directory=[f"{other}/a.json"])
    assert reached(server, "else") and not reached(server, "r1-sw01", 7001)
    put(other, "a.json", [target("anew")])
    eventually(lambda: reached(server, "anew"), "the other folder is watched")


def test_check_tells_of_files_too(serve_files, folder):
    import subprocess
    from server import PROGRAM
    server = serve_files()
    put(folder, "a.json", "[{")
    run = subprocess.run([PROGRAM, "--check-config", "--config", server.file], capture_output=True, text=True)
    assert run.returncode == 78 and re.search(r"a\.json.*line 1", run.stderr), run
    put(folder, "a.json", [target("one")])
    assert subprocess.run([PROGRAM, "--check-config", "--config", server.file]).returncode == 0


# Names of others

PIECES = ['rack "7"', "\\", "</script>", "<!--", "<meta http-equiv=refresh content=1;url=//x.invalid>", "&lt;", "{{data}}", "{{title}}",
          "'", "\u00e9", "\u673a", "\U0001f600", " ", "a", "Z", "7", "}}", "%22", "`"]


def test_names_of_others_come_out_as_they_went_in(serve_files, folder):
    seed = random.randrange(2 ** 32)
    print(f"seed {seed}")
    choose = random.Random(seed)

    def text():
        return ("x" + "".join(choose.choice(PIECES) for _ in range(choose.randrange(1, 6))))[:100].rstrip()

    entries = [{"targets": [f"127.0.0.1:{7001 + number}"], "labels": {
        "instance": f"sw{number}", "title": text(), **{text(): text() for _ in range(3)}}} for number in range(40)]
    put(folder, "a.json", entries + [target("own") | {"title": "{{data}}", "labels": {'k"<': text()}, "group": text().replace("/", "|")}])
    server = serve_files(inventory={"method": "telnet", "name": "{{instance}}", "title": "{{title}}"})
    page = server.request("/")[1].decode()
    data = re.search(r'<script type="application/json" id="page-data">(.*?)</script>', page, re.S)[1]
    assert "<" not in data
    for listed in (json.loads(data)["targets"], json.loads(server.request("/devices")[1])):
        assert [device["title"] for device in listed] == [entry["labels"]["title"] for entry in entries] + ["{{data}}"]
        assert [device["labels"] for device in listed[:-1]] == [entry["labels"] for entry in entries]
    page = server.request("/remote/own/telnet/x/23")[1].decode()
    assert "<title>{{data}}:23 x</title>" in page


def test_what_a_file_holds_writes_nothing_to_a_terminal(serve_files, folder):
    import subprocess
    from server import PROGRAM
    server = serve_files()
    put(folder, "\u009b31m.json", [target("x") | {"title": "\x1b]0;gone\x07", "b\nwebtermd: all is well": 1}])
    run = subprocess.run([PROGRAM, "--check-config", "--config", server.file], capture_output=True, text=True)
    assert run.returncode == 78
    assert all(character.isprintable() for character in run.stderr.replace("\n", "")), run.stderr
    assert not any(line.startswith("webtermd: all is well") for line in run.stderr.splitlines())
    # A label that cannot be shown is left out; the others count.
    os.remove(folder / "\u009b31m.json")
    put(folder, "a.json", [{"targets": ["127.0.0.1:1"], "labels": {"instance": "one", "\x1b]0;x": "y", "site": "hel"}}])
    told(server, "left out")
    run = subprocess.run([PROGRAM, "--check-config", "--config", server.file], capture_output=True, text=True)
    assert run.returncode == 0 and "a.json: [0].labels.\\u001b]0;x" in run.stderr, run
    eventually(lambda: reached(server, "one", 1), "the entry counts")
    assert json.loads(server.request("/devices")[1])[0]["labels"] == {"instance": "one", "site": "hel"}


# What is no file of ours to read

def odd_files(folder):
    """A FIFO, a device, a folder, a socket and a file without end, by what is said of each."""
    import socket
    os.mkfifo(folder / "fifo.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "folder.json").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.json"))
    with open(folder / "large.json", "wb") as file:
        file.truncate(100 << 30)
    return {"fifo.json": "a FIFO", "zero.json": "a device", "folder.json": "a folder", "socket.json": "a socket",
            "large.json": "larger than 64 MB"}


def test_what_is_no_regular_file_is_told_and_stops_nothing(serve_files, folder):
    import subprocess
    from server import PROGRAM
    from test_reload import reload
    kinds = odd_files(folder)
    put(folder, "one.json", [target("one")])
    server = serve_files()
    assert reached(server, "one")
    for name, words in kinds.items():
        assert any(name in line and words in line for line in server.log_text().splitlines()), (name, server.log_text())
    put(folder, "two.json", [target("two")])
    eventually(lambda: reached(server, "two"), "a file that comes is read")
    reload(server, timeouts={"idle": 7})
    assert reached(server, "two")
    assert server.resident() < 200 << 20
    run = subprocess.run([PROGRAM, "--check-config", "--config", server.file], capture_output=True, text=True, timeout=20)
    assert run.returncode == 78
    assert all(any(name in line and words in line for line in run.stderr.splitlines()) for name, words in kinds.items()), run


@pytest.mark.parametrize("key", ["config", "auth.file", "auth.groups"])
def test_the_configurations_other_files_must_be_regular_too(tmp_path, key):
    import subprocess
    from server import PROGRAM
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "passwords").write_text("alice:$2y$05$abc\n")
    path = tmp_path / "fifo" if key == "config" else tmp_path / "c.json5"
    if key != "config":
        files = {"file": str(tmp_path / "passwords"), "groups": str(tmp_path / "passwords")}
        files[key.split(".")[1]] = str(tmp_path / "fifo")
        path.write_text(json.dumps({"auth": {"mode": "htpasswd", **files}}))
    run = subprocess.run([PROGRAM, "--check-config", "--config", path], capture_output=True, text=True, timeout=20)
    assert run.returncode in (66, 78) and "a FIFO, not a regular file" in run.stderr, run


# Patterns that two programs read

def test_what_the_server_takes_for_patterns_browsers_take_too(tmp_path):
    import subprocess
    from server import PROGRAM
    seed = random.randrange(2 ** 32)
    print(f"seed {seed}")
    choose = random.Random(seed)
    pieces = ["a", "-", "[", "]", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{1,3}", "^", "$", r"\d", r"\b", r"\-", r"\#", ".", "#", "&",
              "~", r"\x41", r"\u0041", "\u00e9", " ", "[^", "a-z", "(?=", "(?!", "\U0001f600", "(?i)", "++", "{", "}", "(ops", "@", "x|y"]
    patterns = ["(?i)router[#>] ?$", "a++#", "(?>x)#", "[#>$] ?$"] + [
        "".join(choose.choice(pieces) for _ in range(choose.randrange(1, 7))) for _ in range(3000)]
    targets = [target(f"t{number}") | {"paste": {"waitFor": pattern}} for number, pattern in enumerate(patterns)]
    targets += [{"name": f"u{number}", "host": "h", "telnet": {"users": [pattern]}} for number, pattern in enumerate(patterns)]
    file = tmp_path / "c.json5"
    names, taken = patterns + patterns, []
    # In parts: not all mistakes of a file are told at once.
    for start in range(0, len(targets), 40):
        part = targets[start:start + 40]
        file.write_text(json.dumps({"targets": part}))
        run = subprocess.run([PROGRAM, "--check-config", "--config", file], capture_output=True, text=True)
        refused = {int(number) for number in re.findall(r"targets\[(\d+)\]\.(?:paste|telnet)", run.stderr)}
        assert (run.returncode == 78) == bool(refused), run
        taken += [(index < len(patterns), names[index]) for index in range(start, start + len(part)) if index - start not in refused]
    assert {(True, "[#>$] ?$"), (True, "a")} <= set(taken) and not any(
        pattern in [entry[1] for entry in taken] for pattern in patterns[:3])
    script = """
      import { allowsUser } from "ROOT/static/js/directory/rules.js";
      for (const [isPattern, text] of JSON.parse(process.argv[1])) {
        if (isPattern) new RegExp(text); else allowsUser("alice", { users: [text] });
      }
    """
    from server import ROOT
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copytree(ROOT / "static/js", tmp_path / "js")
    run = subprocess.run(["node", "--input-type=module", "-e", script.replace("ROOT/static/js", str(tmp_path / "js")),
                          json.dumps(taken)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


# Another program's inventory

def test_one_wrong_entry_is_left_out_and_all_mistakes_are_told(serve_files, folder):
    put(folder, "a.json", [entry(7001, instance="one"), entry("nine", instance="two"), entry(7003, instance="three"),
                           {"targets": ["[::1]7001"], "labels": {"instance": "four"}}, entry(7005, instance="five")])
    server = serve_files()
    assert all(reached(server, name, port) for name, port in (("one", 7001), ("three", 7003), ("five", 7005)))
    assert not reached(server, "two", 7001) and not reached(server, "four", 7001)
    for place in ("[1].targets[0]", "[3].targets[0]"):
        assert place in server.log_text()


def test_names_of_other_letters_are_names(serve_files, folder):
    texts = ["\u0437\u0430\u043b", "\u673a\u623f", "K\u00fcche", "K\u00e4che"]
    put(folder, "a.json", [entry(7001, instance=text) for text in texts] + [
        {"targets": ["127.0.0.1:7001", "127.0.0.1:7002"], "labels": {"instance": "console"}}])
    server = serve_files()
    listed = json.loads(server.request("/devices")[1])
    assert len(listed) == 6 and len({device["name"] for device in listed}) == 6
    assert [device.get("title") for device in listed[:4]] == texts
    assert all(re.fullmatch("[a-z0-9][a-z0-9-]*", device["name"]) for device in listed)
    assert reached(server, "console-7001", 7001) and reached(server, "console-7002", 7002)
    # The same after a change of everything around them.
    put(folder, "a.json", [entry(7001, instance=text) for text in reversed(texts)])
    eventually(lambda: len(json.loads(server.request("/devices")[1])) == 4, "the other file counts")
    assert {device["name"] for device in json.loads(server.request("/devices")[1])} == {device["name"] for device in listed[:4]}


def test_a_label_that_is_gone_opens_nothing(serve_program, folder):
    whole = entry(7001, instance="sw", login="ops")
    put(folder, "a.json", [whole, entry(7002, instance="other", login="ops")])
    server = serve_program(ECHO, directory=[f"{folder}/*.json"], inventory={
        "method": "telnet", "name": "{{instance}}", "users": ["{{login}}"]})

    def status(user):
        return server.request(f"/remote/sw/telnet/{user}/7001")[0].status

    assert status("ops") == 200 and status("root") == 403
    terminal = Visitor(server, "/remote/sw/telnet/ops/7001").terminal()
    terminal.expect("ready")
    put(folder, "a.json", [entry(7001, instance="sw"), entry(7002, instance="another", login="ops")])
    eventually(lambda: server.request("/remote/another/telnet/ops/7002")[0].status == 200, "the file is read")
    assert status("root") != 200
    assert "the label login" in server.log_text()
    terminal.type("still here")
    terminal.expect("still here")


def test_a_copy_of_a_file_is_told_in_one_line(serve_files, folder):
    put(folder, "a.json", [entry(7001, instance=f"sw{number}") for number in range(3000)])
    server = serve_files()
    put(folder, "b.json", [entry(7001, instance=f"sw{number}") for number in range(3000)] + [entry(7001, instance="new")])
    eventually(lambda: reached(server, "new", 7001), "the copy is read", 30)
    lines = [line for line in server.log_text().splitlines() if "not taken" in line]
    assert len(lines) == 1 and "and 2997 more" in lines[0], lines[:3]


def test_a_folder_that_is_written_without_end_is_read(serve_files, folder):
    import threading
    put(folder, "a.json", [target("one")])
    put(folder, "busy.json", [])
    server = serve_files()
    over = threading.Event()

    def write():
        while not over.wait(0.02):
            put(folder, "busy.json", [])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        put(folder, "b.json", [target("two")])
        eventually(lambda: reached(server, "two"), "a file that comes meanwhile is read", 30)
    finally:
        over.set()
        writer.join()
