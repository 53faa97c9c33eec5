"""The real program under test: started on free ports, waited for by what it prints, ended by its process ID."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("WEBTERMD", str(ROOT / ".build/release/webtermd"))


class Server:
    """One running server with a configuration of its own."""

    def __init__(self, folder, *options, environment=None, wrapper=(), **configuration):
        """The wrapper is a command that ends by executing what follows it, in the same process."""
        self.folder = pathlib.Path(folder)
        configuration.setdefault("listen", ["127.0.0.1:0"])
        configuration.setdefault("state", str(self.folder / "state"))
        (self.folder / "state").mkdir(exist_ok=True)
        self.configuration = configuration
        self.file = self.folder / "webtermd.json5"
        self.write_configuration()
        self.log = self.folder / "log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*wrapper, PROGRAM, "--config", str(self.file), "--log-level", "debug", *options],
                stdout=subprocess.PIPE, stderr=log, text=True, env=environment,
            )
        self.addresses = [self._address() for _ in configuration["listen"]]
        self.url = self.addresses[0]
        if self.url.startswith("http://"):
            host, port = self.url.removeprefix("http://").rstrip("/").rsplit(":", 1)
            self.host, self.port = host.strip("[]"), int(port)

    def write_configuration(self, **changes):
        self.configuration.update(changes)
        self.file.write_text(json.dumps(self.configuration))

    def _address(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError(f"the server ended with {self.process.returncode}: {self.log.read_text()}")
        return line.removeprefix("listening on ").strip()

    # Looking at the process

    @property
    def pid(self):
        return self.process.pid

    def children(self):
        """Of all its threads: which of them starts programs is its own matter."""
        found = []
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found += [int(pid) for pid in (task / "children").read_text().split()]
        return found

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident(self):
        """Resident memory in bytes."""
        pages = int(pathlib.Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu(self):
        """CPU time used so far, in seconds."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Asking

    def request(self, path, method="GET", **headers):
        """One request on a connection of its own: status, headers, body."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def raw(self, data, timeout=10):
        """Sends bytes and returns everything that comes until the server closes."""
        with socket.create_connection((self.host, self.port), timeout=timeout) as connection:
            connection.sendall(data)
            received = b""
            while piece := connection.recv(65536):
                received += piece
            return received

    def log_text(self):
        """The log with everything that has happened until now: another thread writes it, line after line."""
        marker = f"/healthz?{time.monotonic_ns()}"
        self.request(marker)
        eventually(lambda: marker in self.log.read_text(), "the log has come so far")
        return self.log.read_text()

    def control(self, *arguments):
        """`webtermd ctl`, run to its end."""
        return subprocess.run(
            [PROGRAM, "ctl", *arguments, "--config", str(self.file)], capture_output=True, text=True, timeout=20)

    # Ending

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Ends it in good order; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def eventually(condition, what, seconds=10):
    """Waits until a condition holds; `what` may be a function where the words tell how it was instead."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(0.02)


def runs(process):
    """Whether a process runs; one that has ended may still wait to be reaped, or be reaped while one looks."""
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def listens(port):
    """Whether a loopback port is listened on, seen without a connection: some take one only, or count them."""
    lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A" for line in lines)


# A socket for each port that was given away: its name, which only one can have, keeps other test runs from the same port.
_taken = []


def free_port():
    """A port for a program that cannot choose its own. It is none of those that the kernel gives to sockets that connect."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10000, max(first, 11000))
        name = socket.socket(socket.AF_UNIX)
        try:
            name.bind(f"\0webterm-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            continue
        _taken.append(name)
        return port
