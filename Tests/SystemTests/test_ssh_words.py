"""What ssh says for itself: the visitor reads it, and the end says what happened."""

import os
import random
import re
import signal
import subprocess

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


FRAME = "@" * 59
REPORT = [
    FRAME, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", FRAME,
    "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!",
    "The fingerprint for the ED25519 key sent by the remote host is\nSHA256:" + "A" * 43 + ".",
    "Please contact your system administrator.",
    "Host key for demo has changed and you have requested strict checking.",
    "Host key verification failed.",
]
# What a host may say that looks like ssh's own messages, in whole or nearly.
LINES = [
    *REPORT, "@" * 58, "@" * 60, "@  AUTHORISED STAFF ONLY  @", "*" * 70, "@", "", "Broken pipe", "debug1: x",
    "Connection to this system is monitored.", "Connection to rack 7 is closed.", "Connection closed by order.",
    "Connection to 127.0.0.1 closed.", "Connection to 127.0.0.1 closed by remote host.",
    "Connection closed by 127.0.0.1 port 22", "Disconnected from 127.0.0.1 port 22",
    "Timeout, server 127.0.0.1 not responding.", "Timeout, server room closes at 8.",
    "Received disconnect from 127.0.0.1 port 22:2: bye", "client_loop: send disconnect: Broken pipe",
    "Read from remote host 127.0.0.1: Connection reset by peer",
    "ssh: connect to host 127.0.0.1 port 22: Connection refused",
    "Warning: Permanently added '127.0.0.1' (ED25519) to the list of known hosts.",
    "Pseudo-terminal will not be allocated because stdin is not a terminal.",
    "x@127.0.0.1: Permission denied (none).", "Permission denied, please try again.",
    "homes are below /nonexistent", "/etc/passwd", "gr\u00fcn \u65e5\u672c \U0001f600", "\033[31mred\033[0m", "a\rb",
    "tab\tbell\a", "long " * 400, "\u0085\u009b", "\udcff\udc80",
]


def whole(lines, end):
    return "".join(f"{line}{end}" for line in lines)


def plain_ssh(gateway, port):
    """What ssh shows of the host's banner where it has no terminal, as a terminal shows it."""
    known = f"UserKnownHostsFile={gateway.known_hosts}"
    options = ("BatchMode=yes", "StrictHostKeyChecking=yes", known, "IdentityFile=none")
    words = subprocess.run(
        ["ssh", "-F", "none", "-T", "-p", str(port), *(f"-o{option}" for option in options), "127.0.0.1"],
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
        env={"LANG": "C.UTF-8", "PATH": os.environ["PATH"]}).stderr
    banner, denied = words.split(f"{gateway.user}@127.0.0.1: Permission denied".encode())
    assert denied
    return re.sub(rb"\r?\n", b"\r\n", banner)


@pytest.fixture
def asking(serve, gateway):
    """A host that says what the test wants and asks for a password."""
    notice = gateway.folder / "notice"
    notice.write_text("")
    port = gateway.sshd(f"Banner {notice}", "PasswordAuthentication yes", "PermitRootLogin yes")
    target = gateway.target(ports=[port])
    del target["ssh"]["identity"]
    server = serve(targets=[target], limits={"openPerMinute": 1000})

    def open_with(words):
        notice.write_bytes(words.encode(errors="surrogateescape"))
        return port, Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()

    return open_with


def assert_shown_before_the_question(gateway, asking, words):
    port, terminal = asking(words)
    prompt = f"\r{gateway.user}@127.0.0.1's password: ".encode()
    shown = terminal.expect(b"(?s).*" + re.escape(prompt)).group()
    banner = plain_ssh(gateway, port)
    assert banner
    assert shown == banner + prompt
    return terminal


@pytest.mark.parametrize(
    "words", [
        f"{FRAME}\n@  AUTHORISED STAFF ONLY  @\n{FRAME}\n",
        "Connection to this system is monitored and recorded.\nDisconnect now if you are not authorised.\n",
        "Connection to rack 7 is closed.\n", "Connection to 127.0.0.1 closed.\r\n",
        "Connection to 127.0.0.1 closed by remote host.", "Timeout, server 127.0.0.1 not responding.\n",
        whole(REPORT, "\n"), whole(REPORT, "\r\n"), whole(REPORT[:3], "\r\n"), "no end",
        "Warning: Permanently added 'x' (y) to the list of known hosts.\n",
    ])
