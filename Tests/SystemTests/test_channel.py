"""The terminal channel, message by message, on the real server."""

import contextlib
import json
import os
import signal
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from server import eventually, runs
from terminal import SUBPROTOCOL, Terminal, Visitor

PATH = "/remote/telnet/visitor/23"
# A host that repeats what it gets, unaltered.
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
# A shell on a plain terminal.
SHELL = "#!/bin/sh\nPS1='$ ' exec /bin/sh -i\n"


@pytest.fixture
def echo(serve_program):
    return serve_program(ECHO, terminal={"catchUp": False})


# The handshake


@pytest.mark.parametrize(
    "change, status",
    [
        ({"origin": None}, 403), ({"origin": "http://evil.example"}, 403), ({"headers": {"Cookie": None}}, 403),
        ({"headers": {"Cookie": "webterm=" + "0" * 32}}, 403), ({"subprotocols": None}, 426),
        ({"subprotocols": ["tty"]}, 426), ({"path": "/remote/telnet/-x/23"}, 400), ({"path": "/remote/x/a/23"}, 404),
        ({"path": "/"}, 404), ({"path": "/remote/telnet/visitor/65536"}, 400),
    ],
)
def test_a_handshake_that_is_not_the_page_s_is_refused(echo, change, status):
    visitor = Visitor(echo, PATH)
    with pytest.raises(InvalidStatus) as refused:
        visitor.connect(**change)
    assert refused.value.response.status_code == status
    assert echo.children() == []


