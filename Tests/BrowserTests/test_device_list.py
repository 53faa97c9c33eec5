"""The list of devices as people use it: rows, columns, groups that fold, labels, colours; in the directory and at the side."""

import random
import re

import pytest

from browser import Person
from server import eventually
from test_directory import current, directory, hall, titles
from test_workspace import SHELL, in_front, panes, wait_panes, workspace


@pytest.fixture
def colored(serve, tmp_path):
    """Two lines in production, one in the lab, and one without a colour; a script is what telnet shows."""
    program = tmp_path / "program"
    program.write_text(SHELL)
    program.chmod(0o755)

    def start(**configuration):
        return serve(clients={"telnet": str(program)}, limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, targets=[
            {"name": name, "host": "127.0.0.1", "group": group, "labels": {"env": env}, "telnet": {"users": ["console"], "ports": {port: line}}}
            for name, group, env, port, line in [
                ("rack1", "Hall 1/Rack 1", "prod", "7001", "core1"), ("rack2", "Hall 1/Rack 2", "prod", "7002", "core2"),
                ("rack3", "Lab", "test", "7003", "lab1"), ("rack4", "Office", "test", "7004", "desk1")]],
            colors=[{"match": "env=prod", "color": "red"}, {"match": "group=Lab", "color": "green"}], **configuration)
    return start


def color(locator):
    """What stands for its colour; nothing where it has none."""
    return locator.evaluate("node => getComputedStyle(node).getPropertyValue('--mark').trim()")


def test_the_whole_row_opens_and_shows_what_is_known(serve_program, person):
    server = serve_program("#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n", user=None)
    server.configuration["targets"] += hall(3)
    server.configuration["targets"].append(
        {"name": "rack9", "host": "127.0.0.1", "labels": {"site": "hel", "role": "spine"}, "telnet": {"users": ["console"], "ports": {"7009": "spine-9"}}})
    server.write_configuration()
    server.signal(1)
    tab = directory(person, server)
    row = tab.page.locator(".device", has_text="spine-9")
    row.wait_for()
    assert row.locator(".address").inner_text() == "rack9:7009" and row.locator(".pill").all_inner_texts() == ["spine", "hel"]
    # Anywhere in the row, but not on what has a meaning of its own.
    box = row.bounding_box()
    row.locator(".star").click()
    tab.page.locator(".fold", has_text="Starred").wait_for()
    row = tab.page.locator(".device", has_text="spine-9").first
    box = row.bounding_box()
    tab.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    tab.page.wait_for_url("**/w")
    tab.wait_state("connected")
    assert tab.evaluate("webterm.workspace.places.map(({ path }) => path)") == ["remote/rack9/telnet/console/7009"]
    # Shift and a click: beside it.
    tab.page.locator("#to-directory").click()
    row = tab.page.locator(".device", has_text="spine-9").first
    row.wait_for()
    assert row.locator(".live").count() == 1
    row.locator(".title").click(modifiers=["Shift"])
    tab.page.wait_for_url("**/w")
    eventually(lambda: tab.page.locator(".pane [data-state=connected]").count() == 2, "two panes are there")
    assert tab.page.locator(".tab").count() == 1


def test_columns_are_walked_in_all_directions(serve, browser):
    person = Person(browser, viewport={"width": 1440, "height": 900})
    tab = directory(person, serve(targets=hall(40)))
    left = "() => new Set([...document.querySelectorAll('.device')].map((row) => row.getBoundingClientRect().left)).size"
    assert tab.evaluate(left) == 2
    tab.page.keyboard.press("ArrowDown")
    assert current(tab) == "sw0"
    # Rack 1 of hall 1 has sw0 and sw20, side by side.
    tab.page.keyboard.press("ArrowRight")
    assert current(tab) == "sw20"
    tab.page.keyboard.press("ArrowLeft")
    assert current(tab) == "sw0"
    # To its group, which folds and unfolds; the one above it, too.
    heading = tab.page.locator("li[aria-current] .fold")
    tab.page.keyboard.press("ArrowLeft")
    assert heading.inner_text().startswith("Rack 1")
    tab.page.keyboard.press("ArrowLeft")
    assert heading.get_attribute("aria-expanded") == "false" and titles(tab)[0] == "sw4"
    tab.page.keyboard.press("ArrowRight")
    assert heading.get_attribute("aria-expanded") == "true" and titles(tab)[0] == "sw0"
    tab.page.keyboard.press("ArrowUp")
    assert heading.inner_text().startswith("Hall 1")
    tab.page.keyboard.press("Enter")
    assert heading.get_attribute("aria-expanded") == "false" and titles(tab)[0] == "sw1"
    # A caret in what is looked for goes first.
    tab.type("sw12")
    tab.page.keyboard.press("ArrowLeft")
    tab.type("x")
    assert tab.page.locator("#find").input_value() == "sw1x2"
    # Narrower, there is one column, and the same row is meant.
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("ArrowDown")
    before = current(tab)
    tab.page.set_viewport_size({"width": 800, "height": 900})
    eventually(lambda: tab.evaluate(left) == 1, "one column")
    assert current(tab) == before
    person.close()
    assert person.complaints == []


