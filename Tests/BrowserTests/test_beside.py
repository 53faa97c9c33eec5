"""What stands beside a terminal and takes nothing from the reader: search, notices, marks, what is remembered."""

import re
import signal

import pytest

from browser import Person, Tab
from nginx import Nginx
from server import eventually
from test_directory import directory, hall
from test_features import ECHO, PATH, SPELL, setting, show
from test_workspace import dismiss, open_lines, pick, rack, screens, wait_focus, wait_panes, wait_screens, workspace  # noqa: F401

# Search


def test_new_output_pulls_nobody_away_from_what_they_read(serve_program, person):
    tab = show(serve_program, person, r"\r\n".join(f"line {n} something" for n in range(1, 301)) + r"\r\n")
    tab.page.keyboard.press("Control+Shift+F")
    tab.type("something")
    count = tab.page.locator("[data-part=search] [data-part=count]")
    eventually(lambda: count.inner_text() == "300 of 300", "all are found")
    tab.page.mouse.move(300, 300)
    tab.page.mouse.wheel(0, -2000)
    view = "webterm.screen.terminal.buffer.active.viewportY"
    base = "webterm.screen.terminal.buffer.active.baseY"
    eventually(lambda: tab.evaluate(view) < tab.evaluate(base) - 20, "it is scrolled up")
    read = tab.evaluate(view)
    tab.evaluate("""() => { globalThis.looked = 0; const type = Object.getPrototypeOf(webterm.screen.terminal.buffer.active), get = type.getLine;
      type.getLine = function (row) { looked += 1; return get.call(this, row); }; }""")
    tab.evaluate("text => new Promise(done => webterm.screen.terminal.write(text, done))", "".join(f"more {n} something\r\n" for n in range(10)))
    eventually(lambda: count.inner_text() == "300 of 310", "what is new is counted")
    assert tab.evaluate(view) == read
    # Only what is new, and what may have changed, was looked at.
    assert tab.evaluate("looked") < 250
    # The next one is relative to the line that was looked at: from the one that is shown.
    tab.page.locator("[data-part=search] [data-part=text]").focus()
    tab.page.keyboard.press("Enter")
    assert count.inner_text() == "301 of 310"


def test_what_search_counts_is_what_is_there_whatever_comes(serve_program, person):
    """New lines, rewritten ones, history that is full, another width, another screen: as if it were looked for anew."""
    tab = show(serve_program, person, "")
    setting(tab, "scrollback", 50)
    tab.page.keyboard.press("Control+Shift+F")
    tab.type("ab")
    count = tab.page.locator("[data-part=search] [data-part=count]")
    wide = "x" * 118 + "ab"
    for step in (["ab\r\n"] * 5, ["\x1b[2J\x1b[Hab"], ["cab\r\n"] * 90, [wide * 3], ["\x1b[1A\x1b[2K"], ["\x1b[?1049hab ab"], ["\x1b[?1049l"], ["ab\r\n"] * 3):
        tab.evaluate("text => new Promise(done => webterm.screen.terminal.write(text, done))", "".join(step))
        text = tab.evaluate("""() => { const b = webterm.screen.terminal.buffer.active; let all = "";
          for (let i = 0; i < b.length; i++) all += (b.getLine(i).isWrapped ? "" : "\\n") + b.getLine(i).translateToString(!b.getLine(i + 1)?.isWrapped);
          return all; }""")
        there = text.count("ab")
        expected = re.compile(f"of {there}$" if there else "none$")
        eventually(lambda: expected.search(count.inner_text()), lambda: f"{there} are there: {count.inner_text()}")


# Notices


def test_a_notice_goes_by_itself_or_when_it_has_been_read(serve_program, person):
    server = serve_program(ECHO)
    page = person.context.new_page()
    page.clock.install()
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect("ready")
    notice = page.locator("[data-part=notice]")
    # The line knows no break: the server says so.
    page.keyboard.press("Pause")
    page.get_by_role("button", name="Send the break").click()
    notice.wait_for(state="visible")
    page.clock.fast_forward(13_000)
    notice.wait_for(state="hidden")
    page.keyboard.press("Pause")
    page.get_by_role("button", name="Send the break").click()
    notice.wait_for(state="visible")
    page.get_by_role("button", name="Hide these words").click()
    assert notice.is_hidden()


def test_the_idle_warning_goes_on_after_a_reload(serve_program, person):
    server = serve_program(ECHO, timeouts={"idle": 20})
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    notice = tab.page.locator("[data-part=notice]")
    notice.wait_for(state="visible", timeout=25_000)
    left = int(re.search(r"ends in (\d+) s", notice.inner_text())[1])
    tab.page.reload()
    tab.wait_state("connected")
    notice.wait_for(state="visible", timeout=3000)
    assert int(re.search(r"ends in (\d+) s", notice.inner_text())[1]) <= left
    tab.type("x")
    notice.wait_for(state="hidden")


