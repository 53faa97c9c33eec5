"""The program as a service: options, exit codes, listeners, signals."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from server import PROGRAM, eventually, free_port
from terminal import Visitor

PATH = "/remote/telnet/visitor/23"
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


def run(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=10, **options)


def test_help_and_version():
    assert "--check-config" in run("--help").stdout and run("--help").returncode == 0
    assert run("--version").stdout.startswith("webtermd ")


@pytest.mark.parametrize(
    "arguments", [["--what"], ["--config"], ["-l"], ["--listen=nowhere"], ["extra"], ["--log-level", "loud"], ["--help=x"]])
def test_a_wrong_command_line_is_64(arguments):
    result = run(*arguments)
    assert result.returncode == 64 and result.stderr.startswith("webtermd: ") and result.stdout == ""


def test_a_missing_file_is_66():
    assert run("--config", "/no/such/file").returncode == 66
    assert run("--config=/no/such/file", "--check-config").returncode == 66


def test_check_config_tells_every_problem(tmp_path):
    file = tmp_path / "c.json5"
    file.write_text("{ listn: [], limits: { terminals: 'many' }, clients: { ssh: '/no/such/ssh' } }")
    result = run("--config", str(file), "--check-config")
    assert result.returncode == 78 and len(result.stderr.splitlines()) == 3
    for words in (f"{file}: listn: ", "limits.terminals: expected a whole number", "clients.ssh: expected an executable file"):
        assert words in result.stderr
    file.write_text("{ /* fine */ }")
    assert run("--config", str(file), "--check-config").returncode == 0


def test_a_missing_client_is_78(tmp_path):
    file = tmp_path / "c.json5"
    file.write_text("{ targets: [{ name: 'a', host: 'h', ssh: {} }] }")
    (tmp_path / "bin").mkdir()
    result = run("--config", str(file), env={"PATH": str(tmp_path / "bin"), "HOME": "/nonexistent"})
    assert result.returncode == 78 and "clients.ssh" in result.stderr


def test_listening_to_everybody_without_a_login_is_78(tmp_path):
    result = run("--listen", "0.0.0.0:0", "--check-config", cwd=tmp_path)
    assert result.returncode == 78 and "insecure: true" in result.stderr


def test_a_port_in_use_is_69(serve_program):
    server = serve_program(ECHO)
    result = run("--listen", f"127.0.0.1:{server.port}", "--config", str(server.file))
    assert result.returncode == 69 and result.stdout == ""
    # The key, the place, what is wrong, and how to go on.
    assert f"where `listen` says: bind 127.0.0.1:{server.port}: Address already in use (by whom, `ss" in result.stderr


def test_a_unix_socket_of_a_busy_program_stays_its_own(tmp_path):
    path = tmp_path / "busy"
    with socket.socket(socket.AF_UNIX) as listener, contextlib.ExitStack() as waiting:
        listener.bind(str(path))
        listener.listen(0)
        # Its backlog is full when one more would have to wait.
        full = False
        while not full:
            client = waiting.enter_context(socket.socket(socket.AF_UNIX))
            client.setblocking(False)
            try:
                client.connect(str(path))
            except BlockingIOError:
                full = True
        before = path.stat().st_ino
        result = run("--listen", f"unix:{path}", cwd=tmp_path)
        assert result.returncode == 69 and "Address already in use" in result.stderr
        assert path.stat().st_ino == before


def test_a_socket_that_cannot_be_made_is_73(tmp_path):
    assert run("--listen", f"unix:{tmp_path}/no/such/folder/s", cwd=tmp_path).returncode == 73


def test_it_listens_on_every_address_and_prints_a_line_for_each(serve_program, tmp_path):
    path = tmp_path / "http.sock"
    server = serve_program(ECHO, listen=["127.0.0.1:0", "[::1]:0", f"unix:{path}"])
    assert server.addresses[1].startswith("http://[::1]:") and server.addresses[2] == f"unix:{path}"
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(path))
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok\n"
    port = int(server.addresses[1].rstrip("/").rsplit(":", 1)[1])
    assert http.client.HTTPConnection("::1", port).request("GET", "/healthz") is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_good_order(serve_program, number):
    server = serve_program(ECHO)
    terminals = [Visitor(server, PATH).terminal() for _ in range(5)]
    for terminal in terminals:
        terminal.expect("ready")
    children = server.children()
    idle = socket.create_connection((server.host, server.port))
    server.signal(number)
    for terminal in terminals:
        terminal.read_to_end()
        assert terminal.end["type"] == "goaway" and terminal.end["retry"] > 0 and terminal.close_code == 1001
    assert server.process.wait(timeout=20) == 0
    assert idle.recv(1) == b""
    assert not any(os.path.exists(f"/proc/{child}") for child in children)


def test_while_it_drains_it_says_so_and_opens_nothing(serve_program):
    stubborn = ("#!/usr/bin/env python3\nimport signal, time\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
                "print('ready', flush=True)\nwhile True: time.sleep(1)\n")
    server = serve_program(stubborn)
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    (child,) = server.children()
    start = time.monotonic()
    server.signal(signal.SIGTERM)
    terminal.read_to_end()
    response, body = server.request("/healthz")
    assert response.status == 503 and body == b"draining\n"
    assert server.request(PATH)[0].status == 503
    late = visitor.terminal()
    assert late.end["code"] == "stopping" and late.close_code == 1001
    assert server.process.wait(timeout=20) == 0
    assert time.monotonic() - start > 2
    assert not os.path.exists(f"/proc/{child}")


def test_log_lines_cannot_be_forged(serve_program):
    server = serve_program(ECHO)
    server.raw(b"GET /a%0ab\x7f HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    server.request("/x%22%20level=error", Cookie="webterm=\"x")
    for line in server.log_text().splitlines():
        assert line.split()[1] in ("debug", "info", "notice", "warning", "error")


def test_json_log_lines_are_json(serve_program):
    server = serve_program(ECHO, "--log-format", "json")
    terminal = Visitor(server, PATH).terminal()
    terminal.say({"type": "close"})
    terminal.read_to_end()
    eventually(lambda: "terminal ended" in server.log.read_text(), "the end is logged")
    events = [json.loads(line) for line in server.log.read_text().splitlines()]
    ended = next(event for event in events if event["event"] == "terminal ended")
    assert ended["terminal"] == terminal.id and ended["user"] == "visitor" and ended["target"] == "program"


def test_running_out_of_descriptors_disturbs_nobody(serve_program):
    server = serve_program(ECHO)
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    import resource

    used = server.descriptors()
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 5, used + 5))
    crowd = [socket.create_connection((server.host, server.port)) for _ in range(30)]
    terminal.type("undisturbed")
    terminal.expect("undisturbed")
    before = server.cpu()
    time.sleep(1)
    assert server.cpu() - before < 0.2
    for connection in crowd:
        connection.close()
    eventually(lambda: server.request("/healthz")[0].status == 200, "it accepts again")


def test_a_fresh_port_is_free_again(serve_program):
    port = free_port()
    server = serve_program(ECHO, listen=[f"127.0.0.1:{port}"])
    assert server.url == f"http://127.0.0.1:{port}/"