@pytest.mark.parametrize(
    "fields, status",
    [
        ("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", 426),
        ("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 8\r\n", 426),
        ("Sec-WebSocket-Version: 13\r\n", 400),
        ("Sec-WebSocket-Version: 13\r\n" + 2 * "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", 400),
        ("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + 2 * "Sec-WebSocket-Version: 13\r\n", 400),
    ],
)
def test_what_decides_about_a_handshake_is_read_once_and_whole(echo, fields, status):
    visitor = Visitor(echo, PATH)
    answer = echo.raw(
        f"GET {PATH} HTTP/1.1\r\nHost: {echo.host}:{echo.port}\r\nOrigin: {echo.url.rstrip('/')}\r\nCookie: {visitor.cookie}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n{fields}\r\n".encode())
    assert int(answer.split()[1]) == status
    assert status != 426 or b"\r\nSec-WebSocket-Version: 13\r\n" in answer
    assert echo.children() == []


def test_a_planted_cookie_beside_one_s_own_changes_nothing_and_another_s_is_nobody_s(echo):
    own, other = Visitor(echo, PATH), Visitor(echo, PATH)
    with own.connect(headers={"Cookie": f"webterm={'0' * 32}; {own.cookie}"}):
        pass
    with pytest.raises(InvalidStatus) as refused:
        own.connect(headers={"Cookie": f"{own.cookie}; {other.cookie}"})
    assert refused.value.response.status_code == 403


def test_a_method_or_port_that_is_not_allowed_is_told_on_the_channel(echo):
    visitor = Visitor(echo, PATH)
    terminal = visitor.terminal(path="/remote/telnet/visitor/24")
    assert terminal.end["code"] == "forbidden" and "24" in terminal.end["message"] and terminal.close_code == 4003
    assert echo.children() == []


# Messages


def test_without_hello_the_channel_ends(serve_program):
    server = serve_program(ECHO, timeouts={"handshake": 0.3})
    socket = Visitor(server, PATH).connect()
    assert json.loads(socket.recv(timeout=5))["code"] == "hello"
    with pytest.raises(Exception) as closed:
        socket.recv(timeout=5)
    assert closed.value.rcvd.code == 4001


@pytest.mark.parametrize(
    "first", ['{"type":"ping","id":1}', b"input", '{"type":"resize","cols":1,"rows":1}', '{"type":"unheard"}'])
def test_anything_before_hello_ends_the_channel(echo, first):
    socket = Visitor(echo, PATH).connect()
    socket.send(first)
    assert json.loads(socket.recv(timeout=5))["code"] == "hello"


@pytest.mark.parametrize(
    "message",
    [
        "nonsense", "[]", "{}", '{"type":"resize","cols":0,"rows":5}', '{"type":"ack"}', '{"type":"ack","output":10000000}',
        '{"type":"ping","id":"x"}', '{"type":"hello","cols":80,"rows":24}', '{"type":"resize","cols":80.5,"rows":5}',
    ],
)
def test_a_bad_message_ends_the_channel_but_not_the_terminal(echo, message):
    visitor = Visitor(echo, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    terminal.socket.send(message)
    terminal.read_to_end()
    assert terminal.end["code"] == "message" and terminal.close_code == 4000
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    assert again.welcome["resumed"]
    again.type("x")
    again.expect("x")


def test_a_type_from_the_future_is_ignored(echo):
    terminal = Visitor(echo, PATH).terminal()
    terminal.say({"type": "later", "id": "x"})
    terminal.expect("ready")
    assert terminal.pong()["id"] == 7


@pytest.mark.parametrize(
    "data, code",
    [(json.dumps({"type": "later", "x": "y" * 5000}), 1009), (b"\0" * 65537, 1009)],
)
def test_messages_have_their_sizes(echo, data, code):
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    terminal.socket.send(data)
    terminal.read_to_end()
    assert terminal.close_code == code


def test_text_that_is_not_utf8_ends_the_channel(echo):
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    terminal.socket.send(b'{"type":"\xff"}', text=True)
    terminal.read_to_end()
    assert terminal.close_code == 1007


def test_input_beyond_the_room_ends_the_channel(serve_program):
    server = serve_program("#!/bin/sh\nstty raw -echo\nprintf ready\nexec sleep 60\n")
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    with contextlib.suppress(ConnectionClosed):
        for _ in range(8):
            terminal.socket.send(b"x" * 65536)
    terminal.read_to_end()
    assert terminal.end["code"] == "message" and terminal.close_code == 4000


# Bytes


def test_every_byte_passes_unaltered_both_ways(echo):
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    data = bytes(range(256)) * 40 + "half a character: é".encode()[:-1] + b"\xff\xfe"
    for start in range(0, len(data), 777):
        terminal.type(data[start : start + 777])
    while len(terminal.output) < len(data):
        assert terminal.receive()
    assert terminal.output == data


def test_a_paste_of_megabytes_goes_at_the_remote_s_pace(serve_program):
    server = serve_program(
        "#!/usr/bin/env python3\n"
        "import hashlib, os, sys, time, tty\n"
        "tty.setraw(0); os.write(1, b'ready'); sum = hashlib.sha256(); count = 0\n"
        "while count < 3000000:\n"
        "    data = os.read(0, 20000); sum.update(data); count += len(data); time.sleep(0.001)\n"
        "os.write(1, sum.hexdigest().encode() + b'.')\n")
    import hashlib
    import random

    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    data = random.Random(4).randbytes(3_000_000)
    before = server.resident()
    terminal.type(data)
    assert terminal.expect(rb"([0-9a-f]{64})\.", timeout=60)[1].decode() == hashlib.sha256(data).hexdigest()
    assert server.resident() - before < 1_000_000


def test_an_echoing_remote_never_stands_still(echo):
    """Acknowledgements wait behind input on the same socket: reading must go on."""
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    data = os.urandom(4_000_000)
    reader = threading.Thread(target=terminal.type, args=(data,))
    # One thread types; it takes output in whenever it lacks room, and the rest is read here.
    reader.start()
    reader.join(60)
    assert not reader.is_alive()
    while len(terminal.output) < len(data):
        assert terminal.receive()
    assert terminal.output == data


# Size, exit, end


def test_the_size_is_there_from_the_start_and_follows(serve_program):
    terminal = Visitor(serve_program(SHELL), PATH).terminal(cols=101, rows=37)
    terminal.expect(r"\$ ")
    terminal.type("stty size\n")
    terminal.expect("37 101")
    terminal.say({"type": "resize", "cols": 55, "rows": 11})
    terminal.type("stty size\n")
    terminal.expect("11 55")


def test_the_last_output_and_the_exit_code_arrive(serve_program):
    server = serve_program("#!/bin/sh\nseq 1 200000\nexit 7\n")
    terminal = Visitor(server, PATH).terminal()
    output = terminal.read_to_end()
    assert output.replace(b"\r\n", b"\n") == b"".join(b"%d\n" % n for n in range(1, 200001))
    assert terminal.end == {"type": "exit", "code": 7} and terminal.close_code == 1000
    eventually(lambda: server.children() == [], "the child is reaped")


def test_a_killed_client_is_told_by_its_signal(echo):
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    os.kill(echo.children()[0], signal.SIGKILL)
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "signal": "SIGKILL"} and terminal.close_code == 1000


def test_close_ends_the_terminal_at_once(echo):
    terminal = Visitor(echo, PATH).terminal()
    terminal.expect("ready")
    terminal.say({"type": "close"})
    terminal.read_to_end()
    assert terminal.end["type"] == "exit" and terminal.close_code == 1000
    eventually(lambda: echo.children() == [], "the client is gone")


def test_a_client_that_ignores_the_hangup_is_killed(serve_program):
    server = serve_program("#!/usr/bin/env python3\nimport signal, time\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
                           "print('ready', flush=True)\nwhile True: time.sleep(1)\n")
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    terminal.say({"type": "close"})
    terminal.read_to_end()
    eventually(lambda: server.children() == [], "the client is killed", seconds=20)


def test_a_client_removed_while_running_is_a_clear_error(serve_program, tmp_path):
    server = serve_program(ECHO)
    (tmp_path / "program").unlink()
    terminal = Visitor(server, PATH).terminal()
    terminal.read_to_end()
    assert terminal.end["code"] == "spawn" and "No such file" in terminal.end["message"] and terminal.close_code == 4500
    assert server.children() == []


def test_two_tabs_of_one_browser_are_two_terminals(echo):
    visitor = Visitor(echo, PATH)
    first, second = visitor.terminal(), visitor.terminal()
    assert first.id != second.id
    for terminal, word in ((first, "one"), (second, "two")):
        terminal.expect("ready")
        terminal.type(word)
        terminal.expect(word)
    assert len(echo.children()) == 2


# Flow


def test_without_acknowledgements_output_stops_at_the_window(serve_program):
    server = serve_program("#!/bin/sh\nexec cat /dev/zero\n")
    terminal = Terminal(Visitor(server, PATH).connect(), acknowledges=False)
    while terminal.receive(timeout=1):
        pass
    assert 0 < len(terminal.output) <= terminal.welcome["window"]
    before = server.cpu()
    time.sleep(1)
    assert server.cpu() - before < 0.1
    terminal.say({"type": "ack", "output": terminal.offset})
    assert terminal.receive(timeout=5)


def test_a_browser_that_stops_reading_pauses_the_program(serve_program):
    server = serve_program("#!/bin/sh\nexec cat /dev/zero\n")
    terminal = Visitor(server, PATH).terminal()
    assert terminal.receive()
    before = server.resident()

    def rests():
        busy = server.cpu()
        time.sleep(1)
        return server.cpu() - busy < 0.1
    # The client library reads until its own buffer is full; from then on the socket stands.
    eventually(rests, "the program is not read any more", 30)
    assert server.resident() - before < 2_000_000


# Limits


def test_too_many_terminals_are_told_so(serve_program):
    server = serve_program(ECHO, limits={"perVisitor": 2, "terminals": 3, "openPerMinute": 5})
    visitor, other = Visitor(server, PATH), Visitor(server, PATH)
    terminals = [visitor.terminal(), visitor.terminal(), other.terminal()]
    assert all(terminal.welcome for terminal in terminals)
    refused = visitor.terminal()
    assert refused.end["code"] == "limit" and refused.close_code == 4029
    assert "All 3 terminals" in other.terminal().end["message"]
    terminals[0].say({"type": "close"})
    terminals[0].read_to_end()
    assert other.terminal().welcome
    assert terminals[1].pong()


# Coming back


def test_a_terminal_is_its_visitor_s_alone(echo):
    visitor, stranger = Visitor(echo, PATH), Visitor(echo, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    stolen = stranger.terminal(resume={"terminal": terminal.id, "output": 0})
    assert stolen.end["code"] == "unknown-terminal" and stolen.close_code == 4004
    assert terminal.pong()
    assert visitor.terminal(resume={"terminal": "nonsense", "output": 0}).close_code == 4004


def test_a_second_channel_takes_over(echo):
    visitor = Visitor(echo, PATH)
    first = visitor.terminal()
    first.expect("ready")
    second = visitor.terminal(resume={"terminal": first.id, "output": first.offset})
    assert second.welcome["resumed"] and second.welcome["missed"] == 0 and second.role == "type"
    assert first.hear("role")["role"] == "watch"
    second.type("on")
    second.expect("on")
    first.expect("on")


def test_a_dropped_channel_is_resumed_where_it_was(echo):
    visitor = Visitor(echo, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    terminal.type("before ")
    terminal.expect("before ")
    terminal.vanish()
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    assert again.welcome["output"] == terminal.offset and again.welcome["input"] == terminal.sent
    again.type("after")
    again.expect("after")
    repaint = visitor.terminal(resume={"terminal": terminal.id, "output": 0})
    repaint.expect("readybefore after")


def test_a_resume_beyond_what_was_sent_is_a_mistake(echo):
    visitor = Visitor(echo, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset + 1})
    assert again.end["code"] == "message" and again.close_code == 4000


def test_a_terminal_nobody_comes_back_to_ends(serve_program):
    server = serve_program("#!/bin/sh\nexec cat /dev/zero\n", timeouts={"detached": 1})
    visitor = Visitor(server, PATH)
    descriptors = server.descriptors()
    terminal = visitor.terminal()
    for _ in range(20):
        terminal.receive()
    terminal.vanish()
    eventually(lambda: server.children() == [], "the client is gone")
    eventually(lambda: server.descriptors() <= descriptors, "the descriptors are back")
    late = visitor.terminal(resume={"terminal": terminal.id, "output": 0})
    assert late.close_code == 4004


def test_an_end_that_fell_into_a_gap_is_told_on_return(serve_program):
    server = serve_program("#!/bin/sh\ntrap \"printf 'last words'; exit 3\" USR1\nprintf ready\nwhile :; do sleep 0.1; done\n")
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    terminal.vanish()
    os.kill(server.children()[0], signal.SIGUSR1)
    eventually(lambda: server.children() == [], "the client has ended")
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    assert b"last words" in again.read_to_end()
    assert again.end == {"type": "exit", "code": 3}


def test_a_program_that_lets_go_of_its_terminal_ends_by_itself(serve_program):
    server = serve_program("#!/bin/sh\nread line\nexec 0<&- 1>&- 2>&-\nsleep 0.05\nexit 3\n")
    terminal = Visitor(server, PATH).terminal()
    terminal.type("\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 3}


def test_a_program_that_lets_go_of_its_terminal_and_stays_is_hung_up(serve_program):
    server = serve_program("#!/bin/sh\nread line\nexec 0<&- 1>&- 2>&-\nexec sleep 600\n")
    terminal = Visitor(server, PATH).terminal()
    terminal.type("\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "signal": "SIGHUP"}
    eventually(lambda: server.children() == [], "the client is gone")


def test_the_subprotocol_is_named_in_the_answer(echo):
    assert Visitor(echo, PATH).connect().subprotocol == SUBPROTOCOL


def test_a_terminal_in_which_nothing_is_typed_ends(serve_program):
    server = serve_program(ECHO, timeouts={"idle": 3})
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    start = time.monotonic()
    # Longer than it may be idle, by many keys: a machine that stands still for a moment between two does not end it.
    while (last := time.monotonic()) - start < 4:
        terminal.type("k")
        terminal.expect("k")
        time.sleep(0.1)
        before = last
    terminal.read_to_end()
    assert time.monotonic() - before > 2.9
    assert terminal.end["code"] == "idle" and terminal.close_code == 4008
    eventually(lambda: server.children() == [], "the client is gone")


def test_the_longest_life_is_told_before_and_ends_whatever_is_typed(serve_program):
    server = serve_program(
        ECHO, limits={"session": 2, "perVisitor": 100, "perAddress": 100, "openPerMinute": 1000})
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    while terminal.end is None and terminal.receive(timeout=10):
        with contextlib.suppress(ConnectionClosed):
            terminal.type("k")
    notices = [message for message in terminal.messages if message["type"] == "notice"]
    assert [notice["kind"] for notice in notices] == ["warning"] and "1 minute" in notices[0]["message"]
    assert terminal.end["code"] == "session"
    eventually(lambda: server.children() == [], "the client is gone")


def test_a_link_that_flaps_is_no_sign_of_life(serve_program):
    server = serve_program(ECHO, timeouts={"idle": 2})
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    start = time.monotonic()
    while terminal.end is None and time.monotonic() - start < 20:
        terminal.vanish()
        terminal = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
        # Until the next cut.
        terminal.receive(timeout=0.3)
    # It may end without a viewer: a page that comes then finds it gone.
    assert terminal.end["code"] in ("idle", "unknown-terminal") and " how=idle " in server.log_text()
    eventually(lambda: server.children() == [], "the client is gone")


@pytest.mark.parametrize("last", ["exit 3", "read never"])
def test_what_a_client_has_started_ends_with_it(serve_program, last):
    server = serve_program(
        f"#!/bin/sh\ntrap '' HUP\nsleep 600 &\nprintf 'started %d.' $!\nread go\n{last}\n")
    terminal = Visitor(server, PATH).terminal()
    # Its own process, as this machine knows it: the client's numbers are the same ones.
    child = int(terminal.expect(r"started (\d+)\.").group(1))
    client, = server.children()
    assert runs(child) and child != client
    terminal.type("\n")
    if last == "read never":
        terminal.say({"type": "close"})
    terminal.read_to_end()
    eventually(lambda: server.children() == [] and not runs(child), "both are gone")
