"""What is written down: who came, from where and as what; what was refused; and that no stranger can drown or stop it."""

import json
import os
import select
import signal
import socket

import pytest

from login import LoggedIn, basic, hashed
from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/all/telnet/visitor/23"
NEAR, FAR = "192.0.2.1", "203.0.113.66"


@pytest.fixture
def audited(serve, tmp_path):
    """A server with logins, or without, that keeps an audit log."""
    program, passwords, audit = (tmp_path / name for name in ("program", "htpasswd", "audit.jsonl"))
    program.write_text(ECHO)
    program.chmod(0o755)
    passwords.write_text(f"alice:{hashed('one')}\nbob:{hashed('two')}\n")

    def start(*options, auth=None, log=str(audit), **more):
        targets = [{"name": "all", "host": "127.0.0.1", "telnet": {}}]
        if auth != {"mode": "none"}:
            targets.append({"name": "closed", "host": "127.0.0.1", "telnet": {}, "visitors": ["alice"]})
        server = serve(
            *options, clients={"telnet": str(program)}, targets=targets, log={"audit": log},
            auth=auth or {"mode": "htpasswd", "file": str(passwords)}, **more)
        server.audit = audit
        return server

    return start


def lines(server, *events):
    """The audit log's lines of these events."""
    found = [json.loads(line) for line in server.audit.read_text().splitlines()]
    return [line for line in found if not events or line["event"] in events]


class From(LoggedIn):
    """A person who logs in from an address."""

    def __init__(self, server, name, password, address, path=PATH):
        self.server, self.path, self.address = server, path, address
        response, body = server.request(path, Authorization=basic(name, password), X_Forwarded_For=address)
        assert response.status == 200, body
        self.cookie = response.headers["Set-Cookie"].split(";")[0]

    def connect(self, path=None, **options):
        return super().connect(path, headers={"X-Forwarded-For": self.address}, **options)


def test_the_lines_name_who_came_not_who_opened(audited):
    server = audited()
    desk, stranger = From(server, "alice", "one", NEAR), From(server, "alice", "one", FAR)
    terminal = desk.terminal()
    terminal.expect("ready")
    there = stranger.terminal(resume={"terminal": terminal.id, "output": 0})
    there.type("rm -rf /")
    there.expect("rm -rf /")
    there.vanish()
    eventually(lambda: lines(server, "detached"), "it is noticed")
    back = stranger.terminal(resume={"terminal": terminal.id, "output": 0})
    back.say({"type": "close"})
    back.read_to_end()
    eventually(lambda: lines(server, "ended"), "the end is written")
    told = [(line["event"], line["address"], line["login"]) for line in lines(server) if "terminal" in line and line["event"] != "types"]
    assert told == [
        ("opened", NEAR, "alice"), ("attached", FAR, "alice"), ("detached", FAR, "alice"),
        ("attached", FAR, "alice"), ("ended", FAR, "alice")]
    visitors = {line["event"]: line["visitor"] for line in lines(server) if "terminal" in line}
    assert len({visitors["opened"], visitors["ended"]}) == 2 and visitors["attached"] == visitors["ended"]
    assert server.log_text().count(f"address={FAR}") >= 4


def test_logins_and_refusals_leave_a_trace(audited):
    server = audited()
    assert server.request("/", Authorization=basic("bob", "wrong"), X_Forwarded_For=FAR)[0].status == 401
    bob = From(server, "bob", "two", FAR)
    closed = "/remote/closed/telnet/visitor/23"
    assert server.request(closed, Cookie=bob.cookie, X_Forwarded_For=FAR)[0].status == 403
    assert bob.terminal(path=closed).end["code"] == "forbidden"
    assert bob.terminal(resume={"terminal": "a-" + "0" * 32, "output": 0}).close_code == 4004
    refused = eventually(lambda: found if len(found := lines(server, "refused")) == 3 else None, "all are written")
    for line in refused[:2]:
        assert (line["login"], line["address"], line["target"], line["method"]) == ("bob", FAR, "closed", "telnet")
        assert (line["user"], line["port"], line["why"]) == ("visitor", "23", "closed is not open to you.")
        assert int(line["visitor"]) > 0
    assert refused[2]["target"] == "all" and refused[2]["why"]
    wrong, right = lines(server, "login failed")[0], lines(server, "login")[0]
    assert (wrong["login"], wrong["address"]) == ("bob", FAR) and (right["login"], right["address"]) == ("bob", FAR)
    # And in the log, for eyes.
    log = server.log_text()
    assert "notice refused" in log and "target=closed" in log


