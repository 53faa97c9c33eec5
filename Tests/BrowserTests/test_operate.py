"""Operators: their list with real pages at the terminals, messages, ends with a reason."""

import re

import pytest

from browser import Person, Tab
from server import eventually
from test_accessible import DESK, PHONE, check

ECHO = "#!/bin/sh\nstty raw -echo\necho ready\nexec cat\n"


def house_of(serve, tmp_path, **more):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    target = {"name": "rack", "host": "127.0.0.1", "telnet": {
        "users": ["console"], "ports": {"7001": "sw1", "7002": "sw2", "7010": "sw10"}}}
    return serve(
        auth={"mode": "header", "name": "X-User"}, operators=["olga"], clients={"telnet": str(program)},
        targets=[target | more.pop("target", {}), *more.pop("others", [])], **more)


@pytest.fixture
def house(serve, tmp_path):
    return house_of(serve, tmp_path)


@pytest.fixture
def people(browser):
    """Persons by their names, whose consoles stay silent."""
    persons = {}

    def of(who, **options):
        if who not in persons:
            persons[who] = Person(browser, extra_http_headers={"X-User": who}, **options)
        return persons[who]

    yield of
    for person in persons.values():
        person.close()
        assert person.complaints == []


def at(house, person, port=7001):
    tab = person.open(f"{house.url}remote/rack/telnet/console/{port}")
    tab.expect("^ready")
    return tab


def operate(house, person):
    return Tab(person, person.context.new_page()).go(house.url + "operate", ready=False).page


def rows(page):
    return [" ".join(each.split()) for each in page.locator("#terminals > li").all_inner_texts()]


def wait_rows(page, *beginnings):
    def found():
        shown = rows(page)
        return len(shown) == len(beginnings) and all(map(str.startswith, shown, beginnings))
    eventually(found, lambda: f"{beginnings}: {rows(page)}")


def notice(tab):
    return tab.page.locator("[data-part=noticeText]").inner_text()


def test_the_list_lives_is_found_and_sorted(house, people):
    page = operate(house, people("olga"))
    eventually(lambda: page.locator("#count").inner_text() == "0 terminals", "it is empty")
    first, second = at(house, people("alice"), 7010), at(house, people("bob"), 7002)
    wait_rows(page, "alice sw10", "bob sw2")
    page.get_by_role("button", name="Line").click()
    wait_rows(page, "bob sw2", "alice sw10")
    page.get_by_role("button", name="Line").click()
    wait_rows(page, "alice sw10", "bob sw2")
    page.locator("#find").fill("bob 7002")
    wait_rows(page, "bob sw2")
    assert page.locator("#count").inner_text() == "1 terminal of 2"
    page.keyboard.press("Escape")
    second.evaluate("webterm.session.close()")
    wait_rows(page, "alice sw10")
    assert first.state() == "connected"


def test_a_message_stands_above_the_screen_until_it_is_hidden(house, people):
    alice, bob = at(house, people("alice"), 7001), at(house, people("bob"), 7002)
    page = operate(house, people("olga"))
    wait_rows(page, "alice", "bob")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Enter")
    page.keyboard.type("The <b>power</b> goes at 10")
    page.keyboard.press("Enter")
    eventually(lambda: notice(alice) == "The operator: The <b>power</b> goes at 10", lambda: notice(alice))
    page.locator("#state", has_text="The message was sent.").wait_for()
    assert not bob.page.locator("[data-part=notice]").is_visible()
    page.get_by_role("button", name="Message to all").click()
    page.get_by_role("button", name="Send it").click()
    page.get_by_role("alert").filter(has_text="A text has 1 to 1000").wait_for()
    page.keyboard.type("Good night")
    page.keyboard.press("Enter")
    for tab in (alice, bob):
        eventually(lambda tab=tab: notice(tab) == "The operator: Good night", lambda tab=tab: notice(tab))
    # The host has got nothing of it, and who typed goes on.
    alice.page.get_by_role("button", name="Hide these words").click()
    assert not alice.page.locator("[data-part=notice]").is_visible()
    alice.page.locator(".xterm-helper-textarea").focus()
    alice.type("still here")
    alice.expect("still here")


def test_an_end_is_told_with_its_reason_and_stays_one(house, people):
    alice = at(house, people("alice"))
    page = operate(house, people("olga"))
    wait_rows(page, "alice")
    page.locator("#terminals > li").click()
    page.get_by_role("button", name="End telnet console@rack:7001 of alice").click()
    page.keyboard.type("The rack moves")
    page.keyboard.press("Enter")
    alice.wait_message("An operator has ended it")
    assert "The rack moves" in alice.message()
    wait_rows(page)
    # It does not come back by itself, and another one is a matter of Enter.
    alice.press_enter_when_offered()
    alice.wait_state("connected")
    wait_rows(page, "alice")


def test_a_row_leads_to_where_it_is_watched(house, people):
    alice = at(house, people("alice"))
    terminal = alice.evaluate("webterm.session.memory.terminal")
    page = operate(house, people("olga"))
    wait_rows(page, "alice")
    page.locator("#terminals > li").click()
    link = page.get_by_role("link", name="Watch telnet console@rack:7001 of alice")
    assert link.evaluate("link => link.href") == f"{house.url}watch/{terminal}"
    # What has the focus keeps it while the list goes on.
    link.focus()
    at(house, people("bob"), 7002)
    wait_rows(page, "alice", "bob")
    assert page.evaluate("document.activeElement.textContent") == "Watch"


def test_the_directory_leads_operators_there_and_nobody_else(house, people):
    for who, leads in (("olga", True), ("alice", False)):
        page = people(who).open(house.url, ready=False).page
        page.locator(".device").first.wait_for()
        assert page.get_by_role("link", name="All terminals").is_visible() is leads
    people("olga").open(house.url + "operate", ready=False).page.get_by_text("Logged in as olga").wait_for()


def test_a_channel_that_breaks_is_opened_again(house, people):
    page = people("olga").context.new_page()
    routes = []

    def opened(route):
        routes.append(route)
        route.connect_to_server()
    page.route_web_socket(re.compile("/operate$"), opened)
    page.goto(house.url + "operate")
    page.locator("#count", has_text="0 terminals").wait_for()
    routes[0].close(code=1011)
    page.locator("#state", has_text="The server cannot be reached").wait_for()
    at(house, people("alice"))
    wait_rows(page, "alice")
    assert len(routes) == 2 and page.locator("#state").inner_text() == ""


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_shuts_an_operator_out(house, people, scheme, device):
    at(house, people("alice"))
    olga = people("olga", color_scheme=scheme, **device)
    page = operate(house, olga)
    row = page.locator("#terminals > li")
    row.wait_for()
    check(Tab(olga, page), "the list")
    row.click()
    check(Tab(olga, page), "what can be done")
    # All of it is in sight, and large enough for a finger.
    for name in ("Watch", "Message to telnet", "End"):
        box = row.get_by_label(re.compile(f"^{name}")).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= device["viewport"]["width"]
        assert box["height"] >= (32 if device is PHONE else 20)
    row.get_by_role("button", name="End").click()
    page.get_by_role("dialog", name="End this terminal?").wait_for()
    check(Tab(olga, page), "a dialog")
