"""Who comes back takes nothing from anybody, and types nothing into somebody else's line."""

import re

import pytest

from bad_network import BadNetwork
from line import Line
from server import eventually, free_port
from test_people import bar, notice, wait_bar
from test_resume import PATH, PROMPT, SHELL, forget_network_complaints, go_offline, go_online
from test_workspace import dismiss, wait_focus, wait_panes, workspace


@pytest.fixture
def network(serve_program):
    """A calm network to a server with a shell behind it; it can be cut and be down."""
    server = serve_program(SHELL)
    network = BadNetwork((server.host, server.port), seed=0)
    network.is_calm = True
    network.server, network.url = server, f"http://127.0.0.1:{network.port}/"
    yield network
    network.close()


def attach_elsewhere(person, server):
    """Another window of the same person, which takes the keyboard, from the directory."""
    other = person.open(server.url, ready=False)
    other.page.get_by_role("link", name=re.compile("Attach")).click()
    other.wait_state("connected")
    return other


def begin_line(tab, words):
    """Types the beginning of a line, and waits until the host has it."""
    tab.page.bring_to_front()
    tab.page.locator("[data-part=screen]").click()
    tab.type(words)
    tab.expect(re.escape(words) + "$")


def test_who_comes_back_to_what_another_window_has_watches_and_moves_nobody(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    begin_line(tab, "echo rel")
    # The network of one window is gone, and what is typed there meanwhile waits.
    network.is_down = True
    network.cut()
    tab.wait_message("Connection lost")
    tab.type("oad in 5")
    other = attach_elsewhere(person, network.server)
    other.expect("echo rel$")
    network.is_down = False
    tab.evaluate("dispatchEvent(new Event('online'))")
    wait_bar(tab, "Typed in another window")
    assert "oad in 5" in notice(tab)
    # Nobody was moved: the other one goes on, and this one looks on.
    begin_line(other, " is mine")
    other.type("\n")
    other.expect("^rel is mine$")
    tab.expect("^rel is mine$")
    # Taking it back is a decision, and takes it.
    tab.page.bring_to_front()
    tab.page.get_by_role("button", name="Take the keyboard back").click()
    wait_bar(other, "Typed in another window")
    eventually(lambda: bar(tab) is None, lambda: f"it types: {bar(tab)!r}")
    tab.type("echo b''ack\n")
    tab.expect("^back$")
    other.expect("^back$")
    assert "oad in" not in tab.text()
    forget_network_complaints(person)


def test_the_rest_of_a_line_goes_nowhere_where_somebody_else_has_typed(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    begin_line(tab, "rel")
    network.is_down = True
    network.cut()
    tab.wait_message("Connection lost")
    tab.type("oad ")
    # The other page ends the line and goes.
    other = attach_elsewhere(person, network.server)
    begin_line(other, "-ls")
    other.type("\n")
    other.expect("not found")
    other.type("echo o''ther\n")
    other.expect("^other$")
    other.page.goto("about:blank")
    network.is_down = False
    tab.page.bring_to_front()
    tab.evaluate("dispatchEvent(new Event('online'))")
    tab.wait_state("connected")
    tab.expect("^other$")
    eventually(lambda: "oad" in notice(tab), lambda: f"what was not typed is shown: {notice(tab)!r}")
    # The other page is gone, and the keyboard still its own: this one takes it.
    wait_bar(tab, "Nobody types here")
    tab.page.get_by_role("button", name="Take the keyboard back").click()
    eventually(lambda: bar(tab) is None, lambda: f"it types: {bar(tab)!r}")
    tab.type("echo ne''xt\n")
    tab.expect("^next$")
    assert "oad" not in tab.text()
    forget_network_complaints(person)


def test_where_nobody_has_typed_what_waited_is_typed(network, person):
    tab = person.open(network.url + PATH)
    tab.expect(PROMPT)
    begin_line(tab, "echo wai")
    go_offline(tab, network)
    tab.type("ted\n")
    go_online(tab, network)
    tab.wait_state("connected")
    tab.expect("^waited$")
    # A reload of the same tab is the same viewer.
    begin_line(tab, "echo rel")
    tab.page.reload()
    tab.wait_state("connected")
    tab.expect("echo rel$")
    tab.type("oaded\n")
    tab.expect("^reloaded$")
    forget_network_complaints(person)


def test_what_rests_takes_nothing_from_the_window_in_which_somebody_works(serve, person):
    line = Line()
    server = serve(limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, timeouts={"detached": 20}, targets=[
        {"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "users": ["console"]}}])
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    tab.evaluate("path => { for (let count = 0; count < 66; count += 1) webterm.workspace.open({ path }); }", f"remote/line/telnet/console/{line.port}")
    resting = "webterm.workspace.places.findIndex(({ pane }) => pane?.rest.isOn)"
    eventually(lambda: tab.evaluate(resting) >= 0, "one of them rests", 30)
    which = tab.evaluate(resting)
    terminal = tab.evaluate("index => webterm.workspace.places[index].pane.session.memory.terminal", which)
    # It is typed into elsewhere; when it has been looked after, it has moved nobody.
    other = person.open(f"{server.url}w#open=remote/line/telnet/console/{line.port}&attach={terminal}")
    tab.evaluate("index => webterm.workspace.places[index].pane.rest.lookAfter()", which)
    tab.evaluate("index => webterm.workspace.show(webterm.workspace.places[index])", which)
    wait_bar(tab, "Typed in another window")
    assert other.state() == "connected" and other.message() is None and bar(other) is None
    line.close()


def test_the_end_of_what_rests_is_told_when_it_comes(serve, person):
    line = Line()
    server = serve(limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}, targets=[
        {"name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "users": ["console"]}}])
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    tab.evaluate("path => { for (let count = 0; count < 66; count += 1) webterm.workspace.open({ path }); }", f"remote/line/telnet/console/{line.port}")
    resting = "webterm.workspace.places.findIndex(({ pane }) => pane?.rest.isOn)"
    eventually(lambda: tab.evaluate(resting) >= 0, "one of them rests", 30)
    which = tab.evaluate(resting)
    terminal = tab.evaluate("index => webterm.workspace.places[index].pane.session.memory.terminal", which)
    assert server.control("end", terminal).returncode == 0
    # Long before it would have been looked after by itself.
    place = "index => (({ state, mark }) => [state, mark])(webterm.workspace.places[index])"
    eventually(lambda: tab.evaluate(place, which) == ["ended", "over"], lambda: f"it is marked: {tab.evaluate(place, which)}", 20)
    line.close()


def test_a_restart_is_told_once_and_answered_by_one_key(serve, gateway, person):
    port, line = free_port(), Line()
    configuration = {"listen": [f"127.0.0.1:{port}"], "targets": [gateway.target(), {
        "name": "line", "host": "127.0.0.1", "telnet": {"ports": [line.port], "mode": "raw", "users": ["console"]}}]}
    server = serve(**configuration)
    tab = workspace(person, server)
    tab.page.locator("#palette li").first.wait_for()
    dismiss(tab)
    for path in (gateway.ssh_path.removeprefix("/"), f"remote/line/telnet/console/{line.port}") * 2:
        tab.evaluate("path => webterm.workspace.open({ path }, 'right')", path)
    wait_panes(tab, 4)
    eventually(lambda: len(line.callers) == 2, "the lines are called")
    server.stop()
    bar = tab.page.locator("#events")
    eventually(lambda: bar.is_visible() and "4 terminals are out of reach" in bar.inner_text(), "it is told once")
    assert tab.page.locator(".pane [data-part=message]:visible").count() == 0 and bar.bounding_box()["height"] < 80
    assert tab.evaluate("new Set([...document.querySelectorAll('.pane-head [data-part=state]')].map((node) => node.dataset.state)).has('connected')") is False
    serve(**configuration)
    # What is said of one line is said by the line itself: it comes back.
    eventually(lambda: "2 terminals ended with it" in bar.inner_text(), "what is left is told once", 40)
    states = "webterm.workspace.places.map(({ path, state }) => `${path.split('/')[1]} ${state}`).sort()"
    eventually(lambda: tab.evaluate(states) == ["line connected", "line connected", "ssh ended", "ssh ended"], lambda: f"the lines are back: {tab.evaluate(states)}", 20)
    eventually(lambda: len(line.callers) == 4, lambda: f"each line is called once more: {len(line.callers)}")
    # One key in one that is over starts them all.
    tab.evaluate("webterm.workspace.show(webterm.workspace.places.find(({ state }) => state === 'ended'))")
    wait_focus(tab)
    bar.locator("kbd", has_text="Enter").wait_for()
    tab.page.keyboard.press("Enter")
    wait_panes(tab, 4)
    eventually(bar.is_hidden, "nothing is said any more")
    forget_network_complaints(person)
    line.close()
