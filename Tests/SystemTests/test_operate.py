"""Operators: every terminal in one list, what is said at them, and ends with a reason; from a page and from a shell."""

import json
import random
import signal

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
OPERATE = {"subprotocols": ["webterm.operate.v1"]}
PATH = "/remote/t/telnet/root/23"


class Known(Visitor):
    """A person whom a proxy has let in."""

    def __init__(self, server, who, path=PATH):
        self.who = who
        super().__init__(server, path, X_User=who)

    def connect(self, path=None, **options):
        return super().connect(path, headers={"X-User": self.who}, **options)


class Operator:
    """An operator's page without a browser."""

    def __init__(self, server, who="olga"):
        self.socket = Known(server, who, "/operate").connect("/operate", **OPERATE)
        self.terminals, self.answers, self.largest = {}, {}, 0
        self.hear()

    def hear(self, timeout=10):
        message = json.loads(self.socket.recv(timeout=timeout))
        if message["type"] == "answer":
            self.answers[message["request"]] = message.get("problem")
            return
        assert message["type"] == "terminals"
        self.largest = max(self.largest, len(message["terminals"]))
        if message["whole"]:
            self.terminals = {}
        for key in message["over"]:
            self.terminals.pop(key, None)
        self.terminals |= {each["key"]: each for each in message["terminals"]}

    def until(self, condition):
        while not condition(list(self.terminals.values())):
            self.hear()
        return list(self.terminals.values())

    def ask(self, **question):
        """What is wrong with what is asked for; None where nothing is."""
        request = len(self.answers) + 1
        self.socket.send(json.dumps(question | {"request": request}))
        while request not in self.answers:
            self.hear()
        return self.answers[request]


@pytest.fixture
def house(serve, tmp_path):
    """A server with logins, of which olga operates; and its audit log."""
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    return serve(
        auth={"mode": "header", "name": "X-User"}, operators=["olga"], clients={"telnet": str(program)},
        limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000},
        targets=[{"name": "t", "host": "127.0.0.1", "telnet": {"ports": {"23": "first line"}}}],
        log={"audit": str(tmp_path / "audit")})


def audited(server, event):
    """The audit log's lines of that event, as soon as there are some."""
    path = server.configuration["log"]["audit"]

    def lines():
        return [line for line in map(json.loads, open(path)) if line["event"] == event]
    return eventually(lines, f"the audit log has {event!r}")


# Who may


def test_there_is_nothing_for_others(house):
    for who, headers in (("olga", {"X_User": "olga"}), ("alice", {"X_User": "alice"})):
        response, body = house.request("/operate", **headers)
        assert response.status == (200 if who == "olga" else 404), body
    nothing, _ = house.request("/nothing", X_User="alice")
    assert nothing.status == 404 and house.request("/operate")[0].status == 403
    elsewhere = {**OPERATE, "origin": "https://example.com"}
    for who, options, status in (("alice", OPERATE, 404), ("olga", {}, 426), ("olga", elsewhere, 403)):
        with pytest.raises(InvalidStatus) as refused:
            Known(house, who).connect("/operate", **options)
        assert refused.value.response.status_code == status
    refusals = [line["why"] for line in audited(house, "refused") if line["url"] == "/operate"]
    assert refusals[0] == "There is nothing at this address."


def test_without_logins_nobody_operates(serve):
    server = serve(targets=[{"name": "t", "host": "127.0.0.1", "telnet": {}}])
    assert server.request("/operate")[0].status == 404
    with pytest.raises(InvalidStatus) as refused:
        Visitor(server, PATH).connect("/operate", **OPERATE)
    assert refused.value.response.status_code == 404


def test_who_operates_no_more_hears_no_more(house):
    operator = Operator(house)
    house.write_configuration(operators=["else"])
    house.signal(signal.SIGHUP)
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            operator.hear(timeout=20)
    assert closed.value.rcvd.code == 1008


# What is heard


