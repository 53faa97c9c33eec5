"""The directory's data and what it hears: lists by tag and compressed, terminals as they come and go, for those who may know."""

import base64
import gzip
import json
import random
import signal
import subprocess

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
NEWS = {"subprotocols": ["webterm.news.v1"]}


def targets(count, **more):
    return [{"name": f"sw{number}", "host": "127.0.0.1", "group": f"Hall {number % 4}", "labels": {"site": "hel", "é漢🎉": "<&> \\ ’"},
             "telnet": {"ports": [7000 + number % 100]}, **more} for number in range(count)]


def devices(server, **headers):
    response, body = server.request("/devices", **headers)
    assert response.status == 200 and response.headers["Content-Type"] == "application/json"
    assert "private" in response.headers["Cache-Control"]
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body), response.headers


# The list


@pytest.mark.parametrize("count", [1, 65, 2000])
def test_the_list_is_compressed_and_has_a_tag(serve, count):
    server = serve(targets=targets(count))
    plain, headers = devices(server)
    packed, packed_headers = devices(server, Accept_Encoding="gzip, br")
    assert [each["name"] for each in plain] == [f"sw{number}" for number in range(count)]
    assert packed == plain and plain[0]["labels"]["é漢🎉"] == "<&> \\ ’"
    assert packed_headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in packed_headers["Vary"]
    assert int(packed_headers["Content-Length"]) < 60_000
    assert packed_headers["ETag"] != headers["ETag"]
    for accepted, tag in ((None, headers["ETag"]), ("gzip", packed_headers["ETag"])):
        response, body = server.request("/devices", If_None_Match=tag, **({"Accept-Encoding": accepted} if accepted else {}))
        assert response.status == 304 and body == b"" and response.headers["ETag"] == tag
    # A few devices are in the page itself; many are not.
    page = server.request("/")[1].decode()
    assert ('"name":"sw0"' in page) == (count <= 64) and ('rel="preload"' in page) == (count > 64)


def test_what_is_compressed_comes_out_again_whatever_it_is(serve):
    choose = random.Random(42)
    words = ["".join(chr(choose.choice([choose.randrange(32, 127), choose.randrange(0xa0, 0x2000), choose.randrange(0x1f300, 0x1f600)]))
                     for _ in range(choose.randrange(1, 60))) for _ in range(300)]
    server = serve(targets=[{"name": f"t{number}", "host": "h", "telnet": {}, "labels": {"a": choose.choice(words), "b": word}} for number, word in enumerate(words)])
    plain, _ = devices(server)
    assert devices(server, Accept_Encoding="gzip")[0] == plain
    assert [each["labels"]["b"] for each in plain] == words


def test_everybody_gets_what_is_open_to_them(serve):
    server = serve(auth={"mode": "header", "name": "X-User"}, targets=[
        *targets(100), {"name": "alices", "host": "h", "telnet": {}, "visitors": ["alice"]}])
    names = {}
    for who in ("alice", "bob", "carol", "bob"):
        listed, headers = devices(server, X_User=who, Accept_Encoding="gzip")
        names[who] = ([each["name"] for each in listed], headers["ETag"])
    assert names["alice"][0] == [*(f"sw{number}" for number in range(100)), "alices"]
    assert names["bob"] == names["carol"] and "alices" not in names["bob"][0]
    assert names["bob"][1] != names["alice"][1]
    assert server.request("/devices")[0].status == 403


def test_only_a_list_is_asked_for(serve):
    server = serve(targets=targets(3))
    response, body = server.request("/devices", method="HEAD")
    assert response.status == 200 and body == b"" and int(response.headers["Content-Length"]) > 100
    assert server.request("/devices/")[0].status == 404
    assert server.request("/devices", method="POST")[0].status == 405


# What is heard


class Reader:
    """A directory's channel."""

    def __init__(self, visitor):
        self.socket = visitor.connect("/devices", **NEWS)
        self.terminals = {}
        self.devices = 0
        self.hear()

    def hear(self, timeout=10):
        message = json.loads(self.socket.recv(timeout=timeout))
        if message["type"] == "devices":
            self.devices += 1
            return
        assert message["type"] == "terminals"
        if message["whole"]:
            self.terminals = {}
        for key in message["over"]:
            del self.terminals[key]
        self.terminals |= {each["key"]: each for each in message["terminals"]}

    def until(self, condition):
        while not condition(list(self.terminals.values())):
            self.hear()
        return list(self.terminals.values())


def test_ones_own_terminals_are_told_of_as_they_come_and_go(serve_program):
    server = serve_program(ECHO)
    visitor, stranger = (Visitor(server, "/remote/telnet/visitor/23") for _ in range(2))
    reader, other = Reader(visitor), Reader(stranger)
    assert reader.terminals == {}
    terminal = visitor.terminal()
    [told] = reader.until(lambda all: len(all) == 1)
    assert (told["id"], told["target"], told["port"], told["attached"]) == (terminal.id, "program", 23, True) and 0 <= told["age"] < 60
    terminal.socket.close()
    reader.until(lambda all: not all[0]["attached"])
    # A directory that comes later hears the same.
    assert list(Reader(visitor).terminals.values())[0]["id"] == terminal.id
    back = visitor.terminal(resume={"terminal": terminal.id, "output": 0})
    back.say({"type": "close"})
    reader.until(lambda all: all == [])
    # Of a stranger's terminals no directory hears anything, not even that there are some.
    stranger.terminal()
    assert other.until(lambda all: len(all) == 1)
    with pytest.raises(TimeoutError):
        reader.socket.recv(timeout=1)


