"""What a client program could do to the server's machine if a host took it over: this one tries."""

import contextlib
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess

import pytest

from terminal import Visitor

# A client that is in an attacker's hands. It tells what came of each attempt, one in a line.
ATTEMPTS = """#!/usr/bin/env python3
import ctypes, fcntl, os, resource, signal, socket, subprocess
libc = ctypes.CDLL(None, use_errno=True)
server = os.getppid()
def call(name, *arguments):
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def attempt(name, body):
    try:
        body()
        print(name, "WORKED", flush=True)
    except (OSError, ValueError) as error:
        print(name, "refused", flush=True)
def page(path):
    # The system calls themselves: a C library is no defence.
    buffer = ctypes.create_string_buffer(path)
    libc.syscall(59 if os.uname().machine == "x86_64" else 221, buffer, None, None)
    raise OSError("still here")
print("uid", os.getuid(), flush=True)
attempt("run a shell", lambda: subprocess.run(["/bin/sh", "-c", "id"], check=True))
attempt("become a shell", lambda: page(b"/bin/sh"))
attempt("become itself", lambda: page(b"/usr/bin/python3"))
attempt("execveat", lambda: call("syscall", 322 if os.uname().machine == "x86_64" else 281, -100, b"/bin/sh", None, None, 0))
attempt("fork", os.fork)
attempt("read the passwords", lambda: open("/etc/shadow").read())
attempt("read the configuration", lambda: open({configuration!r}).read())
attempt("read the server's memory", lambda: open(f"/proc/{{server}}/mem", "rb").read(1))
attempt("read the server's environment", lambda: open(f"/proc/{{server}}/environ", "rb").read())
attempt("read a home", lambda: os.listdir({home!r}))
attempt("list the root", lambda: os.listdir("/"))
attempt("write to /tmp", lambda: open("/tmp/webtermd-was-here", "w"))
attempt("write to the state", lambda: open({state!r}, "w"))
attempt("write to another terminal", lambda: os.listdir("/dev/pts"))
attempt("connect to another port", lambda: socket.create_connection(("127.0.0.1", {listener}), 5))
attempt("use a local socket", lambda: socket.socket(socket.AF_UNIX))
attempt("listen", lambda: socket.socket().listen())
attempt("bind", lambda: socket.socket().bind(("127.0.0.1", 0)))
attempt("a datagram", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
attempt("a datagram of this machine", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
attempt("ask for routes", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
attempt("a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("signal the server", lambda: os.kill(server, 0))
attempt("signal everybody", lambda: os.kill(-1, 0))
attempt("trace the server", lambda: call("ptrace", 16, server, 0, 0))
attempt("take the server's descriptors", lambda: os.pidfd_open(server))
attempt("mount", lambda: call("mount", b"x", b"/mnt", b"tmpfs", 0, 0))
attempt("leave the namespace", lambda: call("unshare", 0x10000000))
attempt("more descriptors", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1000, 1000)))
attempt("become root", lambda: os.setuid(0) if os.getuid() else call("setuid", 12345))
attempt("type into the terminal", lambda: call("ioctl", 0, 0x5412, b"x"))
attempt("take the server's room for descriptors", lambda: resource.prlimit(server, resource.RLIMIT_NOFILE))
attempt("slow the server down", lambda: os.setpriority(os.PRIO_PROCESS, server, 19))
attempt("pin the server", lambda: os.sched_setaffinity(server, [0]))
attempt("own a signal", lambda: fcntl.fcntl(socket.socket(), fcntl.F_SETOWN, server))
attempt("own a signal otherwise", lambda: call("ioctl", socket.socket().fileno(), 0x8901, ctypes.byref(ctypes.c_int(server))))
attempt("choose a signal", lambda: fcntl.fcntl(socket.socket(), 10, signal.SIGKILL))
attempt("connect with the first bytes", lambda: socket.socket().sendto(b"x", 0x20000000, ("127.0.0.1", {listener})))
attempt("connect with a message", lambda: socket.socket().sendmsg([b"x"], [], 0x20000000, ("127.0.0.1", {listener})))
attempt("connect by another protocol", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262).connect(("127.0.0.1", {listener})))
print("limits", resource.getrlimit(resource.RLIMIT_CORE)[1], resource.getrlimit(resource.RLIMIT_NOFILE)[1], flush=True)
print("descriptors", *(i for i in range(64) if not libc.fcntl(i, 1) < 0), flush=True)
print("environment", *sorted(os.environ), flush=True)
# What a client needs works.
print("resolved", socket.getaddrinfo("localhost", 23)[0][4][0], flush=True)
try:
    socket.create_connection(("127.0.0.1", {port}), 5)
    print("its own port WORKED", flush=True)
except OSError as error:
    print("its own port", error, flush=True)
"""


def outcome(serve_program, tmp_path, **clients):
    """Lets the captured client run; returns its lines."""
    with socket.socket() as target, socket.socket() as other:
        for listener in (target, other):
            listener.bind(("127.0.0.1", 0))
            listener.listen()
        port = target.getsockname()[1]
        script = ATTEMPTS.format(
            configuration=str(tmp_path / "server0/webtermd.json5"), home=os.path.expanduser("~"),
            state=str(tmp_path / "server0/state/x"), listener=other.getsockname()[1], port=port)
        server = serve_program(script, ports=[port], **clients)
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        return terminal.read_to_end().decode().splitlines()


