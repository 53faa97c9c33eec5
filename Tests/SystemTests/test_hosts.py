"""Real ssh and telnet to real hosts."""

import socket
import subprocess

import pytest

from server import eventually, free_port
from terminal import Visitor

# What an interactive shell ends its prompt with.
PROMPT = r"[#$] "


def test_ssh_logs_in_and_works(serve, gateway):
    server = serve(targets=[gateway.target()])
    terminal = Visitor(server, gateway.ssh_path).terminal(cols=91, rows=33)
    terminal.expect(PROMPT)
    terminal.type("echo $((6*7)); stty size; echo $TERM; printf '\\377\\303\\n'\n")
    terminal.expect(r"[\r\n]42\r\n33 91\r\nxterm-256color\r\n")
    terminal.expect(b"\xff\xc3")
    terminal.say({"type": "resize", "cols": 60, "rows": 20})
    terminal.type("stty size\n")
    terminal.expect("20 60")
    terminal.type("exit 5\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 5}


def test_telnet_logs_in_and_works(serve, gateway):
    server = serve(targets=[gateway.target()])
    terminal = Visitor(server, f"/remote/telnet/somebody/{gateway.telnet_port}").terminal(cols=91, rows=33)
    terminal.expect("TERM=xterm-256color")
    terminal.expect(r"telnet-host\$ ")
    terminal.type("echo $((6*7)); stty size\n")
    terminal.expect(r"[\r\n]42\r\n33 91\r\n")
    terminal.type("exit\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "reason": "The host closed the connection."}


@pytest.mark.parametrize("clients", [{}, {"telnet": "/usr/bin/telnet"}])
@pytest.mark.parametrize("method", ["ssh", "telnet"])
def test_a_host_that_refuses_says_so(serve, method, clients):
    port = free_port()
    server = serve(clients=clients, targets=[{"name": "a", "host": "127.0.0.1", method: {"ports": [port]}}])
    terminal = Visitor(server, f"/remote/{method}/visitor/{port}").terminal()
    assert b"Connection refused" in terminal.read_to_end() or terminal.end["reason"] == "The host refused the connection."
    assert terminal.end["type"] == "exit"


@pytest.mark.parametrize("method, port", [("ssh", 22), ("telnet", 23)])
def test_a_host_that_has_no_address_says_so(serve, method, port):
    server = serve(targets=[{"name": "a", "host": "no-such-host.invalid", method: {"ports": [port]}}])
    terminal = Visitor(server, f"/remote/{method}/visitor/{port}").terminal()
    terminal.read_to_end(timeout=40)
    assert terminal.end["reason"] == "The host's name is not known."


def test_a_host_that_never_answers_can_be_left(serve):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        server = serve(
            clients={"telnet": "/usr/bin/telnet"}, targets=[{"name": "a", "host": "127.0.0.1", "telnet": {"ports": [port]}}])
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        terminal.expect("Escape character is 'off'")
        terminal.say({"type": "close"})
        terminal.read_to_end()
        eventually(lambda: server.children() == [], "the client is gone")


def test_the_escape_characters_are_plain_bytes(serve, gateway):
    server = serve(targets=[gateway.target()])
    for path in (gateway.ssh_path, gateway.telnet_path):
        terminal = Visitor(server, path).terminal()
        terminal.expect(PROMPT)
        terminal.type("stty raw -echo; echo go; dd bs=1 count=9 2>/dev/null | od -An -c; stty sane\n")
        terminal.expect(r"[\r\n\0]go\n")
        terminal.type(b"\r~.~C~^]!")
        terminal.expect(r"\\r\s+~\s+\.\s+~\s+C\s+~\s+\^\s+\]\s+!")
        terminal.close()


def test_the_first_key_of_a_host_is_pinned_and_another_refused(serve, gateway):
    target = gateway.target(hostKeys="pin")
    server = serve(targets=[target])
    visitor = Visitor(server, gateway.ssh_path)
    terminal = visitor.terminal()
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")
    pins = server.folder / "state/known_hosts.d/demo"
    key = (gateway.folder / "host_key.pub").read_text().split()[1]
    assert f"[demo]:{gateway.ssh_port} ssh-ed25519 {key}\n" in pins.read_text()
    assert oct(pins.stat().st_mode)[-3:] == "600"
    other = (gateway.folder / "other_host_key.pub").read_text().split()[1]
    pins.write_text(pins.read_text().replace(key, other))
    refused = visitor.terminal()
    words = refused.read_to_end()
    assert b"another key than the one that is known here" in words and refused.end["code"] == 255
    assert other in pins.read_text()


def visits(gateway, port):
    """What the host's log says of each connection."""
    return (gateway.folder / f"sshd_config_{port}.log").read_text().split("Connection from")[1:]


def counted(gateway, *lines):
    """A host that writes down who comes; the test's own look at whether it is there is written down by then."""
    port = gateway.sshd("LogLevel VERBOSE", *lines)
    eventually(lambda: len(visits(gateway, port)) == 1, "the first connection is written down")
    return port


def test_the_first_visit_makes_one_connection(serve, gateway):
    port = counted(gateway)
    server = serve(targets=[gateway.target(ports=[port], hostKeys="pin")])
    for _ in range(2):
        before = len(visits(gateway, port))
        terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()
        terminal.expect(PROMPT)
        here = visits(gateway, port)[before:]
        assert len(here) == 1, here
        assert not any("Unable to negotiate" in visit or "nobody" in visit for visit in here)
        terminal.say({"type": "close"})


def test_visitors_who_come_at_once_make_one_connection_each(serve, gateway):
    port = counted(gateway)
    server = serve(targets=[gateway.target(ports=[port], hostKeys="pin")])
    before = len(visits(gateway, port))
    visitor = Visitor(server, f"/remote/ssh/{gateway.user}/{port}")
    terminals = [visitor.terminal() for _ in range(5)]
    for terminal in terminals:
        terminal.expect(PROMPT)
    assert len(visits(gateway, port)) - before == 5
    pins = server.folder / "state/known_hosts.d"
    assert len((pins / "demo").read_text().splitlines()) == 1
    assert [file.name for file in pins.iterdir()] == ["demo"]


def test_what_is_not_stored_is_not_talked_to(serve, gateway, tmp_path):
    """With `accept-new` ssh goes on without a word where it cannot write: its question is not shown, and nothing is typed."""
    program = tmp_path / "ssh"
    # What ssh is told first counts.
    program.write_text('#!/bin/sh\nexec /usr/bin/ssh -o UserKnownHostsFile=/proc/none "$@"\n')
    program.chmod(0o755)
    target = gateway.target(hostKeys="pin")
    server = serve(clients={"ssh": str(program)}, targets=[target])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    terminal.type("echo typed\n")
    words = terminal.read_to_end(30)
    # ssh says what it could not do, and goes on: to a prompt that is not shown.
    assert words.startswith(b"Failed to add the host to the list of known hosts (/proc/none).\r\n")
    assert terminal.end["type"] == "error"
    assert terminal.end["message"] == "The host's key could not be stored: ssh has not handed it over."
    pins = server.folder / "state/known_hosts.d"
    assert list(pins.iterdir()) == []
    # And where there is no place for it there is no connection.
    pins.rmdir()
    pins.write_text("")
    terminal = Visitor(server, gateway.ssh_path).terminal()
    assert terminal.read_to_end() == b"" and "The host's key could not be stored: " in terminal.end["message"]


def test_a_host_with_another_kind_of_key_is_pinned_too(serve, gateway):
    key = gateway.folder / "ecdsa_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", key], check=True)
    port = counted(gateway, f"HostKey {key}", "HostKeyAlgorithms ecdsa-sha2-nistp256")
    server = serve(targets=[gateway.target(ports=[port], hostKeys="pin")])
    before = len(visits(gateway, port))
    Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal().expect(PROMPT)
    assert len(visits(gateway, port)) - before == 1
    pins = (server.folder / "state/known_hosts.d/demo").read_text()
    assert pins.startswith(f"[demo]:{port} ecdsa-sha2-nistp256 ")


