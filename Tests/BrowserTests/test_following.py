"""What somebody keeps follows the login from browser to browser, and is the same at once in all that are open."""

import pytest

from browser import Person
from login import hashed
from server import eventually

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"


@pytest.fixture
def start(serve, tmp_path):
    program, passwords = tmp_path / "program", tmp_path / "htpasswd"
    program.write_text(ECHO)
    program.chmod(0o755)
    passwords.write_text(f"alice:{hashed('one')}\nbob:{hashed('two')}\n")
    targets = [
        {"name": name, "host": "127.0.0.1", "telnet": {"users": ["console"]}} for name in ("sw01", "sw02", "sw03")]
    auth = {"mode": "htpasswd", "file": str(passwords)}
    return lambda **options: serve(clients={"telnet": str(program)}, auth=auth, targets=targets, **options)


@pytest.fixture
def people(browser):
    """Makes browsers of somebody who logs in."""
    made = []

    def person(name, password):
        made.append(Person(browser, http_credentials={"username": name, "password": password}))
        return made[-1]

    yield person
    # A page may ask for a server that was stopped.
    complaints = [[words for words in each.complaints if "failed" not in words] for each in made]
    for each in made:
        each.close()
    assert not any(complaints), complaints


def kept(tab, store):
    return tab.evaluate("store => localStorage.getItem(store)", store)


def star(tab, name):
    row = tab.page.locator("#devices li", has_text=name).first
    row.hover()
    row.get_by_role("button", name="star").first.click()


def test_what_is_changed_in_one_browser_is_there_in_the_other_and_outlives_the_server(start, people, tmp_path):
    state = str(tmp_path / "state")
    server = start(state=state)
    here, there = (people("alice", "one").open(server.url, ready=False) for _ in range(2))
    other = people("bob", "two").open(server.url, ready=False)
    for tab in (here, there, other):
        tab.page.locator("#devices").get_by_text("sw02").first.wait_for()
    star(here, "sw02")
    stars = "webterm:stars"
    eventually(lambda: "sw02" in (kept(there, stars) or ""), lambda: f"it is there: {kept(there, stars)}")
    # Back from there, to the page as well as to the storage.
    there.page.locator("button.star[aria-pressed=true]").first.wait_for()
    star(there, "sw02")
    eventually(lambda: kept(here, stars) == "[]", lambda: f"it is gone here, too: {kept(here, stars)}")
    star(there, "sw03")
    eventually(lambda: "sw03" in (kept(here, stars) or ""), "the next one comes")
    assert kept(other, "webterm:stars") is None
    # A workspace has it, too, and what is set there comes here.
    desk = here.person.open(server.url + "w", ready=False)
    desk.page.locator("#palette li").first.wait_for()
    desk.evaluate("webterm.settings.set('bell', 'off')")
    eventually(lambda: '"off"' in (kept(there, "webterm:settings") or ""), "a setting comes")
    server.stop()
    again = start(state=state)
    later = people("alice", "one").open(again.url, ready=False)
    eventually(lambda: "sw03" in (kept(later, "webterm:stars") or ""), "a new browser has it from the server")
    assert '"off"' in kept(later, "webterm:settings")
    for each in (here, there, other):
        each.person.complaints.clear()
