"""A page without a browser: cookie, channel, acknowledgements, input that keeps to its room."""

import contextlib
import json
import re

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

SUBPROTOCOL = "webterm.v1"


class Visitor:
    """A browser with a cookie."""

    def __init__(self, server, path, **headers):
        self.server = server
        self.path = path
        response, body = server.request(path, **headers)
        assert response.status == 200, (response.status, body)
        self.cookie = response.headers["Set-Cookie"].split(";")[0]

    def connect(self, path=None, **options):
        options.setdefault("subprotocols", [SUBPROTOCOL])
        options.setdefault("origin", self.server.url.rstrip("/"))
        headers = {"Cookie": self.cookie, **options.pop("headers", {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return connect(
            self.server.url.replace("http", "ws", 1).rstrip("/") + (path or self.path),
            additional_headers=headers, compression=None, max_size=None, open_timeout=10,
            ping_interval=None, close_timeout=5, legacy=True, **options,
        )

    def terminal(self, cols=80, rows=24, resume=None, path=None, **options):
        return Terminal(self.connect(path), cols, rows, resume, **options)


class Terminal:
    """One channel, attached."""

    def __init__(self, socket, cols=80, rows=24, resume=None, acknowledges=True, wish=None, name=None):
        self.socket = socket
        self.acknowledges = acknowledges
        self.output = b""
        self.messages = []
        self.end = None
        self.close_code = None
        # A painted screen comes before output, and has no offset.
        self.painting = b""
        self.painting_left = 0
        hello = {"type": "hello", "cols": cols, "rows": rows}
        if resume:
            hello["resume"] = resume
        if wish:
            hello["as"] = wish
        if name is not None:
            hello["name"] = name
        self.say(hello)
        first = json.loads(self.socket.recv(timeout=10))
        self.welcome = first if first["type"] == "welcome" else None
        if self.welcome is None:
            self.end = first
            self._drain()
            return
        self.id = first["terminal"]
        self.painting_left = first["screen"]
        self.offset = first["output"]
        self.granted = first["input"] + first["room"]
        self.sent = first["input"]
        self.viewer, self.role = first["viewer"], first["role"]

    def say(self, message):
        self.socket.send(json.dumps(message))

    def receive(self, timeout=10):
        """One message, taken in. False where nothing comes in time or the channel is over."""
        try:
            data = self.socket.recv(timeout=timeout)
        except TimeoutError:
            return False
        except ConnectionClosed as closed:
            self.close_code = closed.rcvd.code if closed.rcvd else None
            return False
        if isinstance(data, bytes):
            painting, data = data[:self.painting_left], data[self.painting_left:]
            self.painting += painting
            self.painting_left -= len(painting)
            if not data:
                return True
            self.output += data
            self.offset += len(data)
            if self.acknowledges:
                # The channel may be over by now, with more to read before its end.
                with contextlib.suppress(ConnectionClosed):
                    self.say({"type": "ack", "output": self.offset})
            return True
        message = json.loads(data)
        self.messages.append(message)
        if message["type"] in ("input", "pong"):
            self.granted = message["input"] + message["room"]
        if message["type"] == "role":
            # What was on its way is not typed: a viewer goes on behind what the server has.
            self.role, self.sent = message["role"], message["input"]
            self.granted = message["input"] + message["room"]
        if message["type"] == "skip":
            self.offset = message["output"]
            self.painting, self.painting_left = b"", message["screen"]
            if self.acknowledges:
                self.say({"type": "ack", "output": self.offset})
        if message["type"] in ("exit", "error", "goaway"):
            self.end = message
        return True

    def type(self, data):
        """Sends input, as fast as there is room for it."""
        data = data.encode() if isinstance(data, str) else data
        while data:
            room = min(self.granted - self.sent, 65536, len(data))
            if room <= 0:
                assert self.receive(), f"no room, end {self.end}, close {self.close_code}"
                continue
            self.socket.send(data[:room])
            self.sent += room
            data = data[room:]

    def expect(self, pattern, timeout=10):
        """Reads until the output holds the pattern; returns the match and forgets what came before."""
        pattern = pattern.encode() if isinstance(pattern, str) else pattern
        while not (match := re.search(pattern, self.output)):
            assert self.receive(timeout), f"no {pattern!r} in {self.output[-2000:]!r}, end {self.end}"
        self.output = self.output[match.end():]
        return match

    def hear(self, kind, timeout=10):
        """Reads until a message of that type has come that was not asked for before; returns and forgets it."""
        while not (heard := [message for message in self.messages if message["type"] == kind]):
            assert self.receive(timeout), f"no {kind}, end {self.end}, close {self.close_code}"
        self.messages.remove(heard[0])
        return heard[0]

    def pong(self):
        """Asks and waits for the answer to this question, not to an earlier one."""
        before = len(self.messages)
        self.say({"type": "ping", "id": 7})
        while not (answers := [message for message in self.messages[before:] if message["type"] == "pong"]):
            assert self.receive(), "no pong"
        return answers[0]

    def read_to_end(self, timeout=30):
        """Reads until the channel is over; returns all output since the last `expect`."""
        self._drain(timeout)
        return self.output

    def _drain(self, timeout=10):
        while self.receive(timeout):
            pass

    def vanish(self):
        """Drops the connection without a word, as a network does."""
        import socket as sockets
        import struct

        raw = self.socket.socket
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        raw.shutdown(sockets.SHUT_RDWR)
        raw.close()

    def close(self):
        self.socket.close()
