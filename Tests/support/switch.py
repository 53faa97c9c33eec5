"""A switch as one finds it in a rack: it asks for a password, echoes itself, stops at `--More--`, and obeys a break."""

import contextlib
import socket
import threading

IAC, DONT, DO, WONT, WILL, SB, SE, BREAK = 255, 254, 253, 252, 251, 250, 240, 243
ECHO, SGA, TTYPE, NAWS = 1, 3, 24, 31


class HangUp(Exception):
    """The line is gone."""


class Break(Exception):
    """A break has come."""


class Switch:
    """A telnet server for one visitor at a time."""

    PASSWORD = "secret"
    VERSION = [f"line {number} of the version" for number in range(1, 101)]

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                with line, contextlib.suppress(HangUp, ConnectionError):
                    Session(line).run()


class Session:
    def __init__(self, line):
        self.line = line
        self.columns, self.rows = 80, 24
        self.received = iter(())

    def say(self, text):
        self.line.sendall(text.encode())

    def _byte(self):
        while (byte := next(self.received, None)) is None:
            if not (data := self.line.recv(4096)):
                raise HangUp
            self.received = iter(data)
        return byte

    def key(self):
        """The next key; what telnet says in between is obeyed."""
        while (byte := self._byte()) == IAC:
            command = self._byte()
            if command == BREAK:
                raise Break
            if command in (DO, DONT, WILL, WONT):
                self._byte()
            if command == SB:
                self._subnegotiation()
            if command == IAC:
                break
        return byte

    def _subnegotiation(self):
        words = []
        while True:
            byte = self._byte()
            if byte == IAC and (byte := self._byte()) == SE:
                break
            words.append(byte)
        if words[0] == NAWS:
            self.columns, self.rows = words[1] << 8 | words[2], words[3] << 8 | words[4]

    def read(self, prompt, shows=True):
        """A line that is typed, which ends with CR NUL."""
        self.say(prompt)
        words = b""
        while (key := self.key()) != 13:
            if key in (8, 127):
                if words and shows:
                    self.say("\b \b")
                words = words[:-1]
                continue
            words += bytes([key])
            if shows:
                self.say(chr(key))
        assert self.key() == 0, "a return without its NUL"
        self.say("\r\n")
        return words.decode()

    def page(self, lines):
        room = self.rows - 1
        for number, line in enumerate(lines):
            if number and number % room == 0:
                self.say(" --More-- ")
                key = self.key()
                self.say("\b" * 10 + " " * 10 + "\b" * 10)
                if key == ord("q"):
                    return
            self.say(f"{line}\r\n")

    def run(self):
        self.line.sendall(bytes([IAC, WILL, ECHO, IAC, WILL, SGA, IAC, DO, TTYPE, IAC, DO, NAWS]))
        self.say("\r\nUser Access Verification\r\n\r\n")
        while self.read("Password: ", shows=False) != Switch.PASSWORD:
            self.say("% Bad passwords\r\n")
        prompt = "sw1>"
        while True:
            try:
                command = self.read(prompt)
            except Break:
                self.say("\r\nmonitor: command \"boot\" aborted due to user interrupt\r\n")
                prompt = "rommon 1 > "
                continue
            if command == "show version":
                self.page(Switch.VERSION)
            elif command == "show terminal":
                self.say(f"Length: {self.rows} lines, Width: {self.columns} columns\r\n")
            elif command == "exit":
                return
            else:
                self.say("% Unknown command\r\n")