def test_a_login_by_a_proxy_is_written_down_too(audited):
    server = audited(auth={"mode": "header", "name": "X-Remote-User"})
    server.request(PATH, X_Remote_User="carol", X_Forwarded_For=FAR)
    line = eventually(lambda: lines(server, "login"), "it is written")[0]
    assert (line["login"], line["address"]) == ("carol", FAR) and int(line["visitor"]) > 0


def test_an_audit_log_that_cannot_be_written_is_told(audited):
    server = audited(log="/dev/full", auth={"mode": "none"})
    Visitor(server, PATH).terminal().expect("ready")
    words = "lines of the audit log are missing"
    log = eventually(lambda: text if words in (text := server.log.read_text()) else None, "it is told")
    line = next(line for line in log.splitlines() if words in line)
    assert " error " in line and "count=" in line and "No space left on device" in line
    assert "webtermd_log_lines_failed_total 1" in server.request("/metrics")[1].decode()


def test_the_audit_log_does_not_wait_for_the_log_s_reader(audited, tmp_path):
    pipe = tmp_path / "standard-error"
    os.mkfifo(pipe)
    # Open at both ends, and never read.
    reader = os.open(pipe, os.O_RDWR)
    server = audited(wrapper=["sh", "-c", f'exec 2>"{pipe}"; exec "$@"', "sh"], auth={"mode": "none"})
    try:
        writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        # Until nothing fits in: then the server's thread stands still.
        while select.select([], [writer], [], 0)[1]:
            server.request("/" + "x" * 2000)
        for _ in range(3):
            server.request("/" + "x" * 2000)
        terminal = Visitor(server, PATH).terminal()
        terminal.expect("ready")
        eventually(lambda: lines(server, "opened"), "the audit log goes on")
        terminal.close()
    finally:
        while select.select([reader], [], [], 0)[0]:
            os.read(reader, 65536)
        server.stop()
        os.close(writer)
        os.close(reader)


def test_strangers_get_a_few_lines_and_a_count(audited):
    server = audited("--log-level", "info", auth={"mode": "none"})
    count = 600
    before = server.log.stat().st_size
    with socket.create_connection((server.host, server.port), timeout=20) as connection:
        answers = connection.makefile("rb")
        request = (
            f"GET /{'n' * 7000} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()
        for _ in range(count):
            connection.sendall(request)
            assert b" 404 " in answers.readline()
            length = 0
            while (line := answers.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            answers.read(length)
    eventually(lambda: "more of the same" in server.log.read_text(), "the rest is counted")
    log = server.log.read_text()
    written = log.count("channel refused") - log.count('event="channel refused"')
    assert 10 <= written <= 60 and len(log) - before < 40_000
    assert all(len(line) < 700 for line in log.splitlines())

    def counted():
        told = [line for line in server.log.read_text().splitlines() if "more of the same" in line]
        return sum(int(line.rsplit("count=", 1)[1]) for line in told if 'event="channel refused"' in line)

    eventually(lambda: counted() + written >= count, "none is missing")
    assert "peer=127.0.0.1" in log


@pytest.mark.parametrize("broken", ["{", "{ unknown: 1 }"])
def test_files_of_logs_are_opened_anew_though_the_configuration_is_broken(audited, broken):
    server = audited(auth={"mode": "none"})
    visitor = Visitor(server, PATH)
    visitor.terminal().expect("ready")
    eventually(lambda: lines(server, "opened"), "the first file is written")
    moved = server.audit.with_suffix(".1")
    server.audit.rename(moved)
    server.file.write_text(broken)
    server.signal(signal.SIGHUP)
    eventually(lambda: "configuration not reloaded" in server.log.read_text(), "the mistake is told")
    eventually(server.audit.exists, "the file is opened anew")
    size = moved.stat().st_size
    visitor.terminal().expect("ready")
    eventually(lambda: lines(server, "opened"), "the new file is written")
    assert moved.stat().st_size == size


def test_a_pipe_in_place_of_the_file_holds_up_no_reload(audited):
    server = audited(auth={"mode": "none"})
    server.audit.unlink()
    os.mkfifo(server.audit)
    for times in (1, 2):
        os.kill(server.pid, signal.SIGHUP)
        stays = "the audit log stays where it was"
        eventually(lambda: server.log.read_text().count(stays) == times, "it is told")
    assert server.request("/healthz")[0].status == 200
