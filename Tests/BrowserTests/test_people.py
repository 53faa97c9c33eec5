"""Several people at one terminal, as the page shows it: what it makes of what a server says of viewers, and what it says."""

import re

import pytest

from browser import Tab
from company import Company
from server import eventually


# A line that gives back what it gets.
ECHO = "#!/bin/sh\nstty raw -echo\necho ready\nexec cat\n"


@pytest.fixture
def line(serve_program):
    """Where a line is that echoes."""
    return serve_program(ECHO, sharing="guests").url + "remote/telnet/visitor/23"


def attend(person, line, **options):
    """A page at the line, and what stands between the two."""
    page = person.context.new_page()
    company = Company(page, **options)
    return Tab(person, page).go(line), company


def bar(tab):
    """What is said of the keyboard; None where nothing is."""
    # In one step: what is visible may be gone when its text is asked for.
    words = tab.evaluate(
        "[...document.querySelectorAll('.keyboard')].find((each) => each.checkVisibility())?.innerText ?? null")
    return None if words is None else " ".join(words.split())


def wait_bar(tab, words):
    eventually(lambda: words in (bar(tab) or ""), lambda: f"the bar says {words!r}: {bar(tab)!r}")


def size(tab):
    return tab.evaluate("[webterm.screen.cols, webterm.screen.rows]")


def notice(tab):
    return tab.page.locator("[data-part=noticeText]").inner_text()


