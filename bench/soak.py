"""Hours of a busy day in some minutes: 600 terminals of 50 visitors behind a real nginx and three servers.

Half of the terminals lead through real ssh clients to a real sshd, half to lines of a console server. Whoever sits there types, floods,
reloads, loses the network, opens the terminal elsewhere; the servers' configuration is read again and again, one of them is drained
and replaced, another one killed. What every terminal has to show is known to the byte. Prints what was lost, what the servers take
at the end and took after the first part, their slowest turns, and whom they refused.
"""

import argparse
import asyncio
import collections
import http.client
import json
import pathlib
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/support"))

from websockets.asyncio.client import connect  # noqa: E402
from websockets.exceptions import ConnectionClosed, InvalidHandshake  # noqa: E402

from gateway import Gateway  # noqa: E402
from nginx import Nginx  # noqa: E402
from server import Server, free_port  # noqa: E402

PATTERN = bytes(ord("a") + index * 7 % 26 for index in range(65536))
# So much of what a terminal has to show is kept, to be compared with what a reload brings.
KEPT = 1 << 20


def answer(typed):
    """What the far end says to these bytes."""
    return b"".join(piece + (PATTERN if piece.endswith(b"F") else b"") for piece in typed.replace(b"F", b"F\0").split(b"\0"))


async def device(reader, writer):
    """A line of the console server: what bench/child does, without a terminal."""
    try:
        writer.write(b".")
        while data := await reader.read(4096):
            writer.write(answer(data))
            await writer.drain()
    except (ConnectionError, asyncio.CancelledError):
        # The line, or the whole day, is over.
        pass
    finally:
        writer.close()


class Visitor:
    def __init__(self, site):
        self.site = site
        self.cookies = {}

    def get(self, path):
        """The page, which gives and renews the cookies."""
        connection = http.client.HTTPSConnection("localhost", self.site.nginx.port, context=self.site.tls, timeout=20)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
            response = connection.getresponse()
            response.read()
            for line in response.headers.get_all("Set-Cookie") or []:
                name, _, value = line.split(";")[0].partition("=")
                self.cookies[name] = value
            return response.status
        finally:
            connection.close()

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


