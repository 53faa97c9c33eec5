"""The page in a real Chromium, on real hosts."""

import json
import re
from urllib.parse import urljoin

import pytest

from server import eventually

PROMPT = r"[#$] ?$"
ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/telnet/visitor/23"


@pytest.fixture
def server(serve, gateway):
    return serve(targets=[gateway.target()])


def test_ssh_shows_42(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)
    tab.type("echo $((6*7))\n")
    tab.expect("^42$")


def test_telnet_shows_42(server, gateway, person):
    tab = person.open(server.url + gateway.telnet_path[1:])
    tab.expect(PROMPT)
    tab.type("echo $((6*7))\n")
    tab.expect("^42$")


def test_the_terminal_fits_the_window_and_follows_it(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)

    def size():
        cols, rows = tab.evaluate("[webterm.screen.cols, webterm.screen.rows]")
        return f"{rows} {cols}"

    first = size()
    tab.type("stty size\n")
    tab.expect(f"^{first}$")
    tab.page.set_viewport_size({"width": 640, "height": 400})
    eventually(lambda: size() != first, "the terminal is smaller")
    tab.type("clear; stty size\n")
    tab.expect(f"^{size()}$")


def test_wide_and_joined_characters_keep_the_grid(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)
    tab.type("clear; printf '%s|\\n' '漢字' 'émoji' '🎉' $'e\\u0301x'\n")
    tab.expect(r"^漢字\|$")
    columns = tab.evaluate(
        """() => { const b = webterm.screen.terminal.buffer.active, found = {};
             for (let y = 0; y < b.length; y++) { const line = b.getLine(y);
               for (let x = 0; x < line.length; x++) if (line.getCell(x).getChars() === "|")
                 { found[line.translateToString(true)] = x; } } return found; }""")
    assert columns["漢字|"] == 4 and columns["émoji|"] == 5 and columns["🎉|"] == 2
    assert columns["e\u0301x|"] == 2


def test_the_host_names_the_tab(server, gateway, person):
    tab = person.open(server.url + gateway.telnet_path[1:])
    assert gateway.user in tab.page.title()
    tab.expect(PROMPT)
    tab.type("printf '\\033]2;<b>a host</b>\\007'\n")
    eventually(lambda: tab.page.title().endswith(" – <b>a host</b>"), "the title has the host's, as text")


def test_the_end_is_told_and_one_key_starts_anew(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)
    tab.type("exit 3\n")
    tab.wait_message("logged out")
    assert tab.state() == "ended"
    tab.press_enter_when_offered()
    tab.wait_state("connected")
    eventually(lambda: tab.message() is None, "the bar goes")
    # What was there before is still to be read, above a line.
    tab.expect(r"exit 3\n(?s:.*)^── Started anew at \d.* ─+\n(?s:.*)" + PROMPT)
    tab.type("echo $((40+2))\n")
    tab.expect("^42$")
    tab.type("exit\n")
    tab.wait_message("logged out")
    tab.page.get_by_role("button", name="Close").click()
    assert tab.message() is None
    tab.page.get_by_role("link", name="All terminals").click()
    tab.page.wait_for_url(server.url)


def test_a_paste_into_a_real_prompt_runs_nothing(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)
    victim = gateway.folder / "victim"
    tab.type("bash --norc\n")
    tab.expect(r"^bash-\d[^\n]*[#$]")
    eventually(lambda: tab.evaluate("webterm.screen.terminal.modes.bracketedPasteMode"), "the prompt takes pastes whole")
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate("text => navigator.clipboard.writeText(text)", f"echo safe\x1b[201~\ntouch {victim}\n")
    tab.page.keyboard.press("Control+Shift+V")
    tab.expect("touch ")
    tab.page.keyboard.press("Control+C")
    tab.type("echo $((40+2))\n")
    tab.expect("^42$")
    assert not victim.exists()


def test_a_host_that_refuses_is_told_in_its_client_s_words(serve, person):
    server = serve(targets=[{"name": "a", "host": "127.0.0.1", "telnet": {"ports": [9]}}])
    tab = person.open(server.url + "remote/telnet/visitor/9", ready=False)
    tab.wait_message("The host refused the connection.")


def test_what_is_not_allowed_is_a_page_in_words(server, person):
    tab = person.open(server.url + "remote/ssh/nobody/1", ready=False)
    assert "is not allowed here" in tab.page.inner_text("body")
    person.complaints = [words for words in person.complaints if "403" not in words]


