"""A WebSocket over TLS for tests that read and write it from one thread.

The library's threaded client reads in a thread of its own while another one writes, which Python's TLS sockets do not bear:
once in some hundred times a request never leaves. Here one event loop does both.
"""

import asyncio
import threading

from websockets.asyncio.client import connect


class TLSChannel:
    _loop = None

    def __init__(self, url, **options):
        self._socket = self._run(self._open(url, options))

    @staticmethod
    async def _open(url, options):
        return await connect(url, **options)

    @classmethod
    def _run(cls, work):
        if cls._loop is None:
            cls._loop = asyncio.new_event_loop()
            threading.Thread(target=cls._loop.run_forever, daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, cls._loop).result()

    def send(self, data):
        self._run(self._socket.send(data))

    def recv(self, timeout=None):
        return self._run(asyncio.wait_for(self._socket.recv(), timeout))

    def close(self):
        self._run(self._socket.close())
