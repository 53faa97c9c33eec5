"""What ssh says for itself: the visitor reads it, and the end says what happened."""

import os
import signal

import pytest

from server import eventually, free_port
from terminal import Visitor

PROMPT = r"[#$] "


def connect(serve, gateway, port, **ssh):
    server = serve(targets=[gateway.target(ports=[port], **ssh)])
    return server, Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()


def test_a_notice_before_the_login_is_read(serve, gateway):
    notice = gateway.folder / "notice"
    notice.write_text("Authorised staff only.\nHelp: /etc/motd of console 7\n")
    _, terminal = connect(serve, gateway, gateway.sshd(f"Banner {notice}"))
    terminal.expect(r"Authorised staff only\.\r\nHelp: /etc/motd of console 7\r\n")
    terminal.expect(PROMPT)
    # A failed command is no failure of the log-out.
    terminal.type("false; exit\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 1}


def test_a_negotiation_that_fails_names_what_the_host_offers(serve, gateway):
    _, terminal = connect(serve, gateway, gateway.sshd("KexAlgorithms diffie-hellman-group1-sha1"))
    words = terminal.read_to_end()
    assert b"no matching key exchange method found" in words
    assert terminal.end["code"] == 255 and "diffie-hellman-group1-sha1" in terminal.end["reason"]


def test_a_second_proof_is_asked_for_and_a_wrong_one_is_said_so(serve, gateway):
    port = gateway.sshd("AuthenticationMethods publickey,password", "PasswordAuthentication yes", "PermitRootLogin yes")
    _, terminal = connect(serve, gateway, port)
    terminal.expect("password: ")
    terminal.type("wrong\n")
    terminal.expect(r"Permission denied, please try again\.\r\n.*password: ")
    terminal.type("wrong\n")
    terminal.expect("password: ")
    terminal.type("wrong\n")
    terminal.read_to_end()
    assert terminal.end["code"] == 255 and terminal.end["reason"] == "The host did not let you in."


def test_a_refused_connection_is_said_at_the_end(serve, gateway):
    port = free_port()
    _, terminal = connect(serve, gateway, port)
    assert b"Connection refused" in terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 255, "reason": "The host refused the connection."}


def test_another_key_is_explained_without_a_path_of_the_server_s(serve, gateway):
    known = gateway.folder / "other_known_hosts"
    other = (gateway.folder / "other_host_key.pub").read_text()
    known.write_text(f"[127.0.0.1]:{gateway.ssh_port} {other}")
    _, terminal = connect(serve, gateway, gateway.ssh_port, hostKeys=str(known))
    words = terminal.read_to_end()
    assert b"another key than the one that is known here" in words
    assert b"known_hosts" not in words and b"@@@" not in words
    assert "key" in terminal.end["reason"]


def test_a_key_that_is_asked_about_leaves_no_noise(serve, gateway):
    _, terminal = connect(serve, gateway, gateway.ssh_port, hostKeys="ask")
    terminal.expect(r"\(yes/no")
    terminal.type("yes\n")
    words = b""
    while not words.rstrip().endswith((b"#", b"$")):
        assert terminal.receive(), words
        words = terminal.output
    assert b"Permanently added" not in words


def test_a_host_that_vanishes_is_not_a_log_out(serve, gateway):
    server, terminal = connect(serve, gateway, gateway.ssh_port)
    terminal.expect(PROMPT)
    terminal.type("echo parent $PPID.\n")
    session = int(terminal.expect(r"parent (\d+)\.").group(1))
    os.kill(session, signal.SIGKILL)
    words = terminal.read_to_end()
    assert b"closed by remote host" in words
    assert terminal.end["code"] == 255 and terminal.end["reason"] == "The host closed the connection."
    eventually(lambda: server.children() == [], "the client is gone")


@pytest.mark.parametrize("words", ["in use by alice\\n", ""])
def test_a_device_that_closes_at_once_is_heard(serve_program, words):
    server = serve_program(f"#!/bin/sh\nprintf '{words}'\nexit 1\n")
    terminal = Visitor(server, "/remote/telnet/visitor/23").terminal()
    assert terminal.read_to_end() == words.replace("\\n", "\r\n").encode()
    assert terminal.end == {"type": "exit", "code": 1}