def test_the_first_window_becomes_a_watcher_and_takes_the_keyboard_back(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    company.viewers()
    assert bar(tab) is None
    tab.type("abc")
    tab.expect("abc")
    company.say(type="role", role="watch", by="alice", input=3)
    company.viewers((2, "alice", "type"))
    wait_bar(tab, "Typed in another window")
    assert "is-watching" in tab.page.locator(".pane").get_attribute("class")
    # What is typed goes nowhere, and that shows; what the other one prints does.
    tab.type("lost")
    tab.page.locator(".keyboard.is-refusing").wait_for()
    assert not [each for each in company.told if each["type"] == "input"]
    tab.page.keyboard.press("Control+Shift+K")
    company.wait_told(type="control", force=True)
    company.say(type="role", role="type", by="alice", turn=2, input=3)
    eventually(lambda: bar(tab) is None, "nothing is to be said any more")
    tab.type("more")
    tab.expect("abcmore")


def test_what_was_not_typed_is_shown(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    tab.type("reload")
    tab.expect("reload")
    # The keyboard went after three of them had come.
    company.say(type="role", role="watch", by="bob", input=3)
    eventually(lambda: "Not typed, since another one has the keyboard: oad" in notice(tab), lambda: notice(tab))


def test_who_types_is_asked_and_gives_or_denies(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    before = size(tab)
    company.viewers((2, "bob", "watch"), (3, "ops: Eve", "watch"))
    company.say(type="asked", viewer=2, who="bob")
    wait_bar(tab, "bob asks for the keyboard.")
    assert size(tab) == before
    tab.page.get_by_role("button", name="Not now").click()
    company.wait_told(type="deny", viewer=2)
    eventually(lambda: bar(tab) is None, "it is answered")
    company.say(type="asked", viewer=3, who="ops: Eve")
    wait_bar(tab, "ops: Eve asks")
    tab.page.keyboard.press("Control+Shift+K")
    company.wait_told(type="give", viewer=3)
    # By the list of all who are here, too.
    tab.page.keyboard.press("Control+Shift+H")
    tab.page.get_by_role("button", name="Give the keyboard to bob").click()
    company.wait_told(type="give", viewer=2)


def test_who_watches_asks_and_sees_what_is_begun(line, person):
    tab, company = attend(person, line, role="watch")
    tab.expect("^ready")
    company.viewers((2, "bob", "type"), begun=7)
    wait_bar(tab, "Watching bob bob has begun a line (7 characters).")
    tab.page.get_by_role("button", name="Ask for the keyboard").click()
    asked = company.wait_told(type="control")
    assert "force" not in asked
    wait_bar(tab, "Asked; waiting for an answer.")
    company.say(type="denied", viewer=1)
    eventually(lambda: "Not now" in notice(tab), lambda: notice(tab))
    company.viewers()
    wait_bar(tab, "Nobody types here.")


def test_a_watchers_terminal_has_the_typists_size(line, person):
    tab, company = attend(person, line, role="watch", size=(132, 50))
    tab.expect("^ready")
    eventually(lambda: size(tab) == [132, 50], lambda: f"{size(tab)}")

    def inside():
        return tab.evaluate("""() => { const screen = document.querySelector('.screen').getBoundingClientRect();
          const rows = document.querySelector('.xterm-screen').getBoundingClientRect();
          return rows.right <= screen.right + 1 && rows.bottom <= screen.bottom + 1 && rows.left >= screen.left && rows.top >= screen.top; }""")
    eventually(inside, "all of it can be seen")
    # It changes among what is printed, and this window's own room is told.
    company.say(type="size", cols=60, rows=20)
    eventually(lambda: size(tab) == [60, 20], lambda: f"{size(tab)}")
    tab.page.set_viewport_size({"width": 700, "height": 400})
    last = lambda: [each for each in company.told if each["type"] == "resize"][-1:]  # noqa: E731
    eventually(lambda: tab.evaluate("true") and last() and last()[0]["cols"] < 100, lambda: f"its room is told: {last()}")
    told = last()[0]
    assert size(tab) == [60, 20]
    # Who types may have it otherwise.
    company.say(type="role", role="type", by="bob", input=0)
    company.viewers((2, "bob", "watch"))
    wait_bar(tab, "The terminal is 60 × 20")
    tab.page.get_by_role("button", name="Fit to my window").click()
    eventually(lambda: size(tab) == [told["cols"], size(tab)[1]] and size(tab) != [60, 20], lambda: f"{size(tab)}")
    eventually(lambda: last()[0]["cols"] == size(tab)[0], "it is told")


def test_who_is_alone_has_the_terminal_fitted(line, person):
    tab, company = attend(person, line, size=(132, 50))
    tab.expect("^ready")
    eventually(lambda: size(tab) == [132, 50], lambda: f"{size(tab)}")
    company.viewers()
    eventually(lambda: size(tab)[0] < 132, lambda: f"{size(tab)}")
    company.wait_told(type="resize", cols=size(tab)[0])


def test_an_emulator_that_watches_answers_nothing(line, person):
    tab, company = attend(person, line, role="watch")
    tab.expect("^ready")
    company.viewers((2, "bob", "type"))
    company.print(b"\x1b[6n\x1b[c question")
    tab.expect("question")
    assert not [each for each in company.told if each["type"] == "input"]


def test_who_is_here_is_told_in_two_letters_and_in_a_list(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    company.viewers()
    here = tab.page.locator(".bar .here")
    assert here.is_hidden()
    company.viewers((2, "bob", "watch", False), (3, "ops: Bea Meyer", "watch"))
    here.wait_for()
    assert here.locator(".chip").all_inner_texts() == ["AL", "BO", "BM"]
    assert here.get_attribute("aria-label") == "Who is here: you type, bob watches, away, ops: Bea Meyer watches"
    here.click()
    rows = tab.page.locator("#people [data-part=list] li")
    assert "bob watches, away" in rows.nth(1).inner_text() and "100 × 30" in rows.nth(1).inner_text()


def test_a_note_goes_to_everybody_and_never_to_the_host(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    company.viewers((2, "bob", "watch"))
    tab.page.keyboard.press("Control+Shift+Period")
    tab.type("reboot in 5 min")
    tab.page.keyboard.press("Enter")
    assert company.wait_told(type="note")["text"] == "reboot in 5 min"
    company.say(type="note", text="reboot in 5 min", who="alice", at=1796000000)
    eventually(lambda: notice(tab) == "alice: reboot in 5 min", lambda: notice(tab))
    tab.type("x")
    tab.expect("x$")
    assert "reboot" not in tab.text()
    # It can be read again.
    tab.page.keyboard.press("Control+Shift+H")
    assert "reboot in 5 min" in tab.page.locator("#people [data-part=notes]").inner_text()


def test_a_link_is_made_copied_and_ended(line, person):
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab, company = attend(person, line)
    tab.expect("^ready")
    company.viewers()
    tab.page.keyboard.press("Control+Shift+H")
    company.wait_told(type="links")
    tab.page.get_by_label("Who has it may").select_option("type")
    tab.page.get_by_label("It ends after").select_option("28800")
    tab.page.get_by_label("For whom, or what for").fill("shift B")
    tab.page.get_by_role("button", name="Make a link").click()
    assert company.wait_told(type="share") == {"type": "share", "role": "type", "seconds": 28800, "label": "shift B", "uses": 1}
    token = "abcdefghijklmnopqrstuv"
    company.say(type="shared", link="L1", token=token, role="type", expires=4000000000, uses=1)
    link = tab.page.get_by_label("The link", exact=True)
    eventually(lambda: re.search(rf"/watch/[^/]+#{token}$", link.input_value()), lambda: link.input_value())
    tab.page.get_by_role("button", name="Copy", exact=True).click()
    eventually(lambda: tab.evaluate("navigator.clipboard.readText()") == link.input_value(), "it is copied")
    company.say(type="links", links=[{"link": "L1", "label": "shift B", "role": "type", "expires": 4000000000, "uses": 1, "used": 0}])
    tab.page.get_by_role("button", name="End the link shift B").click()
    company.wait_told(type="unshare", link="L1")


def test_an_operators_words_stay_and_an_end_has_a_reason(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    company.say(type="notice", message="The room is too hot.", kind="operator")
    eventually(lambda: notice(tab) == "The operator: The room is too hot.", lambda: notice(tab))
    company.say(type="error", code="ended", message="bob has ended it: maintenance")
    tab.wait_message("An operator has ended it")
    assert "maintenance" in tab.message()


def test_a_page_out_of_sight_says_so(line, person):
    tab, company = attend(person, line)
    tab.expect("^ready")
    for state in ("hidden", "visible"):
        tab.evaluate("""state => { Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
          document.dispatchEvent(new Event("visibilitychange")); }""", state)
        company.wait_told(type="sees", sees=state == "visible")
