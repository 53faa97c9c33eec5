"""A device behind a TCP port, whose words a test decides."""

import contextlib
import socket
import threading

from server import eventually


class Device:
    """A device behind a TCP port: what it got, and what the test lets it say. It may hang up a few times before it stays, or hear
    nothing."""

    def __init__(self, greeting=b"", hang_ups=0, is_deaf=False):
        self.is_deaf = is_deaf
        self.hang_ups = hang_ups
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.greeting = greeting
        self.got = b""
        self.ready = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            for _ in range(self.hang_ups):
                line, _ = self.listener.accept()
                line.sendall(b"rebooting\r\n")
                line.close()
            self.line, _ = self.listener.accept()
            self.line.sendall(self.greeting)
            self.ready.set()
            while not self.is_deaf and (data := self.line.recv(4096)):
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
