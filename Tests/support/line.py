"""A raw line behind a TCP port, for as many as come."""

import contextlib
import socket
import socketserver
import threading


class Line:
    """Says one word to each who comes, hears the rest, and says more to all of them when a test wants it."""

    def __init__(self, greeting=b"ready"):
        self.callers = callers = []

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                with contextlib.suppress(OSError):
                    self.request.sendall(greeting)
                    callers.append(self.request)
                    while self.request.recv(4096):
                        pass

        class Listener(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            request_queue_size = 128

        self._listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self._listener.server_address[1]
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def say(self, data):
        for caller in list(self.callers):
            with contextlib.suppress(OSError):
                caller.sendall(data)

    def close(self):
        self._listener.shutdown()
        self._listener.server_close()
        for caller in self.callers:
            with contextlib.suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