class Terminal:
    """One terminal, whatever channels it is seen through."""

    def __init__(self, site, visitor, path, chance):
        self.site, self.visitor, self.path, self.chance = site, visitor, path, chance
        self.socket = None
        self.opening = asyncio.Lock()
        # Where the next channel is to go on, where that is not where the last one was.
        self.wanted = None
        self.begin()

    def begin(self):
        self.id = ""
        self.typed = bytearray()
        # What the far end has to say from `base` on.
        self.base, self.known = 0, bytearray(b".")
        self.received = self.sent = self.granted = 0
        self.painting = 0
        # Whether the far end has said that it listens: until then its terminal would echo by itself.
        self.isThere = False

    # Its channel

    async def open(self, instead_of):
        """Has another channel in place of that one, unless somebody was quicker."""
        async with self.opening:
            if self.socket is instead_of:
                await self._open()

    async def _open(self):
        while True:
            hello = {"type": "hello", "cols": 80, "rows": 24}
            if self.id:
                hello["resume"] = {"terminal": self.id, "output": self.received if self.wanted is None else self.wanted}
            try:
                opened = await connect(
                    f"wss://localhost:{self.site.nginx.port}{self.path}", ssl=self.site.tls, subprotocols=["webterm.v1"],
                    origin=f"https://localhost:{self.site.nginx.port}", additional_headers={"Cookie": self.visitor.cookie},
                    compression=None, max_size=None, open_timeout=30, ping_interval=None, close_timeout=1)
                await opened.send(json.dumps(hello))
                first = json.loads(await asyncio.wait_for(opened.recv(), 30))
            except (OSError, TimeoutError, InvalidHandshake, ConnectionClosed):
                # As a page does: a moment, and its own address, which says what is the matter.
                await asyncio.sleep(0.2 + self.chance.random())
                await asyncio.to_thread(self._renew)
                continue
            if first["type"] == "welcome":
                break
            if first.get("code") == "unknown-terminal":
                self.site.count("started anew: gone with their server" if self.id.split("-")[0] in self.site.lost else "LOST WITHOUT A REASON")
                self.begin()
            else:
                self.site.count(f"refused: {first.get('code') or first['type']}")
                await asyncio.sleep(0.5 + self.chance.random())
                await asyncio.to_thread(self._renew)
        # From here on nothing that still comes from the former one counts.
        self.socket, self.wanted = opened, None
        self.id = first["terminal"]
        self.received = first["output"]
        self.painting = first["screen"]
        self.granted = first["input"] + first["room"]
        self.sent = first["input"]
        await self._send()

    def _renew(self):
        try:
            self.visitor.get(self.path)
        except OSError:
            pass

    async def read(self):
        """Reads for ever; comes back by itself."""
        while True:
            socket = self.socket
            try:
                message = await socket.recv()
            except ConnectionClosed:
                if self.site.isOver:
                    return
                await self.open(instead_of=socket)
                continue
            if socket is not self.socket:
                continue
            if isinstance(message, bytes):
                painted = min(self.painting, len(message))
                self.painting -= painted
                await self._take(message[painted:])
            else:
                await self._hear(json.loads(message))

    async def _take(self, piece):
        if not piece:
            return
        start = self.received - self.base
        expected = self.known[start:start + len(piece)] if start >= 0 else None
        if expected is not None and bytes(expected) != piece:
            self.site.count("BYTES WRONG, LOST OR DOUBLED", len(piece))
        self.received += len(piece)
        self.site.bytes += len(piece)
        self.isThere = True
        try:
            await self.socket.send(json.dumps({"type": "ack", "output": self.received}))
        except ConnectionClosed:
            pass

    async def _hear(self, message):
        if message["type"] in ("input", "pong"):
            self.granted = message["input"] + message["room"]
            await self._send()
        elif message["type"] == "error" and message["code"] == "elsewhere":
            self.site.count("taken over")
        elif message["type"] in ("error", "exit"):
            self.site.count(f"ended: {message.get('code')} {message.get('reason', '')}")

    async def _send(self):
        socket = self.socket
        try:
            while socket is self.socket and self.sent < len(self.typed) and self.granted > self.sent:
                piece = bytes(self.typed[self.sent:self.granted])
                self.sent += len(piece)
                await socket.send(piece)
        except ConnectionClosed:
            pass

    # What somebody does

    async def type(self, words):
        self.typed += words
        self.known += answer(words)
        if len(self.known) > 2 * KEPT:
            self.base += len(self.known) - KEPT
            del self.known[:-KEPT]
        await self._send()

    async def act(self):
        if not self.isThere:
            return
        what = self.chance.choices(["type", "flood", "cut", "reload", "elsewhere"], [80, 6, 5, 5, 4])[0]
        self.site.count(what)
        if what == "type":
            await self.type(bytes(self.chance.choice(b"abcdefghij0123456789 ") for _ in range(self.chance.randrange(1, 12))))
        elif what == "flood":
            await self.type(b"F" * self.chance.randrange(1, 4))
        elif what == "cut":
            self.socket.transport.abort()
        elif what == "reload":
            # The page goes, and comes again with nothing.
            self.wanted = 0
            await self.socket.close()
        else:
            # Another window of the same browser takes it; the one that had it is told.
            other = self.socket
            await self.open(instead_of=other)
            await other.close()

    async def live(self):
        await self.open(instead_of=None)
        reading = asyncio.create_task(self.read())
        while not self.isThere:
            await asyncio.sleep(0.2)
        # Its log is full from now on: what it takes of memory does not grow any more.
        await self.type(b"F" * 5)
        await asyncio.sleep(self.chance.random() * 3)
        while not self.site.isClosing:
            await self.act()
            await asyncio.sleep(0.5 + self.chance.random() * 4)
        # Whatever was said has its answer, sooner or later.
        try:
            await asyncio.wait_for(self._settled(), 60)
        except TimeoutError:
            self.site.count("NEVER ANSWERED")
        self.site.settled += 1
        await self.site.closed.wait()
        reading.cancel()
        await self.socket.close()

    async def _settled(self):
        while self.received < self.base + len(self.known):
            await asyncio.sleep(0.1)


