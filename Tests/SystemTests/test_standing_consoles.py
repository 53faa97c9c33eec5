"""Lines that the server opens by itself and keeps open."""

import contextlib
import itertools
import json
import signal
import socket
import threading
import time

import pytest

from server import eventually
from terminal import Visitor


class Farm:
    """A port at which every address of 127.0.0.0/8 is a device: it knows when each was called."""

    def __init__(self, port=0):
        self.calls = []
        self.lines = []
        self.listener = socket.create_server(("0.0.0.0", port), backlog=1024)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self.listener.accept()
                self.calls.append((time.monotonic(), line.getsockname()[0]))
                self.lines.append(line)

    def hang_up(self):
        lines, self.lines = self.lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
                line.close()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()


@pytest.fixture
def farm():
    farm = Farm()
    yield farm
    farm.close()


def standing(port, name="sw1", host="127.0.0.1", **more):
    return {"name": name, "host": host, "telnet": {
        "ports": [port], "mode": "raw", "standing": True, **more}}


def metric(server, name, target="sw1"):
    _, body = server.request("/metrics")
    for line in body.decode().splitlines():
        if line.startswith(f"{name}{{") and f'target="{target}"' in line:
            return int(line.rsplit(" ", 1)[1])
    return None


def test_what_is_said_while_nobody_is_there_is_kept(serve, device):
    line = device(b"boot 1\r\n")
    server = serve(targets=[standing(line.port)])
    line.say(b"panic: it is three\r\n")
    eventually(lambda: metric(server, "webtermd_console_up") == 1, "the line is up")
    eventually(lambda: metric(server, "webtermd_console_last_output_seconds"), "it has said something")
    assert abs(metric(server, "webtermd_console_last_output_seconds") - time.time()) < 10
    terminal = Visitor(server, f"/remote/telnet/anna/{line.port}").terminal()
    terminal.expect("boot 1\r\npanic: it is three\r\n")
    terminal.type("hello")
    line.expect(b"hello")
    # Who leaves does not close it.
    terminal.say({"type": "close"})
    line.say(b"still here")
    Visitor(server, f"/remote/telnet/bob/{line.port}").terminal().expect("still here")


def test_a_line_that_ends_comes_back_to_the_same_terminal(serve, farm):
    server = serve(targets=[standing(farm.port)])
    terminal = Visitor(server, f"/remote/telnet/anna/{farm.port}").terminal()
    eventually(lambda: farm.lines, "the line is open")
    farm.lines[0].sendall(b"one ")
    terminal.expect("one $")
    time_before = len(farm.calls)
    farm.hang_up()
    eventually(lambda: metric(server, "webtermd_console_up") == 0 or len(farm.calls) > time_before, "the line is down")
    eventually(lambda: farm.lines, "the line is open again")
    eventually(lambda: metric(server, "webtermd_console_up") == 1, "and up")
    farm.lines[0].sendall(b"two")
    terminal.expect("two$")
    log = server.log_text()
    assert "line down" in log and "The host closed the connection" in log
    assert any("The line is down" in message.get("message", "") for message in terminal.messages)
    assert any(message.get("message") == "The line is up." for message in terminal.messages)


def test_what_is_typed_while_it_is_down_goes_nowhere(serve, farm):
    port = farm.port
    server = serve(targets=[standing(port)])
    terminal = Visitor(server, f"/remote/telnet/anna/{port}").terminal()
    eventually(lambda: metric(server, "webtermd_console_up") == 1, "the line is up")
    farm.close()
    eventually(lambda: metric(server, "webtermd_console_up") == 0, "the line is down")
    terminal.type("rm -rf /\r")
    other = Farm(port)
    try:
        eventually(lambda: metric(server, "webtermd_console_up") == 1, "the line is up again", 20)
        terminal.type("hello")
        other.lines[0].settimeout(10)
        assert other.lines[0].recv(100) == b"hello"
    finally:
        other.close()


def test_many_lines_come_at_a_bounded_pace(serve, farm):
    targets = [standing(farm.port, f"sw{number}", f"127.0.1.{number}") for number in range(1, 131)]
    server = serve(targets=targets)
    for _ in range(2):
        eventually(lambda: len(farm.lines) == 130, lambda: f"{len(farm.lines)} lines are open", 60)
        times = sorted(when for when, _ in farm.calls)
        assert all(last - first > 1 for first, last in zip(times, times[50:], strict=False)), times
        eventually(lambda: f"{server.request('/metrics')[1]}".count("webtermd_console_up{") == 130, "all are counted")
        farm.calls = []
        farm.hang_up()


