"""What people use all day: search, settings, clipboard, keys, characters, touch. Real Chromium, real server, real hosts."""

import json
import re

import pytest

from browser import Person
from server import eventually

PATH = "remote/telnet/visitor/23"
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
# Says what it got, byte by byte.
SPELL = """#!/usr/bin/env python3
import os, sys, tty
tty.setraw(0)
os.write(1, b"ready\\r\\n")
while data := os.read(0, 1000):
    os.write(1, b" ".join(b"%02x" % byte for byte in data) + b"\\r\\n")
"""


@pytest.fixture
def echo(serve_program, person):
    server = serve_program(ECHO)
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    return tab


@pytest.fixture
def spell(serve_program, person):
    server = serve_program(SPELL)
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    return tab


def show(serve_program, person, output, path=PATH, **configuration):
    """A tab on a host that prints `output` (a printf format of the shell's) and repeats what is typed."""
    server = serve_program(f"#!/bin/sh\nstty raw -echo\nprintf '{output}'\nprintf ready\nexec cat\n", **configuration)
    tab = person.open(server.url + path)
    tab.expect("ready")
    return tab


def setting(tab, key, value=None):
    if value is not None:
        tab.evaluate("([key, value]) => webterm.settings.set(key, value)", [key, value])
    return tab.evaluate("key => webterm.settings.get(key)", key)


def stored(tab):
    return json.loads(tab.evaluate("localStorage.getItem('webterm:settings')") or "{}")


# The page's cost


def test_a_cold_load_is_small_and_takes_few_requests(serve_program, person):
    server = serve_program(ECHO)
    responses = []
    page = person.context.new_page()
    session = person.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: responses.append(event["encodedDataLength"]))
    page.goto(server.url + PATH)
    page.wait_for_selector("[data-part=state][data-state=connected]")
    urls = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    # Styles, the emulator, the page's scripts, its words, what runs before the first paint, boxes; and the icon.
    assert len(urls) <= 7, urls
    eventually(lambda: page.evaluate("true") and len(responses) > len(urls), "each has been counted")
    assert sum(responses) < 250_000


def test_a_bundle_of_older_files_is_passed_over(serve_program, person, tmp_path):
    import shutil

    from server import ROOT

    folder = tmp_path / "static"
    shutil.copytree(ROOT / "static", folder)
    module = folder / "js/pane/status.js"
    module.write_text(module.read_text() + "\nglobalThis.isNewer = true;\n")
    server = serve_program(ECHO, "--static", str(folder))
    tab = person.open(server.url + PATH)
    assert tab.evaluate("globalThis.isNewer") is True


def test_modules_of_one_name_in_two_folders_are_two_in_a_bundle(serve_program, person, tmp_path):
    import shutil
    import subprocess

    from server import ROOT

    folder = tmp_path / "static"
    shutil.copytree(ROOT / "static", folder)
    (folder / "js/terminal/status.js").write_text("export const other = () => (globalThis.isOther = true);\n")
    entry = folder / "js/terminal-page.js"
    entry.write_text('import { other } from "./terminal/status.js";\n' + entry.read_text() + "other();\n")
    bundle = [ROOT / "scripts/bundle", folder]
    subprocess.run(bundle, check=True)
    server = serve_program(ECHO, "--static", str(folder))
    tab = person.open(server.url + PATH)
    assert tab.page.locator("script[src*=bundle]").count() == 1 and tab.evaluate("globalThis.isOther") is True
    # Names that would be one all the same are told, not written.
    (folder / "js/terminal_status.js").write_text("export const third = 3;\n")
    entry.write_text('import { third } from "./terminal_status.js";\n' + entry.read_text() + "third;\n")
    assert "would have one name" in subprocess.run(bundle, capture_output=True, text=True).stderr


# Search


def test_search_finds_counts_and_moves(serve_program, person):
    tab = show(serve_program, person, r"\n".join(f"line {n} needle" if n % 50 == 0 else f"line {n}" for n in range(1, 301)) + r"\r\n")
    tab.page.keyboard.press("Control+Shift+F")
    tab.type("needle")
    count = tab.page.locator("[data-part=search] [data-part=count]")
    eventually(lambda: count.inner_text() == "6 of 6", "all are counted, the nearest is shown")
    bottom = tab.evaluate("webterm.screen.terminal.buffer.active.viewportY")
    for expected in ("5 of 6", "4 of 6", "3 of 6"):
        tab.page.keyboard.press("Shift+Enter")
        assert count.inner_text() == expected
    assert tab.evaluate("webterm.screen.terminal.buffer.active.viewportY") < bottom
    tab.page.wait_for_selector(".search-match")
    tab.page.keyboard.press("Enter")
    assert count.inner_text() == "4 of 6"
    tab.page.keyboard.press("Escape")
    assert not tab.page.locator("[data-part=search]").is_visible()
    eventually(lambda: tab.page.locator(".search-match").count() == 0, "the highlights are gone")
    tab.type("back in the terminal")
    tab.expect("back in the terminal")


def test_search_knows_case_patterns_and_lines_that_were_broken(serve_program, person):
    tab = show(serve_program, person, r"Needle needle\r\n" + "x" * 150 + r"STRADDLE\r\n漢字needle\r\n")
    tab.page.keyboard.press("Control+Shift+F")
    count, text = tab.page.locator("[data-part=search] [data-part=count]"), tab.page.locator("[data-part=search] [data-part=text]")
    text.fill("needle")
    eventually(lambda: count.inner_text().endswith("of 3"), "case does not matter")
    tab.page.get_by_label("Match case").click()
    eventually(lambda: count.inner_text().endswith("of 2"), "case matters")
    tab.page.get_by_label("Regular expression").click()
    text.fill("^N.*e$")
    eventually(lambda: count.inner_text() == "1 of 1", "a pattern")
    text.fill("(")
    eventually(lambda: text.get_attribute("aria-invalid") == "true", "a broken pattern is shown")
    tab.page.get_by_label("Regular expression").click()
    columns = tab.evaluate("webterm.screen.cols")
    tab.page.set_viewport_size({"width": 640, "height": 500})
    eventually(lambda: tab.evaluate("webterm.screen.cols") < columns, "it is narrower")
    text.fill("xSTRADDLE")
    eventually(lambda: count.inner_text() == "1 of 1", "a match over a line's end")