def check(lines):
    refused = [line for line in lines if line.endswith(" refused")]
    assert [line for line in lines if line.endswith("WORKED")] == ["its own port WORKED"], lines
    assert len(refused) == ATTEMPTS.count('\nattempt("'), lines
    assert "limits 0 64" in lines
    assert "descriptors 0 1 2" in lines
    assert "environment HOME LANG PATH TERM" in lines
    assert "resolved 127.0.0.1" in lines or "resolved ::1" in lines


def test_a_captured_client_reaches_nothing_of_the_server(serve_program, tmp_path):
    check(outcome(serve_program, tmp_path))
    assert not os.path.exists("/tmp/webtermd-was-here")


def test_the_clients_have_no_other_account_unless_the_server_is_root(serve):
    expected = "an account's name" if os.getuid() == 0 else "no other account, since the server is not root"
    with pytest.raises(RuntimeError, match=f"clients.user: expected {expected}, found \"nosuchuser\""):
        serve(clients={"user": "nosuchuser"})


def readable_by_all(folder):
    """The folders that pytest makes are closed to other accounts."""
    for part in [folder, *folder.parents]:
        if part.stat().st_uid == os.getuid() and part.stat().st_mode & 0o5 != 0o5:
            part.chmod(part.stat().st_mode | 0o5)


@pytest.fixture
def account(tmp_path):
    if os.getuid() != 0:
        pytest.fail("only root can give the clients another account: these tests need root")
    readable_by_all(tmp_path)
    return pwd.getpwnam("nobody")


def test_a_captured_client_with_an_account_of_its_own_reaches_nothing(serve_program, tmp_path, account):
    lines = outcome(serve_program, tmp_path, user="nobody")
    assert f"uid {account.pw_uid}" in lines
    check(lines)


def test_ssh_works_as_another_account(serve, gateway, tmp_path, account):
    identity = tmp_path / "identity"
    shutil.copy(gateway.identity, identity)
    os.chown(identity, account.pw_uid, account.pw_gid)
    server = serve(clients={"user": "nobody"}, targets=[gateway.target(hostKeys="pin", identity=str(identity))])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")
    (client,) = server.children()
    status = open(f"/proc/{client}/status").read()
    assert re.search(rf"Uid:\s+{account.pw_uid}\s", status) and re.search(r"Groups:\s*\n", status)
    assert re.search(r"CapEff:\s+0+\n", status) and re.search(r"CapBnd:\s+0+\n", status)


def test_a_shell_script_may_start_programs_and_is_fenced_in_all_the_same(serve_program):
    server = serve_program(
        "#!/bin/sh\n/bin/echo started\ncat /etc/shadow && echo READ\ntouch /tmp/webtermd-was-here && echo WROTE\n"
        "kill -0 $PPID && echo SIGNALLED\n")
    words = Visitor(server, "/remote/telnet/visitor/23").terminal().read_to_end()
    assert b"started" in words
    assert not any(word in words for word in (b"READ", b"WROTE", b"SIGNALLED")), words


def test_the_real_clients_are_fenced_in(serve, gateway):
    server = serve(clients={"telnet": "/usr/bin/telnet"}, targets=[gateway.target()])
    for path in (gateway.ssh_path, gateway.telnet_path):
        terminal = Visitor(server, path).terminal()
        terminal.expect(rb"[$#>] ")
    assert len(server.children()) == 2
    for client in server.children():
        status = open(f"/proc/{client}/status").read()
        assert "NoNewPrivs:\t1" in status and "Seccomp:\t2" in status
        assert re.search(r"CapEff:\s+0+\n", status)
        limits = open(f"/proc/{client}/limits").read()
        assert re.search(r"Max core file size\s+0\s+0", limits)
        assert re.search(r"Max open files\s+64\s+64", limits)
        assert re.search(r"Max processes\s+0\s+0", limits)


def captured(serve, tmp_path, options=None, **clients):
    """What a program that is no script finds: the outcome of each attempt."""
    source = pathlib.Path(__file__).parent.parent / "support/captured.c"
    program = tmp_path / "captured"
    subprocess.run(["cc", "-o", program, source], check=True)
    with socket.socket() as target, contextlib.ExitStack() as listening:
        target.bind(("127.0.0.1", 0))
        target.listen()
        port = target.getsockname()[1]
        # Datagram sockets of this machine, as the journal and service managers have them.
        path = f"/tmp/webtermd-captured-{port}"
        listening.callback(lambda: os.path.exists(path) and os.unlink(path))
        datagrams = [listening.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) for _ in range(2)]
        for listener, name in zip(datagrams, (path, f"\0{path}\0"), strict=True):
            listener.bind(name)
            listener.setblocking(False)
        os.chmod(path, 0o777)
        server = serve(
            clients={"telnet": str(program), **clients},
            targets=[{"name": "captured", "host": "127.0.0.1", "telnet": {"ports": [port], "users": ["*"]}}],
            **(options or {}))
        terminal = Visitor(server, f"/remote/telnet/visitor/{port}").terminal()
        lines = terminal.read_to_end().decode().splitlines()
        for listener in datagrams:
            with pytest.raises(BlockingIOError):
                listener.recv(1)
    return dict(line.rsplit(": ", 1) for line in lines), server


