"""Many terminals, much output, and nothing left behind."""

import asyncio
import hashlib
import json

from websockets.asyncio.client import connect

from server import eventually
from terminal import SUBPROTOCOL, Terminal, Visitor

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


def test_browsers_that_vanish_in_a_flood_leave_nothing(serve_program):
    server = serve_program("#!/bin/sh\nexec cat /dev/zero\n", timeouts={"detached": 1})
    visitor = Visitor(server, PATH)
    descriptors = server.descriptors()
    for _ in range(10):
        terminal = visitor.terminal()
        for _ in range(10):
            terminal.receive()
        terminal.vanish()
    eventually(lambda: server.children() == [], "no child is left", seconds=5)
    eventually(lambda: server.descriptors() <= descriptors, "no descriptor is left")
    assert Visitor(server, PATH).terminal().welcome


def test_a_channel_that_never_answers_pings_without_end(serve_program):
    """A page that pings and never reads is cut off; the server's memory stays."""
    server = serve_program(ECHO)
    terminal = Terminal(Visitor(server, PATH).connect(max_queue=1), acknowledges=False)
    before = server.resident()
    ping = json.dumps({"type": "ping", "id": 1})
    try:
        for _ in range(200_000):
            terminal.socket.send(ping)
    except Exception:
        pass
    assert server.resident() - before < 8_000_000
    assert Visitor(server, PATH).terminal().welcome