def test_a_reload_comes_back_to_the_same_terminal(server, gateway, person):
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.expect(PROMPT)
    tab.type("x=kept; seq 1 100\n")
    tab.expect("^100$")
    # The prompt after it is the last that comes.
    tab.expect(r"100\n.*" + PROMPT)
    before = tab.text()
    tab.page.reload()
    tab.wait_state("connected")
    tab.expect(r"100\n.*" + PROMPT)
    assert tab.text() == before
    tab.type("echo $x\n")
    tab.expect("^kept$")


def test_paste_and_copy(serve_program, person):
    server = serve_program(ECHO)
    person.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab = person.open(server.url + PATH[1:])
    tab.expect("ready")
    tab.evaluate("navigator.clipboard.writeText('pasted 漢字')")
    tab.page.keyboard.press("Control+Shift+V")
    tab.expect("readypasted 漢字")
    tab.evaluate("webterm.screen.terminal.selectAll()")
    tab.page.keyboard.press("Control+Insert")
    eventually(lambda: "pasted 漢字" in tab.evaluate("navigator.clipboard.readText()"), "the selection is copied")


def test_a_server_that_comes_back_is_found_again(serve_program, person, tmp_path):
    """A restart forgets cookies: the page renews its own and says that the terminal is gone."""
    from server import free_port

    port = free_port()
    server = serve_program(ECHO, listen=[f"127.0.0.1:{port}"])
    tab = person.open(server.url + PATH[1:])
    tab.expect("ready")
    server.stop()
    tab.wait_message("Connection lost")
    serve_program(ECHO, listen=[f"127.0.0.1:{port}"])
    tab.wait_message("not available", seconds=30)
    tab.press_enter_when_offered()
    tab.wait_state("connected")
    tab.expect("ready")
    # The browser itself reports failed connections on the console.
    person.complaints = [words for words in person.complaints if not re.search("WebSocket connection|Failed to load", words)]


def test_everything_works_under_a_base_path(serve, gateway, person):
    server = serve(targets=[gateway.target()], basePath="/console/")
    tab = person.open(server.url + "console" + gateway.ssh_path)
    tab.expect(PROMPT)
    tab.type("echo $((6*7))\n")
    tab.expect("^42$")
    directory = person.open(server.url + "console/", ready=False)
    directory.page.get_by_role("link").first.wait_for()
    assert all("/console/" in link.evaluate("a => a.href") for link in directory.page.get_by_role("link").all())


def test_the_directory_leads_to_a_terminal(server, gateway, person):
    tab = person.open(server.url, ready=False)
    # One user and one port: there is nothing to ask.
    link = tab.page.get_by_role("link", name="ssh demo").first
    link.click()
    tab.page.wait_for_url("**/w")
    tab.wait_state("connected")
    tab.expect(PROMPT)
    # Elsewhere it is a page of its own.
    tab.page.locator("#to-directory").click()
    with tab.person.context.expect_page() as opened:
        link.click(modifiers=["Control"])
    opened.value.wait_for_url("**/demo" + gateway.ssh_path.removeprefix("/remote"))
    opened.value.close()


def test_the_page_can_be_installed(serve, gateway, person):
    base = serve(targets=[gateway.target()], basePath="/console/").url + "console/"
    for path in ("", "w"):
        tab = person.open(base + path, ready=False)
        session = person.context.new_cdp_session(tab.page)
        found = session.send("Page.getAppManifest")
        assert found["errors"] == [] and found["url"].endswith("/console/static/app.webmanifest")
        manifest = json.loads(found["data"])
        assert urljoin(found["url"], manifest["start_url"]) == base
        for icon in manifest["icons"]:
            size = tab.evaluate(
                "async source => { const image = new Image(); image.src = source; await image.decode(); return image.naturalWidth; }",
                urljoin(found["url"], icon["src"]))
            assert size == int(icon["sizes"].split("x")[0]) if icon["sizes"] != "any" else size > 0
        # A context of its own is none that keeps anything: that is all that speaks against it.
        problems = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert [each["errorId"] for each in problems] in ([], ["in-incognito"]), problems
        # Nothing stays in a browser that could show an old page.
        assert tab.evaluate("navigator.serviceWorker?.getRegistrations().then(all => all.length) ?? 0") == 0
        colour = tab.evaluate("document.querySelector('meta[name=theme-color]').content")
        assert colour == tab.evaluate("getComputedStyle(document.body).backgroundColor")
