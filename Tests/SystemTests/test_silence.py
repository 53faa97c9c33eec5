"""Terminals that are interrupted, cut and loaded anew at random: none falls silent, and not a byte is wrong.

Some seconds of it in the suite. For longer: WEBTERM_SOAK_SECONDS=300, and WEBTERM_SOAK_SEED for the same choices again.
"""

import asyncio
import contextlib
import json
import os
import random
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from terminal import SUBPROTOCOL, Visitor

SECONDS = float(os.environ.get("WEBTERM_SOAK_SECONDS", 12))
SEED = int(os.environ.get("WEBTERM_SOAK_SEED", random.randrange(1 << 32)))
# So long nothing may come, in seconds: only a channel's ping would end a silence, after 15 and more. Long soaks run on
# a machine that has time, and is strict.
LONGEST = 2 if SECONDS >= 60 else 12
TERMINALS = 8
# Of a length that no buffer has: what is shifted is not the same by chance.
PATTERN = b"".join(
    b"%05d %s\r\n" % (number, bytes(97 + (number * 31 + column * 7) % 26 for column in range(50)))
    for number in range(1123))
ROUND = PATTERN + PATTERN[:65536]
# Says the pattern without end: much, until a ^C comes, then a little every fifth of a second, until "f" comes.
HOST = """#!/usr/bin/env python3
import os, select, tty
tty.setraw(0)
PATTERN = b"".join(
    b"%05d %s\\r\\n" % (number, bytes(97 + (number * 31 + column * 7) % 26 for column in range(50)))
    for number in range(1123))
ROUND = PATTERN + PATTERN[:65536]
offset, floods = 0, False
while True:
    if select.select([0], [], [], 0 if floods else 0.2)[0]:
        for key in os.read(0, 4096):
            floods = {3: False, 102: True}.get(key, floods)
    place = offset % len(PATTERN)
    offset += os.write(1, ROUND[place:place + (4096 if floods else 7)])
"""


async def device(reader, writer):
    """The same behind a TCP port."""
    offset, floods = 0, False
    keys = asyncio.create_task(reader.read(4096))
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        while True:
            await asyncio.wait([keys], timeout=0.002 if floods else 0.2)
            if keys.done():
                if not keys.result():
                    break
                for key in keys.result():
                    floods = {3: False, 102: True}.get(key, floods)
                keys = asyncio.create_task(reader.read(4096))
            place = offset % len(PATTERN)
            said = ROUND[place:place + (65536 if floods else 7)]
            writer.write(said)
            offset += len(said)
            if floods:
                await asyncio.wait([keys, asyncio.create_task(writer.drain())], return_when=asyncio.FIRST_COMPLETED)
    keys.cancel()
    writer.close()


