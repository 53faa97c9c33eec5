"""The workspace: many terminals in one page, beside each other, brought back, typed into together."""

import json
import re
import signal

import pytest

from browser import Held, Person
from line import Line
from server import eventually

# A line editor that needs no terminal settings: it says what it gets, and what it is called by the host's title.
SHELL = "#!/bin/sh\nstty -echo\nprintf 'ready\\r\\n'\nwhile read -r line; do eval \"$line\"; done\n"


@pytest.fixture
def rack(serve, tmp_path):
    """A server with one console server of eight lines and a hall of its own; a script is what telnet shows."""
    def start(script=SHELL, lines=8, **configuration):
        program = tmp_path / "program"
        program.write_text(script)
        program.chmod(0o755)
        return serve(clients={"telnet": str(program)}, limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, targets=[
            {"name": "rack1", "host": "127.0.0.1", "group": "Hall 1/Rack 1",
             "telnet": {"users": ["console"], "ports": {str(7000 + line): f"sw{line:02}" for line in range(1, lines + 1)}}},
            {"name": "hall2", "host": "127.0.0.1", "group": "Hall 2", "telnet": {"users": ["*"], "ports": [23, "60-70"]}}], **configuration)
    return start


def workspace(person, server, path="w"):
    tab = person.open(server.url + path, ready=False)
    tab.page.wait_for_function("globalThis.webterm?.workspace")
    return tab


def pick(tab, words):
    """Chooses in the palette that is open."""
    tab.page.locator("#palette li").first.wait_for()
    tab.type(words)
    tab.page.locator("#palette li").first.wait_for()
    tab.page.keyboard.press("Enter")


def dismiss(tab):
    """Leaves the dialog that is open; the next key is for what is below it."""
    tab.page.keyboard.press("Escape")
    tab.page.locator("dialog[open]").wait_for(state="hidden")


def panes(tab):
    return tab.evaluate("webterm.workspace.places.map(({ name }) => name)")


def in_front(tab):
    return tab.evaluate("webterm.workspace.current?.name")


def wait_panes(tab, count):
    states = "webterm.workspace.places.map(({ name, state }) => `${name} ${state}`)"
    eventually(lambda: [each.split()[-1] for each in tab.evaluate(states)].count("connected") == count,
               lambda: f"{count} panes are connected: {tab.evaluate(states)}; open: {tab.open_dialogs()}; said: {tab.person.complaints}")


def wait_focus(tab):
    eventually(lambda: tab.evaluate("document.activeElement.closest('.pane.is-active') !== null"), "the pane in front has the focus")


def leave_sending(tab):
    """Esc Esc. They count where one follows the other soon, which a machine that stands still for a moment prevents."""
    def is_left():
        tab.page.keyboard.press("Escape")
        tab.page.keyboard.press("Escape")
        return tab.page.locator("#sending").is_hidden()
    eventually(is_left, "nothing is sent to several any more")


def screens(tab):
    return tab.evaluate("""() => webterm.workspace.places.map(({ pane }) => { const b = pane.screen.terminal.buffer.active, lines = [];
      for (let i = 0; i < b.length; i++) lines.push(b.getLine(i).translateToString(true)); return lines.join("\\n").trimEnd(); })""")


def wait_screens(tab, pattern, which=None, seconds=10):
    def shown():
        return all(re.search(pattern, text, re.MULTILINE) for at, text in enumerate(screens(tab)) if which is None or at in which)
    eventually(shown, f"{pattern!r} on the screens", seconds)


def open_lines(tab, *names):
    """Opens lines, the first in a tab and the others beside it."""
    for index, name in enumerate(names):
        if index > 0:
            wait_focus(tab)
            tab.page.keyboard.press("Control+Shift+E" if index % 2 else "Control+Shift+O")
        pick(tab, name)
        wait_panes(tab, index + 1)
    wait_screens(tab, "ready")
    wait_focus(tab)


# Tabs and splits


