"""As a service: systemd, metrics, the audit log, the administrator's commands, limits of the machine."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import time

import pytest

from server import PROGRAM, ROOT, eventually, runs
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/telnet/visitor/23"


# systemd


class NotifySocket:
    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.path[1:] if self.path.startswith("@") else self.path)
        self.socket.settimeout(10)

    def receive(self):
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())

    def until(self, key):
        while key not in (message := self.receive()):
            pass
        return message


@pytest.mark.parametrize("abstract", [False, True])
def test_it_tells_systemd_how_it_is(serve_program, tmp_path, abstract):
    notify = NotifySocket(f"@{tmp_path}/notify" if abstract else tmp_path / "notify")
    start = time.monotonic()
    server = serve_program(
        ECHO, environment={**os.environ, "NOTIFY_SOCKET": notify.path, "WATCHDOG_USEC": "200000"})
    ready = notify.receive()
    assert ready["READY"] == "1" and ready["STATUS"] == "serving"
    # Each within the half of that time, and not all at once.
    for _ in range(5):
        notify.until("WATCHDOG")
    assert time.monotonic() - start > 0.2
    server.signal(signal.SIGHUP)
    assert int(notify.until("RELOADING")["MONOTONIC_USEC"]) > 0
    assert notify.until("READY")["STATUS"] == "serving"
    server.file.write_text("{ broken")
    server.signal(signal.SIGHUP)
    notify.until("RELOADING")
    assert "the old one stays in force" in notify.until("READY")["STATUS"]
    assert server.request("/healthz")[0].status == 200
    # A client does not inherit any of it.
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    (child,) = server.children()
    assert "NOTIFY" not in open(f"/proc/{child}/environ").read()
    server.signal(signal.SIGTERM)
    assert notify.until("STOPPING")["STOPPING"] == "1"
    assert server.process.wait(timeout=20) == 0


def start_with_sockets(tmp_path, sockets, configuration, pid=None):
    """As systemd does it: the sockets from descriptor 3 on, named in the environment."""
    file = tmp_path / "webtermd.json5"
    file.write_text(json.dumps({"state": str(tmp_path), **configuration}))

    # The process ID is known only to the process itself.
    command = f'export LISTEN_PID={pid or "$$"} LISTEN_FDS={len(sockets)}; exec "{PROGRAM}" --config "{file}"'
    numbers = [listener.fileno() for listener in sockets]
    high = [os.dup(number) for number in numbers]
    for number in high:
        os.set_inheritable(number, True)
    moves = " ".join(f"{3 + index}<&{number}" for index, number in enumerate(high))
    process = subprocess.Popen(
        ["bash", "-c", f"exec {moves}; {command}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        pass_fds=high)
    for number in high:
        os.close(number)
    return process


def high_sockets(*sockets):
    """Moved out of the way of the numbers that they will get."""
    import fcntl

    moved = []
    for each in sockets:
        number = fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, 50)
        moved.append(socket.socket(fileno=number))
        each.close()
    return moved


TARGETS = {"targets": [{"name": "a", "host": "127.0.0.1", "telnet": {}}]}


def test_sockets_that_systemd_passes_are_used(tmp_path):
    plain = socket.create_server(("127.0.0.1", 0))
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(tmp_path / "http.sock"))
    unix.listen()
    port = plain.getsockname()[1]
    sockets = high_sockets(plain, unix)
    process = start_with_sockets(tmp_path, sockets, {"listen": ["127.0.0.1:1"], **TARGETS})
    try:
        assert process.stdout.readline() == f"listening on http://127.0.0.1:{port}/\n"
        assert process.stdout.readline() == f"listening on unix:{tmp_path}/http.sock\n"
        for family, address in ((socket.AF_INET, ("127.0.0.1", port)), (socket.AF_UNIX, str(tmp_path / "http.sock"))):
            with socket.socket(family) as client:
                client.connect(address)
                client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                assert client.recv(100).startswith(b"HTTP/1.1 200")
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_sockets_for_another_process_are_left_alone(tmp_path):
    sockets = high_sockets(socket.create_server(("127.0.0.1", 0)))
    process = start_with_sockets(tmp_path, sockets, {"listen": ["127.0.0.1:0"], **TARGETS}, pid=1)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on") and f":{sockets[0].getsockname()[1]}/" not in line
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_passed_socket_that_is_open_to_strangers_needs_a_login(tmp_path):
    process = start_with_sockets(tmp_path, high_sockets(socket.create_server(("0.0.0.0", 0))), TARGETS)
    assert process.wait(timeout=20) == 78 and "there is no login" in process.stderr.read()


def test_the_units_are_in_order(tmp_path):
    (tmp_path / "webtermd.service").write_text(
        (ROOT / "deploy/systemd/webtermd.service").read_text().replace("/usr/bin/webtermd", PROGRAM).replace("man:webtermd(8)", "man:ssh(1)"))
    (tmp_path / "webtermd.socket").write_text(
        (ROOT / "deploy/systemd/webtermd.socket").read_text().replace("man:webtermd(8)", "man:ssh(1)"))
    for unit in ("webtermd.service", "webtermd.socket"):
        result = subprocess.run(["systemd-analyze", "verify", "--man=no", tmp_path / unit], capture_output=True, text=True)
        ours = [line for line in result.stderr.splitlines() if "webtermd" in line]
        assert result.returncode == 0 and ours == [], result.stderr
    result = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", tmp_path / "webtermd.service"],
        capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-600:]


# Seen from outside


def metrics(server):
    _, body = server.request("/metrics")
    return dict(re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", body.decode(), re.MULTILINE))


def test_metrics_tell_what_goes_on(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    terminal, other = visitor.terminal(), visitor.terminal()
    for each in (terminal, other):
        each.expect("ready")
    terminal.type("12345")
    terminal.expect("12345")
    other.vanish()
    eventually(lambda: metrics(server)["webtermd_terminals_attached"] == "1", "one is detached")
    seen = metrics(server)
    labels = '{method="telnet",state="%s",target="program"}'
    assert seen["webtermd_target_terminals" + labels % "attached"] == "1"
    assert seen["webtermd_target_terminals" + labels % "detached"] == "1"
    assert int(seen["webtermd_input_bytes_total"]) == 5 and int(seen["webtermd_output_bytes_total"]) == 15
    assert seen['webtermd_build_info{instance="a",version="0.1.0"}'] == "1"
    # The request for it had a connection of its own.
    assert 0 <= int(seen["process_open_fds"]) - server.descriptors() <= 2
    counts = [int(value) for name, value in seen.items() if name.startswith("webtermd_loop_turn_seconds_bucket")]
    assert counts == sorted(counts) and counts[-1] == int(seen["webtermd_loop_turn_seconds_count"]) > 0
    terminal.say({"type": "close"})
    terminal.read_to_end()
    eventually(lambda: metrics(server)["webtermd_terminals"] == "1", "one has ended")
    assert int(metrics(server)["webtermd_output_bytes_total"]) == 15


def test_metrics_may_be_opened_to_a_collector(serve_program):
    server = serve_program(ECHO, listen=["127.0.0.1:0"], proxies=[], metrics=["127.0.0.0/8"])
    assert server.request("/metrics")[0].status == 200
    assert server.request("/metrics", X_Forwarded_For="127.0.0.1")[0].status == 403


def test_the_audit_log_tells_who_where_how_long_and_why(serve_program, tmp_path):
    audit = tmp_path / "audit.jsonl"
    server = serve_program(ECHO, log={"audit": str(audit)})
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    terminal.type("hello")
    terminal.expect("hello")
    terminal.vanish()
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    audit.rename(tmp_path / "audit.1")
    server.signal(signal.SIGHUP)
    eventually(audit.exists, "the file is opened anew")
    again.say({"type": "close"})
    again.read_to_end()
    eventually(lambda: "ended" in audit.read_text(), "the end is written")
    lines = [json.loads(line) for file in ("audit.1", "audit.jsonl") for line in (tmp_path / file).read_text().splitlines()]
    # Who types has lines of its own.
    lines = [line for line in lines if line["event"] != "types"]
    assert [line["event"] for line in lines] == ["opened", "detached", "attached", "ended"]
    assert all(line["terminal"] == terminal.id and line["target"] == "program" and line["user"] == "visitor" and line["port"] == "23"
               and line["address"] == "127.0.0.1" and line["method"] == "telnet" for line in lines)
    assert lines[-1]["output"] == 10 and lines[-1]["input"] == 5 and lines[-1]["seconds"] >= 0
    assert lines[-1]["how"] == "closed by the visitor"
    assert oct(audit.stat().st_mode)[-3:] == "640"


# The administrator's commands


def test_ctl_lists_and_ends(serve_program):
    server = serve_program(ECHO)
    assert server.control("list").stdout.splitlines()[0].split()[0] == "TERMINAL"
    first, second = (Visitor(server, PATH).terminal() for _ in range(2))
    for each in (first, second):
        each.expect("ready")
    table = server.control("list").stdout
    assert first.id in table and second.id in table and "telnet visitor@program:23" in table
    rows = [json.loads(line) for line in server.control("list", "--json").stdout.splitlines()]
    assert [row["terminal"] for row in rows] == [first.id, second.id] and rows[0]["attached"] is True
    assert server.control("end", first.id).returncode == 0
    first.read_to_end()
    assert first.end == {"type": "exit", "signal": "SIGHUP"}
    eventually(lambda: "ended by the administrator" in server.log.read_text(), "the log says who did it")
    unknown = server.control("end", "a-" + "0" * 32)
    assert unknown.returncode == 69 and "no terminal" in unknown.stderr
    second.type("undisturbed")
    second.expect("undisturbed")


@pytest.mark.parametrize("arguments", [[], ["what"], ["end"], ["list", "--what"], ["list", "more"]])
def test_ctl_says_what_is_wrong(serve_program, arguments):
    assert serve_program(ECHO).control(*arguments).returncode == 64


def test_ctl_without_a_server_says_so(serve_program):
    server = serve_program(ECHO)
    assert server.stop() == 0
    result = server.control("list")
    assert result.returncode == 69 and "does not answer" in result.stderr
    assert not (server.folder / "state/control.sock").exists()


def test_strangers_cannot_use_the_control_socket(serve_program, tmp_path):
    from test_sandbox import readable_by_all

    if os.getuid() != 0:
        pytest.fail("only root can be another account: this test needs root")
    server = serve_program(ECHO)
    path = server.folder / "state/control.sock"
    assert oct(path.stat().st_mode)[-3:] == "600"
    # Even where the file's mode were no hindrance, the account is looked at.
    readable_by_all(path.parent)
    path.chmod(0o666)
    script = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(path)!r}); s.sendall(b'drain\\n'); print(s.recv(100))"
    result = subprocess.run(["/usr/bin/python3", "-c", script], user="nobody", group="nogroup", extra_groups=[], cwd="/", capture_output=True, text=True)
    # It is closed without a word.
    assert result.stdout == "b''\n" or re.search("ConnectionResetError|BrokenPipeError", result.stderr), (result.stdout, result.stderr)
    assert server.request("/healthz")[0].status == 200
    eventually(lambda: "a stranger at the control socket" in server.log.read_text(), "the log says so")


def test_drain_waits_for_the_last_terminal(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    assert server.control("drain").returncode == 0
    assert server.request("/healthz")[0].status == 503 and server.request(PATH)[0].status == 503
    assert visitor.terminal().end["code"] == "stopping"
    terminal.vanish()
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    again.type("still")
    again.expect("still")
    assert server.process.poll() is None
    again.say({"type": "close"})
    again.read_to_end()
    assert server.process.wait(timeout=20) == 0


def test_drain_with_nobody_there_stops_at_once(serve_program):
    server = serve_program(ECHO)
    assert server.control("drain").returncode == 0
    assert server.process.wait(timeout=20) == 0


def test_a_drain_can_be_waited_for(serve_program):
    """What an orchestrator's hook before the stop does: when it returns, no page is cut off any more."""
    server = serve_program(ECHO)
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    command = [PROGRAM, "ctl", "drain", "--wait", "--config", str(server.file)]
    drain = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    eventually(lambda: server.request("/healthz")[0].status == 503, "it drains")
    # A call that comes later waits likewise.
    second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    terminal.type("still")
    terminal.expect("still")
    assert drain.poll() is None and server.process.poll() is None
    terminal.say({"type": "close"})
    terminal.read_to_end()
    assert drain.wait(timeout=20) == 0 and second.wait(timeout=20) in (0, 69)
    # It returns when the process has ended, not before.
    assert not runs(server.pid)
    assert server.process.wait(timeout=20) == 0


