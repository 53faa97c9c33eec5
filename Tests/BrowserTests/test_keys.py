"""Keys, input methods and the focus: what a key press means wherever it happens."""

import pytest

from browser import Person
from server import eventually
from test_features import PATH, SPELL, setting
from test_workspace import dismiss, open_lines, panes, pick, rack, wait_focus, wait_panes, wait_screens, workspace  # noqa: F401


@pytest.fixture
def spell(serve_program, person):
    server = serve_program(SPELL)
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    return tab


def key(tab, **fields):
    """A key as another keyboard, or an input method, would send it: told to what has the focus."""
    tab.evaluate("""({ modifiers = [], ...fields }) => {
      const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...fields, ...Object.fromEntries(modifiers.map((name) => [`modifier${name}`, true])) });
      if (fields.keyCode) Object.defineProperty(event, "keyCode", { value: fields.keyCode });
      document.activeElement.dispatchEvent(event); }""", fields)


# Input methods


def test_enter_that_takes_a_word_opens_nothing(rack, person):  # noqa: F811
    server = rack()
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    tab.type("sw")
    for fields in ({"isComposing": True}, {"keyCode": 229}):
        key(tab, key="Enter", code="Enter", **fields)
        assert tab.page.locator("#palette").is_visible() and panes(tab) == []
    tab.page.keyboard.press("Enter")
    wait_panes(tab, 1)
    # In the search nothing moves, in the line for several nothing is sent.
    wait_screens(tab, "ready")
    wait_focus(tab)
    tab.type("echo one two one\n")
    wait_screens(tab, "^one two one$")
    tab.page.keyboard.press("Control+Shift+F")
    tab.type("one")
    count = tab.page.locator(".pane.is-active [data-part=search] [data-part=count]")
    eventually(lambda: count.inner_text().startswith("2 of"), "found")
    key(tab, key="Enter", code="Enter", keyCode=229)
    assert count.inner_text().startswith("2 of")
    tab.page.keyboard.press("Escape")
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+G")
    tab.page.locator("#send-to input").first.wait_for()
    tab.page.keyboard.press("Enter")
    line = tab.page.get_by_label("A line for all of them")
    line.fill("echo never")
    line.focus()
    key(tab, key="Enter", code="Enter", keyCode=229)
    assert line.input_value() == "echo never"
    # The directory, and its fields.
    directory = person.open(server.url, ready=False)
    directory.page.locator(".device").first.wait_for()
    directory.type("hall2")
    key(directory, key="Enter", code="Enter", keyCode=229)
    assert directory.page.get_by_label("User name for hall2").count() == 0
    directory.page.keyboard.press("Enter")
    directory.page.get_by_label("User name for hall2").fill("root")
    key(directory, key="Enter", code="Enter", keyCode=229)
    assert directory.page.url == server.url


# The focus


def test_after_copying_without_a_clipboard_the_keys_go_on(spell):
    # A page that came over http has none.
    spell.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    box = spell.page.locator(".xterm-screen").bounding_box()
    spell.page.mouse.dblclick(box["x"] + 10, box["y"] + 8)
    spell.page.keyboard.press("Control+Shift+C")
    spell.type("k")
    spell.expect("(^| )6b$")
    # There the right button opens the menu: it could paste nothing.
    spell.page.mouse.click(300, 300, button="right")
    spell.page.get_by_role("menuitem", name="Paste").wait_for()
    spell.page.keyboard.press("Escape")


def test_the_page_s_keys_work_wherever_the_focus_is(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    press = tab.page.keyboard.press
    # The same keys once more lead to the bar, and from there on to the tabs and the lines between panes.
    press("Control+Shift+Space")
    tab.page.locator("#palette li").first.wait_for()
    press("Control+Shift+Space")
    within = "place => document.activeElement.closest(place) !== null"
    eventually(lambda: tab.evaluate(within, "#bar") and tab.page.locator("#palette").is_hidden(), "the bar has the focus")
    for _ in range(30):
        press("Tab")
        if tab.evaluate(within, ".divider"):
            break
    assert tab.evaluate(within, ".divider")
    for place in ("#bar a", ".tab-name", ".divider"):
        tab.page.locator(place).first.focus()
        press("Control+Shift+F")
        field = tab.page.locator(".pane.is-active [data-part=search]")
        field.wait_for()
        # In the search field, too.
        press("Control+Shift+Z")
        assert tab.page.locator(".pane:visible").count() == 1
        press("Control+Shift+Z")
        assert tab.page.locator(".pane:visible").count() == 2
        field.get_by_role("button", name="Close the search").click()
        wait_focus(tab)
    tab.page.locator("#bar a").focus()
    press("Control+Shift+Enter")
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)


