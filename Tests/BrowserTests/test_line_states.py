"""The directory says which lines are up, which are down and why, and where an alarm was raised."""

import contextlib
import socket

import pytest

from browser import Person
from server import eventually
from test_directory import directory


@pytest.fixture
def listener():
    listener = socket.create_server(("127.0.0.1", 0))
    yield listener
    with contextlib.suppress(OSError):
        listener.close()


def test_lines_and_alarms_show_in_the_directory(serve, browser, listener):
    port = listener.getsockname()[1]
    server = serve(
        targets=[{"name": "rack1", "title": "Rack 1", "host": "127.0.0.1", "telnet": {
            "users": ["console"], "ports": {str(port): "sw01"}, "standing": True, "mode": "raw"}}],
        alarms=[{"name": "kernel panic", "match": "panic"}])
    line, _ = listener.accept()
    seen = directory(Person(browser), server)
    row = seen.page.locator(".device", has_text="sw01")
    eventually(lambda: "up since" in row.inner_text(), "the line is up")
    assert "in use" not in row.inner_text() and row.locator(".is-down").count() == 0
    line.sendall(b"panic: at three in the morning\r\n")
    eventually(lambda: "alarm kernel panic" in row.inner_text(), "the alarm is shown")
    # Who opens the line has seen it.
    terminal = Person(browser).open(f"{server.url}remote/rack1/telnet/console/{port}")
    eventually(lambda: "alarm" not in row.inner_text(), "the alarm was seen")
    eventually(lambda: "in use by visitor" in row.inner_text(), "somebody is there")
    terminal.page.close(run_before_unload=False)
    listener.close()
    line.close()
    eventually(lambda: "down since" in row.inner_text(), "the line is down")
    assert "The host closed the connection" in row.locator(".is-down").get_attribute("title") or \
        "refused" in row.locator(".is-down").get_attribute("title").lower()
