"""What is painted first, where one is, and the settings beside what they change."""

import base64
import json
import random

import pytest

from browser import Held, Person
from server import eventually
from test_workspace import dismiss, pick, rack, wait_panes, workspace  # noqa: F401

GROUND = {"dark": "rgb(16, 22, 29)", "light": "rgb(255, 255, 255)", "solarized-light": "rgb(253, 246, 227)"}
# The ground at the first paint, and whether a module had run by then.
RECORD = """new PerformanceObserver((list) => list.getEntries().forEach(({ name }) => {
  if (name === "first-paint") globalThis.firstGround = getComputedStyle(document.body).backgroundColor;
})).observe({ type: "paint", buffered: true });"""


@pytest.mark.parametrize("path", ["", "w", "remote/rack1/telnet/console/7001", "nowhere"])
@pytest.mark.parametrize("theme, system", [
    ("dark", "light"), ("light", "dark"), ("solarized-light", "dark"), (None, "dark")])
def test_the_first_paint_has_the_chosen_ground(rack, browser, path, theme, system):  # noqa: F811
    """The modules are held back: what is painted without them is what everybody sees first."""
    person = Person(browser, color_scheme=system)
    if theme:
        kept = json.dumps({"theme": theme})
        person.context.add_init_script(f"localStorage.setItem('webterm:settings', {json.dumps(kept)})")
    person.context.add_init_script(RECORD)
    page = person.context.new_page()
    Held(page, "**/*-page.js")
    page.goto(rack().url + path, wait_until="commit")
    eventually(lambda: page.evaluate("globalThis.firstGround"), "something is painted")
    assert page.evaluate("globalThis.firstGround") == GROUND[theme or system]
    assert page.evaluate("globalThis.webterm === undefined")
    person.close()


@pytest.mark.parametrize("path", ["", "w", "remote/rack1/telnet/console/7001"])
def test_all_files_of_a_page_come_in_one_round_trip(rack, browser, path):  # noqa: F811
    """The page names all that it loads: nothing is found only when another file is there."""
    server, person = rack(), Person(browser)
    page = person.context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server.url)))
    page.goto(server.url + path, wait_until="networkidle")
    html = page.context.request.get(server.url + path).text()
    files = [each for each in asked if each.startswith("static/")]
    assert len(files) > 3 and [each for each in files if f'"{each}"' not in html] == []
    person.close()


def test_panes_where_one_is_not_are_dimmer(rack, person):  # noqa: F811
    tab = workspace(person, rack())
    pick(tab, "sw01")
    wait_panes(tab, 1)
    tab.page.keyboard.press("Control+Shift+E")
    pick(tab, "sw02")
    wait_panes(tab, 2)

    def brightness():
        return tab.evaluate("webterm.workspace.places.map(({ element }) =>"
                            " Number(getComputedStyle(element.querySelector('.xterm-rows')).opacity))")
    assert brightness() == [0.78, 1]
    tab.page.keyboard.press("Control+Shift+ArrowLeft")
    eventually(lambda: brightness() == [1, 0.78], "the left one has the light")
    tab.page.emulate_media(contrast="more")
    assert brightness() == [1, 1]
    tab.page.emulate_media(contrast=None)
    tab.page.keyboard.press("Control+Shift+Z")
    assert brightness()[0] == 1


def test_settings_stand_beside_what_they_change(rack, person):  # noqa: F811
    tab = person.open(rack().url + "remote/rack1/telnet/console/7001")
    page = tab.page
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("Control+Shift+<")
    panel = page.locator("#settings")
    assert panel.locator("section h2").all_inner_texts() == ["Looks", "Terminal", "Copy and paste", "Keys"]
    box = panel.bounding_box()
    assert box["x"] + box["width"] == page.viewport_size["width"] and box["x"] > page.viewport_size["width"] / 2
    # The terminal's text lies left of it, undimmed, and changes at once.
    assert page.evaluate("getComputedStyle(document.querySelector('#settings'), '::backdrop').backgroundColor") \
        == "rgba(0, 0, 0, 0)"
    page.locator("#setting-theme").select_option("solarized-light")
    background = "webterm.screen.terminal.options.theme.background"
    eventually(lambda: page.evaluate(background) == "#fdf6e3", "the terminal has the theme")
    page.locator("#setting-fontSize").fill("22")
    page.locator("#setting-fontSize").press("Tab")
    eventually(lambda: page.evaluate("webterm.screen.terminal.options.fontSize") == 22, "the text is larger")
    dismiss(tab)


# What a screenshot has, row by row, as how far each pixel is from the ground.
PIXELS = """async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data: bytes } = context.getImageData(0, 0, image.width, image.height);
  const far = (at) => Math.abs(bytes[at] - 16) + Math.abs(bytes[at + 1] - 22) + Math.abs(bytes[at + 2] - 29);
  return Array.from({ length: image.height }, (_, y) =>
    Array.from({ length: image.width }, (_, x) => far((y * image.width + x) * 4)));
}"""
BOXES = "#!/bin/sh\nprintf '\\033[?25l│││││││└\\r\\n│││││││\\r\\n────────\\r\\n████████\\r\\n████████'\nread -r line\n"


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2])
def test_boxes_and_blocks_have_no_seams(rack, browser, scale):  # noqa: F811
    """Whatever size a person has chosen: lines go on from cell to cell, and a block is one block."""
    size = random.randrange(11, 25)
    print(f"font size {size}")
    person = Person(browser, device_scale_factor=scale, color_scheme="dark")
    kept = json.dumps({"fontSize": size, "contrast": "off"})
    person.context.add_init_script(f"localStorage.setItem('webterm:settings', {json.dumps(kept)})")
    tab = person.open(rack(BOXES).url + "remote/rack1/telnet/console/7001")
    tab.expect("█{8}\n█{8}")
    cell = tab.evaluate("""() => { const { x, y } = document.querySelector(".xterm-screen").getBoundingClientRect();
      const { width, height } = webterm.screen.terminal._core._renderService.dimensions.css.cell;
      return { x, y, width, height }; }""")
    clip = {"x": cell["x"], "y": cell["y"], "width": cell["width"] * 8, "height": cell["height"] * 5}
    shot = base64.b64encode(tab.page.screenshot(clip=clip)).decode()
    pixels = person.context.new_page().evaluate(PIXELS, shot)
    width, height = cell["width"] * scale, cell["height"] * scale
    full = max(max(row) for row in pixels)

    upright = [max(row[int(width * 3):int(width * 4)]) for row in pixels[1:int(height * 2) - 1]]
    assert min(upright) > max(upright) / 2, upright
    level = [max(column) for column in zip(*pixels[int(height * 2):int(height * 3)], strict=True)][1:-2]
    assert min(level) > max(level) / 2, level
    filled = [min(row[2:int(width * 8) - 2]) for row in pixels[int(height * 3) + 2:int(height * 5) - 2]]
    assert min(filled) > full * 0.7, filled
    person.close()