def test_a_banner_is_shown_as_ssh_shows_it(gateway, asking, words):
    assert_shown_before_the_question(gateway, asking, words)


def test_any_banner_is_shown_as_ssh_shows_it(gateway, asking):
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(12):
        lines = [chance.choice(LINES) for _ in range(chance.randrange(1, 12))]
        if chance.random() < 0.2:
            lines = REPORT + lines[:chance.randrange(2)]
        words = "".join(line + chance.choice(["\n", "\r\n"]) for line in lines)
        if chance.random() < 0.3:
            words = words.rstrip("\r\n")
        terminal = assert_shown_before_the_question(gateway, asking, words or "x")
        terminal.say({"type": "close"})


def test_a_banner_that_quotes_a_changed_key_raises_no_alarm(gateway, asking):
    terminal = assert_shown_before_the_question(gateway, asking, whole(REPORT, "\r\n"))
    for attempt in range(3):
        terminal.type("wrong\n")
        if attempt < 2:
            terminal.expect("(?s)try again.*password: ")
    words = terminal.read_to_end()
    assert b"Permission denied (" in words and b"another key" not in words
    assert terminal.end == {"type": "exit", "code": 255, "reason": "The host did not let you in."}


def test_a_session_s_banner_comes_before_what_the_host_says_and_nothing_of_it_at_the_end(serve, gateway):
    notice = gateway.folder / "notice"
    for words in ("Connection to 127.0.0.1 closed.\r\n", "Timeout, server 127.0.0.1 not responding.\n",
                  f"{FRAME}\nno end", REPORT[-1]):
        notice.write_text(words)
        _, terminal = connect(serve, gateway, gateway.sshd(f"Banner {notice}"))
        shown = terminal.expect(f"(?s).*{PROMPT}").group()
        assert shown.startswith(re.sub(r"\r?\n", "\r\n", words).encode())
        terminal.type("exit 255\n")
        rest = terminal.read_to_end()
        assert words.strip().encode() not in rest.split(b"exit 255")[1]
        assert terminal.end == {"type": "exit", "code": 255}


def test_instructions_and_questions_stay_in_order(serve, gateway, tmp_path):
    """What ssh does with a host that asks several times, with instructions that look like its own messages."""
    client = tmp_path / "ssh"
    texts = [
        "@ lines begin so @\n", "Connection to rack 7 is logged\nSecond\n",
        "Timeout, server 127.0.0.1 not responding.\r\n",
    ]
    steps = "".join(
        f"printf '%b' '{text.encode('unicode_escape').decode()}' >&2\n"
        f"printf 'code {number}: ' > /dev/tty\nread answer < /dev/tty\n" for number, text in enumerate(texts))
    client.write_text(f"#!/bin/sh\n{steps}printf 'x@y: Permission denied (a).\\r\\n' >&2\nexit 255\n")
    client.chmod(0o755)
    server = serve(targets=[gateway.target()], clients={"ssh": str(client)})
    terminal = Visitor(server, gateway.ssh_path).terminal()
    for number, text in enumerate(texts):
        wanted = re.sub(r"\r?\n", "\r\n", text).encode() + f"code {number}: ".encode()
        assert terminal.expect(f"(?s).*code {number}: ").group() == wanted
        terminal.type(f"{number}\n")
        terminal.expect(f"{number}\r\n")
    terminal.read_to_end()
    assert terminal.end["reason"] == "The host did not let you in."


def test_the_line_that_a_password_ends_comes_before_what_ssh_says_of_it(serve, gateway, tmp_path):
    """As ssh does it: a new line where the answer was not echoed, what came of it, and the next question, all at once."""
    client = tmp_path / "ssh"
    client.write_text(
        "#!/bin/sh\nstty -echo\nwhile true; do\nprintf '\\rpassword: ' > /dev/tty\nread answer < /dev/tty\n"
        "printf '\\n' > /dev/tty; printf 'Permission denied, please try again.\\r\\n' >&2\ndone\n")
    client.chmod(0o755)
    server = serve(targets=[gateway.target()], clients={"ssh": str(client)})
    terminal = Visitor(server, gateway.ssh_path).terminal()
    terminal.expect("password: ")
    for _ in range(30):
        terminal.type("wrong\n")
        shown = terminal.expect("(?s).*password: ").group()
        assert shown == b"\r\nPermission denied, please try again.\r\n\rpassword: "


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
