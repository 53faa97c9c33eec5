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
def network(serve_program, tmp_path):
    """A calm network to a server with a shell behind it; it can be cut and be down."""
    server = serve_program(SHELL)
    network = BadNetwork((server.host, server.port), seed=0)
    network.is_calm = True
    network.server, network.signal = server, tmp_path / "speak"
    network.url = f"http://127.0.0.1:{network.port}/"
    yield network
    network.close()


def go_offline(tab, network):
    tab.person.context.set_offline(True)
    network.is_down = True
    network.cut()
    tab.wait_message("Connection lost")


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


def output(server):
    """How much all hosts have said by now, in bytes."""
    _, metrics = server.request("/metrics")
    return int(re.search(rb"^webtermd_output_bytes_total (\d+)$", metrics, re.MULTILINE)[1])


def test_offline_and_online_again_goes_on_where_it_was(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    # Says its word when the file is there: while the page is away.
    tab.type(f"x=kept; (until [ -e {network.signal} ]; do sleep 0.1; done; echo while-away) &\n")
    tab.expect(r"&\n")
    go_offline(tab, network)
    before = output(network.server)
    network.signal.touch()
    eventually(lambda: output(network.server) > before, "the host speaks while no page is there")
    # By the browser's own event: there is no clock that would bring it back.
    tab.evaluate("() => { globalThis.real = setTimeout; globalThis.setTimeout = (run, pause = 0) => pause < 100 ? real(run, pause) : -1; }")
    tab.wait_message("Trying again now.")
    tab.evaluate("() => { globalThis.setTimeout = real; }")
    go_online(tab, network)
    tab.wait_state("connected")
    assert tab.message() is None
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
    # By the keyboard, as a person does who has not noticed: nothing takes the focus from the terminal.
    tab.type("echo o''nce\n")
    tab.wait_message("kept: 12 bytes")
    go_online(tab, network)
    tab.wait_state("connected")
    tab.expect("^once$")
    tab.type("echo la''st\n")
    tab.expect("^last$")
    assert len(re.findall("^once$", tab.text(), re.MULTILINE)) == 1
    forget_network_complaints(person)


def test_no_more_is_kept_than_a_few_screens(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    go_offline(tab, network)
    tab.evaluate("webterm.screen.terminal.paste('# ' + 'x'.repeat(4000))")
    tab.wait_message("kept: 4002 bytes")
    tab.evaluate("webterm.screen.terminal.paste('y'.repeat(200))")
    tab.page.locator("[data-part=message].is-refusing").wait_for()
    tab.wait_message("kept: 4002 bytes")
    go_online(tab, network)
    tab.wait_state("connected")
    tab.expect("x$")
    assert "y" not in tab.text()
    forget_network_complaints(person)


def test_the_bar_says_how_long_the_terminal_is_kept(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    go_offline(tab, network)

    def left():
        # Between two attempts it is said; while one takes long, that it is made.
        found = re.search(r"kept for you for another (\d+) s", tab.message() or "")
        return int(found[1]) if found else None
    detached = eventually(left, "it says how long")
    assert 500 <= detached <= 600
    eventually(lambda: (left() or detached) < detached, "it counts down")
    go_online(tab, network)
    tab.wait_state("connected")
    forget_network_complaints(person)


def test_a_connection_that_is_swallowed_is_given_up(network, person):
    """A network that takes connections and answers none: the browser itself would wait for minutes."""
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    network.swallows = True
    network.cut()
    eventually(lambda: network.swallowed, "another connection is tried")
    network.swallows = False
    tab.wait_state("connected", seconds=30)
    tab.type("echo ba''ck\n")
    tab.expect("^back$")
    # And at once where the browser says that there is a network again.
    network.swallowed.clear()
    network.swallows = True
    network.cut()
    eventually(lambda: network.swallowed, "another connection is tried")
    network.swallows = False
    tab.evaluate("dispatchEvent(new Event('online'))")
    tab.wait_state("connected", seconds=8)
    forget_network_complaints(person)


def test_an_idle_terminal_in_a_hidden_tab_stays(serve_program, person):
    """Where a browser lets timers come once a minute, a beat finds that nothing was heard for a minute: that says nothing."""
    server = serve_program(SHELL)
    page = person.context.new_page()
    page.clock.install()
    sockets, pongs = [], []
    page.on("websocket", lambda socket: sockets.append(socket))
    page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: '"pong"' in str(payload) and pongs.append(payload)))
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect(PROMPT)
    tab.evaluate("""() => { globalThis.states = []; const state = document.querySelector("[data-part=state]");
      new MutationObserver(() => states.push(state.dataset.state)).observe(state, { attributes: true }); }""")
    for _ in range(5):
        before = len(pongs)
        page.clock.fast_forward(60_000)
        eventually(lambda: page.evaluate("true") and len(pongs) > before, "the server has answered")
    assert tab.evaluate("states").count("lost") == 0 and len(sockets) == 1
    tab.type("echo st''ill\n")
    tab.expect("^still$")


def test_a_host_that_says_much_does_not_wait_for_a_hidden_tab(serve_program, person):
    """Nothing comes by the page's own timers there, for as long as the test wants."""
    server = serve_program(SHELL)
    page = person.context.new_page()
    page.clock.install()
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect(PROMPT)
    tab.evaluate("""() => { Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
      document.dispatchEvent(new Event("visibilitychange")); }""")
    tab.type("seq 1 100000; echo ov''er\n")
    page.clock.pause_at(tab.evaluate("Date.now()") + 1000)
    tab.expect("^over$", seconds=60)


def test_the_screen_after_a_reload_is_the_screen_before_it(serve_program, person, tmp_path):
    server = serve_program(SHELL)
    tab = person.open(server.url + PATH)
    tab.expect(PROMPT)
    # Colours, history, a question to the emulator (DA, DSR) that must not be answered twice, a cursor in the middle.
    tab.type("for i in $(seq 1 80); do printf '\\033[3%dmline %d\\033[0m\\n' $((i % 8)) $i; done\n")
    tab.expect(r"line 80\n" + PROMPT)
    answered = tmp_path / "answered"
    tab.type(f"printf '\\033[c\\033[6n'; until [ -e {answered} ]; do sleep 0.05; done; printf '\\033[5;20H'\n")
    tab.expect(r"\[\d+;\d+R")
    answered.touch()
    eventually(lambda: buffer(tab).startswith("21;4;"), "the cursor is where it was put, with a prompt")
    before = buffer(tab)
    tab.page.add_init_script(COUNT_TYPED)
    tab.page.reload()
    tab.wait_state("connected")
    eventually(lambda: buffer(tab) == before, "the screen is what it was")
    painted(tab)
    assert tab.evaluate("typed") == 0


COUNT_TYPED = """globalThis.typed = 0; const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) { if (typeof data !== "string") typed += data.byteLength; send.call(this, data); };"""


def painted(tab):
    """Waits until everything that has come is on the screen."""
    tab.evaluate("new Promise((done) => webterm.screen.terminal.write('', done))")


# Asks for reports of the focus and for device attributes, and says what comes in.
LISTENER = r"""#!/usr/bin/env python3
import os, tty
tty.setraw(0)
os.write(1, b"\x1b[?1004h\x1b[>c\x1b[6nready\r\n")
got = b""
while True:
    got += os.read(0, 4096)
    while b"?" in got:
        asked, got = got.split(b"?", 1)
        os.write(1, b"[" + asked.hex().encode() + b"]\r\n")
"""


def heard(tab):
    """What the host has heard since the last time: everything that was typed before this question."""
    count = len(re.findall(r"^\[[0-9a-f]*\]$", tab.text(), re.MULTILINE))
    tab.type("?")
    eventually(lambda: len(re.findall(r"^\[[0-9a-f]*\]$", tab.text(), re.MULTILINE)) > count, "the host answers")
    return bytes.fromhex(re.findall(r"^\[([0-9a-f]*)\]$", tab.text(), re.MULTILINE)[-1]).decode()


def without_focus(words):
    """Reports that were made by real changes of the focus, taken out."""
    return re.sub(r"\x1b\[[IO]", "", words)


def test_history_makes_nobody_answer(serve_program, person):
    server = serve_program(LISTENER)
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    first = heard(tab)
    # Once it is asked for real, and says that it has the focus.
    assert re.search(r"\x1b\[>[\d;]+c", first) and re.search(r"\x1b\[\d+;\d+R", first) and "\x1b[I" in first
    tab.page.reload()
    tab.wait_state("connected")
    tab.expect("ready")
    assert heard(tab) == ""
    # The window that is attached from the directory, and the one that takes back.
    second = person.open(server.url, ready=False)
    second.page.get_by_role("link", name=re.compile("Attach")).click()
    second.wait_state("connected")
    second.expect("ready")
    assert without_focus(heard(second)) == ""
    tab.page.get_by_text("Typed in another window").wait_for()
    second.type("more?")
    second.expect(r"^\[6d6f7265\]$")
    tab.expect(r"^\[6d6f7265\]$")
    tab.page.bring_to_front()
    tab.page.get_by_role("button", name="Take the keyboard back").click()
    tab.page.get_by_text("Typed in another window").wait_for(state="hidden")
    assert without_focus(heard(tab)) == ""


def test_a_second_window_on_the_same_terminal_takes_the_keyboard(serve_program, person):
    server = serve_program(SHELL)
    first = person.open(server.url + PATH)
    first.expect(PROMPT)
    first.type("x=shared\n")
    # The directory lists it; attaching from there opens it in the other window.
    second = person.open(server.url, ready=False)
    second.page.get_by_role("link", name=re.compile("Attach")).click()
    second.wait_state("connected")
    first.page.get_by_text("Typed in another window").wait_for()
    second.expect(PROMPT)
    second.type("echo $x\n")
    second.expect("^shared$")
    # The first window looks on, and types nothing.
    first.expect("^shared$")
    first.page.bring_to_front()
    first.page.locator("[data-part=screen]").click()
    first.type("lost")
    first.page.locator(".keyboard.is-refusing").wait_for()
    # It takes the keyboard back, and what it types from then on arrives.
    first.page.get_by_role("button", name="Take the keyboard back").click()
    second.page.get_by_text("Typed in another window").wait_for()
    first.type("echo he''llo\n")
    first.expect("^hello$")
    second.expect("^hello$")
    assert "lost" not in first.text()


def test_a_tab_that_the_browser_discards_has_its_terminal_again(serve_program, person):
    server = serve_program(SHELL)
    page = person.context.new_page()
    # A tab that is discarded says nothing any more.
    page.add_init_script("addEventListener('pagehide', (event) => event.stopImmediatePropagation(), { capture: true })")
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect(PROMPT)
    tab.type("x=kept\n")
    remembered = "Object.keys(sessionStorage).filter((key) => key.startsWith('webterm:/')).length"
    # The headless browser hides no page by itself.
    tab.evaluate(HIDE)
    assert tab.evaluate(remembered) == 1
    tab.page.reload()
    tab.wait_state("connected")
    tab.expect(PROMPT)
    tab.type("echo [$x]\n")
    tab.expect(r"^\[kept\]$")
    assert tab.evaluate(remembered) == 0


HIDE = """() => { Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange")); delete document.visibilityState; }"""


def test_broken_storage_is_no_dead_page(serve_program, person):
    server = serve_program(SHELL)
    page = person.context.new_page()
    page.add_init_script("sessionStorage.setItem(`webterm:${location.pathname}`, '{ broken'); localStorage.setItem('webterm:recent', '7')")
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect(PROMPT)
    page.add_init_script("for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(globalThis, name, { get() { throw new Error('closed'); } })")
    page.reload()
    tab.wait_state("connected")
    tab.expect(PROMPT)


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
    server = serve_program(SHELL, timeouts={"idle": 10})
    tab = person.open(server.url + PATH)
    tab.expect(PROMPT)
    notice = tab.page.locator("[data-part=notice]")
    notice.wait_for(state="visible")
    assert "ends in" in notice.inner_text()
    tab.type("e")
    notice.wait_for(state="hidden")
    tab.wait_message("nothing was typed", seconds=15)