def test_random_walks_never_leave_the_list(serve, browser):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    person = Person(browser, viewport={"width": dice.randint(320, 2600), "height": dice.randint(300, 1200)})
    tab = directory(person, serve(targets=hall(120)))
    keys = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "PageDown", "PageUp"]
    tab.page.keyboard.press("ArrowDown")
    for _ in range(120):
        tab.page.keyboard.press(dice.choice(keys))
        box, view = tab.page.locator("[aria-current]").bounding_box(), tab.page.locator("#scroller").bounding_box()
        assert view["y"] - 1 <= box["y"] and box["y"] + box["height"] <= view["y"] + view["height"] + 1, (seed, box, view)
        assert box["x"] + box["width"] <= view["x"] + view["width"] + 1, seed
    person.close()
    assert person.complaints == []


def test_labels_make_the_list_shorter(serve, person):
    tab = directory(person, serve(targets=hall(60)))
    site = tab.page.get_by_label("site")
    assert site.locator("option").all_inner_texts() == ["any", "hel (30)", "sto (30)"]
    # What all have the same makes nothing shorter.
    assert tab.page.get_by_label("role").count() == 0
    site.select_option(label="hel (30)")
    assert tab.page.inner_text("#count") == "30 devices of 60" and all(int(name[2:]) % 2 for name in titles(tab))
    tab.page.locator("#find").focus()
    tab.type("sw1")
    assert all(name.startswith("sw1") and int(name[2:]) % 2 for name in titles(tab))
    tab.page.keyboard.press("Escape")
    assert tab.page.inner_text("#count") == "60 devices" or tab.page.inner_text("#count") == "30 devices of 60"
    tab.page.keyboard.press("Escape")
    assert tab.page.inner_text("#count") == "60 devices" and site.input_value() == ""


def test_own_terminals_are_sorted_folded_and_attached_together(colored, person):
    server = colored()
    tab = workspace(person, server)
    tab.page.keyboard.press("Escape")
    for name, port, count in (("rack3", 7003, 3), ("rack1", 7001, 4)):
        for _ in range(count):
            tab.evaluate("path => webterm.workspace.open({ path })", f"remote/{name}/telnet/console/{port}")
    wait_panes(tab, 7)
    ids = tab.evaluate("webterm.workspace.places.map(({ pane }) => pane.memory.terminal)")
    tab.page.locator("#to-directory").click()
    own = tab.page.locator("#terminal-list li")
    first = ["core1"] * 4 + ["lab1"]
    eventually(lambda: [text.split("\n")[0] for text in own.all_inner_texts()] == first, "five are shown, sorted")
    eventually(lambda: tab.page.inner_text("#terminals-title").replace("\n", "") == "Your open terminals7", "all are counted")
    heights = "() => [...document.querySelectorAll('#terminal-list li, .device')].map((row) => row.getBoundingClientRect().height)"
    assert set(tab.evaluate(heights)) == {32}
    tab.page.get_by_role("button", name="2 more").click()
    assert own.count() == 7
    tab.page.get_by_role("button", name="Show fewer").click()
    assert own.count() == 5
    # All of them, each the terminal that it was.
    again = person.open(server.url, ready=False)
    again.page.get_by_role("button", name="Attach all").click()
    again.page.wait_for_url("**/w")
    wait_panes(again, 7)
    assert sorted(again.evaluate("webterm.workspace.places.map(({ pane }) => pane.memory.terminal)")) == sorted(ids)


