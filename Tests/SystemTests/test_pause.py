"""The server is stopped for a while, as a virtual machine is: no peer is judged for what could not be heard meanwhile."""

import signal
import socket
import time

from raw_channel import RawChannel
from terminal import Visitor

# As long as anybody is waited for, in seconds; the pause is longer.
TIMEOUT = 4


def test_a_pause_of_the_server_ends_nothing(serve, device):
    host = device(b"hello\r\n")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(
        targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}],
        timeouts={"detached": TIMEOUT, "handshake": TIMEOUT, "idle": TIMEOUT * 3})
    visitor = Visitor(server, f"/remote/telnet/visitor/{host.port}")
    terminal = visitor.terminal()
    terminal.expect("hello")
    silent = RawChannel(visitor)
    request = socket.create_connection((server.host, server.port), timeout=20)
    request.sendall(f"GET /healthz HTTP/1.1\r\nHost: {server.host}:{server.port}\r\n".encode())
    terminal.close()
    # All of them are known to the server now.
    server.log_text()
    server.signal(signal.SIGSTOP)
    # Nothing can be waited for in it: it is time itself that has to pass.
    time.sleep(TIMEOUT * 2)
    server.signal(signal.SIGCONT)
    # It looks at what is due before anything of this comes.
    assert server.request("/healthz")[0].status == 200
    request.sendall(b"\r\n")
    assert request.recv(4096).startswith(b"HTTP/1.1 200 ")
    silent.hello(resume={"terminal": terminal.id, "output": 0, "viewer": 1})
    assert b'"welcome"' in silent.until(lambda opcode, payload: opcode == 1)
    silent.close()
    request.close()
    assert server.log_text().count("terminal ended") == 0


def test_what_is_over_ends_all_the_same(serve, device):
    """Patience begins anew after a pause, and ends."""
    host = device(b"hello\r\n")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}], timeouts={"detached": 1})
    visitor = Visitor(server, f"/remote/telnet/visitor/{host.port}")
    terminal = visitor.terminal()
    terminal.expect("hello")
    terminal.close()
    server.log_text()
    server.signal(signal.SIGSTOP)
    time.sleep(3)
    server.signal(signal.SIGCONT)
    deadline = time.monotonic() + 30
    while "terminal ended" not in server.log_text():
        assert time.monotonic() < deadline
