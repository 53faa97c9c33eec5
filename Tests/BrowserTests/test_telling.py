"""What a person waits for, what is found in all panes, selected by keys, marked by a host, and moved back."""

from server import eventually
from test_features import ECHO, PATH, show
from test_moving import do, tabs
from test_workspace import open_lines, rack, wait_focus, wait_screens, workspace  # noqa: F401

MARKED = r"""#!/bin/sh
stty raw -echo
printf '\033]133;A\007$ one\r\n\033]133;C\007'
for n in 1 2 3; do printf 'first %s\r\n' $n; done
printf '\033]133;D;0\007\033]133;A\007$ two\r\n\033]133;C\007'
for n in $(seq 80); do printf 'second %s\r\n' $n; done
printf '\033]133;D;0\007\033]133;A\007$ ready'
exec cat
"""


def notice(tab):
    return tab.page.locator(".pane.is-active [data-part=noticeText], main.pane [data-part=noticeText]").inner_text()


def wait_notice(tab, words):
    eventually(lambda: words in notice(tab), lambda: f"{words!r} is told: {notice(tab)!r}")


def clipboard(tab):
    return tab.evaluate("navigator.clipboard.readText()")


def test_search_in_all_panes_leads_to_the_line(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02", "sw03")
    for name in ("sw01", "sw02", "sw03"):
        tab.evaluate("""name => webterm.workspace.places.find((place) => place.name === name)
          .pane.takeTyped(`mac-0a:1b:${name}\\r`)""", name)
    wait_screens(tab, "0a:1b")
    do(tab, "search in all")
    tab.type("0A:1B")
    rows = tab.page.locator("#hits li")
    eventually(lambda: rows.count() == 3, lambda: rows.all_inner_texts())
    assert "3 lines in 3 panes" in tab.page.locator("#find-all [data-part=count]").inner_text()
    names = [row.get_attribute("aria-label").split(":")[0] for row in rows.all()]
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    eventually(lambda: tab.evaluate("webterm.workspace.current.name") == names[1], "its pane is in front")
    field = tab.page.locator(".pane.is-active [data-part=text]").first
    assert field.input_value() == "0A:1B"
    eventually(lambda: tab.page.locator(".pane.is-active .search-match").count() > 0, "it is marked")
    # What is nowhere is said to be nowhere, and Esc leads back.
    tab.page.keyboard.press("Escape")
    do(tab, "search in all")
    tab.type("never-there")
    eventually(lambda: "Nothing in" in tab.page.locator("#find-all [data-part=count]").inner_text(), "it is nowhere")
    tab.page.keyboard.press("Escape")
    wait_focus(tab)


def test_somebody_is_told_when_it_prints_and_when_it_is_quiet(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01")
    do(tab, "tell me when it prints")
    wait_notice(tab, "You are told when sw01 prints.")
    tab.type("echo again\r")
    wait_notice(tab, "sw01 prints again.")
    do(tab, "tell me when it is quiet")
    tab.page.get_by_label("For how many seconds").fill("1")
    tab.page.keyboard.press("Enter")
    wait_notice(tab, "sw01 has been quiet for 1 s.")


def test_a_notification_leads_to_the_pane(rack, person):  # noqa: F811
    person.context.grant_permissions(["notifications"])
    tab = workspace(person, rack())
    tab.page.evaluate("""() => { globalThis.notified = []; globalThis.Notification = class { static permission = "granted";
      constructor(title, options) { notified.push([title, options.body]); globalThis.last = this; } close() {} }; }""")
    open_lines(tab, "sw01")
    do(tab, "tell me when it rings")
    wait_notice(tab, "You are told when sw01 rings, or is over.")
    tab.page.keyboard.press("Control+Shift+Enter")
    tab.page.locator("#palette li").first.wait_for()
    tab.type("sw02")
    tab.page.keyboard.press("Enter")
    eventually(lambda: tab.evaluate("webterm.workspace.current.name") == "sw02", "another one is in front")
    tab.evaluate("webterm.workspace.places[0].pane.takeTyped(\"printf '\\\\a'\\r\")")
    eventually(lambda: tab.evaluate("notified") == [["sw01", "rings."]], lambda: tab.evaluate("notified"))
    tab.evaluate("last.onclick()")
    eventually(lambda: tab.evaluate("webterm.workspace.current.name") == "sw01", "it leads there")


def test_what_a_host_wants_to_be_told_is_told_as_its_own(serve_program, person):
    tab = person.open(serve_program(ECHO).url + PATH)
    tab.expect("ready")
    tab.evaluate("webterm.session.type(new TextEncoder().encode('\\x1b]777;notify;make;done\\x07'))")
    wait_notice(tab, "says: make: done")
    tab.evaluate("webterm.settings.set('hostNotifies', false)")
    tab.page.get_by_role("button", name="Hide these words").click()
    tab.evaluate("webterm.session.type(new TextEncoder().encode('\\x1b]9;again\\x07 seen'))")
    tab.expect("seen")
    assert notice(tab) == ""


def test_text_is_selected_and_copied_by_keys(serve_program, person):
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = show(serve_program, person, r"one two three\r\nfour five six")
    tab.expect("five")
    tab.page.keyboard.press("Control+Shift+M")
    wait_notice(tab, "Select: arrows move")
    for key in ("ArrowUp", "Home", "w", "Space", "e", "ArrowRight", "ArrowRight", "Enter"):
        tab.page.keyboard.press(key)
    eventually(lambda: clipboard(tab) == "two", lambda: clipboard(tab))
    # With Shift, over two lines; nothing of it was typed.
    before = tab.text()
    tab.page.keyboard.press("Control+Shift+M")
    for key in ("Home", "ArrowUp", "Shift+ArrowDown", "Shift+End", "Enter"):
        tab.page.keyboard.press(key)
    words = "one two three four five sixready".split()
    eventually(lambda: clipboard(tab).split() == words, lambda: clipboard(tab))
    assert tab.text() == before
    tab.page.keyboard.press("Control+Shift+M")
    tab.page.keyboard.press("Escape")
    assert tab.evaluate("webterm.screen.terminal.getSelection()") == ""


def test_prompts_that_a_host_marks_lead_back_and_their_output_is_copied(serve_program, person):
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = person.open(serve_program(MARKED).url + PATH)
    tab.expect("ready")
    tab.evaluate("""() => { const keys = { copyOutput: "Ctrl+Alt+O", formerPrompt: "Ctrl+Alt+P", copyAll: "Ctrl+Alt+A" };
      localStorage.setItem("webterm:keys", JSON.stringify(keys));
      dispatchEvent(new StorageEvent("storage", { key: "webterm:keys" })); }""")
    tab.page.keyboard.press("Control+Alt+O")
    eventually(lambda: clipboard(tab) == "\n".join(f"second {n}" for n in range(1, 81)), lambda: clipboard(tab))
    tab.page.keyboard.press("Control+Alt+P")
    top = """(() => { const { active } = webterm.screen.terminal.buffer;
      return active.getLine(active.viewportY).translateToString(true); })()"""
    eventually(lambda: tab.evaluate(top) == "$ two", lambda: tab.evaluate(top))
    tab.page.keyboard.press("Control+Alt+P")
    eventually(lambda: tab.evaluate(top) == "$ one", lambda: tab.evaluate(top))
    tab.page.keyboard.press("Control+Alt+A")
    eventually(lambda: clipboard(tab).startswith("$ one\nfirst 1\n") and clipboard(tab).rstrip().endswith("$ ready"), lambda: clipboard(tab)[-200:])


def test_a_host_that_marks_nothing_is_told_of(serve_program, person):
    tab = show(serve_program, person, "plain")
    tab.expect("plain")
    tab.evaluate("""() => { localStorage.setItem("webterm:keys", '{"copyOutput":"Ctrl+Alt+O"}');
      dispatchEvent(new StorageEvent("storage", { key: "webterm:keys" })); }""")
    tab.page.keyboard.press("Control+Alt+O")
    wait_notice(tab, "The host does not mark its prompts")


def test_a_move_is_undone_and_tabs_are_listed(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02", "sw03")
    before = tabs(tab)
    do(tab, "tab of its own")
    eventually(lambda: len(tabs(tab)) == 2, lambda: tabs(tab))
    do(tab, "list of tabs")
    rows = tab.page.locator("#palette li")
    eventually(lambda: rows.count() == 2, lambda: rows.all_inner_texts())
    tab.type("2 panes")
    tab.page.keyboard.press("Enter")
    eventually(lambda: tab.page.locator(".pane:visible").count() == 2, "the other tab is in front")
    do(tab, "undo the last move")
    eventually(lambda: tabs(tab) == before, lambda: tabs(tab))
    do(tab, "make panes equal")
    do(tab, "undo the last move")
    assert tabs(tab) == before
