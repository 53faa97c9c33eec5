"""A long configuration pasted into a serial console that loses what comes too fast."""

import pytest

from server import eventually
from slow_console import SlowConsole

LINES = [f"interface GigabitEthernet1/0/{number:04} up" for number in range(120)]


@pytest.fixture
def console():
    console = SlowConsole(baud=115200, line_time=0.004)
    yield console
    console.close()


def open_console(serve, person, console, **paste):
    server = serve(targets=[{
        "name": "router", "host": "127.0.0.1", "paste": paste, "telnet": {"ports": [console.port], "mode": "raw"}}])
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = person.open(f"{server.url}remote/telnet/visitor/{console.port}")
    tab.expect(r"router\(config\)#")
    tab.evaluate("text => navigator.clipboard.writeText(text)", "".join(f"{line}\n" for line in LINES))
    tab.page.keyboard.press("Control+Shift+V")
    tab.page.get_by_role("button", name="Paste", exact=True).click()
    return tab


def test_without_a_pace_a_console_loses_lines(serve, person, console):
    open_console(serve, person, console)
    eventually(lambda: console.lost > 0, "something is lost")


def test_with_the_prompt_awaited_every_line_arrives_whole(serve, person, console):
    open_console(serve, person, console, waitFor="[#>$] ?$")
    eventually(lambda: len(console.lines) == len(LINES), "all lines have arrived", 60)
    assert console.lines == LINES and console.lost == 0


def test_stop_drops_what_has_not_gone_out(serve, person, console):
    # So slow that a button can be pressed before it is over.
    console.line_time = 0.1
    tab = open_console(serve, person, console, waitFor="[#>$] ?$")
    eventually(lambda: len(console.lines) >= 3, "lines arrive")
    tab.page.get_by_role("button", name="Stop").click()
    lines = len(console.lines)
    tab.type("\r")
    eventually(lambda: console.lines[-1] == "", "what is typed then comes next")
    # One line was on its way.
    assert len(console.lines) <= lines + 2
    assert console.lines[:-1] == LINES[:len(console.lines) - 1]


def test_keys_wait_for_a_paste_and_escape_stops_it(serve, person, console):
    console.line_time = 0.1
    tab = open_console(serve, person, console, waitFor="[#>$] ?$")
    rows = tab.evaluate("webterm.screen.rows")
    eventually(lambda: len(console.lines) >= 2, "lines arrive")
    tab.type("Q")
    eventually(lambda: len(console.lines) >= 5, "more lines arrive")
    # The bar covers something and pushes nothing.
    assert tab.evaluate("webterm.screen.rows") == rows
    tab.page.keyboard.press("Escape")
    tab.page.locator("[data-part=pasting]").wait_for(state="hidden")
    lines = len(console.lines)
    tab.type("show\r")
    eventually(lambda: console.lines[-1] == "show", lambda: console.lines[-3:])
    assert len(console.lines) <= lines + 2
    assert console.lines[:-1] == LINES[:len(console.lines) - 1]
