"""What a workspace begins with: the desk of before, groups, places; and what is open is not opened twice."""

from browser import Person
from server import eventually
from test_workspace import dismiss, in_front, open_lines, panes, pick, rack, wait_focus, wait_panes, workspace  # noqa: F401


def terminals(tab):
    return tab.evaluate("webterm.workspace.places.map(({ pane }) => pane.memory.terminal)")


def test_the_desk_of_before_comes_back_in_another_window(rack, person):  # noqa: F811
    server = rack()
    tab = workspace(person, server)
    open_lines(tab, "sw01", "sw02")
    before = terminals(tab)
    tab.page.close(run_before_unload=False)
    # As after a restart of the browser: nothing of the tab is left, but what the browser keeps.
    again = workspace(person, server)
    entry = again.page.locator("#palette li", has_text="What was here")
    entry.wait_for()
    assert "sw01, sw02" in entry.inner_text()
    pick(again, "what was here")
    wait_panes(again, 2)
    assert panes(again) == ["sw01", "sw02"] and terminals(again) == before and again.page.locator(".tab").count() == 1
    # While it is open there, it is not taken away.
    third = workspace(person, server)
    pick(third, "what was here")
    third.page.get_by_text("All of it is open in another window").wait_for()
    dismiss(third)
    assert panes(third) == [] and terminals(again) == before


def test_what_is_open_is_shown_and_another_one_is_opened_by_a_modifier(rack, person):  # noqa: F811
    server = rack()
    tab = workspace(person, server)
    pick(tab, "sw01")
    wait_panes(tab, 1)
    for words, modifier, expected in (("sw02", "", 2), ("telnet sw01", "", 2), ("telnet sw01", "Control+", 3), ("telnet sw02", "Shift+", 4)):
        wait_focus(tab)
        tab.page.keyboard.press("Control+Shift+Space")
        tab.page.locator("#palette li").first.wait_for()
        tab.type(words)
        tab.page.locator("#palette li[aria-selected=true]", has_text=words.split()[-1]).wait_for()
        tab.page.keyboard.press(f"{modifier}Enter")
        wait_panes(tab, expected)
        assert in_front(tab) == words.split()[-1], words
    assert panes(tab).count("sw01") == 2
    # From the directory, too.
    tab.page.locator("#to-directory").click()
    tab.page.locator(".device", has_text="sw02").first.click()
    tab.page.wait_for_url("**/w")
    wait_panes(tab, 4)
    assert in_front(tab) == "sw02"


def test_a_group_is_opened_as_a_grid(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    pick(tab, "rack 1 as a grid")
    wait_panes(tab, 8)
    assert tab.page.locator(".tab-device").all_inner_texts() == ["Rack 1"] and panes(tab) == [f"sw{line:02}" for line in range(1, 9)]
    assert tab.page.locator(".pane:visible").count() == 8


def test_an_empty_workspace_is_never_blank(rack, browser):  # noqa: F811
    for options in ({}, {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}):
        person = Person(browser, **options)
        tab = workspace(person, rack(layouts=[{"name": "core switches", "tabs": [{"panes": ["rack1/telnet/console/7001"]}]}]))
        dismiss(tab)
        tab.page.locator("#empty").get_by_role("button", name="core switches").click()
        wait_panes(tab, 1)
        # What was closed is where one was lately.
        tab.evaluate("webterm.workspace.close(webterm.workspace.current, 'end')")
        tab.page.locator("#empty").get_by_role("button", name="sw01").click()
        wait_panes(tab, 1)
        assert tab.page.locator("#empty").is_hidden()
        person.close()
        assert person.complaints == []


def test_the_first_palette_has_what_can_be_done_without_a_terminal(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    pick(tab, "devices at the side")
    tab.page.locator("#side .device").first.wait_for()
    tab.page.locator("#side-find").focus()
    tab.page.keyboard.press("Control+Shift+Space")
    tab.page.locator("#palette[open]").wait_for()
    tab.type("close this")
    eventually(lambda: tab.page.locator("#palette li").count() == 0, "nothing that needs a terminal is offered")