def test_logins_hear_who_is_where_on_what_is_open_to_them(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    server = serve(auth={"mode": "header", "name": "X-User"}, clients={"telnet": str(program)}, targets=[
        {"name": "all", "host": "127.0.0.1", "telnet": {}}, {"name": "alices", "host": "127.0.0.1", "telnet": {}, "visitors": ["alice"]}])

    class Known(Visitor):
        def __init__(self, who, path="/"):
            self.who = who
            super().__init__(server, path, X_User=who)

        def connect(self, path=None, **options):
            return super().connect(path, headers={"X-User": self.who}, **options)

    alice, bob = Known("alice", "/remote/all/telnet/root/23"), Known("bob")
    reader = Reader(bob)
    alice.terminal()
    [told] = reader.until(lambda all: len(all) == 1)
    assert (told["target"], told["method"], told["port"], told["by"]) == ("all", "telnet", 23, "alice")
    assert "id" not in told and "user" not in told
    hidden = alice.terminal(path="/remote/alices/telnet/root/23")
    with pytest.raises(TimeoutError):
        reader.socket.recv(timeout=1)
    own = Reader(alice)
    assert {each["target"] for each in own.terminals.values()} == {"all", "alices"}
    hidden.say({"type": "close"})
    own.until(lambda all: len(all) == 1)
    # A reload tells that the list is another one, and who may know what.
    server.configuration["targets"][0]["visitors"] = ["alice"]
    server.write_configuration()
    server.signal(signal.SIGHUP)
    reader.until(lambda all: all == [])
    assert reader.devices == 1


def test_other_targets_tell_nothing_of_terminals(serve_program):
    """What a title says is none of the terminals' business, nor what the target of a stranger's is called."""
    server = serve_program(ECHO)
    visitor = Visitor(server, "/remote/telnet/visitor/23")
    visitor.terminal()
    reader = Reader(visitor)
    assert len(reader.terminals) == 1
    server.configuration["targets"][0]["title"] = "Another"
    server.write_configuration()
    server.signal(signal.SIGHUP)
    assert json.loads(reader.socket.recv(timeout=10)) == {"type": "devices"}
    visitor.terminal()
    message = json.loads(reader.socket.recv(timeout=10))
    assert message["whole"] is False and len(message["terminals"]) == 1


def test_each_of_many_directories_hears_of_other_targets(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, "/remote/telnet/visitor/23")
    readers = [Reader(visitor) for _ in range(20)]
    server.configuration["targets"][0]["title"] = "Another"
    server.write_configuration()
    server.signal(signal.SIGHUP)
    for reader in readers:
        assert json.loads(reader.socket.recv(timeout=10)) == {"type": "devices"}


def test_a_storm_of_terminals_is_told_in_a_few_messages(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, "/remote/telnet/visitor/23")
    reader = Reader(visitor)
    terminals = [visitor.terminal() for _ in range(150)]
    reader.until(lambda all: len(all) == 150)
    late = Reader(visitor)
    late.until(lambda all: len(all) == 150)
    for terminal in terminals:
        terminal.say({"type": "close"})
    for each in (reader, late):
        each.until(lambda all: all == [])


def test_nobody_hears_without_a_cookie_from_elsewhere_or_in_another_language(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, "/remote/telnet/visitor/23")
    for options, status in (({"headers": {"Cookie": None}}, 403), ({"origin": "https://example.com"}, 403), ({"subprotocols": ["webterm.v1"]}, 426)):
        with pytest.raises(InvalidStatus) as refused:
            visitor.connect("/devices", **{**NEWS, **options})
        assert refused.value.response.status_code == status
    assert refused.value.response.headers["Sec-WebSocket-Protocol"] == "webterm.news.v1"
    with pytest.raises(InvalidStatus) as refused:
        visitor.connect("/w", **NEWS)
    assert refused.value.response.status_code == 404


def test_what_a_page_says_is_no_harm_and_a_stop_ends_it(serve_program):
    server = serve_program(ECHO)
    reader = Reader(Visitor(server, "/remote/telnet/visitor/23"))
    for words in ("{}", "not JSON", json.dumps({"type": "hello", "cols": 80, "rows": 24}), b"bytes"):
        reader.socket.send(words)
    reader.socket.ping().wait(10)
    assert server.stop() == 0
    with pytest.raises(ConnectionClosed):
        reader.socket.recv(timeout=10)


def test_a_login_that_is_gone_hears_no_more(serve, tmp_path):
    accounts = tmp_path / "accounts"
    accounts.write_text("alice:" + _hash("secret") + "\nbob:" + _hash("secret") + "\n")
    server = serve(auth={"mode": "htpasswd", "file": str(accounts)}, targets=targets(1))
    basic = "Basic " + base64.b64encode(b"alice:secret").decode()
    visitor = Visitor(server, "/", Authorization=basic)
    socket = visitor.connect("/devices", headers={"Authorization": basic}, **NEWS)
    socket.recv(timeout=10)
    accounts.write_text("bob:" + _hash("secret") + "\n")
    with pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd.code == 1008


def _hash(password):
    return subprocess.run(["openssl", "passwd", "-6", password], check=True, capture_output=True, text=True).stdout.strip()
