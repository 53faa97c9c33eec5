"""axe-core over every page and whatever opens on it, in dark and light, on a desk and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from browser import Person
from server import eventually
from test_directory import hall

SHELL = "#!/bin/sh\nstty -echo\nprintf 'ready\\r\\n'\nwhile read -r line; do eval \"$line\"; done\n"
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def rack(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(SHELL)
    program.chmod(0o755)
    return serve(clients={"telnet": str(program)}, snippets=[{"name": "A VLAN", "text": "echo {{?VLAN}}\n"}], targets=[
        *hall(60), {"name": "rack1", "host": "127.0.0.1", "group": "Hall 1", "telnet": {"users": ["console"], "ports": {"7001": "line1", "7002": "line2"}}}])


def check(tab, what):
    """The emulator's own elements are xterm.js's business; everything around them is ours."""
    results = Axe().run(tab.page, context={"exclude": [[".xterm"]]})
    found = [(each["id"], each["help"], [node["html"][:200] for node in each["nodes"]]) for each in results.response["violations"]]
    assert found == [], (what, found)


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_nothing_shuts_anybody_out(rack, browser, scheme, device):
    person = Person(browser, color_scheme=scheme, **device)
    tab = person.open(rack.url, ready=False)
    page = tab.page
    page.locator(".device").first.wait_for()
    check(tab, "the directory")
    page.locator("#find").fill("nothing is called so")
    check(tab, "a directory that finds nothing")
    page.locator("#find").fill("sw20")
    page.locator(".device .way").first.click()
    check(tab, "a line that asks")

    tab = person.open(rack.url + "remote/rack1/telnet/console/7001")
    page = tab.page
    check(tab, "a terminal")
    for key in ("Control+Shift+F", "Control+Shift+<", "Control+Shift+?"):
        page.locator(".xterm-helper-textarea").focus()
        page.keyboard.press(key)
        check(tab, key)
        page.keyboard.press("Escape")
    page.evaluate("webterm.session.close()")
    eventually(lambda: tab.message(), "it is over")
    check(tab, "a terminal that is over")

    tab = person.open(rack.url + "w", ready=False)
    page = tab.page
    page.locator("#palette li").first.wait_for()
    check(tab, "the palette")
    page.keyboard.press("Escape")
    check(tab, "an empty workspace")
    for how in ("open", "right", "below"):
        page.evaluate("how => webterm.workspace.open({ path: 'remote/rack1/telnet/console/7002' }, how)", how)
    eventually(lambda: page.evaluate("webterm.workspace.places.filter(({ state }) => state === 'connected').length") == 3, "three panes")
    check(tab, "the workspace")
    act = "action => document.querySelector(`button[data-action=${action}]`).click()"
    page.evaluate(act, "sendTo")
    check(tab, "whom to send to")
    page.get_by_role("button", name="Send to these").click()
    page.locator("#sending").wait_for()
    check(tab, "sending")
    for words in ("snippets make", "snippet a vlan", "rename", "close this"):
        page.evaluate(act, "palette")
        page.locator("#palette input").fill(words)
        page.keyboard.press("Enter")
        page.locator("dialog[open]:not(#palette)").wait_for()
        check(tab, words)
        page.keyboard.press("Escape")
        page.locator("dialog[open]").wait_for(state="hidden")
    person.close()
    assert person.complaints == []
