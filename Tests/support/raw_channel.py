"""A channel's bytes by hand, for what no WebSocket library would do: not reading, or cutting anywhere."""

import json
import socket

from terminal import SUBPROTOCOL

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload=b""):
    """A whole message of a client's, masked by zeros (RFC 6455, section 5.2)."""
    payload = payload.encode() if isinstance(payload, str) else payload
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + size.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + bytes(4) + payload


class RawChannel:
    """A connection on which the handshake is done and nothing said yet."""

    def __init__(self, visitor, path=None, timeout=20):
        server = visitor.server
        self.socket = socket.create_connection((server.host, server.port), timeout=timeout)
        self.socket.sendall(
            f"GET {path or visitor.path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nOrigin: {server.url.rstrip('/')}\r\n"
            f"Cookie: {visitor.cookie}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head

    def send(self, opcode, payload=b""):
        self.socket.sendall(frame(opcode, payload))

    def say(self, message):
        self.send(TEXT, json.dumps(message))

    def hello(self, **fields):
        self.say({"type": "hello", "cols": 80, "rows": 24, **fields})

    def _exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def receive(self):
        """One frame of the server's: opcode and payload."""
        first, length = self._exactly(2)
        if length == 126:
            length = int.from_bytes(self._exactly(2), "big")
        elif length == 127:
            length = int.from_bytes(self._exactly(8), "big")
        return first & 15, self._exactly(length)

    def until(self, wanted):
        """Reads until a frame is what is wanted; returns its payload."""
        while True:
            opcode, payload = self.receive()
            if wanted(opcode, payload):
                return payload

    def close(self):
        self.socket.close()