def test_search_goes_on_while_output_comes(serve_program, person):
    server = serve_program("#!/bin/sh\nstty raw -echo\nprintf 'a needle'\nread -r x\nprintf ' another needle'\nexec cat\n".replace("stty raw", "stty"))
    tab = person.open(server.url + PATH)
    tab.expect("a needle")
    tab.page.keyboard.press("Control+Shift+F")
    tab.type("needle")
    count = tab.page.locator("[data-part=search] [data-part=count]")
    eventually(lambda: count.inner_text() == "1 of 1", "one")
    tab.evaluate("webterm.screen.terminal.input('\\n')")
    eventually(lambda: count.inner_text().endswith("of 2"), "and what came after")


# Links, size, looks


def test_links_are_opened_by_ctrl_and_a_click_alone(serve_program, person):
    tab = show(serve_program, person, r"see http://127.0.0.1:9/there now\r\n\033]8;;http://127.0.0.1:9/behind\033\\a word\033]8;;\033\\\r\n")
    box = tab.page.locator(".xterm-screen").bounding_box()
    asked, opened = [], []
    tab.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    person.context.on("page", lambda page: opened.append(page))
    for x, y, path in ((90, 8, "there"), (20, 26, "behind")):
        tab.page.mouse.move(box["x"] + x, box["y"] + y)
        tab.page.locator(".xterm-cursor-pointer").wait_for()
        eventually(lambda: f"/{path}" in (tab.page.locator("[data-part=screen]").get_attribute("title") or ""), "it says where it leads")
        before = len(opened)
        tab.page.mouse.click(box["x"] + x, box["y"] + y)
        # A click into the terminal gives it the focus, and nothing else.
        tab.evaluate("new Promise((done) => setTimeout(done, 100))")
        assert len(opened) == before and asked == []
        tab.page.mouse.move(box["x"] + x + 1, box["y"] + y)
        tab.page.keyboard.down("Control")
        with person.context.expect_page() as page:
            tab.page.mouse.click(box["x"] + x, box["y"] + y)
        tab.page.keyboard.up("Control")
        assert page.value is not None and asked == []
        tab.page.bring_to_front()
    person.complaints = []


def test_the_font_grows_shrinks_and_is_kept(echo):
    columns = echo.evaluate("webterm.screen.cols")
    for _ in range(3):
        echo.page.keyboard.press("Control+Equal")
    assert setting(echo, "fontSize") == 18
    eventually(lambda: echo.evaluate("webterm.screen.cols") < columns, "fewer columns fit")
    echo.page.keyboard.press("Control+Minus")
    echo.page.reload()
    echo.wait_state("connected")
    assert setting(echo, "fontSize") == 17 and stored(echo) == {"fontSize": 17}
    echo.page.keyboard.press("Control+0")
    assert setting(echo, "fontSize") == 15 and stored(echo) == {}


def pixel(tab, x, y):
    """The colour on the screen, as the camera sees it."""
    import io
    import struct
    import zlib

    data = tab.page.screenshot(clip={"x": x, "y": y, "width": 1, "height": 1})
    stream = io.BytesIO(data[8:])
    packed = b""
    while head := stream.read(8):
        length, kind = struct.unpack(">I4s", head)
        chunk = stream.read(length)
        stream.read(4)
        packed += chunk if kind == b"IDAT" else b""
    return tuple(zlib.decompress(packed)[1:4])


THEMES = {
    "dark": (16, 22, 29), "light": (255, 255, 255), "solarized-dark": (0, 43, 54), "solarized-light": (253, 246, 227), "contrast": (0, 0, 0)}


@pytest.mark.parametrize("name", THEMES)
def test_themes_colour_the_screen_and_are_kept(echo, name):
    setting(echo, "theme", name)
    eventually(lambda: pixel(echo, 500, 400) == THEMES[name], "the background is the theme's")
    echo.page.reload()
    echo.wait_state("connected")
    eventually(lambda: pixel(echo, 500, 400) == THEMES[name], "after a reload, too")


def test_the_system_s_theme_is_followed(echo):
    for scheme in ("light", "dark", "light"):
        echo.page.emulate_media(color_scheme=scheme)
        eventually(lambda: pixel(echo, 500, 400) == THEMES[scheme], f"it is {scheme}")


def test_the_panel_changes_settings_at_once_and_keeps_them(echo):
    echo.page.keyboard.press("Control+Shift+Comma")
    page = echo.page
    page.get_by_label("Theme").select_option("light")
    eventually(lambda: pixel(echo, 5, 400) != THEMES["dark"], "it is light at once")
    page.get_by_label("Cursor", exact=True).select_option("bar")
    page.get_by_label("Lines of history").fill("77")
    page.get_by_label("Lines of history").blur()
    page.get_by_label("Font size").fill("9999")
    page.get_by_label("Font size").blur()
    assert page.get_by_label("Font size").input_value() == "15"
    page.get_by_label("Font (blank").fill("serif")
    page.get_by_label("Font (blank").blur()
    page.get_by_label("Screen reader support").check()
    page.get_by_role("button", name="Done").click()
    options = echo.evaluate("(({cursorStyle, scrollback, fontFamily, screenReaderMode}) => ({cursorStyle, scrollback, fontFamily, screenReaderMode}))(webterm.screen.terminal.options)")
    assert options["cursorStyle"] == "bar" and options["scrollback"] == 77 and options["screenReaderMode"] is True
    # Boxes come from a font of the page's own, whatever is chosen.
    assert options["fontFamily"].startswith('"webterm-boxes", serif, ')
    assert stored(echo) == {"theme": "light", "fontFamily": "serif", "cursorStyle": "bar", "scrollback": 77, "screenReader": True}
    echo.type("typing goes on")
    echo.expect("typing goes on")
    page.keyboard.press("Control+Shift+Comma")
    page.get_by_role("button", name="Back to the standard").click()
    assert stored(echo) == {}


def test_settings_of_another_tab_and_broken_ones(echo, person):
    other = echo.person.open(echo.page.url)
    setting(other, "fontSize", 20)
    eventually(lambda: setting(echo, "fontSize") == 20, "another tab's change is taken over")
    echo.evaluate("localStorage.setItem('webterm:settings', '{\"fontSize\": \"x\", \"theme\": 7, \"bell\": \"off\", \"what\": 1}')")
    echo.page.reload()
    echo.wait_state("connected")
    assert (setting(echo, "fontSize"), setting(echo, "theme"), setting(echo, "bell")) == (15, "system", "off")
    echo.evaluate("localStorage.setItem('webterm:settings', 'nonsense')")
    echo.page.reload()
    echo.wait_state("connected")
    assert setting(echo, "bell") == "visual"