@pytest.mark.parametrize("arguments", [
    ["list", "--wait"], ["drain", "--wait=1"], ["list", "--timeout", "0"], ["list", "--timeout"]])
def test_ctl_takes_its_options_only_where_they_mean_something(serve_program, arguments):
    assert serve_program(ECHO).control(*arguments).returncode == 64


@pytest.mark.parametrize("words", [b"", b"ok\n"], ids=["silence", "half an answer"])
def test_ctl_does_not_wait_for_ever_for_a_server_that_stands_still(serve_program, tmp_path, words):
    still = tmp_path / "still.sock"
    configuration = tmp_path / "still.json5"
    configuration.write_text(json.dumps({"control": str(still), **TARGETS}))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(still))
        listener.listen()
        client = subprocess.Popen(
            [PROGRAM, "ctl", "list", "--timeout", "1", "--config", str(configuration)],
            stderr=subprocess.PIPE, text=True)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(words)
            assert client.wait(timeout=20) == 69
        assert f"said nothing for 1 seconds ({still})" in client.stderr.read()


def test_a_reload_that_is_asked_for_during_the_start_is_done_after_it(serve, tmp_path):
    """The configuration's own ssh asks for it while it is asked what it can."""
    ssh, mark = tmp_path / "ssh", tmp_path / "mark"
    ssh.write_text(
        f"#!/bin/sh\n[ -e {mark} ] || kill -HUP $PPID\ntouch {mark}\n[ $2 = cipher ] && echo aes128-cbc\nexit 0\n")
    ssh.chmod(0o755)
    rules = {"ports": [22], "algorithms": {"ciphers": ["aes128-cbc"]}}
    server = serve(clients={"ssh": str(ssh)}, targets=[{"name": "a", "host": "127.0.0.1", "ssh": rules}])
    assert mark.exists()
    eventually(lambda: "configuration reloaded" in server.log.read_text(), "it is reloaded")
    assert server.request("/healthz")[0].status == 200