# What the host gets


@pytest.mark.parametrize("fields, sent", [
    ({"key": "]", "code": "Digit9", "ctrlKey": True, "modifiers": ["AltGraph"]}, "1d"),
    ({"key": "[", "code": "Digit8", "ctrlKey": True, "modifiers": ["AltGraph"]}, "1b"),
    ({"key": "\\", "code": "Minus", "ctrlKey": True, "modifiers": ["AltGraph"]}, "1c"),
    ({"key": "]", "code": "Minus", "keyCode": 219, "ctrlKey": True, "altKey": True}, "1d"),
])
def test_controls_that_need_altgr_reach_the_host(spell, fields, sent):
    key(spell, **fields)
    spell.expect(f"^{sent}$")


def test_a_keyboard_on_the_screen_deletes_as_the_host_wants(spell):
    setting(spell, "backspace", "bs")
    spell.page.keyboard.press("Backspace")
    spell.expect("^08$")
    # It tells of no key: the field changes, and the emulator finds out.
    spell.evaluate("""() => new Promise((done) => { const area = document.querySelector(".xterm-helper-textarea");
      area.value = "ab"; const event = new KeyboardEvent("keydown", { bubbles: true, key: "Unidentified" });
      Object.defineProperty(event, "keyCode", { value: 229 }); area.dispatchEvent(event); area.value = "a"; setTimeout(done, 50); })""")
    eventually(lambda: spell.text().count("08") == 2, lambda: f"it is the same: {spell.text()}")
    assert "7f" not in spell.text()


def test_the_keypad_in_application_mode(spell):
    spell.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b=', done))")
    for name, final in (("Numpad7", "77"), ("NumpadAdd", "6b"), ("NumpadEnter", "4d"), ("NumpadMultiply", "6a")):
        spell.page.keyboard.press(name)
        spell.expect(f"^1b 4f {final}$")
    spell.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b>', done))")
    spell.page.keyboard.press("NumpadAdd")
    spell.expect("^2b$")


def test_function_keys_of_bios_menus(spell):
    spell.page.keyboard.press("Control+Shift+Comma")
    spell.page.get_by_label("F1 to F12 send").select_option("vt-utf8")
    spell.page.get_by_role("button", name="Done").click()
    eventually(lambda: spell.evaluate("document.activeElement.className").startswith("xterm"), "the terminal has the focus")
    for name, sent in (("F1", "31"), ("F10", "30"), ("F11", "21"), ("F12", "40"), ("Delete", "2d")):
        spell.page.keyboard.press(name)
        spell.expect(f"^1b {sent}$")
    setting(spell, "keyBar", "on")
    row = spell.page.get_by_role("toolbar", name="Keys")
    row.get_by_role("button", name="More keys").click()
    row.get_by_role("button", name="F2", exact=True).click()
    spell.expect("^1b 32$")


# Noise, and the mouse


def test_a_terminal_garbled_by_noise_is_reset_here_and_stays_so(spell):
    before = spell.text()
    noise = "\\x1b(0\\x1b[?25l\\x1b[?1003h\\x1b[?1006h"
    spell.evaluate(f"new Promise(done => webterm.screen.terminal.write('{noise}', done))")
    spell.page.mouse.move(100, 300)
    spell.page.mouse.move(200, 320)
    eventually(lambda: spell.text() != before, "mouse moves are typed into the console")
    spell.page.keyboard.press("ContextMenu")
    spell.page.get_by_role("menuitem", name="Reset the terminal").click()
    modes = "(({ mouseTrackingMode }) => [mouseTrackingMode, webterm.screen.terminal._core.coreService.isCursorHidden])(webterm.screen.terminal.modes)"
    eventually(lambda: spell.evaluate(modes) == ["none", False], "the modes are off")
    spell.evaluate("new Promise(done => webterm.screen.terminal.write('', done))")
    settled = spell.text()
    spell.page.mouse.move(300, 350)
    spell.type("q")
    spell.expect("^71$")
    assert spell.text().replace(settled, "").strip().endswith("71")


