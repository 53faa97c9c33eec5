"""The directory: every device a line, found and opened by a few keys."""

import re
import signal

import pytest

from browser import Person
from server import eventually

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


def hall(count):
    """Switches in halves of halls, by telnet; every tenth is reached by ssh, too."""
    return [{
        "name": f"sw{number}", "host": "127.0.0.1", "group": f"Hall {number % 4 + 1}/Rack {number % 20 + 1}",
        "labels": {"site": "hel" if number % 2 else "sto", "role": "switch"}, "telnet": {"ports": [7000 + number % 1000]},
        **({"ssh": {"ports": [22], "users": ["admin"]}} if number % 10 == 0 else {}),
    } for number in range(count)]


def directory(person, server):
    tab = person.open(server.url, ready=False)
    tab.page.locator(".device").first.wait_for()
    return tab


def titles(tab):
    return [text.strip() for text in tab.page.locator(".device .title").all_inner_texts()]


def current(tab):
    return tab.page.locator("[aria-current] .title").inner_text().strip()


def focused(tab):
    return tab.evaluate("document.activeElement.getAttribute('aria-label')")


def test_a_device_is_found_asked_about_and_opened_by_keyboard_alone(serve, gateway, person):
    server = serve(targets=[*hall(60), {**gateway.target("gate"), "title": "The gateway", "ssh": {
        **gateway.target()["ssh"], "users": ["*"], "ports": [gateway.ssh_port, "60000-60010"]}}])
    tab = directory(person, server)
    assert focused(tab) == "Find a device"
    tab.type("gate")
    assert titles(tab) == ["The gateway"] and current(tab) == "The gateway"
    assert tab.page.inner_text("#count").startswith("The gateway")
    tab.page.keyboard.press("Enter")
    assert focused(tab) == "User name for The gateway"
    tab.type("-bad")
    tab.page.keyboard.press("Enter")
    assert "begins with a letter" in tab.page.locator("[role=alert]").inner_text() and focused(tab) == "User name for The gateway"
    tab.page.keyboard.press("Control+A")
    tab.type(gateway.user)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Control+A")
    tab.type("023")
    tab.page.keyboard.press("Enter")
    assert "The port must be one of" in tab.page.locator("[role=alert]").inner_text() and focused(tab).startswith("Port of")
    tab.page.keyboard.press("Escape")
    assert focused(tab) == "Find a device"
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Control+A")
    tab.type(gateway.user)
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/w")
    tab.wait_state("connected")
    eventually(lambda: tab.page.locator(".tab-device").all_inner_texts() == [f"The gateway:{gateway.ssh_port}"], "a tab has the device's name")
    # Where one was is what is proposed, and what a link leads to.
    again = directory(person, server)
    link = again.page.get_by_role("link", name="ssh The gateway").first
    assert link.get_attribute("href") == f"remote/gate/ssh/{gateway.user}/{gateway.ssh_port}"
    link.click()
    assert again.page.get_by_label("User name for The gateway").input_value() == gateway.user
    # A terminal is open there.
    again.page.locator(".live").first.wait_for()
    again.page.get_by_role("button", name=re.compile("^End ssh")).click()
    again.page.locator("#terminals").wait_for(state="hidden")
    assert again.page.locator(".live").count() == 0


def test_arrows_choose_and_enter_opens(serve_program, person):
    server = serve_program(ECHO)
    tab = directory(person, server)
    # One device, one way, but anybody's name: it is asked for.
    tab.page.keyboard.press("ArrowDown")
    assert current(tab) == "program"
    tab.page.keyboard.press("Enter")
    tab.type("visitor")
    with tab.person.context.expect_page() as opened:
        tab.page.keyboard.press("Control+Enter")
    opened.value.wait_for_url("**/remote/program/telnet/visitor/23")
    opened.value.close()
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/w")
    tab.wait_state("connected")
    # From the directory beside what is there: the way there and back loses nothing.
    tab.page.locator("#to-directory").click()
    tab.page.locator(".device").first.wait_for()
    tab.page.keyboard.press("ArrowDown")
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Shift+Enter")
    tab.page.wait_for_url("**/w")
    eventually(lambda: tab.page.locator(".pane [data-state=connected]").count() == 2, "two panes are there")
    assert tab.page.locator(".tab").count() == 1 and tab.evaluate("webterm.workspace.places.map(({path}) => path)") == ["remote/program/telnet/visitor/23"] * 2