def test_a_host_is_told_of_characters_and_colours(serve, gateway):
    # As Debian's sshd is set up, with a host that sets no locale of its own.
    port = gateway.sshd("AcceptEnv LANG LC_* COLORTERM", f"SetEnv HOME={gateway.home}")
    for charset, locale in (("utf-8", "C.UTF-8"), ("gbk", "")):
        server = serve(targets=[gateway.target(ports=[port]) | {"charset": charset}])
        terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()
        terminal.expect(PROMPT)
        terminal.type("echo \"is [$LANG] [$COLORTERM]\"\n")
        terminal.expect(rf"is \[{locale}\] \[truecolor\]")


def test_a_host_that_gives_no_terminal_can_be_used(serve, gateway):
    port = gateway.sshd("PermitTTY no")
    server = serve(targets=[gateway.target(ports=[port])])
    terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()
    terminal.expect("PTY allocation request failed on channel 0")
    terminal.type("echo $((6*7)) alive\n")
    terminal.expect("42 alive\r\n")
    terminal.type("exit 4\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 4}


def test_brackets_around_an_address_are_none_of_it(serve, gateway):
    server = serve(targets=[{"name": "a", "host": "[::1]", "telnet": {"ports": [1]}},
                            {"name": "b", "host": "fe80::1%lo", "telnet": {"ports": [1]}}])
    for name in ("a", "b"):
        terminal = Visitor(server, f"/remote/{name}/telnet/x/1").terminal()
        terminal.read_to_end()
        assert terminal.end["reason"] in ("The host refused the connection.", "The host cannot be reached.")


def test_the_visitor_s_answer_about_a_key_is_not_kept(serve, gateway):
    server = serve(targets=[gateway.target(hostKeys="ask")])
    for _ in range(2):
        terminal = Visitor(server, gateway.ssh_path).terminal()
        terminal.expect(r"Are you sure you want to continue connecting")
        terminal.type("yes\n")
        terminal.type("echo $((6*7))\n")
        terminal.expect(r"[\r\n]42\r\n")


def test_a_host_that_is_not_in_the_administrator_s_file_is_refused(serve, gateway, tmp_path):
    empty = tmp_path / "empty"
    empty.write_text("")
    server = serve(targets=[gateway.target(hostKeys=str(empty))])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    assert b"Host key verification failed" in terminal.read_to_end()


def test_nothing_of_the_server_reaches_the_client(serve, gateway):
    server = serve(targets=[gateway.target()])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")
    (client,) = server.children()
    environment = open(f"/proc/{client}/environ").read().strip("\0").split("\0")
    assert sorted(entry.split("=")[0] for entry in environment) == ["HOME", "LANG", "PATH", "TERM"]
    status = open(f"/proc/{client}/status").read()
    assert "NoNewPrivs:\t1" in status
    links = subprocess.run(["ls", "-l", f"/proc/{client}/fd"], capture_output=True, text=True, check=True).stdout
    assert "epoll" not in links and links.count("socket:") == 1 and "webtermd.json5" not in links