def test_the_bar_can_be_hidden_and_shown(echo):
    rows = echo.evaluate("webterm.screen.rows")
    echo.page.get_by_role("button", name="Hide the bar").click()
    assert not echo.page.locator("#bar").is_visible()
    eventually(lambda: echo.evaluate("webterm.screen.rows") > rows, "there is more room")
    echo.page.reload()
    echo.wait_state("connected")
    assert not echo.page.locator("#bar").is_visible()
    echo.page.get_by_role("button", name="Show the bar").click()
    assert echo.page.locator("#bar").is_visible()


def test_the_bell_is_seen_or_not(serve_program, person):
    tab = show(serve_program, person, "")
    # It is short: a look now and then may miss it.
    tab.evaluate(
        """() => new Promise((done) => {
             const screen = document.querySelector("[data-part=screen]");
             new MutationObserver(() => screen.matches(".is-ringing") && done()).observe(screen, { attributeFilter: ["class"] });
             webterm.screen.terminal.write("\\x07"); })""")
    eventually(lambda: tab.page.locator("[data-part=screen].is-ringing").count() == 0, "it stops")
    setting(tab, "bell", "off")
    tab.evaluate("new Promise(done => webterm.screen.terminal.write('\\x07', done))")
    assert tab.page.locator("[data-part=screen].is-ringing").count() == 0
    setting(tab, "bell", "sound")
    tab.evaluate(
        """() => { globalThis.tones = 0; globalThis.AudioContext = class extends AudioContext {
             createOscillator() { tones += 1; return super.createOscillator(); } }; }""")
    tab.evaluate("new Promise(done => webterm.screen.terminal.write('\\x07', done))")
    assert tab.evaluate("tones") == 1


def test_the_round_trip_is_shown(echo):
    eventually(lambda: re.fullmatch(r"\d+(\.\d)? ms", echo.page.inner_text("[data-part=roundTrip]")), "a time in the bar")


# Clipboard


@pytest.fixture
def clip(spell):
    spell.person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    spell.clip = lambda text=None: (
        spell.evaluate("text => navigator.clipboard.writeText(text)", text) if text is not None
        else spell.evaluate("navigator.clipboard.readText()"))
    return spell


def test_copy_by_key_and_on_select(clip):
    clip.clip("before")
    clip.evaluate("webterm.screen.terminal.selectAll()")
    clip.page.keyboard.press("Control+Shift+C")
    eventually(lambda: "ready" in clip.clip(), "the selection is copied")
    clip.clip("before")
    setting(clip, "copyOnSelect", True)
    box = clip.page.locator(".xterm-screen").bounding_box()
    clip.page.mouse.dblclick(box["x"] + 10, box["y"] + 8)
    eventually(lambda: clip.clip() == "ready", "a double click copies the word")


def test_the_first_word_that_is_selected_is_copied(clip):
    clip.clip("before")
    setting(clip, "copyOnSelect", True)
    box = clip.page.locator(".xterm-screen").bounding_box()
    clip.page.mouse.dblclick(box["x"] + 10, box["y"] + 8)
    eventually(lambda: clip.clip() == "ready", "a double click copies the word")


def test_paste_by_the_right_button(clip):
    clip.clip("abc")
    clip.page.mouse.click(300, 300, button="right")
    clip.expect("^61 62 63$")


def test_a_paste_of_several_lines_is_asked_about(clip):
    clip.clip("rm -rf x\nls\x07\n")
    clip.page.keyboard.press("Control+Shift+V")
    dialog = clip.page.locator("#paste")
    dialog.wait_for()
    assert "2 lines" in dialog.inner_text() and dialog.locator("mark").all_inner_texts() == ["BEL"]
    clip.page.get_by_role("button", name="Cancel").click()
    clip.type("k")
    clip.expect("^6b$")
    assert "72 6d" not in clip.text()
    clip.page.keyboard.press("Control+Shift+V")
    clip.page.get_by_role("button", name="Paste", exact=True).click()
    clip.expect("72 6d 20")
    # One line with its end would be carried out, too, however that is written; nothing is asked where that is not wanted.
    for end in ("\n", "\r\n"):
        clip.clip("show run" + end)
        clip.page.keyboard.press("Control+Shift+V")
        dialog.wait_for()
        assert "1 line would" in dialog.inner_text()
        clip.page.get_by_role("button", name="Cancel").click()
    setting(clip, "confirmPaste", False)
    clip.clip("x\ny")
    clip.page.keyboard.press("Control+Shift+V")
    clip.expect("^78 0d 79$")


