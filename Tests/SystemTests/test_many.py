"""Many terminals, much output, and nothing left behind."""

import asyncio
import contextlib
import hashlib
import json
import re
import signal

import pytest
from websockets.asyncio.client import connect

from raw_channel import PING, TEXT, RawChannel, frame
from server import eventually
from terminal import SUBPROTOCOL, Visitor

PATH = "/remote/telnet/visitor/23"
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


async def _type_and_check(server, cookie, number, rounds):
    async with connect(
        server.url.replace("http", "ws") .rstrip("/") + PATH, subprotocols=[SUBPROTOCOL], origin=server.url.rstrip("/"),
        additional_headers={"Cookie": cookie}, compression=None, open_timeout=60,
    ) as socket:
        await socket.send(json.dumps({"type": "hello", "cols": 80, "rows": 24}))
        received = b""
        offset = 0

        async def until(text):
            nonlocal received, offset
            while text not in received:
                data = await asyncio.wait_for(socket.recv(), 60)
                if isinstance(data, bytes):
                    received += data
                    offset += len(data)
                    await socket.send(json.dumps({"type": "ack", "output": offset}))

        await until(b"ready")
        expected = b"ready"
        for turn in range(rounds):
            word = b"<terminal %d says %d>" % (number, turn)
            expected += word
            await socket.send(word)
            await until(word)
        assert received == expected
        await socket.send(json.dumps({"type": "close"}))


def test_a_hundred_terminals_do_not_hear_each_other_and_leave_nothing(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    descriptors = server.descriptors()

    async def everybody():
        await asyncio.gather(*(_type_and_check(server, visitor.cookie, number, 30) for number in range(100)))

    asyncio.run(everybody())
    eventually(lambda: server.children() == [], "no child is left")
    eventually(lambda: server.descriptors() <= descriptors, "no descriptor is left")


def test_200_megabytes_arrive_unaltered_in_constant_memory(serve_program):
    size = 200_000_000
    server = serve_program(
        f"#!/bin/sh\nread go\nyes 'the quick brown fox jumps over the lazy dog' | head -c {size}\n")
    line = b"the quick brown fox jumps over the lazy dog\n"
    expected = hashlib.sha256()
    whole, rest = divmod(size, len(line))
    block = line.replace(b"\n", b"\r\n")
    for _ in range(whole // 10000):
        expected.update(block * 10000)
    expected.update(block * (whole % 10000) + line[:rest])
    terminal = Visitor(server, PATH).terminal()
    terminal.type("\n")
    terminal.expect("\r\n")
    seen = hashlib.sha256()
    before = None
    while terminal.receive(timeout=30):
        seen.update(terminal.output)
        terminal.output = b""
        # The log's first history is not growth without end: what counts is what comes after it.
        if before is None and terminal.offset > 1_000_000:
            before = server.resident()
    assert seen.hexdigest() == expected.hexdigest()
    assert terminal.end == {"type": "exit", "code": 0}
    assert server.resident() - before < 2_000_000


def test_everybody_hears_that_the_server_stops(serve_program):
    """More than are told in one turn."""
    server = serve_program("#!/bin/sh\nread never\n")
    visitor = Visitor(server, PATH)
    channels = [RawChannel(visitor) for _ in range(150)]
    for channel in channels:
        channel.hello()
    for channel in channels:
        channel.until(lambda opcode, payload: b"welcome" in payload)
    server.signal(signal.SIGTERM)
    for channel in channels:
        channel.until(lambda opcode, payload: b"goaway" in payload)
        channel.close()
    assert server.stop() == 0


def test_browsers_that_vanish_in_a_flood_leave_nothing(serve_program):
    server = serve_program("#!/bin/sh\nexec cat /dev/zero\n", timeouts={"detached": 1})
    visitor = Visitor(server, PATH)
    descriptors = server.descriptors()
    for _ in range(10):
        terminal = visitor.terminal()
        for _ in range(10):
            terminal.receive()
        terminal.vanish()
    eventually(lambda: server.children() == [], "no child is left")
    eventually(lambda: server.descriptors() <= descriptors, "no descriptor is left")
    assert Visitor(server, PATH).terminal().welcome


def flood_without_reading(channel, message):
    """Sends without reading, until the server has cut the connection off; returns how many bytes went out."""
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 100_000_000:
            sent += channel.socket.send(message * (60_000 // len(message)))
    return sent


@pytest.mark.parametrize("message", [frame(TEXT, '{"type":"ping","id":1}'), frame(PING, bytes(125))])
def test_a_page_that_pings_and_never_reads_is_cut_off(serve_program, message):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    channel = RawChannel(visitor)
    channel.hello()
    channel.until(lambda opcode, payload: b"ready" in payload)
    before = server.resident()
    sent = flood_without_reading(channel, message)
    # What fits the kernel's buffers and the server's bound, and no more: then it is over.
    assert sent < 50_000_000
    eventually(lambda: b"webtermd_terminals_attached 0" in server.request("/metrics")[1], "it is cut off")
    assert server.resident() - before < 8_000_000
    assert visitor.terminal().welcome


@pytest.mark.parametrize("message, batches", [('{"type":"break"}', 800), ('{"type":"resize","cols":80,"rows":24}', 250)])
def test_what_a_telnet_host_does_not_take_fills_no_memory(serve, device, message, batches):
    host = device(bytes([255, 251, 1, 255, 253, 31]) + b"ready", is_deaf=True)
    server = serve(targets=[{"name": "host", "host": "127.0.0.1", "telnet": {"ports": [host.port]}}])
    channel = RawChannel(Visitor(server, f"/remote/telnet/visitor/{host.port}"))
    channel.hello()
    channel.until(lambda opcode, payload: b"ready" in payload)
    before = server.resident()
    batch = frame(TEXT, message) * 1000
    for _ in range(batches):
        channel.socket.sendall(batch)
    channel.say({"type": "ping", "id": 7})
    channel.until(lambda opcode, payload: b'"pong"' in payload)
    assert server.resident() - before < 1_500_000


def test_where_memory_is_short_programs_wait_and_nothing_is_lost(serve_program):
    """Floods without a viewer fill what all logs may take: a program that is left waits, is not hung up, and loses nothing."""
    size = 600_000
    server = serve_program(
        f"#!/bin/sh\nstty raw -echo\nprintf ready\nread go\nhead -c {size} /dev/zero | tr '\\0' 'x'\nprintf END\nread never\n",
        limits={"memory": 1048576, "perVisitor": 100, "perAddress": 100, "openPerMinute": 1000},
        terminal={"history": 786432})
    visitor = Visitor(server, PATH)
    terminals = [visitor.terminal() for _ in range(5)]
    for terminal in terminals:
        terminal.expect("ready")
        terminal.type("\n")
        terminal.vanish()
    # Each runs on without a screen, as far as there is memory.
    def memory():
        return int(re.search(rb"webtermd_log_bytes (\d+)", server.request("/metrics")[1]).group(1))
    eventually(lambda: memory() > 700_000, "the logs fill up")
    newcomer = visitor.terminal()
    newcomer.expect("ready")
    assert len(server.children()) >= 6
    for terminal in terminals:
        again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
        while not again.output.endswith(b"END"):
            assert again.receive(), (len(again.output), again.end)
        assert again.output == b"x" * size + b"END"
        again.say({"type": "close"})
        again.read_to_end()
    assert memory() <= 1048576
    newcomer.say({"type": "close"})
    newcomer.read_to_end()
    eventually(lambda: memory() == 0, "no byte stays booked")