def test_all_terminals_are_told_as_they_come_and_go(house):
    alice = Known(house, "alice").terminal()
    alice.expect("ready")
    operator = Operator(house)
    [row] = operator.until(lambda all: len(all) == 1)
    assert row == row | {
        "id": alice.id, "who": "alice", "address": "127.0.0.1", "name": "first line", "target": "t", "method": "telnet",
        "user": "root", "port": 23, "shared": False, "output": 5, "input": 0, "viewers": 1, "up": True}
    assert 0 <= row["idle"] < 60
    bob = Known(house, "bob").terminal()
    operator.until(lambda all: {each["who"] for each in all} == {"alice", "bob"})
    # Bytes are no event; they are told within seconds all the same.
    bob.type("x" * 1000)
    operator.until(lambda all: [each for each in all if each["who"] == "bob"][0]["input"] == 1000)
    bob.vanish()
    operator.until(lambda all: [each for each in all if each["who"] == "bob"][0]["viewers"] == 0)
    alice.say({"type": "close"})
    operator.until(lambda all: [each["who"] for each in all] == ["bob"])


def test_a_console_tells_who_types_there(serve, device):
    host = device(b"hello")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw", "shared": True}
    server = serve(
        auth={"mode": "header", "name": "X-User"}, operators=["olga"],
        targets=[{"name": "t", "host": "127.0.0.1", "telnet": telnet}])
    path = f"/remote/t/telnet/root/{host.port}"
    first = Known(server, "alice", path).terminal()
    second = Known(server, "bob", path).terminal()
    operator = Operator(server)
    operator.until(lambda all: [(each["who"], each["viewers"], each["shared"]) for each in all] == [("alice", 2, True)])
    second.say({"type": "control", "force": True})
    operator.until(lambda all: all[0]["who"] == "bob")
    first.vanish()
    second.vanish()
    operator.until(lambda all: [(each["who"], each["address"], each["viewers"]) for each in all] == [("", "", 0)])


def test_many_terminals_come_in_pieces(house):
    visitor = Known(house, "alice")
    terminals = [visitor.terminal() for _ in range(random.randrange(230, 330))]
    operators = [Operator(house) for _ in range(3)]
    for each in operators:
        each.until(lambda all: len(all) == len(terminals))
        assert each.largest <= 500
    for terminal in terminals:
        terminal.say({"type": "close"})
    for each in operators:
        each.until(lambda all: all == [])


# What is said, and ended


def test_a_message_is_read_by_who_looks(house):
    alice, bob = (Known(house, who).terminal() for who in ("alice", "bob"))
    operator = Operator(house)
    text = "Power goes off at 10: é 漢 \" <b>"
    assert operator.ask(type="message", terminal=alice.id, text=text) is None
    assert alice.hear("notice") == {"type": "notice", "kind": "operator", "message": text}
    assert operator.ask(type="message", text="To all") is None
    for each in (alice, bob):
        assert each.hear("notice")["message"] == "To all"
        each.type("still here")
        each.expect("still here")
    assert operator.ask(type="message", terminal="a-" + "0" * 32, text="x") == "there is no terminal a-" + "0" * 32
    one, to_all = audited(house, "operator message")
    assert one == one | {"terminal": alice.id, "by": "olga", "from": "127.0.0.1", "text": text, "target": "t"}
    assert to_all == to_all | {"terminal": "all", "count": "2", "by": "olga", "text": "To all"}


def test_an_end_with_a_reason_is_told_and_kept(house):
    visitor = Known(house, "alice")
    alice = visitor.terminal()
    watcher = visitor.terminal(resume={"terminal": alice.id, "output": 0}, wish="watch")
    operator = Operator(house)
    operator.until(lambda all: len(all) == 1)
    assert operator.ask(type="end", terminal=alice.id, reason="The rack moves") is None
    for each in (alice, watcher):
        each.read_to_end()
        assert each.end == {"type": "error", "code": "ended", "message": "The rack moves"} and each.close_code == 1000
    operator.until(lambda all: all == [])
    [line] = [each for each in audited(house, "ended") if each["terminal"] == alice.id]
    assert line == line | {
        "login": "alice", "how": "ended by an operator", "by": "olga", "from": "127.0.0.1", "reason": "The rack moves"}
    assert visitor.terminal(resume={"terminal": alice.id, "output": 0}).close_code == 4004