class Site:
    """The servers, nginx in front, the hosts behind, and everybody."""

    names = "abc"

    def __init__(self, folder, chosen):
        self.folder, self.chosen = pathlib.Path(folder), chosen
        self.counts = collections.Counter()
        self.bytes = self.settled = 0
        self.isClosing = self.isOver = False
        self.lost = set()
        self.tls = ssl.create_default_context()
        self.turns, self.refusals = collections.Counter(), collections.Counter()

    def count(self, what, times=1):
        self.counts[what] += times

    async def start(self):
        child = self.folder / "child"
        subprocess.run(["cc", "-O2", "-o", child, ROOT / "bench/child/main.c", "-lutil"], check=True)
        self.gateway = Gateway(self.folder)
        self.ssh_port = self.gateway.sshd(f"ForceCommand exec {child} -l soak", "MaxStartups 1000")
        self.lines = await asyncio.start_server(device, "127.0.0.1", 0, backlog=1000)
        port = free_port()
        self.configuration = {
            "origins": [f"https://localhost:{port}"], "limits": {"terminals": 5000, "perVisitor": 500, "perAddress": 5000, "openPerMinute": 1_000_000},
            "targets": [{
                "name": "gate", "host": "127.0.0.1",
                "ssh": {"ports": [self.ssh_port], "users": ["*"], "hostKeys": str(self.gateway.known_hosts), "identity": str(self.gateway.identity)},
                "telnet": {"ports": [self.lines.sockets[0].getsockname()[1]], "mode": "raw"}}]}
        self.servers = {name: self._server(name) for name in self.names}
        text = (ROOT / "deploy/nginx/cluster.conf").read_text()
        for number, name in enumerate(self.names, 1):
            text = text.replace(f"127.0.0.1:500{number}", f"127.0.0.1:{self.servers[name].port}")
        (self.folder / "nginx").mkdir()
        self.nginx = Nginx(self.folder / "nginx", None, port=port, text=text, connections=8192)
        self.tls.load_verify_locations(self.nginx.certificate)

    def _server(self, name, port=0):
        folder = self.folder / f"{name}-{time.monotonic_ns()}"
        folder.mkdir()
        return Server(folder, instance=name, listen=[f"127.0.0.1:{port}"], log={"level": "warning"}, **self.configuration)

    def metrics(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", self.servers[name].port, timeout=10)
        connection.request("GET", "/metrics")
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    def keep(self, name):
        """What a server has to tell of its whole life, before it ends."""
        self.turns.update(self.turns_of(name))
        for key, value in self.metrics(name).items():
            if "refus" in key and float(value) > 0:
                self.refusals[key.split('"')[1]] += int(float(value))

    def turns_of(self, name):
        return {key.split('"')[1]: int(float(value)) for key, value in self.metrics(name).items() if key.startswith("webtermd_loop_turn_seconds_bucket")}

    def take(self):
        """Memory and descriptors of all of them, and how many terminals that is for."""
        figures = {}
        for name, server in self.servers.items():
            terminals = int(float(self.metrics(name)["webtermd_terminals"]))
            figures[name] = {"resident KB": server.resident() // 1000, "descriptors": server.descriptors(), "terminals": terminals}
        return figures

    # The servers' day

    async def day(self, seconds):
        began = time.monotonic()
        self.first = None
        plan = [(0.1, "first figures", lambda: None), (0.3, "b drains", self._drain), (0.4, "b is replaced", self._replace), (0.6, "c is killed", self._kill)]
        reload = began
        while (part := (time.monotonic() - began) / seconds) < 1:
            if plan and part >= plan[0][0]:
                _, words, act = plan.pop(0)
                if self.first is None:
                    self.first = self.take()
                    self.turns_before = collections.Counter()
                    for name in self.names:
                        self.turns_before.update(self.turns_of(name))
                print(f"{time.monotonic() - began:6.0f} s  {words}; {self.bytes / 1e6:.0f} MB so far", flush=True)
                await asyncio.to_thread(act)
            if time.monotonic() - reload > 20:
                reload = time.monotonic()
                for server in self.servers.values():
                    server.signal(signal.SIGHUP)
            await asyncio.sleep(0.5)

    def _drain(self):
        assert self.servers["b"].control("drain").returncode == 0

    def _replace(self):
        self.keep("b")
        server = self.servers["b"]
        self.lost.add("b")
        assert server.stop() == 0
        self.servers["b"] = self._server("b", server.port)

    def _kill(self):
        self.keep("c")
        server = self.servers["c"]
        self.lost.add("c")
        server.process.kill()
        server.process.wait()
        time.sleep(3)
        self.servers["c"] = self._server("c", server.port)

    async def run(self):
        chance = random.Random(self.chosen.seed)
        visitors = [Visitor(self) for _ in range(self.chosen.visitors)]
        telnet = f"/remote/telnet/console/{self.lines.sockets[0].getsockname()[1]}"
        paths = [f"/remote/ssh/{self.gateway.user}/{self.ssh_port}", telnet]
        for visitor in visitors:
            assert await asyncio.to_thread(visitor.get, paths[0]) == 200
        terminals = [
            Terminal(self, visitors[number % len(visitors)], paths[number // len(visitors) % 2], random.Random(chance.random()))
            for number in range(self.chosen.terminals)]
        self.closed = asyncio.Event()
        lives = []
        for number, terminal in enumerate(terminals):
            lives.append(asyncio.create_task(terminal.live()))
            # A few log in at a time.
            if number % 8 == 7:
                await asyncio.sleep(0.25)
        await self.day(self.chosen.minutes * 60)
        self.isClosing = True
        while self.settled < len(terminals):
            for life in lives:
                if life.done():
                    life.result()
            await asyncio.sleep(0.2)
        last = self.take()
        for name in self.names:
            self.keep(name)
        self.isOver = True
        self.closed.set()
        await asyncio.gather(*lives)
        return last

    def stop(self):
        for server in self.servers.values():
            server.stop()
        self.nginx.stop()
        self.lines.close()
        self.gateway.stop()

    def report(self, last):
        print(f"\n{self.bytes / 1e6:.0f} MB in {self.chosen.minutes:g} minutes, {self.chosen.terminals} terminals of {self.chosen.visitors} visitors")
        for what, count in sorted(self.counts.items()):
            print(f"  {what}: {count}")
        if not any(what.isupper() or "LOST" in what for what in self.counts):
            print("  bytes wrong, lost or doubled: 0; terminals lost without a reason: 0")
        print("\nafter the first part -> at the end, by server")
        for name in self.names:
            print(f"  {name}: " + ", ".join(f"{key} {self.first[name][key]} -> {last[name][key]}" for key in last[name]))
        sums = [{key: sum(figures[name][key] for name in self.names) for key in figures["a"]} for figures in (self.first, last)]
        print("  all: " + ", ".join(f"{key} {sums[0][key]} -> {sums[1][key]} ({100 * (sums[1][key] / sums[0][key] - 1):+.1f} %)" for key in sums[1]))
        self.turns.subtract(self.turns_before)
        print()
        for words, turns in (("while all log in, and the first part", self.turns_before), ("after that", self.turns)):
            total = turns["+Inf"]
            slow = next((bound for bound, count in sorted(turns.items(), key=lambda each: float(each[0])) if count == total), "?")
            print(f"turns of the loops {words}: {total}, the slowest at most {float(slow) * 1000:g} ms; "
                  + ", ".join(f"over {float(bound) * 1000:g} ms: {total - turns[bound]}" for bound in ("0.005", "0.01", "0.025") if bound in turns))
        print("refusals: " + (", ".join(f"{key} {count}" for key, count in self.refusals.items()) or "none"))


async def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=20)
    options.add_argument("--terminals", type=int, default=600)
    options.add_argument("--visitors", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder, chosen)
        await site.start()
        try:
            last = await site.run()
        finally:
            site.stop()
        site.report(last)
        return 1 if any("LOST" in what or "NEVER" in what for what in site.counts) else 0


if __name__ == "__main__":
    # Each terminal has a connection here.
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (min(65536, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    sys.exit(asyncio.run(main()))
