"""Coming back in a real browser: networks that drop, reloads, other windows, waiting too long."""

import re

import pytest

from bad_network import BadNetwork
from browser import Tab
from server import eventually

PATH = "remote/telnet/visitor/23"
SHELL = "#!/bin/sh\nPS1='$ ' exec /bin/sh -i\n"
PROMPT = r"\$ ?$"


def forget_network_complaints(person):
    """The browser itself reports failed connections on the console."""
    person.complaints = [
        words for words in person.complaints if not re.search("WebSocket connection|Failed to load|ERR_INTERNET", words)]


@pytest.fixture
def network(serve_program):
    """A calm network to a server with a shell behind it; it can be cut and be down."""
    server = serve_program(SHELL)
    network = BadNetwork((server.host, server.port), seed=0)
    network.is_calm = True
    network.url = f"http://127.0.0.1:{network.port}/"
    yield network
    network.close()


def go_offline(tab, network):
    tab.person.context.set_offline(True)
    network.is_down = True
    network.cut()
    tab.wait_overlay("Connection lost")


def go_online(tab, network):
    network.is_down = False
    tab.person.context.set_offline(False)


def buffer(tab):
    """Every cell of the emulator's buffer with its colours, and where the cursor is."""
    return tab.evaluate(
        """() => { const b = webterm.screen.terminal.buffer.active, cells = [];
             for (let y = 0; y < b.length; y++) { const line = b.getLine(y);
               for (let x = 0; x < line.length; x++) { const c = line.getCell(x);
                 if (c.getChars() || c.getBgColor() !== -1)
                   cells.push([y, x, c.getChars(), c.getFgColor(), c.getBgColor(), c.isBold()].join()); } }
             return [b.cursorX, b.cursorY, b.baseY, ...cells].join(";"); }""")


def test_offline_and_online_again_goes_on_where_it_was(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    tab.type("x=kept; (sleep 1; echo while-away) &\n")
    tab.expect(r"&\n")
    go_offline(tab, network)
    tab.page.wait_for_timeout(1500)
    go_online(tab, network)
    # At once, by the browser's own event: not when the countdown is over.
    tab.wait_state("connected", seconds=2)
    assert tab.overlay() is None
    tab.expect("while-away$")
    tab.type("echo $x\n")
    tab.expect("^kept$")
    # Typed, printed, and reported by the shell when the job is done: each once.
    assert len(re.findall(r"^.{0,2}while-away$", tab.text(), re.MULTILINE)) == 1
    forget_network_complaints(person)


def test_what_is_typed_while_away_arrives_once(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    go_offline(tab, network)
    tab.evaluate("webterm.session.type(new TextEncoder().encode(`echo o''nce\\n`))")
    go_online(tab, network)
    tab.wait_state("connected")
    tab.expect("^once$")
    tab.page.wait_for_timeout(500)
    assert len(re.findall("^once$", tab.text(), re.MULTILINE)) == 1
    forget_network_complaints(person)


def test_the_screen_after_a_reload_is_the_screen_before_it(serve_program, person):
    server = serve_program(SHELL)
    tab = person.open(server.url + PATH)
    tab.expect(PROMPT)
    # Colours, history, a question to the emulator (DA, DSR) that must not be answered twice, a cursor in the middle.
    tab.type("for i in $(seq 1 80); do printf '\\033[3%dmline %d\\033[0m\\n' $((i % 8)) $i; done\n")
    tab.expect(r"line 80\n" + PROMPT)
    tab.type("printf '\\033[c\\033[6n'; sleep 0.3; printf '\\033[5;20H'\n")
    tab.page.wait_for_timeout(1000)
    before = buffer(tab)
    tab.page.reload()
    tab.wait_state("connected")
    eventually(lambda: buffer(tab) == before, "the screen is what it was")
    tab.page.wait_for_timeout(700)
    assert buffer(tab) == before


def test_a_second_window_on_the_same_terminal_takes_over(serve_program, person):
    server = serve_program(SHELL)
    first = person.open(server.url + PATH)
    first.expect(PROMPT)
    first.type("x=shared\n")
    # The launcher lists it; attaching from there opens it in the other window.
    second = person.open(server.url, ready=False)
    second.page.get_by_role("link", name=re.compile("Attach")).click()
    second.wait_state("connected")
    first.wait_overlay("Opened in another window")
    second.expect(PROMPT)
    second.type("echo $x\n")
    second.expect("^shared$")
    # The first window takes it back with one key.
    first.page.bring_to_front()
    first.page.keyboard.press("Enter")
    first.wait_state("connected")
    first.expect("^shared$")
    second.wait_overlay("Opened in another window")


def test_a_duplicated_tab_gets_a_terminal_of_its_own(serve_program, person):
    server = serve_program(SHELL)
    tab = person.open(server.url + PATH)
    tab.expect(PROMPT)
    tab.type("x=mine\n")
    with person.context.expect_page() as opened:
        tab.evaluate("open(location.href)")
    other = Tab(person, opened.value)
    other.wait_state("connected")
    other.expect(PROMPT)
    other.type("echo [$x]\n")
    other.expect(r"^\[\]$")
    assert tab.state() == "connected"


def test_before_an_idle_terminal_ends_the_page_warns(serve_program, person):
    server = serve_program(SHELL, timeouts={"idle": 6})
    tab = person.open(server.url + PATH)
    tab.expect(PROMPT)
    notice = tab.page.locator("#notice")
    notice.wait_for(state="visible")
    assert "ends in" in notice.inner_text()
    tab.type("e")
    notice.wait_for(state="hidden")
    tab.wait_overlay("nothing was typed", seconds=15)
