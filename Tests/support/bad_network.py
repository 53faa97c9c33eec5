"""A proxy that treats connections as a bad network does: cuts, delays, throttles, splits; by a seed."""

import random
import socket
import struct
import threading
import time


class BadNetwork:
    """Listens on `port` and leads to `target`. Each connection lives for so many bytes and is then reset."""

    def __init__(self, target, seed, shortest=500, longest=120_000):
        self.target = target
        self.random = random.Random(seed)
        self.shortest, self.longest = shortest, longest
        self.cuts = 0
        # A calm network cuts nothing by itself; one that is down lets nothing through.
        self.is_calm = self.is_down = False
        # One that swallows takes connections and never answers.
        self.swallows = False
        self.swallowed = []
        self._pairs = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                browser, _ = self._listener.accept()
            except OSError:
                return
            if self.is_down:
                self._reset(browser)
                continue
            if self.swallows:
                self.swallowed.append(browser)
                continue
            life = 10**12 if self.is_calm else self.random.randint(self.shortest, self.longest)
            try:
                server = socket.create_connection(self.target)
            except OSError:
                self._reset(browser)
                continue
            pair = _Pair(browser, server, life, random.Random(self.random.random()), self)
            self._pairs.append(pair)
            for source, sink in ((browser, server), (server, browser)):
                threading.Thread(target=pair.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def _reset(connection):
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        connection.close()

    def cut(self):
        """Cuts everything that goes through it now."""
        for pair in self._pairs:
            pair.cut()
        self._pairs = []

    def close(self):
        self._listener.close()


class _Pair:
    def __init__(self, browser, server, life, chance, network):
        self.ends = (browser, server)
        self.life, self.random, self.network = life, chance, network
        self.lock = threading.Lock()
        self.is_cut = False

    def carry(self, source, sink):
        try:
            while data := source.recv(65536):
                while data:
                    # Split anywhere, now and then late.
                    piece = data[: self.random.choice((1, 7, 100, 1460, 20_000, 65536))]
                    data = data[len(piece):]
                    if self.random.random() < 0.02:
                        time.sleep(self.random.random() * 0.01)
                    if not self._spend(len(piece)):
                        return self.cut()
                    sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            self.cut(counts=False)

    def _spend(self, count):
        with self.lock:
            self.life -= count
            return self.life > 0

    def cut(self, counts=True):
        with self.lock:
            if self.is_cut:
                return
            self.is_cut = True
        self.network.cuts += counts
        for end in self.ends:
            BadNetwork._reset(end)