@pytest.mark.parametrize("question", [
    None, {"type": "message"}, {"type": "message", "text": "a\nb"}, {"type": "end", "terminal": "a-1"},
    {"type": "message", "text": "x" * 1001}])
def test_what_is_malformed_ends_the_channel(house, question):
    operator = Operator(house)
    operator.socket.send(json.dumps(question | {"request": 1}) if question else "not JSON")
    with pytest.raises(ConnectionClosed) as closed:
        operator.hear()
    assert closed.value.rcvd.code == 4000


def test_an_unknown_question_is_no_harm(house):
    operator = Operator(house)
    operator.socket.send(json.dumps({"type": "dance"}))
    operator.socket.send(b"bytes")
    assert operator.ask(type="message", text="still here") is None


# From a shell


def test_ctl_says_who_is_where(house):
    assert house.control("who").stdout.split()[0] == "TERMINAL"
    alice = Known(house, "alice").terminal()
    alice.expect("ready")
    table = house.control("who").stdout
    assert alice.id in table and "telnet root@t:23" in table and table.splitlines()[1].split()[-1] == "up"
    [row] = map(json.loads, house.control("who", "--json").stdout.splitlines())
    assert row == row | {"id": alice.id, "who": "alice", "viewers": 1, "up": True, "output": 5}


def test_ctl_says_something_to_one_and_to_all(house):
    alice, bob = (Known(house, who).terminal() for who in ("alice", "bob"))
    assert house.control("message", alice.id, "Only", "for you: é").returncode == 0
    assert alice.hear("notice") == {"type": "notice", "kind": "operator", "message": "Only for you: é"}
    assert house.control("message", "To all  of you").returncode == 0
    for each in (alice, bob):
        assert each.hear("notice")["message"] == "To all  of you"
    unknown = house.control("message", "a-" + "0" * 32, "x")
    assert unknown.returncode == 69 and "no terminal" in unknown.stderr
    lines = audited(house, "operator message")
    assert [(line["terminal"], line["through"], line["text"]) for line in lines] == [
        (alice.id, "ctl", "Only for you: é"), ("all", "ctl", "To all  of you")]
    assert "by" not in lines[0]


def test_ctl_ends_with_a_reason(house):
    alice, bob = (Known(house, who).terminal() for who in ("alice", "bob"))
    for each in (alice, bob):
        each.expect("ready")
    assert house.control("end", alice.id, "--reason", "The rack moves").returncode == 0
    alice.read_to_end()
    assert alice.end == {"type": "error", "code": "ended", "message": "The rack moves"} and alice.close_code == 1000
    # Without one it is what it was.
    assert house.control("end", bob.id).returncode == 0
    bob.read_to_end()
    assert bob.end == {"type": "exit", "signal": "SIGHUP"}
    [line] = [each for each in audited(house, "ended") if each["terminal"] == alice.id]
    assert line == line | {"how": "ended by an operator", "through": "ctl", "reason": "The rack moves"}


@pytest.mark.parametrize("arguments", [
    ["message"], ["message", ""], ["message", "a\nb"], ["message", "x" * 1001], ["who", "more"],
    ["list", "--reason", "x"], ["end", "a-1", "--reason"], ["end", "a-1", "--reason", ""],
    ["end", "a-1", "--reason", "a\tb"], ["drain", "--reason", "x"]])
def test_ctl_takes_nothing_that_cannot_be_said(house, arguments):
    assert house.control(*arguments).returncode == 64
