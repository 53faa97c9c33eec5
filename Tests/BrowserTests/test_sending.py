"""Sending to several: to whom, how many of them are out of sight, and what they answer."""

from server import eventually
from test_workspace import in_front, open_lines, rack, wait_focus, wait_panes, workspace  # noqa: F401

# Says its own name in the prompt, and echoes as a host does.
HOST = """#!/bin/sh
case "$*" in *7003*) state=down;; *) state=up;; esac
stty -echo; printf 'ready\\r\\n'
printf 'host%s# ' "$$"
while read -r line; do printf '%s\\r\\n' "$line"
  case "$line" in "show link") printf 'link is %s\\r\\n' "$state";; esac
  printf 'host%s# ' "$$"
done
"""


def test_answers_are_compared_and_the_different_ones_are_shown(rack, person):  # noqa: F811
    tab = workspace(person, rack(HOST))
    open_lines(tab, "sw01", "sw02", "sw03")
    tab.evaluate("webterm.workspace.breakOut(webterm.workspace.places.find(({ name }) => name === 'sw03'))")
    tab.evaluate("webterm.workspace.show(webterm.workspace.places.find(({ name }) => name === 'sw01'))")
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+G")
    tab.page.get_by_role("button", name="Send to these").click()
    words = tab.page.locator("#sending strong")
    assert words.inner_text() == "Sending to 3 terminals, 1 out of sight"
    tab.type("show link")
    tab.page.keyboard.press("Enter")
    answers = tab.page.locator("#sending [data-part=answers]")
    eventually(lambda: "different" in answers.inner_text(), lambda: f"answers are compared: {answers.inner_text()!r}", 15)
    assert answers.inner_text().replace("\n", " ") == "2 the same, 1 different: sw03"
    answers.get_by_role("button", name="sw03").click()
    assert in_front(tab) == "sw03"
    eventually(lambda: words.inner_text() == "Sending to 3 terminals, 2 out of sight", "what is in sight is told anew")
    # A line that all answer alike; what was said of the one before is gone.
    tab.page.locator("#sending input").focus()
    tab.type("true")
    tab.page.keyboard.press("Enter")
    eventually(lambda: answers.inner_text() == "", "nothing is said of the former line")


def test_groups_and_stars_are_ticked_at_once(rack, person):  # noqa: F811
    server = rack()
    tab = workspace(person, server)
    tab.evaluate("localStorage.setItem('webterm:stars', JSON.stringify(['rack1/sw02']))")
    tab.page.reload()
    tab.page.locator("#palette[open]").wait_for()
    tab.page.keyboard.press("Escape")
    for path in ("remote/rack1/telnet/console/7001", "remote/rack1/telnet/console/7002", "remote/hall2/telnet/x/23"):
        tab.evaluate("path => webterm.workspace.open({ path })", path)
    wait_panes(tab, 3)
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+G")
    dialog = tab.page.locator("#send-to")
    ticked = "[...document.querySelectorAll('#send-to input:checked')].map((box) => box.parentElement.textContent.trim())"
    dialog.get_by_role("button", name="Hall 1/Rack 1 2").click()
    assert tab.evaluate(ticked) == ["sw01", "sw02"]
    dialog.get_by_role("button", name="Starred 1").click()
    assert tab.evaluate(ticked) == ["sw02"]
    dialog.get_by_role("button", name="Send to these").click()
    assert tab.page.locator("#sending strong").inner_text() == "Sending to 1 terminal, 1 out of sight"
