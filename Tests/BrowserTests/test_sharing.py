"""Several people with a page each at one terminal of a real server: links, guests, and the keyboard going round."""

import re

import pytest

from browser import Person, Tab
from login import hashed
from server import eventually

# A line that gives back what it gets, character by character.
ECHO = "#!/bin/sh\nstty raw -echo\nprintf 'ready\\r\\n'\nexec cat\n"


@pytest.fixture
def server(serve_program, tmp_path):
    """Where alice and bob have logins, and guests may come by links."""
    passwords = tmp_path / "htpasswd"
    passwords.write_text(f"alice:{hashed('one')}\nbob:{hashed('two')}\n")
    return serve_program(ECHO, auth={"mode": "htpasswd", "file": str(passwords)}, sharing="guests")


@pytest.fixture
def people(browser):
    """Makes people with a browser of their own, whose consoles stay silent but for what a test expects."""
    made = []

    def person(name=None, password=None):
        options = {"http_credentials": {"username": name, "password": password}} if name else {}
        made.append(Person(browser, **options))
        return made[-1]

    yield person
    for each in made:
        each.close()
        # A page that is not there is a line in the browser's console.
        assert [line for line in each.complaints if "status of 404" not in line and "status of 403" not in line] == []


@pytest.fixture
def alice(server, people):
    person = people("alice", "one")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = person.open(server.url + "remote/telnet/visitor/23")
    tab.expect("^ready")
    return tab


def bar(tab):
    """What is said of the keyboard; None where nothing is."""
    element = tab.page.get_by_role("group", name="The keyboard")
    return " ".join(element.inner_text().split()) if element.is_visible() else None


def wait_bar(tab, words):
    eventually(lambda: words in (bar(tab) or ""), lambda: f"the bar says {words!r}: {bar(tab)!r}")


def press(tab, name):
    tab.page.get_by_role("button", name=name, exact=True).click()


def is_watching(tab):
    return "is-watching" in tab.page.locator(".pane").get_attribute("class")


def make_link(tab, role="watch", label="shift B"):
    """Makes a link in the page's dialog, and closes that."""
    tab.page.keyboard.press("Control+Shift+H")
    tab.page.get_by_label("Who has it may").select_option(role)
    tab.page.get_by_label("For whom, or what for").fill(label)
    tab.page.get_by_role("button", name="Make a link").click()
    return taken_link(tab)


def taken_link(tab, former=None):
    field = tab.page.get_by_label("The link", exact=True)
    link = eventually(
        lambda: field.is_visible() and field.input_value() != former and field.input_value(), "the link is shown")
    assert re.search(r"/watch/[\w.-]+#[\w-]{22}$", link)
    press(tab, "Done")
    return link


def visit(person):
    return Tab(person, person.context.new_page())


def come(person, link, name="Gina"):
    """A guest opens a link, and says how to be called."""
    tab = visit(person)
    tab.page.goto(link)
    tab.page.get_by_label("Name", exact=True).fill(name)
    press(tab, "Go on")
    tab.wait_state("connected")
    # Who looks over a shoulder, or copies the address, has no token.
    assert "#" not in tab.page.url
    return tab


def words(tab):
    return tab.page.get_by_role("status").first.inner_text()


def test_a_guest_asks_is_given_the_keyboard_and_gives_it_back(alice, people):
    link = make_link(alice, "type")
    guest = come(people(), link)
    guest.expect("^ready")
    assert is_watching(guest)
    wait_bar(guest, "Watching alice")
    assert "Take the keyboard" not in bar(guest)
    alice.page.locator("main.pane").click()
    alice.type("abc")
    guest.expect("abc")
    wait_bar(guest, "alice has begun a line (3 characters)")
    guest.page.locator("main.pane").click()
    guest.type("lost")
    guest.page.locator(".keyboard.is-refusing").wait_for()
    press(guest, "Ask for the keyboard")
    wait_bar(alice, "shift B: Gina asks for the keyboard.")
    press(alice, "Give it")
    eventually(lambda: not is_watching(guest), "the guest types")
    wait_bar(alice, "Watching shift B: Gina")
    guest.page.locator("main.pane").click()
    guest.type("xyz")
    alice.expect("abcxyz")
    press(alice, "Take the keyboard back")
    wait_bar(guest, "Watching alice")
    alice.page.locator("main.pane").click()
    alice.type("!")
    guest.expect("abcxyz!")
    assert "lost" not in alice.text()
    # A reload is no other guest: it is the same browser, with the same name.
    guest.page.reload()
    guest.wait_state("connected")
    guest.expect("abcxyz!")
    wait_bar(guest, "Watching alice")