def test_whoever_attaches_late_is_warned_in_time(serve_program, person):
    server = serve_program(ECHO, timeouts={"idle": 20})
    first = person.open(server.url + PATH)
    first.expect("ready")
    first.page.locator("[data-part=notice]").wait_for(state="visible", timeout=25_000)
    # An attachment is no touch: the server says how long there is.
    second = person.open(server.url, ready=False)
    second.page.get_by_role("link", name=re.compile("Attach")).click()
    second.wait_state("connected")
    notice = second.page.locator("[data-part=notice]")
    notice.wait_for(state="visible", timeout=3000)
    assert int(re.search(r"ends in (\d+) s", notice.inner_text())[1]) <= 10
    second.type("x")
    notice.wait_for(state="hidden")


# What is remembered


def test_stars_of_two_tabs_are_all_kept(serve, person):
    server = serve(targets=hall(8))
    one, other = directory(person, server), directory(person, server)
    one.page.get_by_role("button", name="Star sw1").click()
    eventually(lambda: other.page.locator(".star[aria-pressed=true]").count() == 2, "the other one shows it")
    other.page.get_by_role("button", name="Star sw2").click()
    kept = "JSON.parse(localStorage.getItem('webterm:stars')).sort()"
    assert one.evaluate(kept) == ["sw1", "sw2"]
    eventually(lambda: one.page.locator(".star[aria-pressed=true]").count() == 4, "and the first one, too")
    # Typing is not disturbed.
    one.page.locator("#find").click()
    one.type("sw")
    other.page.get_by_role("button", name="Star sw3").click()
    eventually(lambda: one.page.locator(".star[aria-pressed=true]").count() == 3, "it is shown")
    assert one.page.locator("#find").input_value() == "sw" and one.evaluate("document.activeElement.id") == "find"


def test_a_workspace_without_storage_works(rack, person):  # noqa: F811
    page = person.context.new_page()
    page.add_init_script("for (const name of ['sessionStorage', 'localStorage']) Object.defineProperty(globalThis, name, { get() { throw new Error('denied'); } })")
    tab = Tab(person, page).go(rack().url + "w", ready=False)
    page.wait_for_function("globalThis.webterm?.workspace")
    open_lines(tab, "sw01")
    tab.type("echo st''ill\n")
    wait_screens(tab, "^still$")


def test_what_the_page_does_by_itself_is_no_lately(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    lately = "JSON.parse(localStorage.getItem('webterm:recent')).map(({ name }) => name)"
    assert tab.evaluate(lately) == ["sw02", "sw01"]
    tab.evaluate("localStorage.removeItem('webterm:recent')")
    tab.page.reload()
    tab.page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 2)
    assert tab.evaluate("localStorage.getItem('webterm:recent')") is None


def test_panes_that_are_closed_leave_nothing_behind(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    setting(tab, "bell", "sound")
    tab.evaluate("""() => { globalThis.contexts = 0; const Real = AudioContext;
      globalThis.AudioContext = class extends Real { constructor() { super(); contexts += 1; } }; }""")
    session = person.context.new_cdp_session(tab.page)
    session.send("Performance.enable")

    def listeners():
        session.send("HeapProfiler.collectGarbage")
        return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}["JSEventListeners"]

    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    counts = []
    for _ in range(3):
        for line in range(1, 5):
            tab.evaluate("line => webterm.workspace.open({ path: `remote/rack1/telnet/console/${7000 + line}` })", line)
        wait_panes(tab, 4)
        wait_screens(tab, "ready")
        for index in range(4):
            tab.evaluate("index => new Promise(done => webterm.workspace.places[index].pane.screen.terminal.write('\\x07', done))", index)
        tab.evaluate("webterm.workspace.places.forEach((place) => place.pane.session.close())")
        eventually(lambda: not tab.evaluate("webterm.workspace.places.some(({ isAlive }) => isAlive)"), "they are over")
        tab.evaluate("async () => { for (const place of webterm.workspace.places) await webterm.workspace.close(place); }")
        counts.append(listeners())
    assert tab.evaluate("contexts") == 1
    assert counts[2] <= counts[1] + 2, counts


# Pastes for several


