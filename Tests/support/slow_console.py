"""A console behind a serial line: so many bits a second, 256 bytes of buffer, no flow control."""

import contextlib
import queue
import socket
import threading
import time


class SlowConsole:
    """A raw TCP port that leads to a device which takes its time for each line, and loses what comes meanwhile and has no place."""

    BUFFER = 256

    def __init__(self, baud, line_time):
        self.byte_time = 10 / baud
        self.line_time = line_time
        self.lines = []
        self.lost = 0
        self.received = 0
        self.buffer = queue.Queue(self.BUFFER)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            self.line, _ = self.listener.accept()
            threading.Thread(target=self._work, daemon=True).start()
            while data := self.line.recv(16):
                time.sleep(len(data) * self.byte_time)
                self.received += len(data)
                for byte in data:
                    try:
                        self.buffer.put_nowait(byte)
                    except queue.Full:
                        self.lost += 1

    def _work(self):
        with contextlib.suppress(OSError):
            line = b""
            self.line.sendall(b"router(config)# ")
            while True:
                byte = bytes([self.buffer.get()])
                self.line.sendall(byte)
                if byte != b"\r":
                    line += byte
                    continue
                time.sleep(self.line_time)
                self.lines.append(line.decode())
                line = b""
                self.line.sendall(b"\r\nrouter(config)# ")
