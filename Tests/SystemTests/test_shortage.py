"""What a newcomer is told where the server has no descriptor left."""

import contextlib
import socket

from server import eventually
from terminal import Visitor

DESCRIPTORS = 48


def test_at_the_limit_of_descriptors_a_newcomer_gets_an_error(serve, device):
    """It is no end of a terminal's: nothing was begun, and no host has said anything."""
    host = device()
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(
        targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}], limits={"openPerMinute": 1000},
        wrapper=("prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"))
    before = server.descriptors()
    visitor = Visitor(server, f"/remote/telnet/visitor/{host.port}")
    eventually(lambda: server.descriptors() <= before, "the page's connection is over")
    with contextlib.ExitStack() as stack:
        pages = []
        # A terminal takes one descriptor for its page and one for its host. In the end there is one for a page.
        while (left := DESCRIPTORS - server.descriptors()) > 1:
            if left > 2:
                pages.append(visitor.terminal())
                stack.callback(pages[-1].close)
                eventually(lambda: server.descriptors() == DESCRIPTORS - left + 2, "the terminal is connected")
            else:
                stack.enter_context(socket.create_connection((server.host, server.port)))
                eventually(lambda: server.descriptors() == DESCRIPTORS - 1, "the connection is accepted")
        last = visitor.terminal()
        while last.receive():
            pass
        assert last.end["type"] == "error" and last.end["code"] == "spawn" and last.close_code == 4500
        assert not any(message["type"] == "exit" for message in last.messages)
        # Those that were there notice nothing.
        assert pages[0].pong() and not pages[0].end