def test_a_colour_is_carried_into_row_head_tab_and_frame(colored, person):
    tab = directory(person, colored())
    rows = {name: color(tab.page.locator(".device", has_text=name)) for name in ("core1", "core2", "lab1", "desk1")}
    assert rows["core1"] == rows["core2"] != "" and rows["lab1"] not in ("", rows["core1"]) and rows["desk1"] == ""
    tab.type("core1")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/w")
    tab.wait_state("connected")
    pane, strip = tab.page.locator(".pane"), tab.page.locator(".tab")
    assert color(pane) == color(strip) == rows["core1"]
    assert pane.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    tab.evaluate("webterm.workspace.open({ path: 'remote/rack4/telnet/console/7004' }, 'right')")
    wait_panes(tab, 2)
    assert color(tab.page.locator(".pane.is-active")) == "" and color(strip) == rows["core1"], "a tab with production in it"
    head = "node => getComputedStyle(node).backgroundColor"
    assert tab.page.locator(".pane-head").first.evaluate(head) != tab.page.locator(".pane-head").nth(1).evaluate(head)
    alone = person.open(tab.page.url.removesuffix("w") + "remote/rack3/telnet/console/7003")
    assert color(alone.page.locator("#pane")) == rows["lab1"]


def test_the_list_stands_at_the_side_to_open_and_to_drag_from(colored, person):
    tab = workspace(person, colored())
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Devices at the side").click()
    side = tab.page.locator("#side")
    side.locator(".device", has_text="core1").wait_for()
    eventually(lambda: tab.evaluate("document.activeElement.id") == "side-find", "it can be typed")
    # Onto nothing: it gets all.
    side.locator(".device", has_text="core1").drag_to(tab.page.locator("#panes"))
    wait_panes(tab, 1)
    # To the right of it.
    box = tab.page.locator("#panes").bounding_box()
    side.locator(".device", has_text="lab1").drag_to(
        tab.page.locator("#panes"), target_position={"x": box["width"] - 10, "y": box["height"] / 2})
    wait_panes(tab, 2)
    assert tab.page.locator(".tab").count() == 1 and panes(tab) == ["core1", "lab1"]
    # Into the strip, before the tab that is there.
    side.locator(".device", has_text="desk1").drag_to(tab.page.locator(".tab").first, target_position={"x": 3, "y": 10})
    wait_panes(tab, 3)
    assert panes(tab) == ["desk1", "core1", "lab1"] and in_front(tab) == "desk1"
    # A dot says where one is.
    eventually(lambda: side.locator(".live").count() == 3, lambda: f"three are open: {side.inner_html()}")
    # By keys: found, opened beside, and Esc leads back.
    tab.page.locator("#side-find").focus()
    tab.type("core2")
    tab.page.keyboard.press("Shift+Enter")
    wait_panes(tab, 4)
    assert panes(tab) == ["desk1", "core2", "core1", "lab1"]
    tab.page.locator("#side-find").focus()
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Escape")
    eventually(lambda: tab.evaluate("document.activeElement.closest('.pane.is-active') !== null"), "the terminal has the keys again")
    # It comes back with the page, and goes when it is sent away.
    tab.page.once("dialog", lambda dialog: dialog.accept())
    tab.page.reload()
    side.locator(".device", has_text="core1").first.wait_for()
    wait_panes(tab, 4)
    # The panes have the room that is left.
    columns = "() => webterm.workspace.current.pane.screen.terminal.cols"
    eventually(lambda: 0 < tab.evaluate(columns) < 80, "beside it they are narrow")
    narrow = tab.evaluate(columns)
    tab.page.get_by_role("button", name="Hide the devices").click()
    assert side.is_hidden()
    eventually(lambda: tab.evaluate(columns) > narrow, "without it they are wider")


def test_a_device_of_the_side_that_asks_is_asked_about(serve_program, person):
    tab = workspace(person, serve_program(SHELL))
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Devices at the side").click()
    tab.page.locator("#side .device").wait_for()
    tab.page.locator("#side .device").click()
    tab.page.locator("#ask[open]").wait_for()
    tab.type("visitor")
    tab.page.keyboard.press("Enter")
    wait_panes(tab, 1)
    assert tab.evaluate("webterm.workspace.places.map(({ path }) => path)") == ["remote/program/telnet/visitor/23"]


def test_on_a_phone_the_side_covers_all_until_something_is_chosen(colored, browser):
    person = Person(browser, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    tab = workspace(person, colored())
    tab.page.keyboard.press("Escape")
    tab.page.locator("#palette").wait_for(state="hidden")
    tab.page.get_by_role("button", name="Devices at the side").tap()
    row = tab.page.locator("#side .device", has_text="core1")
    row.wait_for()
    assert row.bounding_box()["height"] >= 44 and tab.page.locator("#side").bounding_box()["width"] == 390
    row.tap()
    wait_panes(tab, 1)
    assert tab.page.locator("#side").is_hidden() and re.fullmatch("core1", in_front(tab))
    person.close()
    assert person.complaints == []
