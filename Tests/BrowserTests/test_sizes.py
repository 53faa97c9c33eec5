"""Windows of any size, at any zoom and with any font: each shows a terminal, and all of it."""

import json
import os
import random

import pytest

from browser import Held, Person, Tab
from line import Line
from server import eventually

# What browsers offer in their menus, and what systems scale by.
ZOOMS = (0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2)


@pytest.fixture
def line(serve):
    """A server with one raw line, whose terminals end with their pages."""
    line = Line()
    server = serve(
        limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, timeouts={"detached": 0},
        targets=[{"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "users": ["console"]}}])
    server.path = f"remote/line/telnet/console/{line.port}"
    yield server
    line.close()


def visitor(browser, width, height, zoom=1.0, font=15):
    """A person whose window has so many pixels, which are so many fewer of the page's at that zoom."""
    person = Person(
        browser, viewport={"width": max(200, round(width / zoom)), "height": max(150, round(height / zoom))}, device_scale_factor=zoom)
    person.context.add_init_script(f"localStorage.setItem('webterm:settings', '{json.dumps({'fontSize': font})}')")
    return person


# Of each screen that is shown: its size, its grid in pixels, by how much that is over the room for it, and what a cell has.
GRIDS = """() => (webterm.workspace?.places.map(({ pane }) => pane.screen) ?? [webterm.screen])
  .map(({ cols, rows, terminal }) => ({ cols, rows, screen: terminal.element.parentElement })).filter(({ screen }) => screen.checkVisibility())
  .map(({ cols, rows, screen }) => {
    const [grid, outer, style] = [screen.querySelector(".xterm-screen").getBoundingClientRect(), screen.getBoundingClientRect(), getComputedStyle(screen)];
    const [right, bottom] = [outer.right - parseFloat(style.paddingRight), outer.bottom - parseFloat(style.paddingBottom)];
    return { cols, rows, over: [grid.right - Math.min(right, innerWidth), grid.bottom - Math.min(bottom, innerHeight)], cell: [grid.width / cols, grid.height / rows] };
  })"""

# A terminal has no less than this, whatever there is room for; and its scroll bar takes so many pixels.
LEAST_COLUMNS, LEAST_ROWS, SCROLL_BAR = 2, 1, 16


def check_grids(tab, about):
    for grid in tab.evaluate(GRIDS):
        across, down = grid["over"]
        width, height = grid["cell"]
        if grid["cols"] > LEAST_COLUMNS:
            assert across <= 0.01 and -across < width + SCROLL_BAR + 1, f"{about}: {grid}"
        if grid["rows"] > LEAST_ROWS:
            assert down <= 0.01 and -down < height + 1, f"{about}: {grid}"


def random_layout(dice, path, count):
    """Panes in rows of random heights, each split at random places."""
    def split(direction, children):
        parts = [dice.uniform(1, 3) for _ in children]
        shares = [part / sum(parts) for part in parts]
        return children[0] if len(children) == 1 else {"direction": direction, "sizes": shares, "children": children}
    names, rows, at = [f"p{index}" for index in range(count)], [], 0
    while at < count:
        width = dice.randint(2, 5)
        rows.append(split("row", [{"pane": name} for name in names[at:at + width]]))
        at += width
    return {"tabs": [{"name": "", "root": split("column", rows), "active": "p0"}], "active": 0,
            "places": {name: {"path": path, "name": name} for name in names}}


def wait_all(tab, count, about):
    states = "webterm.workspace.places.map(({ state }) => state)"
    eventually(lambda: tab.evaluate(states) == count * ["connected"], lambda: f"{about}: {tab.evaluate(states)}; {tab.person.complaints}", 20)


def test_two_hundred_panes_and_pages_of_any_size_connect_and_are_whole(line, browser):
    seed = int(os.environ.get("SIZES_SEED") or random.randrange(2**32))
    print(f"seed {seed}")
    dice = random.Random(seed)
    for _ in range(8):
        width, height, zoom, font = dice.randint(900, 2600), dice.randint(600, 1500), dice.choice(ZOOMS), dice.randint(8, 24)
        about = f"seed {seed}, {width}x{height} at {zoom}, font {font}"
        person = visitor(browser, width, height, zoom, font)
        person.context.add_init_script(
            f"sessionStorage.setItem('webterm:workspace', {json.dumps(json.dumps(random_layout(dice, line.path, 20)))})")
        tab = person.open(line.url + "w", ready=False)
        wait_all(tab, 20, about)
        check_grids(tab, about)
        person.close()
        assert person.complaints == [], about
    for _ in range(4):
        zoom, font = dice.choice(ZOOMS), dice.randint(8, 24)
        person = visitor(browser, 1000, 700, zoom, font)
        tab = person.open(line.url + line.path)
        for _ in range(10):
            size = {"width": round(dice.randint(320, 2600) / zoom), "height": round(dice.randint(240, 1500) / zoom)}
            about = f"seed {seed}, {size} at {zoom}, font {font}"
            tab.page.set_viewport_size(size)
            tab.page.reload()
            eventually(lambda: tab.state() == "connected", lambda: f"{about}: {tab.state()}; {person.complaints}", 20)
            check_grids(tab, about)
        person.close()
        assert person.complaints == []


@pytest.mark.parametrize("width", [1035, 1342, 1766])
def test_widths_at_which_two_ways_to_measure_differ_show_a_prompt(line, browser, width):
    person = visitor(browser, width, 768)
    for path in (line.path, f"w#open={line.path}"):
        tab = person.open(line.url + path)
        tab.expect("^ready")
        check_grids(tab, path)
    person.close()
    assert person.complaints == []


def test_the_last_row_is_whole_at_every_height(line, browser):
    person = visitor(browser, 1366, 700)
    tab = person.open(f"{line.url}w#open={line.path}")
    tab.page.keyboard.press("Control+Shift+O")
    tab.page.locator("#palette li").first.click()
    wait_all(tab, 2, "two panes")
    # A row and a little more, one pixel at a time.
    for height in range(700, 721):
        tab.page.set_viewport_size({"width": 1366, "height": height})
        rows = tab.evaluate("new Promise((done) => requestAnimationFrame(() => { webterm.workspace.places.forEach(({ pane }) => pane.screen.fit());"
                            " requestAnimationFrame(() => done(webterm.workspace.places.map(({ pane }) => pane.screen.rows))); }))")
        eventually(lambda: [each["rows"] for each in tab.evaluate(GRIDS)] == rows, "it is drawn")
        check_grids(tab, height)
    person.close()
    assert person.complaints == []


BREAKS = """globalThis.isBroken = true; { const Real = ResizeObserver;
  globalThis.ResizeObserver = class extends Real { constructor(...all) { if (isBroken) throw new Error("broken by the test"); super(...all); } }; }"""


def test_what_cannot_be_made_says_so_and_is_tried_again_once(line, browser):
    person = visitor(browser, 1000, 700)
    page = person.context.new_page()
    page.add_init_script(BREAKS)
    tab = Tab(person, page).go(f"{line.url}w#open={line.path}", ready=False)
    tab.wait_message("broken by the test")
    tab.evaluate("globalThis.isBroken = false")
    # The answer takes longer than a second click.
    held = Held(page, f"**/{line.path}")
    page.get_by_role("button", name="Try again").dblclick()
    held.wait(1)
    held.let_go(0)
    tab.wait_state("connected")
    tab.expect("^ready")
    assert page.locator(".xterm").count() == 1 and page.locator(".pane-head").count() == 1 and held.count == 1
    page.close()
    # The page of one terminal says it, too.
    tab = Tab(person, person.context.new_page())
    tab.page.add_init_script(BREAKS)
    tab.go(line.url + line.path, ready=False)
    tab.wait_message("broken by the test")
    tab.page.get_by_role("button", name="Try again").wait_for()
    person.close()
    assert [words for words in person.complaints if "broken by the test" not in words] == []