class Page:
    """One terminal and the page that shows it, whatever channels it has."""

    def __init__(self, soak, server, cookie, path, chance):
        self.soak, self.server, self.cookie, self.path, self.chance = soak, server, cookie, path, chance
        self.socket = None
        self.id = None
        self.offset = self.painting = self.sent = self.granted = 0
        self.typed = bytearray()
        # How many pieces came, skips and longest silence, in seconds.
        self.pieces = self.skips = self.silence = 0

    async def come(self, output):
        """Opens a channel, and the terminal where there is none; goes on at that byte."""
        hello = {"type": "hello", "cols": 80, "rows": 24}
        if self.id:
            hello["resume"] = {"terminal": self.id, "output": output}
        socket = await connect(
            f"ws://{self.server.host}:{self.server.port}{self.path}", subprotocols=[SUBPROTOCOL],
            origin=self.server.url.rstrip("/"), additional_headers={"Cookie": self.cookie}, compression=None,
            max_size=None, open_timeout=30, ping_interval=None, close_timeout=0.2)
        await socket.send(json.dumps(hello))
        first = json.loads(await socket.recv())
        assert first["type"] == "welcome", first
        self.socket = socket
        self.id, self.offset, self.painting = first["terminal"], first["output"], first["screen"]
        self.sent, self.granted = first["input"], first["input"] + first["room"]

    async def read(self):
        """Reads for ever, and says what was read, each time after a moment that only slow pages take."""
        while True:
            socket = self.socket
            try:
                message = await socket.recv()
                if socket is not self.socket:
                    continue
                if isinstance(message, str):
                    self.hear(json.loads(message))
                else:
                    self.take(message)
                if self.isSlow:
                    await asyncio.sleep(0.01)
                await socket.send(json.dumps({"type": "ack", "output": self.offset}))
            except ConnectionClosed:
                while socket is self.socket:
                    await asyncio.sleep(0.001)

    def hear(self, message):
        if message["type"] in ("input", "pong"):
            self.granted = message["input"] + message["room"]
        elif message["type"] == "skip":
            self.offset, self.painting = message["output"], message["screen"]
            self.skips += 1
        else:
            # Its next channel types, and is not here yet.
            assert message["type"] in ("role", "viewers"), message

    def take(self, message):
        painted = min(self.painting, len(message))
        self.painting -= painted
        piece = message[painted:]
        place = self.offset % len(PATTERN)
        assert piece == ROUND[place:place + len(piece)], f"wrong at {self.offset}, {len(piece)} bytes"
        self.offset += len(piece)
        self.soak.bytes += len(piece)
        self.pieces += 1

    async def type(self, keys):
        self.typed += keys
        with contextlib.suppress(ConnectionClosed):
            # What this channel has not carried yet, and what the one before it has lost.
            piece = bytes(self.typed[self.sent:self.granted])
            self.sent += len(piece)
            # As a browser sends them: what was read is said in the same packet as the key.
            ack = json.dumps({"type": "ack", "output": self.offset})
            await asyncio.gather(self.socket.send(ack), self.socket.send(piece))

    async def act(self):
        what = self.chance.choices(["flood", "interrupt", "cut", "reload"], [10, 10, 2, 2])[0]
        if what == "flood":
            self.isSlow = self.chance.random() < 0.3
            await self.type(b"f")
        elif what == "interrupt":
            await self.type(self.chance.choice([b"\x03", b"\x03\x03", b"x\x03"]))
        else:
            former = self.socket
            if what == "cut":
                former.transport.abort()
            await self.come(self.offset if what == "cut" else 0)
            await former.close()

    async def live(self):
        self.isSlow = False
        await self.come(0)
        reading = asyncio.create_task(self.read())
        watching = asyncio.create_task(self.watch())
        ending = asyncio.create_task(self.play())
        done, _ = await asyncio.wait([reading, watching, ending], return_when=asyncio.FIRST_COMPLETED)
        for task in (reading, watching, ending):
            task.cancel()
        for task in done:
            task.result()
        await self.socket.close()

    async def play(self):
        while self.pieces == 0:
            await asyncio.sleep(0.01)
        while time.monotonic() < self.soak.end:
            await asyncio.sleep(self.chance.random() * 0.6)
            await self.act()
        # Each has gone on when as much has come as no single flush of what was held back brings.
        await self.type(b"\x03")
        for _ in range(4):
            before = self.pieces
            while self.pieces == before:
                await asyncio.sleep(0.01)

    async def watch(self):
        """Measures silence by moments at which this program itself was awake."""
        silence, pieces, last = 0, 0, time.monotonic()
        while True:
            await asyncio.sleep(0.05)
            now = time.monotonic()
            silence = silence + min(now - last, 0.1) if self.pieces == pieces else 0
            pieces, last = self.pieces, now
            self.silence = max(self.silence, silence)
            assert silence < LONGEST, f"seed {SEED}, {self.path}: nothing for {silence:.1f} s after {self.skips} skips"


class Soak:
    def __init__(self):
        self.bytes = 0
        self.end = time.monotonic() + SECONDS

    def pages(self, server, path, seed):
        """Half of all terminals."""
        cookie = Visitor(server, path).cookie
        return [Page(self, server, cookie, path, random.Random(seed + number)) for number in range(TERMINALS // 2)]

    async def run(self, pages):
        living = [asyncio.create_task(page.live()) for page in pages]
        done, rest = await asyncio.wait(living, return_when=asyncio.FIRST_EXCEPTION)
        for task in rest:
            task.cancel()
        for task in done:
            task.result()


def test_random_interrupts_cuts_and_reloads_leave_no_silence(serve, serve_program):
    async def run():
        async with await asyncio.start_server(device, "127.0.0.1", 0) as console:
            port = console.sockets[0].getsockname()[1]
            raw = {"ports": [port], "users": ["*"], "mode": "raw"}
            many = {"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}
            lines = serve(limits=many, targets=[{"name": "raw", "host": "127.0.0.1", "telnet": raw}])
            soak = Soak()
            pages = soak.pages(serve_program(HOST), "/remote/telnet/visitor/23", SEED)
            pages += soak.pages(lines, f"/remote/telnet/visitor/{port}", SEED + 100)
            try:
                await soak.run(pages)
            finally:
                print(f"seed {SEED}: {soak.bytes} bytes, {sum(page.skips for page in pages)} skips,", end=" ")
                print(f"longest silence {max(page.silence for page in pages):.1f} s")
            assert any(page.skips for page in pages)

    print(f"seed {SEED}")
    asyncio.run(run())
