"""A device behind a TCP port, whose words a test decides."""

import contextlib
import socket
import threading

from server import eventually


class Device:
    """A device behind a TCP port: what it got, and what the test lets it say."""

    def __init__(self, greeting=b""):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.greeting = greeting
        self.got = b""
        self.ready = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            self.line, _ = self.listener.accept()
            self.line.sendall(self.greeting)
            self.ready.set()
            while data := self.line.recv(4096):
                self.got += data

    def say(self, data):
        assert self.ready.wait(10)
        self.line.sendall(data)

    def expect(self, data):
        eventually(lambda: data in self.got, f"{data!r} has arrived")

    def close(self):
        with contextlib.suppress(OSError, AttributeError):
            self.line.shutdown(socket.SHUT_RDWR)
        self.listener.close()