def test_lines_that_are_pasted_for_several_are_lines(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02", "sw03")
    tab.page.keyboard.press("Control+Shift+G")
    tab.page.locator("#send-to input").first.wait_for()
    tab.page.keyboard.press("Enter")
    line = tab.page.get_by_label("A line for all of them")
    paste = """text => { const data = new DataTransfer(); data.setData("text/plain", text);
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""
    line.focus()
    tab.evaluate(paste, "echo one\necho two\r\necho three\n")
    dialog = tab.page.locator("#paste")
    dialog.wait_for()
    assert "3 lines would be typed into 3 terminals (sw01, sw02, sw03)" in dialog.inner_text()
    # Nothing has gone out before the answer, and nothing does without one.
    tab.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert line.input_value() == "" and all("one" not in text for text in screens(tab))
    line.focus()
    tab.evaluate(paste, "echo one\necho two\r\necho three\n")
    dialog.get_by_role("button", name="Paste", exact=True).click()
    wait_screens(tab, "^one\ntwo\nthree$")
    # By the browser's own way, too; one line stays one that can be changed.
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate("navigator.clipboard.writeText('echo four\\necho five')")
    line.focus()
    tab.page.keyboard.press("Control+V")
    dialog.get_by_role("button", name="Cancel").click()
    tab.evaluate("navigator.clipboard.writeText('echo six')")
    line.focus()
    tab.page.keyboard.press("Control+V")
    eventually(lambda: line.input_value() == "echo six", "it is in the field")
    assert dialog.is_hidden()
    tab.page.keyboard.press("Enter")
    wait_screens(tab, "^six$")
    assert all("four" not in text for text in screens(tab))
    # What was sent comes back.
    tab.page.keyboard.press("ArrowUp")
    assert line.input_value() == "echo six"


# The host's words


def test_nothing_translates_a_host_s_words(serve_program, person):
    server = serve_program(SPELL)
    for path, place in ((PATH, "[data-part=screen]"), ("", "#devices")):
        tab = person.open(server.url + path, ready=False)
        tab.page.locator(place).wait_for()
        assert tab.evaluate("place => document.querySelector(place).translate", place) is False


def test_controls_of_eight_bits_are_controls(serve, person, tmp_path):
    program = tmp_path / "host"
    program.write_text("#!/bin/sh\nstty raw -echo\nprintf '\\23331mred\\2330m plain\\r\\nready'\nexec cat\n")
    program.chmod(0o755)
    server = serve(clients={"telnet": str(program)}, targets=[
        {"name": "vms", "host": "127.0.0.1", "charset": "iso-8859-1", "telnet": {"ports": [23]}}])
    tab = person.open(server.url + PATH)
    tab.expect("^red plain\nready$")
    cell = "(({ getCell }) => 0)({})"
    assert cell and tab.evaluate("webterm.screen.terminal.buffer.active.getLine(0).getCell(0).getFgColor()") == 1


# A refused handshake


ELSEWHERE = """globalThis.isElsewhere = false; globalThis.sockets = []; { const Real = WebSocket; globalThis.WebSocket = class extends Real {
  constructor(url, protocol) { super(isElsewhere ? String(url).replace("/remote/", "/nowhere/") : url, protocol); sockets.push(this); } }; }"""


@pytest.fixture
def refused(serve_program, person):
    """A page whose next handshakes the server refuses, though it answers the page: as behind a proxy that hands on another Host."""
    server = serve_program(ECHO)
    page = person.context.new_page()
    page.add_init_script(ELSEWHERE)
    tab = Tab(person, page).go(server.url + PATH)
    tab.expect("ready")
    tab.server = server
    yield tab
    person.complaints = [words for words in person.complaints if not re.search("WebSocket connection|Failed to load|ERR_", words)]


REFUSE = "() => { globalThis.isElsewhere = true; sockets.at(-1).close(); }"


def test_a_handshake_that_is_refused_says_what_would_be_right(refused):
    refused.evaluate(REFUSE)
    refused.wait_message("refuses the connection", seconds=40)
    assert refused.server.url.rstrip("/") in refused.message() and "origins" in refused.message()
    # It is tried on, and the words go when it is mended.
    refused.evaluate("globalThis.isElsewhere = false")
    refused.wait_state("connected", seconds=40)
    assert refused.message() is None


def test_a_login_that_has_ended_is_told(refused):
    # A proxy with a login leads the page elsewhere.
    refused.page.route(f"**/{PATH}", lambda route: route.fulfill(status=302, headers={"Location": "https://login.example/"}))
    refused.evaluate(REFUSE)
    refused.wait_message("log in", seconds=40)
    refused.page.get_by_role("button", name="Load the page again").wait_for()


def test_behind_a_proxy_that_hands_on_another_host_one_sentence_says_so(serve_program, browser, tmp_path):
    server = serve_program(ECHO)
    (tmp_path / "nginx").mkdir()
    nginx = Nginx(tmp_path / "nginx", f"127.0.0.1:{server.port}")
    person = Person(browser, ignore_https_errors=True)
    try:
        # Its file says `Host $host`, which has no port, and it listens on another one than 443.
        tab = person.open(nginx.url + PATH, ready=False)
        tab.wait_message("origins", seconds=40)
        assert f"https://localhost:{nginx.port}" in tab.message() and tab.state() == "ended"
        tab.page.get_by_role("button", name="Try again").wait_for()
        # Once it is right, it opens.
        server.write_configuration(origins=[f"https://localhost:{nginx.port}"])
        server.signal(signal.SIGHUP)
        eventually(lambda: "configuration reloaded" in server.log.read_text(), "it is read")
        tab.page.get_by_role("button", name="Try again").click()
        tab.wait_state("connected", seconds=30)
        tab.expect("ready")
    finally:
        person.close()
        nginx.stop()
    assert [words for words in person.complaints if not re.search("WebSocket connection|Failed to load", words)] == []
