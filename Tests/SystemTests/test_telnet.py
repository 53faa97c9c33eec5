"""Telnet and raw lines inside of the server: devices that are scripted here, and real ones."""

import asyncio
import contextlib
import os
import queue
import shutil
import socket
import subprocess
import threading

import pytest
import telnetlib3

from gateway import Inetd
from server import eventually, free_port, listens
from terminal import Visitor

IAC, DONT, DO, WONT, WILL, SB, SE, BRK = 255, 254, 253, 252, 251, 250, 240, 243


def open_line(serve, device, **telnet):
    server = serve(targets=[{"name": "line", "host": "127.0.0.1", "telnet": {"ports": [device.port], **telnet}}])
    return server, Visitor(server, f"/remote/telnet/visitor/{device.port}").terminal()


@pytest.mark.parametrize("mode", ["raw", "auto"])
def test_a_raw_line_gets_and_shows_every_byte_as_it_is(serve, device, mode):
    line = device()
    server, terminal = open_line(serve, line, mode=mode)
    everything = bytes(range(256))
    terminal.type(everything + b"\r")
    line.expect(everything + b"\r")
    assert line.got == everything + b"\r"
    line.say(b"A" + everything + b"\r\x00end")
    while not terminal.output.endswith(b"end"):
        assert terminal.receive()
    assert terminal.output == b"A" + everything + b"\r\x00end"
    assert server.children() == []


def test_a_telnet_host_is_answered_and_keys_go_one_by_one(serve, device):
    line = device(bytes([IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 31, IAC, DO, 24, IAC, DO, 1, IAC, DO, 6]) + b"login: ")
    _, terminal = open_line(serve, line)
    terminal.expect("login: ")
    line.expect(bytes([IAC, DO, 1, IAC, DO, 3, IAC, WILL, 31, IAC, SB, 31, 0, 80, 0, 24, IAC, SE, IAC, WILL, 24, IAC, WONT, 1, IAC, WILL, 6]))
    before = len(line.got)
    terminal.type(b"k")
    line.expect(b"k")
    terminal.type(b"\r\x03\xff")
    line.expect(b"k\r\x00\x03\xff\xff")
    assert line.got[before:] == b"k\r\x00\x03\xff\xff"
    # Nothing is shown here of what is typed: it may be a password.
    line.say(b"ok")
    terminal.expect("^ok$")
    terminal.say({"type": "resize", "cols": 255, "rows": 50})
    line.expect(bytes([IAC, SB, 31, 0, 255, 255, 0, 50, IAC, SE]))


def test_a_break_goes_out_before_what_was_typed(serve, device):
    line = device(bytes([IAC, WILL, 1]))
    _, terminal = open_line(serve, line)
    line.expect(bytes([IAC, DO, 1]))
    terminal.say({"type": "break"})
    line.expect(bytes([IAC, BRK]))


@pytest.mark.parametrize("urgent, rest", [(bytes([IAC]), bytes([242])), (bytes([IAC, 242]), b"")])
def test_a_data_mark_leaves_no_trace_wherever_the_urgent_byte_is(serve, device, urgent, rest):
    line = device(bytes([IAC, WILL, 1]) + b"before")
    _, terminal = open_line(serve, line)
    terminal.expect("before")
    line.expect(bytes([IAC, DO, 1]))
    line.line.send(urgent, socket.MSG_OOB)
    line.line.sendall(rest + b"prompt")
    terminal.expect("prompt")
    line.say(b" and on")
    terminal.expect("^ and on$")


def test_a_break_on_a_line_that_is_set_from_here_lasts_its_time(serve, device):
    line = device(bytes([IAC, WILL, 1, IAC, DO, 44]))
    _, terminal = open_line(serve, line, line={"baud": 9600}, breakDuration=100)
    line.expect(bytes([IAC, SB, 44, 1, 0, 0, 37, 128, IAC, SE]))
    terminal.say({"type": "break"})
    on, off = bytes([IAC, SB, 44, 5, 5, IAC, SE]), bytes([IAC, SB, 44, 5, 6, IAC, SE])
    line.expect(on + off)
    # What the line has no place for waits here.
    line.say(bytes([IAC, SB, 44, 108, IAC, SE]) + b"stop")
    terminal.expect("stop")
    terminal.type(b"k")
    terminal.pong()
    assert not line.got.endswith(b"k")
    line.say(bytes([IAC, SB, 44, 109, IAC, SE]))
    line.expect(b"k")