def test_a_reload_makes_lines_stand_and_lets_them_go(serve, farm):
    first, second = standing(farm.port), standing(farm.port, "sw2", "127.0.0.2")
    server = serve(targets=[first])
    eventually(lambda: len(farm.lines) == 1, "the first line is open")
    server.write_configuration(targets=[first, second])
    server.signal(signal.SIGHUP)
    eventually(lambda: metric(server, "webtermd_console_up", "sw2") == 1, "the second line is up")
    second["telnet"]["standing"] = False
    second["telnet"]["shared"] = True
    server.write_configuration(targets=[first, second])
    server.signal(signal.SIGHUP)
    eventually(lambda: metric(server, "webtermd_console_up", "sw2") is None, "the second line stands no more")
    # It is an ordinary shared terminal, and ends with its host.
    terminal = Visitor(server, f"/remote/sw2/telnet/anna/{farm.port}").terminal()
    farm.lines[1].sendall(b"bye")
    farm.lines[1].shutdown(socket.SHUT_RDWR)
    terminal.read_to_end()
    assert terminal.output.endswith(b"bye")
    assert metric(server, "webtermd_console_up") == 1


def test_an_operator_ends_it_and_it_is_opened_anew(serve, farm, tmp_path):
    server = serve(targets=[standing(farm.port)], control=str(tmp_path / "control"))
    eventually(lambda: len(farm.calls) == 1, "the line is open")
    eventually(lambda: metric(server, "webtermd_console_up") == 1, "and up")
    listed = server.control("list").stdout
    identifier = next(word for row in listed.splitlines() for word in row.split() if word.startswith("a-"))
    assert server.control("end", identifier).returncode == 0
    eventually(lambda: len(farm.calls) == 2, "it is opened anew")


def test_a_server_with_standing_lines_drains(serve, farm, tmp_path):
    server = serve(targets=[standing(farm.port)], control=str(tmp_path / "control"))
    eventually(lambda: len(farm.lines) == 1, "the line is open")
    server.control("drain")
    assert server.process.wait(timeout=10) == 0


def test_a_line_that_ends_at_once_rests_until_a_person_comes(serve):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    calls = itertools.count()
    count = [0]

    def serve_line():
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                count[0] = next(calls) + 1
                line.close()

    threading.Thread(target=serve_line, daemon=True).start()
    server = serve(targets=[standing(port)])
    try:
        # 1 + 2 + 4 + 8 seconds and a few.
        eventually(lambda: count[0] == 5, lambda: f"{count[0]} times tried", 40)
        terminal = Visitor(server, f"/remote/telnet/anna/{port}").terminal()
        eventually(lambda: count[0] == 6, "it is tried at once when a person comes")
        assert "tried every 10 minutes" in terminal.hear("notice")["message"]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.mark.parametrize("change, words", [
    ({"ports": ["7000-7001"]}, "single ports"),
    ({"standing": "yes"}, "standing"),
])
def test_lines_that_cannot_stand_are_mistakes(serve, change, words):
    target = standing(7001)
    target["telnet"].update(change)
    with pytest.raises(RuntimeError, match=words):
        serve(targets=[target])


def test_ssh_stands_as_one_user_with_an_identity(serve):
    target = {"name": "a", "host": "127.0.0.1", "ssh": {"standing": True, "users": ["*"]}}
    with pytest.raises(RuntimeError) as problem:
        serve(targets=[target])
    assert "identity" in str(problem.value) and "exactly one user" in str(problem.value)


def test_the_directory_knows_up_and_down(serve, farm):
    server = serve(targets=[standing(farm.port)])
    visitor = Visitor(server, "/")
    with visitor.connect("/devices", subprotocols=["webterm.news.v1"]) as news:
        def state():
            while True:
                for terminal in json.loads(news.recv(timeout=20)).get("terminals", []):
                    return terminal["line"]
        line = state()
        while not line["up"]:
            line = state()
        farm.close()
        while line["up"]:
            line = state()
        assert line["why"] and line["since"] > 0