def test_the_day_of_an_administrator_by_keyboard_alone(rack, person):
    server = rack()
    tab = workspace(person, server)
    key = tab.page.keyboard.press
    open_lines(tab, "sw01", "sw02", "sw03")
    assert panes(tab) == ["sw01", "sw02", "sw03"] and in_front(tab) == "sw03"
    # From pane to pane.
    key("Control+Shift+ArrowLeft")
    assert in_front(tab) == "sw01"
    key("Control+Shift+ArrowRight")
    assert in_front(tab) in ("sw02", "sw03")
    # Another tab; back; one pane large.
    key("Control+Shift+Enter")
    pick(tab, "sw04")
    wait_panes(tab, 4)
    assert tab.page.locator(".tab").count() == 2
    wait_focus(tab)
    key("Control+Shift+BracketLeft")
    assert in_front(tab) != "sw04" and tab.page.locator(".pane:visible").count() == 3
    key("Control+Shift+Z")
    assert tab.page.locator(".pane:visible").count() == 1
    key("Control+Shift+Z")
    assert tab.page.locator(".pane:visible").count() == 3
    # Something is said to three of the four.
    key("Control+Shift+G")
    box = tab.page.get_by_role("checkbox", name="sw04")
    box.wait_for()
    for _ in range(3):
        key("Tab")
    key("Space")
    assert not box.is_checked()
    key("Enter")
    tab.page.locator("#sending").wait_for()
    assert tab.page.locator("#sending strong").inner_text() == "Sending to 3 terminals"
    eventually(lambda: tab.page.locator(".pane.is-sending").count() == 3, "their frames are red")
    tab.type("echo said-$((40+2))")
    key("Enter")
    wait_screens(tab, "^said-42$", {0, 1, 2})
    assert "said-42" not in screens(tab)[3]
    leave_sending(tab)
    wait_focus(tab)
    # What there is to be found.
    key("Control+Shift+F")
    tab.type("said")
    eventually(lambda: tab.page.locator(".pane.is-active [data-part=search] [data-part=count]").inner_text() == "1 of 1", "found")
    key("Escape")
    # The palette leads to terminals and actions.
    wait_focus(tab)
    key("Control+Shift+Space")
    pick(tab, "open sw02")
    assert in_front(tab) == "sw02"
    key("Control+Shift+Space")
    pick(tab, "save these tabs")
    tab.page.locator("#ask-name").wait_for()
    tab.type("core")
    key("Enter")
    wait_focus(tab)
    # Closing asks, where something lives.
    key("Control+Shift+X")
    tab.page.get_by_role("button", name="End it").wait_for()
    key("Enter")
    eventually(lambda: panes(tab) == ["sw01", "sw03", "sw04"], "it is closed")
    # A reload brings all back.
    tab.page.reload()
    tab.page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 3)
    wait_screens(tab, "said-42", {0, 1})
    # And the name brings what it stands for, in a tab of its own.
    wait_focus(tab)
    key("Control+Shift+Space")
    pick(tab, "layout core")
    wait_panes(tab, 7)
    assert panes(tab) == ["sw01", "sw03", "sw04", "sw01", "sw02", "sw03", "sw04"]


def test_eight_panes_for_everybody_from_the_configuration(rack, person):
    server = rack(layouts=[{"name": "core switches", "tabs": [
        {"name": "Rack 1", "panes": [f"rack1/telnet/console/{7000 + line}" for line in range(1, 9)]}, {"panes": ["rack1/telnet/root/7001"]}]}])
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    # An empty workspace says what there is to do, and its first palette has layouts, too.
    tab.page.get_by_text("No terminal is open here.").wait_for()
    tab.page.reload()
    pick(tab, "core switches")
    # The second tab's only place is not allowed to anybody: it is not there.
    wait_panes(tab, 8)
    assert tab.page.locator(".tab").count() == 1 and tab.page.locator(".tab-device").inner_text() == "Rack 1"
    boxes = [tab.page.locator(".pane:visible").nth(index).bounding_box() for index in range(8)]
    assert len({round(box["y"]) for box in boxes}) == 3 and all(box["width"] > 200 for box in boxes)
    wait_screens(tab, "ready")