def test_a_break_is_what_the_target_says(serve, device):
    line = device(b"up")
    _, terminal = open_line(serve, line, mode="raw", **{"break": "^Ecl0"})
    # Until the server has heard of the connection, too, there is no line to break.
    terminal.expect("up")
    terminal.say({"type": "break"})
    line.expect(b"\x05cl0")


def test_a_line_that_knows_no_break_says_so(serve, device, serve_program):
    line = device()
    _, terminal = open_line(serve, line, mode="raw")
    assert line.ready.wait(10)
    server = serve_program("#!/bin/sh\nexec cat\n")
    program = Visitor(server, "/remote/telnet/visitor/23").terminal()
    for each in (terminal, program):
        each.say({"type": "break"})
        while not any(message["type"] == "notice" for message in each.messages):
            assert each.receive()
        assert "no break" in each.messages[-1]["message"] and each.end is None


def test_how_a_host_ended_is_told_after_all_that_it_said(serve, device):
    line = device(b"in use by alice\r\n")
    _, terminal = open_line(serve, line)
    assert line.ready.wait(10)
    line.close()
    assert terminal.read_to_end() == b"in use by alice\r\n"
    assert terminal.end == {"type": "exit", "reason": "The host closed the connection."}


def test_a_host_that_never_answers_is_given_up(serve):
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            each = waiting.enter_context(socket.socket())
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        port = full.getsockname()[1]
        server = serve(timeouts={"connect": 1}, targets=[{"name": "mute", "host": "127.0.0.1", "telnet": {"ports": [port]}}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        terminal.read_to_end()
        assert terminal.end == {"type": "exit", "reason": "The host did not answer within 1 seconds."}
        # One that is left before is let go of.
        descriptors = server.descriptors()
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        terminal.say({"type": "close"})
        terminal.read_to_end()
        eventually(lambda: server.descriptors() <= descriptors, "no descriptor is left")


def test_a_name_with_several_addresses_is_reached_by_the_one_that_answers(serve):
    # `localhost` is ::1 before it is 127.0.0.1, where nothing listens on the first.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        server = serve(targets=[{"name": "line", "host": "localhost", "telnet": {"ports": [port]}}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        line, _ = listener.accept()
        with line:
            line.sendall(b"here")
            terminal.expect("here")


def test_a_storm_of_options_grows_nothing(serve, device):
    line = device(b"hello")
    server, terminal = open_line(serve, line, mode="telnet")
    terminal.expect("hello")
    before = server.resident()
    storm = b"".join(bytes([IAC, DO, 6]) for _ in range(1000))
    for _ in range(150):
        line.say(storm)
    line.say(b"end")
    terminal.expect("end", timeout=30)
    assert server.resident() - before < 4_000_000


def test_an_interrupt_at_a_real_telnetd_leaves_no_trace_of_its_mark(serve, gateway):
    """telnetd throws its output away and marks the place by urgent data."""
    server = serve(targets=[gateway.target()])
    terminal = Visitor(server, gateway.telnet_path).terminal()
    terminal.expect(r"telnet-host\$ ")
    terminal.type("yes\n")
    terminal.expect("y\r\ny\r\n")
    terminal.type(b"\x03")
    words = b""
    while not words.endswith(b"telnet-host$ "):
        terminal.output = b""
        assert terminal.receive(), terminal.end
        words = (words + terminal.output)[-100_000:]
        assert b"\xf2" not in terminal.output and b"\xff" not in terminal.output
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")


def test_a_host_that_asks_for_everything_learns_what_it_may(serve):
    """telnetlib3's server, which asks for type, size, environment and character set."""
    port = queue.Queue()

    async def shell(reader, writer):
        while not all(writer.get_extra_info(name) for name in ("TERM", "cols", "USER", "charset")):
            await asyncio.sleep(0.02)
        facts = [writer.get_extra_info(name) for name in ("TERM", "cols", "rows", "USER", "charset")]
        writer.write("facts {} {}x{} {} {}\r\n".format(*facts))
        while (character := await reader.read(1)) not in ("", "q"):
            writer.write(f"<{character}>")
        writer.close()

    async def host():
        server = await telnetlib3.create_server(host="127.0.0.1", port=0, shell=shell, connect_maxwait=1.0)
        port.put(server.sockets[0].getsockname()[1])
        await server.wait_closed()

    threading.Thread(target=lambda: asyncio.run(host()), daemon=True).start()
    number = port.get(timeout=10)
    server = serve(targets=[{"name": "host", "host": "127.0.0.1", "telnet": {"ports": [number]}}])
    terminal = Visitor(server, f"/remote/telnet/alice/{number}").terminal(cols=91, rows=33)
    terminal.expect(r"facts xterm-256color 91x33 alice UTF-8\r\n")
    terminal.type("é")
    terminal.expect("<é>")
    terminal.type("q")
    terminal.read_to_end()
    assert terminal.end["reason"] == "The host closed the connection."


def test_busybox_telnetd(serve, tmp_path):
    shell = tmp_path / "shell"
    shell.write_text("#!/bin/sh\nPS1='busy$ ' exec /bin/sh -i\n")
    shell.chmod(0o755)
    host = Inetd([shutil.which("busybox"), "telnetd", "-i", "-l", str(shell)])
    try:
        server = serve(targets=[{"name": "busy", "host": "127.0.0.1", "telnet": {"ports": [host.port]}}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{host.port}").terminal(cols=91, rows=33)
        terminal.expect(r"busy\$ ")
        terminal.type("stty size; echo $((6*7))\r")
        # What is typed is shown once, by the host.
        assert terminal.expect(r"(?s)^(.*?)33 91\r\n42\r\n").group(1).count(b"stty") == 1
        terminal.type("exit\r")
        terminal.read_to_end()
        assert terminal.end["reason"] == "The host closed the connection."
    finally:
        host.stop()


@pytest.mark.parametrize("kind", ["raw", "telnet"])
def test_a_serial_line_behind_ser2net(serve, tmp_path, kind):
    """A real console server, whose serial line leads to a shell."""
    port, near, far = free_port(), tmp_path / "near", tmp_path / "far"
    pair = subprocess.Popen(["socat", f"pty,raw,echo=0,link={near}", f"pty,raw,echo=0,link={far}"], stderr=subprocess.DEVNULL)
    eventually(lambda: near.exists() and far.exists(), "the line is there")
    config = tmp_path / "ser2net.yaml"
    accepter = f"telnet(rfc2217),tcp,127.0.0.1,{port}" if kind == "telnet" else f"tcp,127.0.0.1,{port}"
    config.write_text(f"connection: &line\n  accepter: {accepter}\n  connector: serialdev,{near},9600n81,local\n")
    console = subprocess.Popen([shutil.which("ser2net"), "-n", "-c", str(config)], stderr=subprocess.DEVNULL)
    device = os.open(far, os.O_RDWR | os.O_NOCTTY)
    try:
        eventually(lambda: listens(port), "the console server listens")
        telnet = {"ports": [port], **({"line": {"baud": 19200}} if kind == "telnet" else {})}
        server = serve(targets=[{"name": "line", "host": "127.0.0.1", "telnet": telnet}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        os.write(device, b"Password: ")
        terminal.expect("Password: ")
        if kind == "telnet":
            speed = lambda: subprocess.run(["stty", "-F", near, "speed"], capture_output=True, text=True).stdout.strip()
            eventually(lambda: speed() == "19200", "the line is set")
        terminal.type(b"secret\r")
        got = b""
        while not got.endswith((b"\r", b"\x00")):
            got += os.read(device, 100)
        assert got == b"secret\r"
        os.write(device, b"\r\nwelcome")
        assert terminal.expect(r"^([^w]*)welcome").group(1) == b"\r\n"
    finally:
        os.close(device)
        for process in (console, pair):
            process.terminate()
            process.wait()


# A line of which it is not known what it is


def taken_for_raw(terminal, line):
    """Keys are sent once it is known how: then the line has been silent for long enough."""
    terminal.type(b"\r")
    eventually(lambda: line.got, "the key has arrived")
    assert line.got == b"\r"


@pytest.mark.parametrize("pieces", [
    [bytes([IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 31, IAC, DO, 24]) + b"login: "],
    [bytes([IAC]), bytes([WILL]), bytes([1, IAC, WILL, 3, IAC, DO, 31, IAC, DO]), bytes([24]) + b"login: "],
    [b"\xff", bytes([IAC, WILL, 1, IAC, WILL, 3, IAC, DO, 31, IAC, DO, 24]) + b"login: "],
], ids=["whole", "pieces", "noise"])
def test_a_host_that_says_text_first_and_negotiates_later_speaks_telnet(serve, device, pieces):
    line = device(b"Welcome to rack1-sw01\r\n")
    _, terminal = open_line(serve, line)
    terminal.expect("Welcome to rack1-sw01\r\n")
    taken_for_raw(terminal, line)
    line.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for piece in pieces:
        line.say(piece)
    shown = terminal.expect(rb"(?s)^(.*)login: ").group(1)
    # Between the pieces a slow machine may have waited for so long that their beginning was shown.
    assert shown in {1: [b""], 2: [b"\xff"], 4: [b"", b"\xff", b"\xff\xfb"]}[len(pieces)]
    line.expect(bytes([IAC, DO, 1, IAC, DO, 3, IAC, WILL, 31, IAC, SB, 31, 0, 80, 0, 24, IAC, SE, IAC, WILL, 24]))
    before = len(line.got)
    terminal.type(b"a\r\xff")
    line.expect(b"a\r\x00\xff\xff")
    assert line.got[before:] == b"a\r\x00\xff\xff"


@pytest.mark.parametrize("noise", [
    b"\xff", b"\xff\xff", b"\xff\xfd\xaa", b"\xff\xfb", b"\xff\xf1\xff\xfa\x63", b"\x00\xff\x00"], ids=bytes.hex)
def test_noise_on_a_line_leaves_it_raw(serve, device, noise):
    line = device()
    _, terminal = open_line(serve, line)
    taken_for_raw(terminal, line)
    line.say(noise)
    line.say(b"\r\nBooting...\r\nlogin: ")
    while not terminal.output.endswith(b"login: "):
        assert terminal.receive()
    assert terminal.output == noise + b"\r\nBooting...\r\nlogin: "
    before = len(line.got)
    terminal.type(b"a\xff\r")
    line.expect(b"a\xff\r")
    assert line.got[before:] == b"a\xff\r"


# A host's end


def test_a_host_that_takes_no_answers_and_breaks_off_ends_the_terminal(serve, device):
    import struct

    line = device(b"hello", is_deaf=True)
    server, terminal = open_line(serve, line, mode="telnet")
    terminal.expect("hello")
    # Until the server hears no more: its answers are not taken.
    line.line.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            line.line.send(bytes([IAC, DO, 6]) * 1000)
    eventually(lambda: not server_hears(line.line), "the server hears no more")
    line.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.line.close()
    terminal.read_to_end()
    # A reset that an answer has met is an end of file to the reading after it.
    assert terminal.end["reason"] in ("The host broke the connection off.", "The host closed the connection.")


def server_hears(line):
    """Whether it takes anything more, tried."""
    try:
        return line.send(bytes([IAC, DO, 6])) > 0
    except BlockingIOError:
        return False


def test_what_was_typed_reaches_a_host_that_has_said_its_last(serve, device):
    line = device(b"go on\r\n", is_deaf=True)
    _, terminal = open_line(serve, line, mode="raw")
    terminal.expect("go on")
    # More than the kernel keeps for a host that does not read.
    paste = bytes(range(256)) * 250
    terminal.type(paste)
    line.say(b"bye\r\n")
    line.line.shutdown(socket.SHUT_WR)
    terminal.expect("bye")
    got = b""
    while piece := line.line.recv(65536):
        got += piece
    terminal.read_to_end()
    assert got == paste and terminal.end == {"type": "exit", "reason": "The host closed the connection."}


def test_an_urgent_byte_without_a_data_mark_loses_nothing(serve, device):
    line = device(bytes([IAC, WILL, 1]) + b"before")
    _, terminal = open_line(serve, line)
    terminal.expect("before")
    line.expect(bytes([IAC, DO, 1]))
    line.line.send(b"!", socket.MSG_OOB)
    lines = b"".join(b"line %d\r\n" % number for number in range(50))
    line.say(lines + b"end")
    while not terminal.output.endswith(b"end"):
        assert terminal.receive()
    assert terminal.output.removeprefix(b"before") == b"!" + lines + b"end"