def test_the_narrow_fence_lets_nothing_through_but_what_a_client_needs(serve, tmp_path):
    outcomes, server = captured(serve, tmp_path)
    assert outcomes.pop("what it needs") == "there", outcomes
    memory = {name: outcomes.pop(name) for name in ("memory, private", "memory, shared")}
    assert set(memory.values()) == {"Cannot allocate memory"}, memory
    calls = ("socket,", "socketpair,", "connect,")
    denied = {name: outcome for name, outcome in outcomes.items() if name.startswith(calls)}
    assert len(denied) == 25 and set(denied.values()) == {"Permission denied"}, denied
    others = {name: outcome for name, outcome in outcomes.items() if name not in denied}
    assert len(others) >= 45 and set(others.values()) == {"refused", "absent"}, others
    assert others["clone3, NULL, 0"] == others["newest call"] == others["seccomp, 0, 0, NULL"] == "absent"
    assert "clients' fence" not in server.log_text()


def test_an_account_that_no_file_names_may_ask_for_its_name_by_streams_alone(serve, tmp_path, account):
    """A service's own account (DynamicUser), or one of a directory: its name comes by a local socket."""
    accounts = tmp_path / "passwd"
    accounts.write_text(f"nobody:x:{account.pw_uid}:{account.pw_gid}::/nonexistent:/usr/sbin/nologin\n")
    # The mount is the server's own, and ends with it.
    script = f'mount --bind {accounts} /etc/passwd && exec "$@"'
    wrapper = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
    outcomes, _ = captured(serve, tmp_path, {"wrapper": wrapper})
    assert outcomes.pop("what it needs") == "there", outcomes
    assert [name for name, outcome in outcomes.items() if outcome == "WORKED"] == ["socket, AF_UNIX, SOCK_STREAM, 0"]


def test_the_wide_fence_is_said_at_start_and_judges_what_the_narrow_one_judges(serve, tmp_path):
    outcomes, server = captured(serve, tmp_path, fence="wide")
    assert "the clients' fence is wide" in server.log_text()
    assert outcomes.pop("what it needs") == "there", outcomes
    worked = {name.split(",")[0] for name, outcome in outcomes.items() if outcome == "WORKED"}
    assert worked == {"memfd_create", "inotify_init1", "landlock_create_ruleset"}, outcomes


def test_a_fence_that_does_not_exist_is_reported(serve):
    with pytest.raises(RuntimeError, match='clients.fence: expected one of narrow, wide, found "none"'):
        serve(clients={"fence": "none"})


# A client that is taken over at a first visit: the one file that it may write is the draft of the host's key.
FIRST_VISIT = """#!/usr/bin/env python3
import os, sys
(draft,) = (word.split("=", 1)[1].strip('"') for word in sys.argv if word.startswith("UserKnownHostsFile="))
folder = os.path.dirname(draft)
def attempt(name, body):
    try:
        body()
        print(name, "WORKED", flush=True)
    except OSError as error:
        print(name, "refused", flush=True)
def fill(size):
    with open(draft, "ab", buffering=0) as file:
        for _ in range(size // 1024):
            file.write(b"x" * 1024)
attempt("write the draft", lambda: fill(1024))
attempt("write a lot", lambda: fill(1 << 20))
attempt("write the pins", lambda: open(f"{folder}/demo", "a"))
attempt("read the pins", lambda: open(f"{folder}/demo"))
attempt("make a file", lambda: open(f"{folder}/x", "w"))
attempt("list the folder", lambda: os.listdir(folder))
attempt("move the draft", lambda: os.rename(draft, f"{folder}/demo"))
attempt("link to the draft", lambda: os.link(draft, f"{folder}/y"))
attempt("remove the draft", lambda: os.unlink(draft))
"""


def test_a_client_captured_at_a_first_visit_writes_one_file(serve, gateway, tmp_path):
    program = tmp_path / "ssh"
    program.write_text(FIRST_VISIT)
    program.chmod(0o755)
    server = serve(clients={"ssh": str(program)}, targets=[gateway.target(hostKeys="pin")])
    pins = server.folder / "state/known_hosts.d"
    pins.mkdir()
    (pins / "demo").write_text("[other]:22 ssh-ed25519 A\n")
    lines = Visitor(server, gateway.ssh_path).terminal().read_to_end().decode().splitlines()
    assert lines[0] == "write the draft WORKED", lines
    assert lines[1:] == [f"{name} refused" for name in (
        "write a lot", "write the pins", "read the pins", "make a file", "list the folder", "move the draft", "link to the draft",
        "remove the draft")]
    assert [file.name for file in pins.iterdir()] == ["demo"] and "other" in (pins / "demo").read_text()