NOISY = """#!/usr/bin/env python3
import os, tty
tty.setraw(0)
os.write(1, b"ready\\r\\n\\x1b(0\\x1b[?25l\\x1b[?1003h")
while data := os.read(0, 1000):
    os.write(1, b"qqq\\r\\n")
"""


def test_a_reload_does_not_bring_the_noise_back(serve_program, person):
    tab = person.open(serve_program(NOISY).url + PATH)
    tab.expect("ready")
    tab.page.keyboard.press("x")
    tab.expect("^───$")
    tab.page.keyboard.press("ContextMenu")
    tab.page.get_by_role("menuitem", name="Reset the terminal").click()
    tab.page.keyboard.press("x")
    tab.expect("^qqq$")
    tab.page.reload()
    tab.wait_state("connected")
    tab.expect("^───\nqqq$")
    assert tab.evaluate("webterm.screen.terminal.modes.mouseTrackingMode") == "none"
    assert tab.evaluate("webterm.screen.terminal._core.coreService.isCursorHidden") is False


def test_a_middle_click_does_one_thing(spell):
    paste = """text => document.querySelector(".xterm-helper-textarea").dispatchEvent(
      new InputEvent("beforeinput", { bubbles: true, cancelable: true, inputType: "insertFromPaste", data: text }))"""
    # Whatever was selected last is what a middle button pastes on Linux, where the browser does that here.
    box = spell.page.locator(".xterm-screen").bounding_box()
    spell.page.mouse.dblclick(box["x"] + 10, box["y"] + 8)
    spell.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b[?1000h\\x1b[?1006h', done))")
    # What the browser does with the button on Linux comes right behind it.
    spell.page.mouse.click(200, 200, button="middle")
    spell.evaluate(paste, "PRIMARY")
    spell.expect("^1b 5b 3c 31 3b")
    spell.type("k")
    spell.expect("(^| )6b$")
    assert "50 52 49" not in spell.text() and "72 65 61 64 79" not in spell.text()
    # With Shift the button is the page's, and without tracking, too.
    spell.page.keyboard.down("Shift")
    spell.page.mouse.click(200, 200, button="middle")
    spell.page.keyboard.up("Shift")
    spell.evaluate(paste, "AB")
    spell.expect("41 42$")
    spell.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b[?1000l', done))")
    spell.page.mouse.click(200, 200, button="middle")
    spell.evaluate(paste, "CD")
    spell.expect("43 44$")


# Fingers


def test_a_line_between_panes_is_moved_by_a_finger(rack, browser):  # noqa: F811
    person = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    tab = workspace(person, rack())
    pick(tab, "sw01")
    wait_panes(tab, 1)
    tab.page.get_by_role("button", name="Everything").tap()
    pick(tab, "split below")
    tab.page.locator("#palette li").filter(has_text="sw02").first.tap()
    wait_panes(tab, 2)
    line = tab.page.get_by_role("separator")
    box = line.bounding_box()
    assert int(line.get_attribute("aria-valuenow")) == 50
    session = person.context.new_cdp_session(tab.page)
    # Not quite on the line: a finger is wider.
    x, y = box["x"] + 200, box["y"] + box["height"] / 2 + 9
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + step * 16}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    height = tab.page.locator("#panes").bounding_box()["height"]
    moved = int(line.get_attribute("aria-valuenow")) - 50
    assert abs(moved - 160 / height * 100) <= 3, moved
    person.close()
    assert person.complaints == []


def test_whoever_zooms_in_with_two_fingers_resizes_no_host(serve_program, browser):
    person = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    tab = person.open(serve_program(SPELL).url + PATH)
    tab.expect("ready")
    size = tab.evaluate("[webterm.screen.cols, webterm.screen.rows]")
    session = person.context.new_cdp_session(tab.page)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    eventually(lambda: tab.evaluate("visualViewport.scale") > 1.9, "it is zoomed")
    tab.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 200))")
    assert tab.evaluate("[webterm.screen.cols, webterm.screen.rows]") == size
    # Pasting needs no long press.
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate("navigator.clipboard.writeText('pq')")
    tab.page.get_by_role("toolbar", name="Keys").get_by_role("button", name="Paste").tap()
    tab.expect("^70 71$")
    person.close()
    assert person.complaints == []
