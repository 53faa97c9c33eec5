"""What has to be accepted before a terminal opens, and what belongs beside one."""

import re

import pytest

from browser import Person, Tab
from server import eventually
from test_operate import at, house_of


@pytest.fixture
def alice(browser):
    alice = Person(browser, extra_http_headers={"X-User": "alice"})
    yield alice
    alice.close()
    assert alice.complaints == []


def test_a_notice_is_accepted_once_a_browser(serve, tmp_path, alice):
    words = "Be kind.\nAll is recorded."
    house = house_of(serve, tmp_path, notice=words, target={"notice": "This rack is <b>live</b>."})
    place = house.url + "remote/rack/telnet/console/7001"
    tab = alice.open(place, ready=False)
    page = tab.page
    dialog = page.get_by_role("dialog", name="Before you go on")
    dialog.wait_for()
    assert dialog.locator("[data-part=words]").inner_text() == "Be kind.\nAll is recorded.\n\nThis rack is <b>live</b>."
    assert house.control("list", "--json").stdout == ""
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_text("Nothing was opened.").wait_for()
    assert house.control("list", "--json").stdout == ""
    page.get_by_role("button", name="Read it again").click()
    dialog.get_by_role("button", name="I accept this").click()
    tab.wait_state("connected")
    tab.expect("^ready")
    # Not again, at another place of the same words neither; but where they are others.
    alice.open(house.url + "remote/rack/telnet/console/7002")
    house.configuration["targets"][0]["notice"] = "This rack is new."
    house.write_configuration()
    house.signal(1)
    eventually(lambda: "configuration reloaded" in house.log.read_text(), "it is reloaded")
    page = alice.open(place, ready=False).page
    dialog = page.get_by_role("dialog", name="Before you go on")
    dialog.wait_for()
    assert dialog.locator("[data-part=words]").inner_text() == "This rack is new."


def test_many_panes_ask_once(serve, tmp_path, alice):
    house = house_of(serve, tmp_path, notice="Be kind.")
    tab = Tab(alice, alice.context.new_page()).go(house.url + "w", ready=False)
    page = tab.page
    page.locator("#palette li").first.wait_for()
    page.keyboard.press("Escape")
    for port in (7001, 7002, 7010):
        page.evaluate(
            "port => webterm.workspace.open({ path: `remote/rack/telnet/console/${port}` }, 'right')", port)
    dialog = page.get_by_role("dialog", name="Before you go on")
    dialog.wait_for()
    dialog.get_by_role("button", name="I accept this").click()
    states = "webterm.workspace.places.filter(({ state }) => state === 'connected').length"
    eventually(lambda: page.evaluate(states) == 3, "three panes")
    assert page.get_by_role("dialog").count() == 0


def test_what_belongs_beside_a_device_is_in_its_menu_and_the_palette(serve, tmp_path, alice):
    related = [
        {"title": "Outlets", "address": "pdu/telnet/admin/23"}, {"title": "Secret", "address": "safe/telnet/admin/23"}]
    others = [{"name": "pdu", "host": "127.0.0.1", "telnet": {}},
              {"name": "safe", "host": "127.0.0.1", "telnet": {}, "visitors": ["olga"]}]
    house = house_of(serve, tmp_path, target={"related": related}, others=others)
    tab = at(house, alice)
    tab.page.keyboard.press("ContextMenu")
    tab.page.get_by_role("menuitem", name="Outlets").wait_for()
    assert tab.page.get_by_role("menuitem", name="Secret").count() == 0
    with alice.context.expect_page() as opened:
        tab.page.get_by_role("menuitem", name="Outlets").click()
    beside = Tab(alice, opened.value)
    beside.wait_state("connected")
    assert re.search("/remote/pdu/telnet/admin/23$", beside.page.url)
    # In the workspace it opens beside.
    tab = Tab(alice, alice.context.new_page()).go(house.url + "w#open=remote/rack/telnet/console/7001", ready=False)
    page = tab.page
    eventually(lambda: page.evaluate("webterm.workspace.places[0]?.state") == "connected", "it is there")
    page.evaluate("document.querySelector('button[data-action=palette]').click()")
    page.keyboard.type("outlets")
    page.locator("#palette li", has_text="belongs to sw1").wait_for()
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate("webterm.workspace.places.map(({ path }) => path)")
               == ["remote/rack/telnet/console/7001", "remote/pdu/telnet/admin/23"], "both are there")
