"""Alarms: what consoles say, how much of it, and their silence."""

import json
import re
import time

import pytest

from login import basic, hashed
from server import eventually
from terminal import Visitor
from test_console_log import lines_of
from test_standing_consoles import standing


def raised(server, alarm, target="sw1"):
    _, body = server.request("/metrics")
    found = re.search(rf'webtermd_alarms_total{{alarm="{alarm}",port="\d+",target="{target}"}} (\d+)', body.decode())
    return int(found[1]) if found else 0


def test_a_line_that_matches_is_an_alarm_everywhere(serve, device, tmp_path):
    line = device(b"boot\r\n")
    audit = tmp_path / "audit.jsonl"
    server = serve(
        targets=[standing(line.port)], consoleLog={"directory": str(tmp_path / "logs")}, log={"audit": str(audit)},
        alarms=[{"name": "kernel panic", "match": r"panic|%SYS-[0-2]"}])
    line.say(b"all is well\r\n\x1b[31mpa\x1b[0mnic\r\n")
    eventually(lambda: raised(server, "kernel panic") == 1, "the alarm is raised")
    # The same one counts once for a while.
    line.say(b"panic\r\npanic\r\n%SYS-2-MALLOC\r\n")
    path = tmp_path / "logs" / f"sw1-telnet-{line.port}.log"
    eventually(lambda: path.exists() and b"%SYS-2" in path.read_bytes(), "all is written")
    output, events = lines_of(path)
    assert events == ["opened", "alarm kernel panic"]
    assert raised(server, "kernel panic") == 1
    assert re.search(r'warning terminal alarm .*alarm="kernel panic"', server.log_text())
    entries = [json.loads(entry) for entry in audit.read_text().splitlines()]
    assert [entry["alarm"] for entry in entries if entry["event"] == "alarm"] == ["kernel panic"]
    _, body = server.request("/metrics")
    last = int(re.search(rb"webtermd_alarm_last_seconds{.*} (\d+)", body)[1])
    assert abs(last - time.time()) < 20


def test_what_is_not_finished_is_looked_at_after_a_second(serve, device):
    line = device(b"Assertion failed, system halted")
    server = serve(targets=[standing(line.port)], alarms=[{"name": "halt", "match": "halted"}])
    eventually(lambda: raised(server, "halt") == 1, "the alarm is raised", 5)


def test_silence_and_much_output_are_alarms(serve, device):
    line = device(b"boot\r\n")
    server = serve(targets=[standing(line.port)], alarms=[
        {"name": "silent", "silentFor": 2, "hold": 0},
        {"name": "busy", "bytes": 5000, "within": 10, "targets": ["sw*"]},
        {"name": "elsewhere", "silentFor": 1, "targets": ["pdu*"]}])
    eventually(lambda: raised(server, "silent") == 1, "it is silent")
    assert raised(server, "busy") == 0
    line.say(b"x" * 4000)
    line.say(b"y" * 4000)
    eventually(lambda: raised(server, "busy") == 1, "it says much")
    # Once for each silence.
    eventually(lambda: raised(server, "silent") == 2, "it is silent again")
    assert raised(server, "elsewhere") == 0


def test_a_mark_stands_until_a_person_has_come_who_may_type(serve, device, tmp_path):
    line = device(b"boot\r\n")
    (tmp_path / "passwords").write_text("".join(f"{name}:{hashed('secret')}\n" for name in ("alice", "bob")))
    target = {**standing(line.port), "visitors": ["alice", {"who": "bob", "may": "watch"}]}
    server = serve(
        targets=[target], alarms=[{"name": "panic", "match": "panic"}],
        auth={"mode": "htpasswd", "file": str(tmp_path / "passwords")})
    bob = Visitor(server, "/", Authorization=basic("bob", "secret"))
    headers = {"Authorization": basic("bob", "secret")}
    with bob.connect("/devices", subprotocols=["webterm.news.v1"], headers=headers) as news:
        def mark(wanted):
            while True:
                for terminal in json.loads(news.recv(timeout=20)).get("terminals", []):
                    if ("alarm" in terminal) == wanted:
                        return terminal
        line.say(b"panic\r\n")
        assert mark(True)["alarm"]["name"] == "panic"
        path = f"/remote/telnet/anna/{line.port}"
        watcher = bob.connect(path, headers=headers)
        watcher.send(json.dumps({"type": "hello", "cols": 80, "rows": 24}))
        assert json.loads(watcher.recv(timeout=10))["type"] == "welcome"
        mark(True)
        alice = Visitor(server, path, Authorization=basic("alice", "secret"))
        typist = alice.connect(headers={"Authorization": basic("alice", "secret")})
        typist.send(json.dumps({"type": "hello", "cols": 80, "rows": 24}))
        mark(False)
        watcher.close()
        typist.close()


@pytest.mark.parametrize("alarm, words", [
    ({"match": "("}, r"alarms\[0\]\.match"),
    ({"match": r"(a)\1"}, r"alarms\[0\]\.match"),
    ({"match": "((a{100}){100}){100}"}, "states"),
    ({"match": "x" * 1001}, "1000 bytes"),
    ({}, "one of match"),
    ({"match": "a", "silentFor": 3}, "one of match"),
    ({"bytes": 3}, "within"),
    ({"silentFor": 0}, r"alarms\[0\]\.silentFor"),
    ({"match": "a", "targets": ["SW 1"]}, r"alarms\[0\]\.targets"),
    ({"match": "a", "hold": -1}, r"alarms\[0\]\.hold"),
])
def test_mistakes_name_their_place(serve, alarm, words):
    with pytest.raises(RuntimeError, match=words):
        serve(alarms=[{"name": "a", **alarm}], targets=[{"name": "sw1", "host": "127.0.0.1", "telnet": {}}])