def test_a_used_up_a_wrong_and_an_ended_link_say_so(alice, people):
    link = make_link(alice, "type")
    guest = come(people(), link)
    guest.expect("^ready")
    other = visit(people())
    for address in (link, link[:-1] + ("A" if link[-1] != "A" else "B")):
        other.page.goto(address)
        eventually(lambda: "This link is over" in words(other), lambda: words(other))
        assert "#" not in other.page.url
    other.page.goto(link.split("#")[0])
    assert words(other) == "There is no such terminal."
    alice.page.keyboard.press("Control+Shift+H")
    alice.page.get_by_text("1 of 1 used").wait_for()
    press(alice, "End the link shift B")
    guest.wait_message("You may not look at this terminal any more.")
    guest.page.reload()
    eventually(lambda: words(guest) == "There is no such terminal.", lambda: words(guest))


def test_a_link_made_anew_has_another_token_and_the_former_one_is_over(alice, people):
    former = make_link(alice)
    alice.page.keyboard.press("Control+Shift+H")
    press(alice, "The link shift B anew, with another token")
    link = taken_link(alice, former)
    assert link != former and link.split("#")[0] == former.split("#")[0]
    alice.page.keyboard.press("Control+Shift+H")
    eventually(lambda: alice.page.get_by_role("button", name="End the link shift B").count() == 1, "one link is left")
    press(alice, "Done")
    come(people(), link).expect("^ready")
    late = visit(people())
    late.page.goto(former)
    eventually(lambda: "This link is over" in words(late), lambda: words(late))


def test_a_second_window_types_and_the_first_one_looks_on(alice, server):
    second = visit(alice.person)
    second.page.set_viewport_size({"width": 700, "height": 400})
    terminal = alice.evaluate("webterm.session.memory.terminal")
    second.go(f"{server.url}remote/telnet/visitor/23#attach={terminal}")
    second.expect("^ready")
    eventually(lambda: is_watching(alice), "the first window looks on")
    wait_bar(alice, "Typed in another window")
    second.type("second")
    alice.expect("second")
    press(alice, "Take the keyboard back")
    eventually(lambda: is_watching(second), "the second window looks on")
    alice.page.locator("main.pane").click()
    alice.type(" first")
    second.expect("second first")


def test_a_note_goes_to_three_pages_and_not_to_the_host(alice, people):
    link = make_link(alice)
    first, second = come(people(), link, "Gina"), come(people(), link, "Olaf")
    for tab in (first, second):
        tab.expect("^ready")
    second.page.keyboard.press("Control+Shift+.")
    second.page.get_by_label("A note to everybody here").fill("reboot in 5 min")
    press(second, "Tell them")
    for tab in (alice, first):
        eventually(
            lambda: tab.page.locator("[data-part=noticeText]").inner_text() == "shift B: Olaf: reboot in 5 min",
            lambda: tab.page.locator("[data-part=noticeText]").inner_text())
    assert "reboot" not in alice.text()
    chips = alice.page.get_by_role("button", name=re.compile("Who is here"))
    assert chips.inner_text().split() == ["AL", "GI", "OL"]


def test_a_person_with_a_login_comes_by_a_link_as_themselves(alice, people):
    tab = visit(people("bob", "two"))
    tab.go(alice.page.url)
    tab.page.goto(make_link(alice, "type"))
    tab.wait_state("connected")
    wait_bar(tab, "Watching alice")
    press(tab, "Ask for the keyboard")
    wait_bar(alice, "bob asks for the keyboard.")
    press(alice, "Not now")
    eventually(lambda: "Not now" in tab.page.locator("[data-part=noticeText]").inner_text(), "bob is told")