@pytest.mark.parametrize("path, words", [
    ("{folder}/none/audit.jsonl", "none: No such file or directory"),
    ("{folder}", "Is a directory"),
    ("/proc/none/audit.jsonl", "/proc/none: No such file or directory"),
    ("{folder}/fifo", "which is a FIFO"),
], ids=["no folder", "a folder", "elsewhere", "a FIFO"])
def test_an_audit_log_that_cannot_be_written_is_told_by_its_key(tmp_path, path, words):
    file = tmp_path / "webtermd.json5"
    os.mkfifo(tmp_path / "fifo")
    file.write_text(json.dumps({"log": {"audit": path.format(folder=tmp_path)}, "state": str(tmp_path), **TARGETS}))
    for command in (["--check-config"], []):
        result = subprocess.run([PROGRAM, *command, "--config", file], capture_output=True, text=True, timeout=60)
        assert result.returncode == 78
        assert "log.audit: expected a file that can be appended to, or made" in result.stderr
        assert words in result.stderr


def test_checking_makes_no_audit_log(tmp_path):
    """Who checks is root: a file of root's would be closed to the service."""
    file, audit = tmp_path / "webtermd.json5", tmp_path / "audit.jsonl"
    file.write_text(json.dumps({"log": {"audit": str(audit)}, **TARGETS}))
    result = subprocess.run([PROGRAM, "--check-config", "--config", file], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert not audit.exists()


# Limits of the machine


# A machine of its own in one respect: it has one pty. To take all those of the real one would take them from everybody.
ONE_PTY = [
    "unshare", *(["--mount"] if os.getuid() == 0 else ["--map-root-user", "--mount"]), "sh", "-c",
    "mount -t devpts -o newinstance,ptmxmode=0666,max=1 devpts /dev/pts && mount --bind /dev/pts/ptmx /dev/ptmx && exec \"$@\"", "sh"]


def test_without_a_pty_a_newcomer_reads_why_and_nobody_else_notices(serve_program):
    server = serve_program(ECHO, wrapper=ONE_PTY)
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    refused = visitor.terminal()
    refused.read_to_end()
    assert refused.end["code"] == "spawn" and refused.close_code == 4500, refused.end
    assert "Could not start" in refused.end["message"]
    terminal.type("undisturbed")
    terminal.expect("undisturbed")
    busy = server.cpu()
    time.sleep(1)
    assert server.cpu() - busy < 0.2
    assert b'webtermd_refused_total{reason="spawn"} 1\n' in server.request("/metrics")[1]
    terminal.say({"type": "close"})
    eventually(lambda: visitor.terminal().welcome, "its pty is to be had again")


def test_without_a_descriptor_a_newcomer_reads_why(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    channel = visitor.connect()
    used = server.descriptors()
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 1, used + 1))
    from terminal import Terminal

    refused = Terminal(channel)
    refused.read_to_end()
    assert refused.end["code"] == "spawn" and "Too many open files" in refused.end["message"]
    terminal.type("undisturbed")
    terminal.expect("undisturbed")