def test_a_console_line_asks_for_nothing_and_tells_nobody(serve, person, device):
    line = device(b"login here")
    server = serve(targets=[{
        "name": "rack1", "host": "127.0.0.1", "telnet": {"ports": {str(line.port): "rack1-sw01", "7": "rack1-sw02"}, "mode": "raw"}}])
    tab = directory(person, server)
    assert titles(tab) == ["rack1-sw01", "rack1-sw02"]
    tab.type("sw1")
    tab.page.keyboard.press("Enter")
    tab.wait_state("connected")
    tab.expect("login here")
    assert tab.evaluate("webterm.workspace.places.map(({path}) => path)") == [f"remote/rack1/telnet/console/{line.port}"]


def test_groups_fold_and_stars_stay(serve, person):
    server = serve(targets=hall(8))
    tab = directory(person, server)
    headings = tab.page.locator(".fold")
    assert [text.replace("\n", "") for text in headings.all_inner_texts()[:3]] == ["Hall 12", "Rack 11", "Rack 51"]
    assert titles(tab) == ["sw0", "sw4", "sw1", "sw5", "sw2", "sw6", "sw3", "sw7"]
    headings.nth(1).click()
    assert titles(tab) == ["sw4", "sw1", "sw5", "sw2", "sw6", "sw3", "sw7"] and headings.nth(1).get_attribute("aria-expanded") == "false"
    tab.page.get_by_role("button", name="Star sw7").click()
    tab.page.reload()
    tab.page.locator(".device").first.wait_for()
    assert titles(tab) == ["sw7", "sw4", "sw1", "sw5", "sw2", "sw6", "sw3", "sw7"]
    # What is looked for is found in folded groups, too.
    tab.type("sw0")
    assert titles(tab) == ["sw0"]
    tab.page.keyboard.press("Escape")
    assert len(titles(tab)) == 8
    tab.page.get_by_role("button", name="Star sw7").first.click()
    assert titles(tab)[0] == "sw4"


def test_two_thousand_are_a_list_of_what_is_in_sight(serve, person):
    server = serve(targets=hall(2000))
    tab = directory(person, server)
    assert tab.page.inner_text("#count") == "2000 devices"
    assert tab.page.locator("#devices > li").count() < 60
    tab.page.locator("#scroller").evaluate("node => { node.scrollTop = node.scrollHeight; }")
    eventually(lambda: titles(tab)[-1] == "sw1999", "the last one is shown")
    assert tab.page.locator("#devices > li").count() < 60
    tab.type("r12 hel sw11")
    expected = [f"sw{number}" for number in range(2000) if number % 20 == 11 and str(number).startswith("11")]
    assert titles(tab) == expected and tab.page.inner_text("#count").endswith(f"{len(expected)} devices")
    # Keys bring rows into sight.
    tab.page.keyboard.press("Escape")
    for _ in range(60):
        tab.page.keyboard.press("ArrowDown")
    box, view = tab.page.locator("[aria-current]").bounding_box(), tab.page.locator("#scroller").bounding_box()
    assert view["y"] <= box["y"] and box["y"] + box["height"] <= view["y"] + view["height"]
    for _ in range(3):
        tab.page.keyboard.press("PageDown")
    tab.page.keyboard.press("ArrowUp")
    assert tab.page.locator("#devices [aria-current]").count() == 1


def test_lately_can_be_forgotten(serve_program, person):
    server = serve_program(ECHO)
    tab = person.open(server.url + "remote/program/telnet/visitor/23")
    listing = directory(person, server)
    assert "Lately" in listing.page.locator(".fold").first.inner_text()
    listing.page.get_by_role("button", name="Forget where I was lately").click()
    assert listing.page.locator(".fold").count() == 0
    assert listing.evaluate("localStorage.getItem('webterm:recent')") is None
    tab.page.close()


def test_a_directory_with_nothing_to_reach_says_so(serve, person):
    server = serve(auth={"mode": "header", "name": "X-User"}, targets=[{"name": "a", "host": "h", "telnet": {}, "visitors": ["alice"]}])
    person.context.set_extra_http_headers({"X-User": "bob"})
    tab = person.open(server.url, ready=False)
    assert tab.page.get_by_text("There is nothing to reach here").is_visible() and tab.page.locator("#find").is_disabled()
    person.context.set_extra_http_headers({"X-User": "alice"})
    assert titles(directory(person, server)) == ["a"]