def test_a_host_with_bracketed_paste_gets_it_whole(clip):
    clip.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b[?2004h', done))")
    clip.clip("a\nb")
    clip.page.keyboard.press("Control+Shift+V")
    clip.expect("^1b 5b 32 30 30 7e 61 0d 62 1b 5b 32 30 31 7e$")


def test_what_cannot_be_seen_is_marked_and_can_be_left_out(clip):
    clip.clip("a\u00a0b\u202ec\u200bd")
    clip.page.keyboard.press("Control+Shift+V")
    dialog = clip.page.locator("#paste")
    dialog.wait_for()
    assert dialog.locator("mark").all_inner_texts() == ["no-break space", "right-to-left override", "zero-width space"]
    clip.page.get_by_role("button", name="As plain text").click()
    clip.expect("^61 20 62 63 64$")


@pytest.mark.parametrize("way", ["keys", "menu", "drop", "insert"])
def test_a_paste_never_ends_itself(clip, way):
    clip.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b[?2004h', done))")
    text = "safe\x1b[201~\nls\x9b201~"
    clip.clip(text)
    event = """([kind, text]) => { const area = document.querySelector(".xterm-helper-textarea"), data = new DataTransfer();
        data.setData("text/plain", text);
        area.dispatchEvent(kind === "drop" ? new DragEvent("drop", { bubbles: true, dataTransfer: data })
          : new InputEvent("beforeinput", { bubbles: true, inputType: "insertFromPaste", data: text })); }"""
    if way == "keys":
        clip.page.keyboard.press("Control+Shift+V")
    elif way == "menu":
        clip.page.mouse.click(300, 300, button="right")
    else:
        clip.evaluate(event, [way, text])
    clip.expect("^1b 5b 32 30 30 7e 73 61 66 65 5b 32 30 31 7e 0d 6c 73 32 30 31 7e 1b 5b 32 30 31 7e$")


def luminance(colour):
    channels = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return sum(each * weight for each, weight in zip(linear, (0.2126, 0.7152, 0.0722)))


def contrast(first, second):
    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["dark", "light", "solarized-dark", "solarized-light", "contrast"])
def test_text_is_read_on_every_colour_of_every_theme(echo, theme):
    setting(echo, "theme", theme)
    rows = "".join(
        f"\x1b[4{background}m" + "".join(f"\x1b[{text}mX\x1b[39m{number}" for number, text in enumerate((37, 97, 39))) + "\x1b[0m\r\n"
        for background in range(8))
    echo.evaluate("text => new Promise(done => webterm.screen.terminal.write(text, done))", "\x1b[2J\x1b[H" + rows)
    cells = """() => [...document.querySelectorAll(".xterm-rows > div")].slice(0, 8).flatMap(row => [...row.querySelectorAll("span")]
        .filter(span => span.textContent.includes("X") && getComputedStyle(span).backgroundColor !== "rgba(0, 0, 0, 0)")
        .map(span => { const { color, backgroundColor } = getComputedStyle(span); return [color, backgroundColor]; }))"""
    # Neighbours of one look are one element.
    eventually(lambda: len(echo.evaluate(cells)) >= 16, "the colours are shown")
    for colour, background in echo.evaluate(cells):
        assert contrast(colour, background) >= 4.45, (colour, background)


@pytest.mark.parametrize("theme", ["dark", "light", "solarized-dark", "solarized-light", "contrast"])
@pytest.mark.parametrize("least", ["off", "4.5", "7"])
def test_reverse_video_has_the_contrast_of_the_colours_that_it_swaps(echo, theme, least):
    setting(echo, "theme", theme)
    setting(echo, "contrast", least)
    looks = ["7", *(f"7;{colour}" for colour in [*range(31, 38), *range(91, 98)]), *(f"7;4{colour}" for colour in range(1, 8))]
    rows = "".join(f"\x1b[{look}mX\x1b[0m\r\n" for look in looks)
    echo.evaluate("text => new Promise(done => webterm.screen.terminal.write(text, done))", "\x1b[2J\x1b[H" + rows)
    cells = """() => [...document.querySelectorAll(".xterm-rows > div")].flatMap(row => [...row.querySelectorAll("span")]
        .filter(span => span.textContent === "X").map(span => { const { color, backgroundColor } = getComputedStyle(span); return [color, backgroundColor]; }))"""
    eventually(lambda: len(echo.evaluate(cells)) == len(looks), "all are shown")
    found = echo.evaluate(cells)
    # The plain one is what the host has, as the theme's colours are far enough from each other: the same pair, swapped.
    plain = [echo.evaluate("name => { const { foreground, background } = webterm.screen.terminal.options.theme; return name === 'f' ? foreground : background; }", name)
             for name in "fb"]
    swapped = [f"rgb({int(each[1:3], 16)}, {int(each[3:5], 16)}, {int(each[5:7], 16)})" for each in plain]
    floor = 1 if least == "off" else 7 if theme == "contrast" else float(least)
    if contrast(*swapped) >= floor:
        assert found[0] == [swapped[1], swapped[0]]
    for look, (colour, background) in zip(looks, found):
        # On some colours no text has more than white or black has.
        best = max(contrast("rgb(255, 255, 255)", background), contrast("rgb(0, 0, 0)", background))
        assert contrast(colour, background) >= min(floor, best) * 0.97, (look, colour, background)


@pytest.mark.parametrize("keys, bytes_", [
    ("Control+Shift+^", "1e"), ("Control+/", "1f"), ("Control+2", "00"), ("Alt+ArrowUp", "1b 5b 31 3b 33 41"),
    ("Alt+ArrowLeft", "1b 5b 31 3b 33 44"), ("Alt+PageUp", "1b 5b 35 3b 33 7e"), ("Backspace", "7f"),
])
def test_keys_reach_the_host_as_the_table_says(spell, keys, bytes_):
    spell.page.keyboard.press(keys)
    spell.expect(f"^{bytes_}$")


def test_backspace_is_what_the_host_or_the_visitor_wants(serve, person, tmp_path):
    program = tmp_path / "host"
    program.write_text(SPELL)
    program.chmod(0o755)
    server = serve(
        clients={"telnet": str(program)},
        targets=[{"name": "old", "host": "127.0.0.1", "backspace": "bs", "telnet": {"ports": [23]}}])
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    tab.page.keyboard.press("Backspace")
    tab.expect("^08$")
    setting(tab, "backspace", "del")
    tab.page.keyboard.press("Backspace")
    tab.expect("^7f$")


def test_the_menu_the_keys_and_the_bar_are_reached_by_keyboard(spell):
    menu = spell.page.locator("#menu")
    spell.page.keyboard.press("ContextMenu")
    menu.wait_for()
    while spell.evaluate("document.activeElement.textContent") != "Keys":
        assert menu.is_visible()
        spell.page.keyboard.press("ArrowDown")
    spell.page.keyboard.press("Enter")
    keys = spell.page.locator("#keys")
    keys.wait_for()
    assert "Ctrl+Shift+F" in keys.inner_text() and "1e" in keys.inner_text()
    is_in = "place => document.activeElement.closest(place) !== null"
    spell.page.keyboard.press("Escape")
    eventually(lambda: spell.evaluate(is_in, "[data-part=screen]"), "the terminal has the focus again")

    def to_the_bar():
        # A dialog tells a moment after it has gone that it has, and the terminal takes the focus then.
        spell.page.keyboard.press("Control+Shift+Space")
        return spell.evaluate(is_in, "#bar")
    eventually(to_the_bar, "the bar has it")
    spell.page.keyboard.press("Escape")
    eventually(lambda: spell.evaluate(is_in, "[data-part=screen]"), "and back")
    spell.type("k")
    spell.expect("^6b$")


def test_a_break_is_sent_by_key_and_by_menu_where_the_line_knows_one(serve, person, gateway, device):
    line = device(bytes([255, 251, 1]) + b"console")
    server = serve(targets=[{"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port]}}, gateway.target()])
    tab = person.open(f"{server.url}remote/telnet/visitor/{line.port}")
    tab.expect("console")
    for number in (1, 2):
        if number == 1:
            tab.page.keyboard.press("Pause")
        else:
            tab.page.keyboard.press("ContextMenu")
            tab.page.get_by_role("menuitem", name="Send a break").click()
        # It is asked about before.
        tab.page.get_by_role("button", name="Send the break").wait_for()
        assert line.got.count(bytes([255, 243])) == number - 1
        tab.page.keyboard.press("Enter")
        eventually(lambda: line.got.count(bytes([255, 243])) == number, "the break is there")
    other = person.open(f"{server.url}remote/demo/ssh/{gateway.user}/{gateway.ssh_port}")
    other.page.keyboard.press("ContextMenu")
    assert other.page.get_by_role("menuitem", name="Send a break").is_disabled()
    other.page.keyboard.press("Escape")


def test_a_console_that_hung_up_is_reached_again_when_it_answers(serve, person, device):
    line = device(b"back again", hang_ups=3)
    server = serve(targets=[{"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port]}}])
    tab = person.open(f"{server.url}remote/telnet/visitor/{line.port}", ready=False)
    tab.wait_message("The host closed the connection.")
    tab.page.get_by_role("button", name="Reconnect when it answers").click()
    tab.wait_message("Trying again in")
    tab.expect("back again")
    eventually(lambda: tab.message() is None, "the bar goes")
    # What was there before is still to be read.
    assert tab.text().count("rebooting") == 3
    tab.type("x")
    line.expect(b"x")


PROMPTS = """#!/usr/bin/env python3
import os, select, sys, time, tty
tty.setraw(0)
os.write(1, b"router# ")
lines, early, line = 0, 0, b""
while byte := os.read(0, 1):
    os.write(1, byte)
    if byte == b"\\r":
        # A line without flow control has no place for more until the prompt is back.
        time.sleep(0.02)
        early += bool(select.select([0], [], [], 0)[0])
        lines += 1
        os.write(1, b"\\r\\n%d lines, %d too early\\r\\nrouter# " % (lines, early))
"""


@pytest.fixture
def router(serve, person, tmp_path):
    program = tmp_path / "host"
    program.write_text(PROMPTS)
    program.chmod(0o755)
    server = serve(
        clients={"telnet": str(program)},
        targets=[{"name": "router", "host": "127.0.0.1", "paste": {"waitFor": "[#>] ?$"}, "telnet": {"ports": [23]}}])
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = person.open(server.url + PATH)
    tab.expect("router#")
    return tab


def test_a_paste_waits_for_the_prompt_after_each_line(router):
    router.evaluate("text => navigator.clipboard.writeText(text)", "".join(f"interface {number}\n" for number in range(40)))
    router.page.keyboard.press("Control+Shift+V")
    router.page.get_by_role("button", name="Paste", exact=True).click()
    router.expect("40 lines, 0 too early")
    eventually(lambda: router.page.locator("[data-part=pasting]").is_hidden(), "the paste is over")


def test_a_paste_is_stopped_and_its_pace_can_be_changed(router):
    router.evaluate("text => navigator.clipboard.writeText(text)", "x\n" * 500)
    router.page.keyboard.press("Control+Shift+V")
    router.page.get_by_label("Milliseconds after each line").fill("20")
    router.page.get_by_role("button", name="Paste", exact=True).click()
    router.expect("3 lines, 0 too early")
    router.page.get_by_role("button", name="Stop").click()
    assert router.page.locator("[data-part=pasting]").is_hidden()
    router.type("\r")
    # What was typed after it comes after the last line that had gone out, and nothing follows.
    lines = int(re.findall(r"(\d+) lines", router.text())[-1])
    eventually(lambda: router.text().endswith("router#"), "the prompt is back")
    assert lines < 400


def test_the_right_button_opens_the_menu_where_that_is_wanted(clip):
    setting(clip, "rightButton", "menu")
    clip.clip("abc")
    clip.page.mouse.click(300, 300, button="right")
    clip.page.get_by_role("menuitem", name="Paste").click()
    clip.expect("^61 62 63$")


def test_twenty_thousand_bells_make_few_sounds(echo):
    setting(echo, "bell", "sound")
    echo.evaluate(
        "(() => { const real = AudioContext.prototype.createOscillator; globalThis.tones = 0;"
        " AudioContext.prototype.createOscillator = function () { globalThis.tones += 1; return real.call(this); }; })()")
    started = echo.evaluate("performance.now()")
    echo.evaluate("new Promise(done => webterm.screen.terminal.write('\\x07'.repeat(20000), done))")
    tones, took = echo.evaluate("[globalThis.tones, performance.now()]")
    assert 1 <= tones <= (took - started) / 250 + 2


def test_a_tab_says_which_terminal_it_is_and_what_happened_meanwhile(echo):
    assert echo.page.title().startswith("program:23 visitor")
    hide = "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
    echo.evaluate(hide, "hidden")
    echo.evaluate("new Promise(done => webterm.screen.terminal.write('\\x07', done))")
    assert echo.page.title().startswith("🔔 program:23") and "icon-bell" in echo.evaluate("document.querySelector('link[rel=icon]').href")
    echo.evaluate(hide, "visible")
    assert echo.page.title().startswith("program:23") and echo.evaluate("document.querySelector('link[rel=icon]').href").endswith("/icon.svg")


def test_open_in_a_tab_whose_terminal_is_over_opens_another_one(serve_program, person):
    server = serve_program(ECHO)
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    first = tab.evaluate("webterm.session.memory.terminal")
    # The tab is not told: it is somewhere else by then.
    tab.page.goto(server.url)
    assert server.control("end", first).returncode == 0
    tab.page.get_by_role("link", name="telnet program").first.click()
    assert tab.page.get_by_label("User name").input_value() == "visitor"
    tab.page.keyboard.press("Enter")
    tab.wait_state("connected")
    tab.expect("ready")
    assert tab.evaluate("webterm.session.memory.terminal") != first


def test_open_is_a_link_that_follows_the_form(serve_program, person):
    server = serve_program(ECHO, ports=[23, 24])
    page = person.context.new_page()
    page.goto(server.url)
    page.get_by_role("button", name="telnet program").click()
    page.get_by_label("User name").fill("CORP\\alice")
    page.get_by_label("Port").fill("24")
    link = page.get_by_role("link", name="Open telnet")
    assert link.get_attribute("href") == "remote/program/telnet/CORP%5Calice/24"
    with person.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/remote/program/telnet/CORP%5Calice/24")
    page.get_by_label("Port").fill("25")
    link.click()
    assert page.url == server.url and "port" in page.get_by_role("alert").inner_text()


@pytest.mark.parametrize("text, width", [("❤️", 2), ("1️⃣", 2), ("❤", 1), ("1", 1), ("☀️", 2), ("e\u0301", 1)])
def test_pictures_of_characters_take_two_cells(echo, text, width):
    echo.evaluate("text => new Promise(done => webterm.screen.terminal.write(text, done))", f"\x1b[2J\x1b[H{text}|")
    assert echo.evaluate("webterm.screen.terminal.buffer.active.cursorX") == width + 1


def test_the_row_of_keys_has_a_second_page(spell):
    setting(spell, "keyBar", "on")
    row = spell.page.get_by_role("toolbar", name="Keys")
    assert row.get_by_role("button", name="F5", exact=True).is_hidden()
    row.get_by_role("button", name="More keys").click()
    for name, bytes_ in (("F5", "1b 5b 31 35 7e"), ("Control and C", "03"), ("Page up", "1b 5b 35 7e"), ("Home", "1b 5b 48")):
        row.get_by_role("button", name=name, exact=True).click()
        spell.expect(f"^{bytes_}$")
    row.get_by_role("button", name="More keys").click()
    row.get_by_role("button", name="Escape").click()
    spell.expect("^1b$")


@pytest.mark.parametrize("theme", ["dark", "light", "solarized-light"])
def test_an_error_s_page_takes_the_theme_and_can_be_read(echo, theme):
    setting(echo, "theme", theme)
    echo.page.goto(echo.page.url.replace("/23", "/0"))
    eventually(lambda: echo.evaluate("document.documentElement.dataset.theme") == theme, "it has the theme")
    style = "element => { const { color } = getComputedStyle(document.querySelector(element)); return [color, getComputedStyle(document.body).backgroundColor]; }"
    for element in ("h1", "a", ".error-status"):
        assert contrast(*echo.evaluate(style, element)) >= 4.5
    echo.person.complaints = []


def test_whoever_has_scrolled_up_finds_the_way_back(echo):
    button = echo.page.get_by_role("button", name="To the newest line")
    echo.evaluate("new Promise(done => webterm.screen.terminal.write('x\\r\\n'.repeat(300) + 'end', done))")
    assert not button.is_visible()
    echo.page.mouse.move(400, 300)
    echo.page.mouse.wheel(0, -400)
    button.click()
    button.wait_for(state="hidden")
    assert echo.evaluate("(b => b.viewportY === b.baseY)(webterm.screen.terminal.buffer.active)")


def test_a_host_copies_only_where_it_may_and_never_reads(clip):
    clip.clip("mine")
    osc = "data => new Promise(done => webterm.screen.terminal.write(`\\x1b]52;c;${data}\\x07`, done))"
    clip.evaluate(osc, "dGhlaXJz")
    assert clip.clip() == "mine"
    setting(clip, "hostCopies", True)
    clip.evaluate(osc, "dGhlaXJzIMOp")
    eventually(lambda: clip.clip() == "theirs é", "the host's text is there")
    assert clip.page.locator("[data-part=notice]").is_visible()
    before = clip.text()
    clip.evaluate(osc, "?")
    clip.evaluate(osc, "%%%")
    clip.type("k")
    clip.expect("^6b$")
    assert clip.text().replace(before, "").strip() == "6b"


# Keys


@pytest.mark.parametrize(
    "keys, expected",
    [
        ("Control+C", "03"), ("Control+W", "17"), ("Control+P", "10"), ("Control+R", "12"), ("Control+F", "06"), ("Control+A", "01"),
        ("Alt+f", "1b 66"), ("Alt+Backspace", "1b 7f"), ("F1", "1b 4f 50"), ("F5", "1b 5b 31 35 7e"), ("Escape", "1b"), ("Tab", "09"),
        ("Shift+Tab", "1b 5b 5a"), ("Control+ArrowLeft", "1b 5b 31 3b 35 44"), ("PageUp", "1b 5b 35 7e"), ("Home", "1b 5b 48"),
    ],
)
def test_keys_reach_the_host(spell, keys, expected):
    spell.page.keyboard.press(keys)
    spell.expect(f"^{expected}$")


def test_leaving_is_asked_about_only_while_a_terminal_lives(serve_program, person):
    server = serve_program("#!/bin/sh\nstty -echo\nprintf ready\nread x\n")
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    tab.page.mouse.click(300, 300)
    asked = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    tab.page.on("dialog", answer)
    tab.page.close(run_before_unload=True)
    eventually(lambda: tab.page.wait_for_timeout(50) or asked == ["beforeunload"], "the browser asks")
    assert not tab.page.is_closed()
    tab.page.keyboard.press("Enter")
    tab.wait_message("ended")
    other = person.open(server.url, ready=False)
    tab.page.close(run_before_unload=True)
    eventually(lambda: other.page.wait_for_timeout(50) or tab.page.is_closed(), "it goes without a question")
    assert asked == ["beforeunload"]


def test_full_screen_takes_the_keyboard(echo):
    echo.evaluate("() => { globalThis.locks = 0; Keyboard.prototype.lock = async () => { locks += 1; }; }")
    echo.page.get_by_role("button", name="Full screen").click()
    eventually(lambda: echo.evaluate("Boolean(document.fullscreenElement)"), "it is full screen")
    eventually(lambda: echo.evaluate("locks") == 1, "the keyboard is locked")
    echo.page.get_by_role("button", name="Full screen").click()
    eventually(lambda: not echo.evaluate("Boolean(document.fullscreenElement)"), "and not any more")


def test_chinese_by_an_input_method(spell):
    session = spell.person.context.new_cdp_session(spell.page)
    session.send("Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2})
    session.send("Input.imeSetComposition", {"text": "你", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.insertText", {"text": "你好"})
    spell.expect("^" + " ".join(f"{byte:02x}" for byte in "你好".encode()) + "$")
    assert "6e 69" not in spell.text()


# Characters


def test_writing_from_right_to_left_keeps_the_grid(serve_program, person):
    tab = show(serve_program, person, r"\033[2J\033[Hab שלום cd|\r\nab 1234 cd|\r\n")
    tab.expect(r"cd\|")
    places = tab.evaluate(
        """() => [...document.querySelectorAll(".xterm-rows > div")].slice(0, 2).map(row => {
             const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT), range = document.createRange();
             for (let node; (node = walker.nextNode()); ) { const index = node.data.indexOf("|");
               if (index >= 0) { range.setStart(node, index); range.setEnd(node, index + 1); return range.getBoundingClientRect().x; } } })""")
    assert None not in places and abs(places[0] - places[1]) < 1.5


@pytest.mark.parametrize(
    "charset, text, typed",
    [("latin1", "é ÿ", "ü"), ("gbk", "汉字", "输入"), ("big5", "漢字", "輸入"), ("shift_jis", "漢字カナ", "テスト"), ("euc-kr", "한글", "입력"),
     ("cp437", "╔══╗", "üß"), ("cp852", "ůř", "žš"), ("cp858", "€", "é")],
)
def test_hosts_with_another_character_set(serve, person, tmp_path, charset, text, typed):
    codec = {"latin1": "latin1"}.get(charset, charset)
    escaped = "".join(f"\\{byte:03o}" for byte in text.encode(codec))
    program = tmp_path / "host"
    program.write_text(SPELL.replace('b"ready\\\\r\\\\n"', f'b"{escaped}\\\\r\\\\nready\\\\r\\\\n"').replace(
        'b"ready\\r\\n"', f'b"{escaped}\\r\\nready\\r\\n"'))
    program.chmod(0o755)
    server = serve(
        clients={"telnet": str(program)},
        targets=[{"name": "old", "host": "127.0.0.1", "charset": charset, "telnet": {"ports": [23]}}])
    tab = person.open(server.url + PATH)
    tab.expect("ready")
    assert text in tab.text()
    tab.evaluate("text => webterm.screen.terminal.input(text)", typed)
    tab.expect("^" + " ".join(f"{byte:02x}" for byte in typed.encode(codec)) + "$")


# Save


def test_the_text_is_saved_with_broken_lines_made_whole(serve_program, person):
    long = "x" * 300
    tab = show(serve_program, person, f"first\\r\\n{long}\\r\\nlast é\\r\\n")
    with tab.page.expect_download() as started:
        tab.page.get_by_role("button", name="Save the text").click()
    assert started.value.suggested_filename == "visitor@program-23.txt"
    assert open(started.value.path(), encoding="utf-8").read() == f"first\n{long}\nlast é\nready\n"


# The states


def test_connecting_is_shown_where_it_takes_long(serve_program, person):
    server = serve_program(ECHO)
    page = person.context.new_page()
    # It takes until the test lets it.
    page.add_init_script(
        "const Real = WebSocket; globalThis.WebSocket = class extends Real { set onopen(f) { super.onopen = (event) => { globalThis.open = () => f(event); }; } };")
    from browser import Tab

    tab = Tab(person, page)
    tab.go(server.url + PATH, ready=False)
    tab.wait_message("Connecting")
    assert "program:23 visitor" in tab.message()
    tab.page.wait_for_function("globalThis.open !== undefined")
    tab.evaluate("globalThis.open()")
    tab.wait_state("connected")
    assert tab.message() is None


# Phones


@pytest.fixture
def phone(browser):
    phone = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, device_scale_factor=2)
    yield phone
    phone.close()
    assert phone.complaints == []


def test_a_phone_has_a_row_of_keys_with_sticky_modifiers(serve_program, phone):
    tab = phone.open(serve_program(SPELL).url + PATH)
    tab.expect("ready")
    press = lambda name: tab.page.get_by_role("toolbar", name="Keys").get_by_role("button", name=name, exact=True).tap()
    for name, expected in (("Escape", "1b"), ("Tab", "09"), ("Up", "1b 5b 41"), ("Pipe", "7c"), ("Tilde", "7e"), ("Slash", "2f")):
        press(name)
        tab.expect(f"^{expected}$")
    control = tab.page.get_by_role("button", name="Control")
    press("Control")
    assert control.get_attribute("aria-pressed") == "true"
    tab.type("c")
    tab.expect("^03$")
    assert control.get_attribute("aria-pressed") == "false"
    tab.type("c")
    tab.expect("^63$")
    press("Alt")
    tab.type("x")
    tab.expect("^1b 78$")
    press("Control")
    press("Left")
    tab.expect("^1b 5b 31 3b 35 44$")
    tab.evaluate("new Promise(done => webterm.screen.terminal.write('\\x1b[?1h', done))")
    press("Down")
    tab.expect("^1b 4f 42$")


def test_a_keyboard_on_the_screen_makes_the_terminal_smaller(serve_program, phone):
    tab = phone.open(serve_program(ECHO).url + PATH)
    tab.expect("ready")
    rows = tab.evaluate("webterm.screen.rows")
    tab.page.set_viewport_size({"width": 390, "height": 500})
    eventually(lambda: tab.evaluate("webterm.screen.rows") < rows, "fewer rows")
    bottom = tab.page.locator("#key-bar").bounding_box()
    assert bottom["y"] + bottom["height"] <= 501
    assert tab.evaluate("document.documentElement.scrollHeight") <= 501


def test_two_fingers_change_the_font_and_a_long_press_opens_a_menu(serve_program, phone):
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = phone.open(serve_program(SPELL).url + PATH)
    tab.expect("ready")
    session = phone.context.new_cdp_session(tab.page)
    touch = lambda kind, *points: session.send(
        "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]})
    touch("touchStart", (150, 300), (250, 300))
    for step in range(1, 6):
        touch("touchMove", (150 - step * 10, 300), (250 + step * 10, 300))
    touch("touchEnd")
    assert setting(tab, "fontSize") == 30
    tab.evaluate("navigator.clipboard.writeText('pq')")
    tab.evaluate(
        "document.querySelector('.xterm-screen').dispatchEvent(new PointerEvent('contextmenu', {bubbles: true, cancelable: true, pointerType: 'touch', clientX: 100, clientY: 300}))")
    # The menu alone pastes nothing.
    tab.page.get_by_role("menuitem", name="Paste").wait_for()
    assert "70 71" not in tab.text()
    tab.page.get_by_role("menuitem", name="Paste").tap()
    tab.expect("^70 71$")


# For everybody


CHECK = """() => {
  const problems = [], luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const background = node => { for (; node; node = node.parentElement) { const [r, g, b, a = 1] = rgb(getComputedStyle(node).backgroundColor); if (a > 0.9) return [r, g, b]; } return [255, 255, 255]; };
  const name = node => (node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent || node.title || "").trim();
  for (const node of document.querySelectorAll("button, a[href], input, select, textarea, [role=menuitem]")) {
    if (!node.checkVisibility() || node.closest(".xterm")) continue;
    if (!name(node)) problems.push(`no name: ${node.outerHTML.slice(0, 80)}`);
  }
  for (const node of document.querySelectorAll("body *")) {
    if (node.closest(".xterm") || !node.checkVisibility() || ![...node.childNodes].some(c => c.nodeType === 3 && c.data.trim())) continue;
    const style = getComputedStyle(node), [light, dark] = [luminance(rgb(style.color)), luminance(background(node))].sort((a, b) => b - a);
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < 4.5) problems.push(`contrast ${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  if (!document.documentElement.lang) problems.push("no language");
  if (new Set([...document.querySelectorAll("[id]")].map(n => n.id)).size !== document.querySelectorAll("[id]").length) problems.push("an id twice");
  return problems;
}"""


@pytest.mark.parametrize("theme", THEMES)
def test_everything_has_a_name_and_enough_contrast(serve, gateway, person, theme):
    server = serve(targets=[gateway.target(), {"name": "other", "host": "h", "telnet": {}}])
    tab = person.open(server.url + gateway.ssh_path[1:])
    setting(tab, "theme", theme)
    assert tab.evaluate(CHECK) == []
    tab.page.keyboard.press("Control+Shift+F")
    assert tab.evaluate(CHECK) == []
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+Shift+Comma")
    assert tab.evaluate(CHECK) == []
    tab.page.keyboard.press("Escape")
    directory = person.open(server.url, ready=False)
    directory.page.locator("#terminals").wait_for()
    directory.page.locator(".device").first.wait_for()
    assert directory.evaluate(CHECK) == []
    tab.type("exit\n")
    tab.wait_message("ended")
    assert tab.evaluate(CHECK) == []


def test_the_focus_is_seen_and_nothing_moves_where_that_is_not_wanted(echo):
    echo.page.emulate_media(reduced_motion="reduce")
    echo.page.reload()
    echo.wait_state("connected")
    assert echo.evaluate("webterm.screen.terminal.options.cursorBlink") is False
    echo.page.locator("#bar a").focus()
    echo.page.keyboard.press("Tab")
    assert echo.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_screen_readers_hear_the_screen(echo):
    setting(echo, "screenReader", True)
    echo.type("spoken")
    eventually(lambda: "spoken" in echo.page.locator(".xterm-accessibility").inner_text(), "the text is there for a screen reader")


# Floods


def test_a_flood_leaves_the_page_responsive_and_the_shell_in_place(serve, gateway, person):
    server = serve(targets=[gateway.target()])
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(r"[#$] ?$")
    tab.type("x=kept\n")
    tab.type("yes\n")
    tab.expect("^y$")
    tab.page.wait_for_timeout(3000)
    tab.page.keyboard.press("Control+C")
    tab.expect(r"\^C\n.*[#$] ?$", seconds=10)
    tab.type("echo $x\n")
    tab.expect("^kept$")


def test_a_flood_of_100_megabytes_does_not_freeze_the_page(serve_program, person):
    server = serve_program("#!/bin/sh\nstty raw -echo\nread -r x || true\nyes 'the quick brown fox jumps over the lazy dog' | head -c 100000000\nprintf flooded\nexec cat\n".replace("stty raw -echo", "stty -echo"))
    tab = person.open(server.url + PATH)
    tab.evaluate(
        """() => { globalThis.waits = []; let last = performance.now();
             const ask = () => { const asked = performance.now(); setTimeout(() => requestAnimationFrame(() => { waits.push(performance.now() - asked); ask(); })); }; ask(); }""")
    tab.page.keyboard.press("Enter")
    tab.expect("flooded", seconds=90)
    waits = sorted(tab.evaluate("waits"))
    p95 = waits[int(len(waits) * 0.95)]
    print(f"from a wish to the next frame while 100 MB came: median {waits[len(waits) // 2]:.0f} ms, p95 {p95:.0f} ms, of {len(waits)}")
    # However slow the machine is: a page that took all it can get before it draws would draw a few times.
    assert len(waits) > 100
    tab.type("alive\n")
    tab.expect("floodedalive")


def test_a_line_is_called_by_its_name(serve, person, device):
    line = device(b"ready")
    server = serve(targets=[{
        "name": "rack1", "host": "127.0.0.1", "telnet": {"ports": {str(line.port): "rack1-sw01"}, "users": ["visitor"]}}])
    tab = person.open(server.url, ready=False)
    tab.page.get_by_role("link", name="telnet rack1-sw01").click()
    tab.wait_state("connected")
    tab.expect("ready")
    eventually(lambda: tab.page.title().startswith("rack1-sw01") and tab.page.locator(".tab-device").inner_text() == "rack1-sw01", "the tab is called so")
    tab.go(f"{server.url}remote/rack1/telnet/visitor/{line.port}")
    assert tab.page.title().startswith("rack1-sw01 visitor") and tab.page.locator("[data-part=target]").inner_text() == "rack1-sw01 visitor"
    tab.page.goto(server.url)
    own = tab.page.locator("#terminal-list li")
    own.nth(1).wait_for()
    assert all(text.startswith("rack1-sw01\n") for text in own.all_inner_texts()), own.all_inner_texts()


@pytest.mark.parametrize("enter, sent", [("cr", b"\r"), ("crlf", b"\r\n"), ("crnul", b"\r\0")])
def test_enter_is_what_the_target_says(serve, person, device, enter, sent):
    line = device(b"ready")
    server = serve(targets=[{
        "name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "enter": enter}}])
    tab = person.open(f"{server.url}remote/telnet/visitor/{line.port}")
    tab.expect("ready")
    tab.page.keyboard.press("Enter")
    tab.type("x")
    line.expect(b"x")
    assert line.got == sent + b"x"
