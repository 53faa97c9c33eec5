"""Panes that are moved about, closed and brought back, by mouse and by keys."""

from server import eventually
from test_workspace import open_lines, panes, pick, rack, wait_focus, wait_panes, wait_screens, workspace  # noqa: F401


def do(tab, words):
    """Chooses an action in the palette."""
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+Space")
    pick(tab, words)


def tabs(tab):
    """The names of the panes, by tabs, in the order in which they lie."""
    return tab.evaluate("""() => { const { tabs, places } = webterm.workspace.layout;
      const of = (node) => node.pane ? [places[node.pane].name] : node.children.flatMap(of); return tabs.map(({ root }) => of(root)); }""")


def head(tab, name):
    return tab.page.locator(".pane:visible .pane-head", has_text=name)


def test_panes_are_moved_by_their_heads(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02", "sw03")
    assert sorted(tabs(tab)[0]) == ["sw01", "sw02", "sw03"]
    for name in ("sw01", "sw02", "sw03"):
        tab.evaluate("name => webterm.workspace.places.find((place) => place.name === name).pane.takeTyped(`echo this-is-${name}\\r`)", name)
    # Into the strip: a tab of its own.
    head(tab, "sw03").drag_to(tab.page.locator(".tab").first, target_position={"x": 3, "y": 10})
    eventually(lambda: tabs(tab) == [["sw03"], ["sw01", "sw02"]], lambda: f"it has a tab: {tabs(tab)}")
    # Back beside another one, below it.
    tab.page.locator(".tab").nth(1).get_by_role("button").first.click()
    tab.page.locator(".tab").nth(0).drag_to(tab.page.locator(".pane:visible").first, target_position={"x": 200, "y": 480})
    eventually(lambda: len(tabs(tab)) == 1, "they are together")
    before = tabs(tab)[0]
    # In its middle they change places.
    one, other = before[0], before[-1]
    box = tab.page.locator(".pane:visible", has=tab.page.locator(".pane-head", has_text=other)).bounding_box()
    head(tab, one).drag_to(
        tab.page.locator(".pane:visible", has=tab.page.locator(".pane-head", has_text=other)), target_position={"x": box["width"] / 2, "y": box["height"] / 2})
    eventually(lambda: [tabs(tab)[0][0], tabs(tab)[0][-1]] == [other, one], lambda: f"they have changed places: {before} {tabs(tab)}")
    # Each is the terminal that it was, in its new size.
    wait_screens(tab, "^this-is-sw0")
    assert all(f"this-is-{name}" in text for name, text in zip(panes(tab), tab.evaluate(
        "webterm.workspace.places.map(({ pane }) => { const b = pane.screen.terminal.buffer.active; return Array.from({ length: b.length }, (_, i) => b.getLine(i).translateToString(true)).join('\\n'); })")))
    # A double click on a line makes all equal.
    line = tab.page.get_by_role("separator").first
    line.focus()
    for _ in range(5):
        tab.page.keyboard.press("ArrowLeft")
        tab.page.keyboard.press("ArrowUp")
    shares = "[...document.querySelectorAll('.divider')].map((line) => line.getAttribute('aria-valuenow'))"
    assert any(share not in ("33", "50", "67") for share in tab.evaluate(shares))
    tab.page.get_by_role("separator").first.dblclick()
    eventually(lambda: all(share in ("33", "50", "67") for share in tab.evaluate(shares)), lambda: f"all are equal: {tab.evaluate(shares)}")


def test_panes_are_moved_and_brought_back_by_keys(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    open_lines(tab, "sw01", "sw02")
    do(tab, "move this pane to a tab")
    eventually(lambda: tabs(tab) == [["sw01"], ["sw02"]], "it has a tab of its own")
    do(tab, "swap with sw01")
    eventually(lambda: tabs(tab) == [["sw02"], ["sw01"]], "they have changed places")
    do(tab, "tab 2")
    eventually(lambda: tab.evaluate("webterm.workspace.current.name") == "sw01", "tab 2 is in front")
    # Left to itself, it is the same terminal that comes back.
    tab.type("x=kept\n")
    tab.page.keyboard.press("Control+Shift+X")
    tab.page.get_by_role("button", name="Leave it running").click()
    eventually(lambda: panes(tab) == ["sw02"], "it is closed")
    do(tab, "reopen what was closed")
    wait_panes(tab, 2)
    wait_focus(tab)
    tab.type("echo [$x]\n")
    wait_screens(tab, r"^\[kept\]$", {1})
    # One pane large says that there are others.
    do(tab, "split to the right")
    pick(tab, "sw03")
    wait_panes(tab, 3)
    wait_focus(tab)
    tab.page.keyboard.press("Control+Shift+Z")
    eventually(lambda: "1 of 2" in head(tab, "sw03").inner_text(), "it says so")
    tab.page.keyboard.press("Control+Shift+Z")
    # A tab is asked about once; what is left is left.
    tab.page.get_by_role("button", name="Close sw03").first.click()
    assert "2 terminals in it are alive" in tab.page.locator("#ask").inner_text()
    tab.page.keyboard.press("Enter")
    eventually(lambda: panes(tab) == ["sw02"] and tab.page.locator("dialog[open]").count() == 0, "both are closed")
    directory = person.open(tab.page.url.replace("/w", "/"), ready=False)
    eventually(lambda: directory.page.get_by_text("waiting for you").count() == 2, "both are left")
