"""Names of hosts: one that no name server answers for holds up nobody else."""

import contextlib
import os
import random
import socket
import time

import pytest

from terminal import Visitor


@pytest.fixture
def silent_names(tmp_path):
    """A name server that takes every question and answers none, and what makes a server ask it."""
    if os.getuid() != 0:
        pytest.fail("only root can give a server another name server: these tests need root")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        address = f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        server.bind((address, 53))
        resolv = tmp_path / "resolv.conf"
        resolv.write_text(f"nameserver {address}\noptions timeout:30 attempts:1\n")
        nsswitch = tmp_path / "nsswitch.conf"
        nsswitch.write_text("hosts: files dns\npasswd: files\ngroup: files\n")
        # The mounts are the server's own, and end with it.
        script = f'mount --bind {resolv} /etc/resolv.conf && mount --bind {nsswitch} /etc/nsswitch.conf && exec "$@"'
        yield ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]


def target(name, host, port):
    return {"name": name, "host": host, "telnet": {"ports": [port], "users": ["*"], "mode": "raw"}}


def open_terminal(server, name, port):
    return Visitor(server, f"/remote/{name}/telnet/x/{port}").terminal()


def test_a_name_that_is_not_answered_holds_up_nobody(serve, device, silent_names):
    host = device(greeting=b"here\r\n")
    slow = [target(f"slow{number}", f"console{number}.slow.example", host.port) for number in range(12)]
    server = serve(
        wrapper=silent_names, timeouts={"connect": 2},
        targets=[target("address", "127.0.0.1", host.port), *slow])
    terminals = [open_terminal(server, each["name"], host.port) for each in slow]
    began = time.monotonic()
    open_terminal(server, "address", host.port).expect("here")
    # What is looked up beside eight silent names has to wait for none that was given up.
    for terminal in terminals:
        terminal.read_to_end()
        assert terminal.end["reason"] == "No name server answered within 2 seconds."
    # The system's resolver would have taken 30 s for each, and 45 one after the other.
    assert time.monotonic() - began < 25


def test_what_was_closed_is_not_looked_up(serve, device, silent_names):
    hosts = {name: device(greeting=b"here\r\n") for name in ("127.0.0.1", "localhost")}
    server = serve(
        wrapper=silent_names, timeouts={"connect": 10},
        targets=[target("slow", "console.slow.example", 23),
                 *(target(f"t{each.port}", name, each.port) for name, each in hosts.items())])
    for _ in range(20):
        open_terminal(server, "slow", 23).say({"type": "close"})
    for each in hosts.values():
        open_terminal(server, f"t{each.port}", each.port).expect("here")
