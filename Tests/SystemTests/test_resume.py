"""Not a byte lost, repeated or altered, in either direction, whatever the network does."""

import contextlib
import hashlib
import inspect
import json
import ssl
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.sync.client import connect

from bad_network import BadNetwork
from material import material
from nginx import Nginx
from server import free_port
from terminal import SUBPROTOCOL, Visitor

PATH = "/remote/telnet/visitor/23"
SIZE = 2_000_000
# Takes input in and puts output out at the same time, each in its own time, and says at last what came in.
BOTH_WAYS = """#!/usr/bin/env python3
import hashlib, os, random, threading, tty
tty.setraw(0)
{material}
os.write(1, b"ready")
def speak():
    data = material({kind!r}, 1, {size})
    while data:
        data = data[os.write(1, data[:random.randrange(1, 9000)]):]
speaker = threading.Thread(target=speak)
speaker.start()
heard, count = hashlib.sha256(), 0
while count < {size}:
    piece = os.read(0, 9000)
    heard.update(piece)
    count += len(piece)
speaker.join()
os.write(1, heard.hexdigest().encode())
"""


class Persistent:
    """A page that comes back for as long as its terminal is there."""

    def __init__(self, visitor, connect, progress=lambda output: None):
        self.visitor, self.connect, self.progress = visitor, connect, progress
        self.terminal = None
        self.output = bytearray()
        self.attempts = 0
        self.end = None

    def run(self, data, deadline=400):
        until = time.monotonic() + deadline
        while self.end is None:
            assert time.monotonic() < until, f"{len(self.output)} bytes after {self.attempts} channels"
            self.attempts += 1
            try:
                with self.connect() as socket:
                    self._attend(socket, data)
            except (ConnectionClosed, OSError, InvalidHandshake, InvalidMessage, EOFError, TimeoutError):
                time.sleep(0.002)

    def _attend(self, socket, data):
        hello = {"type": "hello", "cols": 80, "rows": 24}
        if self.terminal:
            hello["resume"] = {"terminal": self.terminal, "output": len(self.output)}
        socket.send(json.dumps(hello))
        welcome = json.loads(socket.recv(timeout=5))
        assert welcome["type"] == "welcome", welcome
        assert welcome["missed"] == 0 and welcome["output"] == len(self.output)
        self.terminal = welcome["terminal"]
        sent, granted = welcome["input"], welcome["input"] + welcome["room"]
        while True:
            # Input is held back until the program listens.
            while self.output and sent < min(granted, len(data)):
                piece = data[sent : min(sent + 5000, granted)]
                socket.send(bytes(piece))
                sent += len(piece)
            message = socket.recv(timeout=5)
            if isinstance(message, bytes):
                self.output += message
                # The channel may be over by now, with more to read before its end.
                with contextlib.suppress(ConnectionClosed):
                    socket.send(json.dumps({"type": "ack", "output": len(self.output)}))
                self.progress(self.output)
                continue
            message = json.loads(message)
            if message["type"] in ("input", "pong"):
                granted = message["input"] + message["room"]
            elif message["type"] == "exit":
                self.end = message
                return
            else:
                assert message["type"] in ("viewers", "role"), message


def both_ways(serve_program, kind, **configuration):
    # The program is fenced in and cannot read our files: it carries what it needs.
    # Every byte is counted, also those behind what looks like an interrupt.
    configuration["terminal"] = {"catchUp": False}
    return serve_program(BOTH_WAYS.format(material=inspect.getsource(material), kind=kind, size=SIZE), **configuration)


def check(page, kind, data):
    assert page.end == {"type": "exit", "code": 0}
    expected = b"ready" + material(kind, 1, SIZE)
    assert len(page.output) == len(expected) + 64
    assert hashlib.sha256(page.output[:-64]).digest() == hashlib.sha256(expected).digest()
    assert page.output[-64:].decode() == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("kind, seed", [("ascii", 1), ("utf-8", 2), ("random", 3)])
def test_hundreds_of_cuts_lose_nothing(serve_program, kind, seed):
    server = both_ways(serve_program, kind)
    visitor = Visitor(server, PATH)
    network = BadNetwork((server.host, server.port), seed)

    def open_channel():
        return connect(
            f"ws://127.0.0.1:{network.port}{PATH}", subprotocols=[SUBPROTOCOL], origin=f"http://127.0.0.1:{network.port}",
            additional_headers={"Cookie": visitor.cookie}, compression=None, open_timeout=5, ping_interval=None,
            close_timeout=1)

    page = Persistent(visitor, open_channel)
    data = material(kind, 2, SIZE)
    page.run(data)
    network.close()
    check(page, kind, data)
    assert network.cuts >= 100 and page.attempts >= 100


def test_restarts_of_nginx_lose_nothing(serve_program, tmp_path):
    port = free_port()
    server = both_ways(serve_program, "random", origins=[f"https://localhost:{port}"])
    folder = tmp_path / "nginx"
    folder.mkdir()
    nginx = Nginx(folder, f"127.0.0.1:{server.port}", port=port)
    # A cookie that was given over https: the channels come through nginx, which is.
    visitor = Visitor(server, PATH, X_Forwarded_Proto="https")
    trust = ssl.create_default_context(cafile=nginx.certificate)

    def open_channel():
        return connect(
            nginx.url.replace("https", "wss").rstrip("/") + PATH, subprotocols=[SUBPROTOCOL], origin=nginx.url.rstrip("/"),
            additional_headers={"Cookie": visitor.cookie}, compression=None, open_timeout=5, ping_interval=None,
            close_timeout=1, ssl=trust)

    restarts = []

    def restart_now_and_then(output):
        if len(output) > (len(restarts) + 1) * SIZE // 6:
            restarts.append(len(output))
            nginx.restart()

    page = Persistent(visitor, open_channel, restart_now_and_then)
    data = material("random", 2, SIZE)
    try:
        page.run(data)
    finally:
        nginx.stop()
    check(page, "random", data)
    assert len(restarts) >= 5 and page.attempts > 5