@pytest.mark.parametrize("columns", [390, 1000])
def test_everything_has_room(serve, browser, columns):
    person = Person(browser, viewport={"width": columns, "height": 844}, has_touch=columns < 500, is_mobile=columns < 500)
    server = serve(targets=[{"name": "long", "host": "h", "title": "A title of many words " * 5, "group": "G" * 100, "ssh": {}, "telnet": {}}])
    tab = directory(person, server)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.page.get_by_role("button", name=re.compile("^ssh")).click()
    field = tab.page.get_by_label("User name").bounding_box()
    button = tab.page.get_by_role("link", name="Open ssh").bounding_box()
    assert field["width"] > 40 and button["x"] + button["width"] <= columns
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.close()
    assert person.complaints == []


@pytest.mark.parametrize("width, zoom", [(390, 1), (620, 1), (1000, 1), (1440, 1), (1280, 2)])
def test_devices_have_names_at_every_width(serve, browser, width, zoom):
    person = Person(browser, viewport={"width": width // zoom, "height": 844}, device_scale_factor=zoom)
    tab = directory(person, serve(targets=hall(30)))
    # What can be seen: it has a size, and nothing lies over it.
    seen = """() => [...document.querySelectorAll(".device .title")].map((title) => { const { x, y, width, height } = title.getBoundingClientRect();
      return title.checkVisibility() && width > 30 && (y + height / 2 > innerHeight || title.contains(document.elementFromPoint(x + 5, y + height / 2))); })"""
    assert len(tab.evaluate(seen)) >= 12 and all(tab.evaluate(seen)), tab.evaluate(seen)
    assert titles(tab)[0] == "sw0" and tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    person.close()
    assert person.complaints == []


def test_what_happens_shows_without_a_reload(serve, browser, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    server = serve(auth={"mode": "header", "name": "X-User"}, clients={"telnet": str(program)}, targets=[
        {"name": "rack1", "host": "127.0.0.1", "telnet": {"users": ["console"], "ports": {"7001": "sw01", "7002": "sw02"}}}])
    alice, bob = (Person(browser, extra_http_headers={"X-User": who}) for who in ("alice", "bob"))
    seen, own = directory(bob, server), directory(alice, server)
    for tab in (seen, own):
        tab.evaluate("window.isSame = true")
    terminal = alice.open(server.url + "remote/rack1/telnet/console/7002")
    row = seen.page.locator(".device", has_text="sw02")
    eventually(lambda: re.search(r"in use by alice since \d\d:\d\d", row.inner_text()), "bob sees who is there")
    assert "in use" not in seen.page.locator(".device", has_text="sw01").inner_text() and row.locator(".live").count() == 0
    eventually(lambda: own.page.locator(".live").count() == 1, "alice sees her own")
    assert own.page.locator("#terminal-list li").count() == 1 and "in use" not in own.page.inner_text("#devices")
    # Typing is not disturbed.
    seen.type("sw02")
    terminal.page.close(run_before_unload=False)
    own.page.get_by_text("waiting for you").wait_for()
    own.page.get_by_role("button", name=re.compile("^End telnet")).click()
    eventually(lambda: "in use" not in row.inner_text(), "and that she has left")
    assert seen.page.locator("#find").input_value() == "sw02"
    own.page.locator("#terminals").wait_for(state="hidden")
    # Nothing moves under a button that is held down.
    frames = []
    seen.page.on("websocket", lambda socket: socket.on("framereceived", lambda payload: frames.append(str(payload))))
    seen.page.reload()
    row = seen.page.locator(".device", has_text="sw01").first
    seen.evaluate("() => addEventListener('pointerdown', ({ target }) => window.held = target, { capture: true })")
    eventually(lambda: seen.evaluate("true") and frames, "it listens")
    row.locator(".star").hover()
    seen.page.mouse.down()
    seen.evaluate("document.activeElement.blur()")
    other = alice.open(server.url + "remote/rack1/telnet/console/7001")
    eventually(lambda: seen.evaluate("true") and any("7001" in frame for frame in frames), "it has become known")
    assert seen.evaluate("window.held.isConnected") and "in use" not in row.inner_text()
    seen.page.mouse.up()
    eventually(lambda: "in use by alice" in row.inner_text(), "it is shown afterwards")
    assert row.locator(".star").get_attribute("aria-pressed") == "true"
    row.locator(".star").click()
    other.page.close(run_before_unload=False)
    seen.evaluate("window.isSame = true")
    # Devices come, too.
    server.configuration["targets"].append({"name": "new", "host": "127.0.0.1", "telnet": {}})
    server.write_configuration()
    server.signal(signal.SIGHUP)
    eventually(lambda: titles(seen) == ["new", "sw01", "sw02"], "another device is there")
    assert all(tab.evaluate("window.isSame") for tab in (seen, own))
    for person in (alice, bob):
        person.close()
        assert person.complaints == []
