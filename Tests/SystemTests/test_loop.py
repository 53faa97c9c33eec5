"""Nothing that a visitor or a disk does makes the loop stand still or spin."""

import contextlib
import json
import re
import signal
import socket
import struct
import subprocess
import threading
import time

import pytest

from raw_channel import BINARY, TEXT, RawChannel, frame
from server import PROGRAM, eventually, runs
from terminal import Visitor

PATH = "/remote/telnet/visitor/23"
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
# Does not read what is typed, fills the window and what the pty holds, and ends.
LEAVES_FULL = """#!/usr/bin/env python3
import os, select, tty
tty.setraw(0)
os.write(1, b"ready")
select.select([0], [], [])
os.set_blocking(1, False)
while select.select([], [1], [], 1)[1]:
    try:
        os.write(1, bytes(4096))
    except BlockingIOError:
        break
"""


def test_a_program_that_ends_before_its_output_is_taken_costs_nothing(serve_program):
    """The pty is hung up, its output waits for the window and its input for nothing: nothing to do until the page reads."""
    server = serve_program(LEAVES_FULL)
    channel = RawChannel(Visitor(server, PATH))
    channel.hello()
    words = b""
    while b"ready" not in words:
        opcode, payload = channel.receive()
        words += payload if opcode == BINARY else b""
    for _ in range(2):
        channel.send(BINARY, b"x" * 30000)
    eventually(lambda: not any(map(runs, server.children())), "the program has ended")
    assert_rests(server)
    channel.socket.close()


def assert_rests(server):
    before, start = server.cpu(), time.monotonic()
    # Long enough that a loop which spins shows; how long it really was counts.
    while time.monotonic() - start < 1:
        assert server.request("/healthz")[0].status == 200
        time.sleep(0.1)
    assert server.cpu() - before < 0.5 * (time.monotonic() - start)


def turns(server):
    return int(re.search(rb"webtermd_loop_turn_seconds_count (\d+)", server.request("/metrics")[1]).group(1))


@pytest.mark.parametrize("message", ['{"type":"ping","id":1}', '{"type":"sending","to":8}', "input"])
def test_a_page_that_says_much_is_heard_in_many_turns(serve_program, message):
    """However much a read brings: everybody else is served in between."""
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    flood = RawChannel(visitor)
    flood.hello()
    flood.until(lambda opcode, payload: b"ready" in payload)
    other = visitor.terminal()
    other.expect("ready")
    before = turns(server)
    said = 0
    for _ in range(10):
        flood.socket.sendall((frame(BINARY, b"x") if message == "input" else frame(TEXT, message)) * 640)
        flood.say({"type": "ping", "id": 99})
        other.type("?")
        said += 641
        flood.until(lambda opcode, payload: b'"id":99' in payload)
        other.expect("[?]")
    assert turns(server) - before >= said // 64


def test_a_telnet_host_that_breaks_off_before_anything_is_taken_costs_nothing(serve, device):
    host = device(bytes([255, 251, 1]), is_deaf=True)
    server = serve(targets=[{"name": "host", "host": "127.0.0.1", "telnet": {"ports": [host.port]}}])
    channel = RawChannel(Visitor(server, f"/remote/telnet/visitor/{host.port}"))
    channel.hello()
    assert host.ready.wait(10)
    # Its output fills the window, and it takes nothing of what is typed.
    host.line.settimeout(1)
    with contextlib.suppress(TimeoutError):
        while True:
            host.line.sendall(b"x" * 65536)
    host.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for _ in range(2):
        channel.send(BINARY, b"y" * 30000)
    host.line.close()
    assert_rests(server)
    channel.socket.close()


def test_a_log_that_nobody_reads_stops_nobody(serve_program):
    """More lines than a pipe holds, from an anonymous visitor; the reader of the log sleeps."""
    model = serve_program(ECHO)
    process = subprocess.Popen(
        [PROGRAM, "--config", str(model.file), "--listen", "127.0.0.1:0", "--log-level", "debug"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().split()[-1]
        host, port = re.fullmatch(r"http://([\d.]+):(\d+)/", url).groups()
        for _ in range(20):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                # Each is a line of the log, of 300 bytes or so: ten times what a pipe holds in all.
                for _ in range(100):
                    connection.sendall(b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"x" * 200))
                    answer = b""
                    while b"\r\n\r\n" not in answer:
                        piece = connection.recv(65536)
                        assert piece, "the server is gone"
                        answer += piece
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert b" 200 " in connection.recv(65536)
    finally:
        # What stops it need not read its log either.
        process.send_signal(signal.SIGTERM)
        threading.Thread(target=process.stderr.read, daemon=True).start()
        assert process.wait(timeout=20) == 0


def test_a_list_of_any_length_is_told(serve_program):
    """Longer than what may wait for a peer who does not read."""
    user = "u" * 64
    path = f"/remote/telnet/{user}/23"
    server = serve_program(
        "#!/bin/sh\nread x\n", limits={"terminals": 4000, "perVisitor": 4000, "perAddress": 4000, "openPerMinute": 100000})
    visitor = Visitor(server, path)
    channels = []
    length = 0
    while length < 300_000:
        for _ in range(100):
            channel = RawChannel(visitor)
            channel.hello()
            channels.append(channel)
        for channel in channels[-100:]:
            channel.receive()
        listed = server.control("list")
        assert listed.returncode == 0, listed.stderr
        length = len(listed.stdout)
        assert listed.stdout.count(user) == len(channels)
    for channel in channels:
        channel.socket.close()


def test_signals_that_mean_nothing_yet_are_ignored(serve_program):
    server = serve_program(ECHO)
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    server.signal(signal.SIGUSR2)
    terminal.type("still here")
    terminal.expect("still here")
    assert server.process.poll() is None


def test_a_page_that_claims_to_send_to_many_writes_no_lines(serve_program, tmp_path):
    """What the logs say of it is what the server has seen: the same input in several terminals of one visitor."""
    audit = tmp_path / "audit"
    server = serve_program(ECHO, log={"audit": str(audit)})
    visitor = Visitor(server, PATH)
    flood = RawChannel(visitor)
    flood.hello()
    flood.until(lambda opcode, payload: b"ready" in payload)
    flood.socket.sendall((frame(TEXT, '{"type":"sending","to":8}') + frame(TEXT, '{"type":"sending","to":0}')) * 2000)
    flood.say({"type": "ping", "id": 99})
    flood.until(lambda opcode, payload: b'"id":99' in payload)
    terminals = [visitor.terminal() for _ in range(2)]
    for terminal in terminals:
        terminal.expect("ready")
    for terminal in terminals:
        terminal.type("reload\r")
    for terminal in terminals:
        terminal.expect("reload\r")

    def told():
        lines = [json.loads(line) for line in audit.read_text().splitlines()]
        return sorted((line["terminal"], line["to"]) for line in lines if line["event"] == "sending")
    eventually(lambda: told() == sorted((terminal.id, 2) for terminal in terminals), "the audit log says what was typed")