def test_a_reload_brings_every_screen_back_exactly(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    tab.type("printf '\\033[2J\\033[5;7Hhere\\033]2;its title\\007'\n")
    wait_screens(tab, "^      here", {1})
    before = tab.evaluate("webterm.workspace.layout")
    shown = screens(tab)
    tab.page.keyboard.press("Control+Shift+ArrowLeft")
    tab.page.reload()
    tab.page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 2)
    eventually(lambda: screens(tab) == shown, "the same screens")
    after = tab.evaluate("webterm.workspace.layout")
    assert [each["root"]["sizes"] for each in after["tabs"]] == [each["root"]["sizes"] for each in before["tabs"]]
    assert in_front(tab) == "sw01"
    eventually(lambda: "its title" in tab.evaluate("webterm.workspace.places[1].title"), "the host's title, too")
    # Of a duplicated tab only the layout is there: the terminals stay where they are.
    copy = tab.evaluate("sessionStorage.getItem('webterm:workspace-terminals')")
    assert copy is None


def test_what_happens_in_a_tab_that_nobody_sees_is_marked(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    tab.type("while read -r what; do sleep 0.2; eval \"$what\"; done\n")
    tab.page.keyboard.press("Control+Shift+Enter")
    pick(tab, "sw02")
    wait_panes(tab, 2)
    first = tab.page.locator(".tab").first
    say = "([text]) => webterm.workspace.places[0].pane.takeTyped(text)"
    tab.evaluate(say, ["echo hello\r"])
    eventually(lambda: first.get_attribute("data-mark") == "output", "new output")
    tab.evaluate(say, ["printf '\\a'\r"])
    eventually(lambda: first.get_attribute("data-mark") == "bell", "the bell")
    tab.evaluate(say, ["kill $$\r"])
    eventually(lambda: first.get_attribute("data-mark") == "over" and first.locator(".tab-state").get_attribute("data-state") == "ended", "over")
    assert "over" in first.get_by_role("button").first.get_attribute("aria-label")
    first.get_by_role("button").first.click()
    assert first.get_attribute("data-mark") == ""
    # What is over is closed without a question.
    tab.page.get_by_role("button", name="Close sw01").click()
    eventually(lambda: panes(tab) == ["sw02"], "closed")


def test_hidden_panes_do_not_draw_and_the_sixty_fifth_rests(serve, person):
    line = Line()
    server = serve(limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, targets=[
        {"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "users": ["console"]}}])
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    # Each in a tab of its own.
    tab.evaluate("path => { for (let count = 0; count < 66; count += 1) webterm.workspace.open({ path }); }", f"remote/line/telnet/console/{line.port}")
    wait_panes(tab, 66)
    # The one that rests may have been let go of before its host said anything.
    eventually(lambda: sum("ready" in text for text in screens(tab)) >= 65, "they are there")
    resting = "webterm.workspace.places.map(({ pane }) => pane.rest.isOn)"
    eventually(lambda: sum(tab.evaluate(resting)) == 1, lambda: f"one of them rests: {sum(tab.evaluate(resting))}")
    assert tab.evaluate("webterm.workspace.places.filter(({ pane }) => pane.screen.terminal._core._renderService._isPaused).length") == 65
    # What it is sent meanwhile is there when it is looked at.
    which = tab.evaluate(resting).index(True)
    show = "index => webterm.workspace.show(webterm.workspace.places[index])"
    for _ in range(2):
        line.say(b"\r\n" + b"\r\n".join(b"%d" % number for number in range(1, 500)) + b"\r\ndone")
        tab.evaluate(show, which)
        eventually(lambda: not tab.evaluate(resting)[which], "it is back")
        wait_screens(tab, "^499\ndone$", {which}, 20)
        for index in range(66):
            if index != which:
                tab.evaluate(show, index)
        eventually(lambda: tab.evaluate(resting)[which], "it rests again")
    assert [text for text in screens(tab)[which].split("\n") if text.isdigit()] == 2 * [str(number) for number in range(1, 500)]
    line.close()


def test_tabs_are_dragged_and_become_splits(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    for name in ("sw02", "sw03"):
        tab.page.keyboard.press("Control+Shift+Enter")
        pick(tab, name)
        wait_focus(tab)
    wait_panes(tab, 3)
    tabs = tab.page.locator(".tab")
    tabs.nth(2).drag_to(tabs.nth(0), target_position={"x": 5, "y": 10})
    eventually(lambda: panes(tab) == ["sw03", "sw01", "sw02"], "the last one is first")
    box = tab.page.locator("#panes").bounding_box()
    tabs.nth(1).drag_to(tab.page.locator("#panes"), target_position={"x": box["width"] - 30, "y": box["height"] / 2})
    eventually(lambda: tabs.count() == 2 and panes(tab) == ["sw03", "sw01", "sw02"], "two in one tab")
    assert tab.page.locator(".pane:visible").count() == 2
    # The line between them is moved, by mouse and by keys.
    line = tab.page.get_by_role("separator")
    share = int(line.get_attribute("aria-valuenow"))
    line.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.page.keyboard.press("ArrowLeft")
    assert int(line.get_attribute("aria-valuenow")) == share - 4
    middle = line.bounding_box()
    tab.page.mouse.move(middle["x"] + 4, middle["y"] + 50)
    tab.page.mouse.down()
    tab.page.mouse.move(box["width"] * 0.25, middle["y"] + 50, steps=4)
    tab.page.mouse.up()
    assert 24 <= int(line.get_attribute("aria-valuenow")) <= 26


def test_what_somebody_holds_stays_while_a_host_changes_its_title(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    tab.evaluate("webterm.workspace.places[0].pane.takeTyped(\"while :; do for c in a b c; do printf '\\\\033]2;%s\\\\007' $c; sleep 0.02; done; done\\r\")")
    titles = "new Set(window.seen ??= []).size"
    tab.evaluate("setInterval(() => (window.seen ??= []).push(webterm.workspace.places[0].title), 5)")
    eventually(lambda: tab.evaluate(titles) >= 3, "the title changes all the time")
    tab.evaluate("window.held = [document.querySelector('.tab'), document.querySelector('.divider')]")
    tab.page.get_by_role("separator").focus()
    tab.evaluate("window.seen.length = 0")
    eventually(lambda: tab.evaluate("window.seen.length") > 100, "some time goes by")
    assert tab.evaluate("window.held.every((node) => node.isConnected)")
    assert tab.evaluate("document.activeElement.classList.contains('divider')")


def test_a_tab_has_the_name_that_somebody_gives_it(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    name = tab.page.locator(".tab-device")
    tab.page.locator(".tab-name").dblclick()
    tab.page.locator("#ask-name").wait_for()
    tab.type("uplink")
    tab.page.keyboard.press("Enter")
    eventually(lambda: name.inner_text() == "uplink", "it is called so")
    tab.page.reload()
    eventually(lambda: name.inner_text() == "uplink", "after a reload, too")


def test_what_cannot_be_opened_says_why_and_leaves_the_rest_alone(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    tab.evaluate("webterm.workspace.open({ path: 'remote/rack1/telnet/root/7001' })")
    message = tab.page.locator(".pane.is-active [data-part=message]")
    eventually(lambda: "not allowed here" in message.inner_text(), "it says why")
    tab.person.complaints.clear()
    message.get_by_role("button", name="Close").click()
    eventually(lambda: panes(tab) == ["sw01"], "it is gone")
    wait_focus(tab)
    tab.type("echo still-$((1+1))\n")
    wait_screens(tab, "still-2")


# In a hidden tab

AWAY = """state => { Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange")); }"""


def test_what_happens_while_the_whole_tab_is_hidden_is_marked_outside_and_inside(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    tab.evaluate(AWAY, "hidden")
    say = "([index, text]) => webterm.workspace.places[index].pane.takeTyped(text)"
    icon = "document.querySelector('link[rel=icon]').href"
    tab.evaluate(say, [0, "printf '\\a'\r"])
    eventually(lambda: tab.page.title().startswith("🔔 ") and "icon-bell" in tab.evaluate(icon), "the browser's tab shows the bell")
    tab.evaluate(say, [1, "exit\r"])
    eventually(lambda: tab.page.title().startswith("■ ") and "icon-over" in tab.evaluate(icon), "and the end")
    # A page that comes back shows where it was, until a key is pressed.
    tab.evaluate(AWAY, "visible")
    assert not tab.page.title().startswith("■") and tab.evaluate(icon).endswith("/icon.svg")
    marks = "webterm.workspace.places.map(({ mark }) => mark)"
    assert tab.evaluate(marks) == ["bell", "over"] and tab.page.locator(".pane[data-mark=bell] .pane-head").is_visible()
    tab.page.locator(".pane").first.click()
    eventually(lambda: tab.evaluate(marks) == ["", ""] and tab.page.locator(".pane[data-mark=bell]").count() == 0, "the marks have been seen")


def test_neither_history_nor_a_greeting_is_news(rack, person):
    tab = workspace(person, rack(layouts=[{"name": "two", "tabs": [
        {"panes": ["rack1/telnet/console/7001"]}, {"panes": ["rack1/telnet/console/7002"]}]}]))
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    tab.page.get_by_role("button", name="Everything").click()
    pick(tab, "layout two")
    wait_panes(tab, 2)
    wait_screens(tab, "ready")
    marks = "webterm.workspace.places.map(({ mark }) => mark)"
    assert tab.evaluate(marks) == ["", ""]
    # A bell and output are history once they have been shown.
    tab.evaluate("webterm.workspace.show(webterm.workspace.places[1])")
    wait_focus(tab)
    tab.type("printf '\\a'; echo told\n")
    wait_screens(tab, "^told$", {1})
    tab.evaluate("webterm.workspace.show(webterm.workspace.places[0])")
    tab.page.add_init_script("globalThis.bells = 0; new MutationObserver((all) => (bells += all.filter(({ target }) => target.matches?.('.is-ringing')).length))"
                             ".observe(document, { subtree: true, attributeFilter: ['class'] });")
    tab.page.reload()
    tab.page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 2)
    wait_screens(tab, "^told$", {1})
    tab.evaluate("new Promise((done) => webterm.workspace.places[1].pane.screen.terminal.write('', done))")
    assert tab.evaluate(marks) == ["", ""] and tab.evaluate("globalThis.bells") == 0
    # What is new is news.
    tab.evaluate("webterm.workspace.places[1].pane.takeTyped('echo more\\r')")
    eventually(lambda: tab.evaluate(marks) == ["", "output"], "new output")


def test_a_terminal_that_is_over_is_never_out_of_reach(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    for _ in range(2):
        tab.type("exit\n")
        bar = tab.page.locator(".pane.is-active [data-part=message]")
        bar.get_by_role("button", name="Start anew").wait_for()
        # Tab leads to what can be done, Esc back; hidden, the next Enter shows it again.
        tab.page.keyboard.press("Tab")
        eventually(lambda: tab.evaluate("document.activeElement.textContent").startswith("Start anew"), "the first button")
        tab.page.keyboard.press("Escape")
        wait_focus(tab)
        bar.get_by_role("button", name="Hide").click()
        assert bar.is_hidden()
        wait_focus(tab)
        tab.page.keyboard.press("Enter")
        assert bar.is_visible()
        tab.page.keyboard.press("Control+Shift+ArrowLeft" if in_front(tab) == "sw02" else "Control+Shift+ArrowRight")
    # The palette has it, for one and for all.
    wait_focus(tab)
    bar.get_by_role("button", name="Hide").wait_for()
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, "start anew")
    states = "webterm.workspace.places.map(({ state }) => state)"
    eventually(lambda: sorted(tab.evaluate(states)) == ["connected", "ended"], "one is there again")
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, "start all that ended")
    wait_panes(tab, 2)


# Sending to several


def test_key_by_key_goes_to_all_but_what_the_emulator_says_does_not(rack, person, tmp_path):
    spell = "#!/bin/sh\nprintf 'ready\\r\\n'\nexec python3 -uc '\nimport os, tty\ntty.setraw(0)\nwhile data := os.read(0, 1000):\n  os.write(1, b\" \".join(b\"%02x\" % b for b in data) + b\"\\r\\n\")\n  if data == b\"q\": os.write(1, b\"\\x1b[c\\x1b[?1000h\\x1b[?1006h\")\n'\n"
    audit = tmp_path / "audit"
    server = rack(spell, log={"audit": str(audit)})
    tab = workspace(person, server)
    open_lines(tab, "sw01", "sw02")
    tab.page.keyboard.press("Control+Shift+G")
    tab.page.locator("#send-to input").first.wait_for()
    tab.page.keyboard.press("Enter")
    tab.page.get_by_role("button", name="Key by key").click()
    wait_focus(tab)
    tab.type("a")
    wait_screens(tab, "^61$")
    # The front one is asked what it is, and listens to the mouse: its answers are its own.
    tab.type("q")
    wait_screens(tab, "^71$")
    eventually(lambda: all(text.count("1b 5b 3f 31 3b 32 63") == 1 for text in screens(tab)), "each has answered once")
    box = tab.page.locator(".pane.is-active .screen").bounding_box()
    tab.page.mouse.click(box["x"] + 40, box["y"] + 40)
    front = panes(tab).index(in_front(tab))
    wait_screens(tab, "1b 5b 3c 30 3b", {front})
    tab.type("z")
    wait_screens(tab, "^7a$")
    assert "1b 5b 3c 30 3b" not in screens(tab)[1 - front]
    # A paste asks once, with the names.
    tab.evaluate("""() => { const data = new DataTransfer(); data.setData("text/plain", "one line");
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }""")
    dialog = tab.page.locator("#paste")
    dialog.wait_for()
    assert "2 terminals (sw01, sw02)" in dialog.inner_text()
    dialog.get_by_role("button", name="Paste", exact=True).click()
    wait_screens(tab, "6f 6e 65 20 6c 69 6e 65")
    # Each got it once: what one terminal was given is not typed into the others again.
    tab.type("y")
    wait_screens(tab, "^79$")
    assert all(text.count("6f 6e 65") == 1 for text in screens(tab)), screens(tab)
    # Esc goes to the hosts; the second one ends it.
    wait_focus(tab)
    tab.page.keyboard.press("Escape")
    wait_screens(tab, "^1b$")
    leave_sending(tab)
    eventually(lambda: tab.page.locator(".is-sending").count() == 0, "no frame is red")

    def told():
        lines = [json.loads(line) for line in audit.read_text().splitlines()]
        return sorted((each["port"], each["to"]) for each in lines if each["event"] == "sending")
    eventually(lambda: told() == [("7001", 0), ("7001", 2), ("7002", 0), ("7002", 2)], "the audit log says so")


# Snippets


def test_a_snippet_is_filled_in_and_typed(rack, person):
    server = rack(snippets=[{"name": "A VLAN", "text": "echo vlan {{?VLAN}} of {{device}} {{port}} {{user}}\n", "groups": ["Hall 1"]},
                            {"name": "Of hall two", "text": "x", "groups": ["Hall 2"]}])
    tab = workspace(person, server)
    open_lines(tab, "sw03")
    tab.page.keyboard.press("Control+Shift+Space")
    tab.page.locator("#palette li").first.wait_for()
    tab.type("snippet")
    names = tab.page.locator("#palette .palette-name")
    eventually(lambda: "A VLAN" in names.all_inner_texts(), "it is offered")
    assert "Of hall two" not in names.all_inner_texts()
    dismiss(tab)
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, "a vlan")
    tab.page.locator("#ask-VLAN").wait_for()
    tab.type("17")
    tab.page.keyboard.press("Enter")
    wait_screens(tab, "^vlan 17 of sw03 7003 console$")


def test_own_snippets_are_kept_exported_and_imported(rack, person, tmp_path):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, "snippets make")
    dialog = tab.page.locator("#snippets")
    dialog.get_by_role("button", name="Keep it").click()
    assert dialog.get_by_role("alert").inner_text() == "A snippet needs a name."
    dialog.get_by_label("Name").fill("Greet")
    dialog.get_by_label("Text").fill("echo hello-$((1+1))\n")
    dialog.get_by_role("button", name="Keep it").click()
    assert dialog.locator("strong").all_inner_texts() == ["Greet"]
    with tab.page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    exported = tmp_path / "snippets.json"
    download.value.save_as(exported)
    assert json.loads(exported.read_text()) == [{"name": "Greet", "text": "echo hello-$((1+1))\n", "groups": []}]
    dialog.get_by_role("button", name="Remove Greet").click()
    assert dialog.locator("strong").count() == 0
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    dialog.locator("input[type=file]").set_input_files(broken)
    eventually(lambda: dialog.get_by_role("alert").inner_text() == "broken.json: This is no JSON.", "it says what is wrong")
    dialog.locator("input[type=file]").set_input_files(exported)
    eventually(lambda: dialog.locator("strong").all_inner_texts() == ["Greet"], "it is back")
    dialog.get_by_role("button", name="Done").click()
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, "greet")
    wait_screens(tab, "^hello-2$")


# Keys


def test_keys_can_be_changed(rack, person):
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    tab.page.keyboard.press("Control+Shift+?")
    keys = tab.page.locator("#keys")
    change = keys.get_by_role("button", name="Change the keys for: Another terminal")
    assert change.inner_text() == "Ctrl+Shift+Enter"
    change.click()
    tab.page.keyboard.press("Control+c")
    assert "is the host's" in change.inner_text()
    tab.page.keyboard.press("Control+Shift+F")
    assert "Search" in change.inner_text()
    tab.page.keyboard.press("Control+Alt+n")
    assert change.inner_text() == "Ctrl+Alt+N"
    dismiss(tab)
    wait_focus(tab)
    tab.page.reload()
    wait_panes(tab, 1)
    wait_focus(tab)
    tab.page.keyboard.press("Control+Alt+n")
    tab.page.locator("#palette li").first.wait_for()


# Fingers


class Finger:
    """One that stays down for as long as it likes."""

    def __init__(self, page):
        self._client = page.context.new_cdp_session(page)

    def press(self, locator):
        box = locator.bounding_box()
        point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        self._client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})

    def lift(self):
        self._client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_palette_that_learns_of_devices_stays_under_a_finger(rack, browser):
    person = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    server = rack()
    tab = workspace(person, server)
    page, finger = tab.page, Finger(tab.page)
    page.locator("#palette li").first.wait_for()
    dismiss(tab)
    # The devices of before are shown; the new list is on its way, and has one more above the others.
    server.configuration["targets"].insert(0, {"name": "a-new-one", "host": "127.0.0.1", "telnet": {"users": ["x"], "ports": [23]}})
    server.write_configuration()
    server.signal(signal.SIGHUP)
    eventually(lambda: "a-new-one" in tab.evaluate("fetch('devices', { cache: 'reload' }).then((response) => response.text())"), "it is known")
    held = Held(page, "**/devices")
    page.get_by_role("button", name="Another terminal").tap()
    finger.press(page.locator("#palette li").filter(has_text="sw02").first)
    held.wait(1)
    held.let_go(0)
    assert page.locator("#palette li").filter(has_text="a-new-one").count() == 0
    finger.lift()
    wait_panes(tab, 1)
    assert panes(tab) == ["sw02"]
    # What comes late for a palette that was left is not shown in the next one.
    page.get_by_role("button", name="Another terminal").tap()
    page.locator("#palette li").filter(has_text="a-new-one").wait_for()
    held.wait(2)
    dismiss(tab)
    page.get_by_role("button", name="Everything").tap()
    held.wait(3)
    held.let_go(1)
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator("#palette li").filter(has_text="Split below").count() == 1
    # Nor does it change what is chosen.
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#palette [aria-selected=true]").inner_text()
    held.let_go(2)
    tab.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.locator("#palette [aria-selected=true]").inner_text() == chosen
    person.close()
    assert person.complaints == []


def test_the_day_by_touch_alone(rack, browser):
    person = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    server = rack()
    tab = person.open(server.url, ready=False)
    page = tab.page
    page.get_by_role("link", name="telnet sw01").tap()
    page.wait_for_url("**/w")
    page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 1)
    page.get_by_role("button", name="Another terminal").tap()
    page.locator("#palette li").filter(has_text="sw02").first.tap()
    wait_panes(tab, 2)
    page.locator(".tab-name").first.tap()
    eventually(lambda: in_front(tab) == "sw01", "the first tab")
    page.get_by_role("button", name="Send to several terminals").tap()
    page.get_by_role("button", name="Send to these").tap()
    page.get_by_label("A line for all of them").fill("echo touched-$((1+1))")
    page.keyboard.press("Enter")
    wait_screens(tab, "touched-2")
    page.get_by_role("button", name="End", exact=True).last.tap()
    page.get_by_role("button", name="Everything").tap()
    page.locator("#palette li").filter(has_text="Split below").tap()
    page.locator("#palette li").filter(has_text="sw03").first.tap()
    wait_panes(tab, 3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    page.wait_for_function("globalThis.webterm?.workspace")
    wait_panes(tab, 3)
    wait_screens(tab, "touched-2", {0, 2})
    page.get_by_role("button", name="Close sw02").tap()
    page.get_by_role("button", name="End it").tap()
    eventually(lambda: panes(tab) == ["sw01", "sw03"], "it is closed")
    person.close()
    assert person.complaints == []
