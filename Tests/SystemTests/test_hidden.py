"""What is told to whom: which targets there are, and what stands for a target that has no name in the address."""

import json
import random
import signal

import pytest
from websockets.exceptions import InvalidStatus

from login import LoggedIn, basic, hashed
from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


@pytest.fixture
def start(serve, tmp_path):
    program, passwords = tmp_path / "program", tmp_path / "htpasswd"
    program.write_text(ECHO)
    program.chmod(0o755)
    passwords.write_text(f"alice:{hashed('one')}\nguest:{hashed('two')}\n")

    def start(mode="htpasswd", **configuration):
        auth = {"htpasswd": {"mode": mode, "file": str(passwords)}, "header": {"mode": mode, "name": "X-Remote-User"},
                "none": {"mode": mode}}[mode]
        configuration.setdefault("targets", [
            {"name": "all", "host": "127.0.0.1", "group": "Hall 1/Rack 2", "telnet": {}},
            {"name": "core-router", "host": "127.0.0.1", "group": "Secret", "telnet": {}, "visitors": ["alice"]},
        ] if mode != "none" else [{"name": "all", "host": "127.0.0.1", "telnet": {}}])
        return serve(clients={"telnet": str(program)}, auth=auth, **configuration)

    return start


def ways(name):
    """Addresses below a target's name: well-formed ones, and others."""
    return [f"{name}/telnet/x/23", f"{name}/ssh/x/22", f"{name}/telnet/x/24", f"{name}/ftp/x/1", f"{name}/telnet/-x/23",
            f"{name}/telnet/x/0", f"{name}/telnet/x", f"{name}/telnet/x/23/1", f"{name}/telnet/%zz/23"]


def answer(server, path, **fields):
    response, body = server.request(f"/remote/{path}", **fields)
    return response.status, body


@pytest.mark.parametrize("mode, status", [("htpasswd", 401), ("header", 403)])
def test_without_a_login_nothing_is_said_of_what_exists(start, mode, status):
    server = start(mode)
    seed = random.randrange(1 << 32)
    print("seed", seed)
    drawn = "".join(random.Random(seed).choice("abcdefghijklmnopqrstuvwxyz0123456789-") for _ in range(9))
    answers = {answer(server, path) for name in ("core-router", "all", drawn, "%41", "%ff") for path in ways(name)}
    answers |= {answer(server, path) for path in ("", "x", "telnet/x/23", "ftp/x/1")}
    assert {status for status, _ in answers} == {status} and len(answers) == 1
    # Nor to a page that asks for a channel.
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
               "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec_WebSocket_Protocol": "webterm.v1",
               "Origin": server.url.rstrip("/")}
    refusals = {answer(server, path, **upgrade) for name in ("core-router", drawn) for path in ways(name)}
    assert {status for status, _ in refusals} == {403} and len(refusals) == 1


def test_what_is_closed_is_as_what_is_not_there(start):
    server = start()
    guest = LoggedIn(server, "guest", "two", "/remote/all/telnet/x/23")
    # But for the name that was asked for, which is in the words.
    for closed, absent in zip(ways("core-router"), ways("core-switch")):
        status, words = answer(server, absent, Cookie=guest.cookie)
        expected = status, words.replace(b"core-switch", b"core-router")
        assert answer(server, closed, Cookie=guest.cookie) == expected, closed
    assert answer(server, "core-switch/telnet/x/23", Cookie=guest.cookie)[0] == 403
    channels = [guest.terminal(path=f"/remote/{name}/telnet/x/23") for name in ("core-router", "core-switch")]
    assert [each.close_code for each in channels] == [4003] * 2
    assert channels[0].end["message"] == channels[1].end["message"].replace("core-switch", "core-router")
    refused = []
    for name in ("core-router", "core-switch"):
        with pytest.raises(InvalidStatus) as failed:
            guest.connect(f"/remote/{name}/telnet/-x/23")
        refused.append((failed.value.response.status_code, failed.value.response.body))
    assert refused[0] == refused[1]
    # A login that may go there finds it, and where nothing is closed a slip is called one.
    assert server.request("/remote/core-router/telnet/x/23", Authorization=basic("alice", "one"))[0].status == 200
    assert answer(start("none"), "core-switch/telnet/x/23")[0] == 404


@pytest.mark.parametrize("fields", [
    {"Forwarded": "for=192.0.2.7"}, {"X_Real_IP": "192.0.2.7"}, {"X_Forwarded_For": ""}, {"X_Forwarded_For": "192.0.2.7"},
    {"Via": "1.1 proxy"}, {"X_Forwarded_Host": "console.example.com"}, {"X_Forwarded_Proto": "https"},
    {"X_Cluster_Client_IP": "192.0.2.7"}, {"True_Client_IP": "192.0.2.7"}, {"CF_Connecting_IP": "192.0.2.7"},
], ids=lambda fields: "-".join(fields))
def test_what_a_proxy_has_passed_on_reads_no_metrics(start, fields):
    server = start("none")
    assert server.request("/metrics")[0].status == 200
    assert server.request("/metrics", **fields)[0].status == 403


def test_a_directory_s_numbers_do_not_count_others(start):
    server = start("none")
    me, other = Visitor(server, "/remote/all/telnet/x/23"), Visitor(server, "/remote/all/telnet/x/23")
    news = me.connect("/devices", subprotocols=["webterm.news.v1"])
    terminals = []
    for _ in range(6):
        terminals += [me.terminal(), other.terminal()]
    keys = {}
    while len(keys) < 6:
        keys |= {each["id"]: each["key"] for each in json.loads(news.recv(timeout=10))["terminals"]}
    mine = [keys[terminal.id] for terminal in terminals[::2]]
    assert len(set(mine)) == 6 and mine != sorted(mine) or max(mine) > 1000
    assert all(abs(one - two) > 2 for one, two in zip(mine, mine[1:]))


def test_the_short_address_means_a_target_of_the_configuration(start, tmp_path):
    folder = tmp_path / "hosts"
    folder.mkdir()
    server = start("none", directory=[f"{folder}/*.json"])
    (folder / "00-lab.json").write_text(json.dumps([{"name": "lab", "host": "127.0.0.1", "telnet": {}}]))
    page = "/remote/lab/telnet/x/23"
    eventually(lambda: server.request(page)[0].status == 200, "the file is read")
    data = json.loads(server.request("/remote/telnet/x/23", Accept="application/json")[1])
    assert data["target"] == "all"
    # Where all targets are in files, none is meant.
    server.write_configuration(targets=[])
    server.signal(signal.SIGHUP)
    eventually(lambda: server.request("/remote/all/telnet/x/23")[0].status == 404, "the configuration is taken")
    assert server.request("/remote/telnet/x/23")[0].status == 404 and server.request(page)[0].status == 200


def test_snippets_of_groups_that_are_closed_are_not_shown(start):
    server = start(snippets=[
        {"name": "everywhere", "text": "a"}, {"name": "hall", "text": "b", "groups": ["Hall 1", "Secret"]},
        {"name": "deep", "text": "c", "groups": ["Hall 1/Rack*"]}, {"name": "wide", "text": "d", "groups": ["*"]},
        {"name": "of the core", "text": "reload the core", "groups": ["Secret"]},
    ])
    _, guest = server.request("/w", Authorization=basic("guest", "two"))
    _, alice = server.request("/w", Authorization=basic("alice", "one"))
    for word in (b"everywhere", b'"hall"', b'"deep"', b'"wide"'):
        assert word in guest and word in alice
    for word in (b"of the core", b"reload the core", b"Secret"):
        assert word not in guest and word in alice
