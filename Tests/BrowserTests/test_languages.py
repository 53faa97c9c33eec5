"""The page in each of its languages, as the browser asks for them: what is said, where it is cut, and the choice."""

import json
import re

import pytest

from browser import Person
from server import ROOT, eventually
from test_directory import hall
from test_workspace import SHELL, pick, wait_panes

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOCALES = {"en-US": "en", "de-DE": "de", "zh-CN": "zh-Hans"}


@pytest.fixture
def rack(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(SHELL)
    program.chmod(0o755)
    return serve(clients={"telnet": str(program)}, snippets=[{"name": "A VLAN", "text": "echo {{?VLAN}}\n"}], targets=[
        *hall(60), {"name": "gate", "host": "127.0.0.1", "telnet": {"users": ["*"], "ports": [23, "60-70"]}},
        {"name": "rack1", "host": "127.0.0.1", "group": "Hall 1",
         "telnet": {"users": ["console"], "ports": {"7001": "line1", "7002": "line2"}}}])


def words(language):
    text = (ROOT / f"static/words/{language}.js").read_text()
    return json.loads(text[text.index("{"):text.rindex("}") + 1])


ENGLISH = words("en")

# Elements whose own text is cut: it has more room than it is given, and nothing says so but an ellipsis.
CUT = """() => [...document.querySelectorAll("button, a, label, h1, h2, p, legend, summary, kbd, th, td, small, span")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    && !each.closest(".xterm, .off-screen, .bar-state, .bar-title, .tabs, .palette-notes, .pills, .address")
    && !each.closest("[translate=no] .title")
    && getComputedStyle(each).display !== "inline"
    && (each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0 || each.scrollHeight > each.clientHeight + 4
      && getComputedStyle(each).overflowY === "hidden"))
  .map((each) => `${each.tagName}.${each.className} ${each.textContent.trim().slice(0, 60)}`)"""
# Nothing but a list or a terminal scrolls sideways.
WIDE = "() => [document.documentElement, ...document.querySelectorAll('dialog[open]')]" \
    ".filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.id || each.tagName)"


def whole(tab, what):
    assert tab.evaluate(WIDE) == [], what
    assert tab.evaluate(CUT) == [], what


def own_words(tab):
    """All that a person may read or hear, but devices' names and what a host prints."""
    return tab.evaluate("""() => { const found = [];
      for (const each of document.querySelectorAll("body *")) {
        if (each.closest(".xterm, script, style, option[value=en], option[value=de]")) continue;
        found.push(...["aria-label", "title", "placeholder"].map((name) => each.getAttribute(name) ?? ""));
        const texts = [...each.childNodes].filter(({ nodeType }) => nodeType === 3);
        found.push(...texts.map((node) => node.textContent.trim()));
      } return found; }""")


def english_left(tab, language):
    """English sentences of two words and more that have another form in that language, and stand there."""
    table = words(language)
    sentences = {text for key, text in ENGLISH.items()
                 if isinstance(text, str) and " " in text and "{" not in text and table[key] != text}
    return sorted(sentences & set(own_words(tab)))


def open_settings(page):
    page.locator("body").press("Control+Shift+<")
    page.locator("#settings[open]").wait_for()


@pytest.fixture(params=LOCALES, ids=LOCALES.values())
def speaker(request, browser):
    def start(device=DESK, **options):
        people.append(Person(browser, locale=request.param, **device, **options))
        return people[-1], LOCALES[request.param]
    people = []
    yield start
    for person in people:
        person.close()
        assert person.complaints == []


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_speaks_the_browsers_language(rack, speaker, device):
    person, language = speaker(device)
    table = words(language)
    say = table.__getitem__

    tab = person.open(rack.url, ready=False)
    page = tab.page
    page.locator(".device").first.wait_for()
    assert page.locator("html").get_attribute("lang") == language
    assert page.title() == page.locator("h1").inner_text() == say("devices")
    assert page.locator("#find").get_attribute("placeholder") == say("findDevice")
    count = page.locator("#count").inner_text()
    assert count == table["deviceCount"]["other"].replace("{count}", re.search(r"\d+", count)[0])
    whole(tab, "the directory")
    assert english_left(tab, language) == []
    page.locator("#find").fill("gate")
    page.locator(".device .way").first.click()
    assert page.locator(".device form a.button").inner_text() == say("openWay").replace("{method}", "telnet")
    page.locator(".device form input").first.fill("-")
    page.locator(".device form a.button").click()
    assert page.locator(".device .problem").inner_text() == say("userMistake")

    tab = person.open(rack.url + "remote/rack1/telnet/console/7001")
    page = tab.page
    assert page.locator("[data-part=state]").inner_text() == say("connected")
    whole(tab, "a terminal")
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("Control+Shift+F")
    assert page.locator("[data-part=search] [data-part=text]").get_attribute("aria-label") == say("search.text")
    page.keyboard.type("ready")
    position = say("positionOf").format(position=1, count=1)
    page.locator("[data-part=search] [data-part=count]", has_text=position).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+<")
    assert page.locator("#settings h1").inner_text() == say("settings")
    labels = page.locator("#settings label").all_inner_texts()
    assert say("settings.confirmPaste") in labels and say("settings.language") in labels
    assert page.locator("#setting-theme option").all_inner_texts()[0] == say("theme.system")
    whole(tab, "the settings")
    assert english_left(tab, language) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+?")
    assert page.locator("#keys h1").inner_text() == say("keys")
    whole(tab, "the keys")
    page.keyboard.press("Escape")
    page.keyboard.type("exit\n")
    page.locator("[data-part=message] strong", has_text=say("end.over")).wait_for()
    assert page.locator("[data-part=message] button").first.inner_text().startswith(say("startAnew"))
    whole(tab, "a terminal that is over")

    tab = person.open(rack.url + "nowhere", ready=False)
    assert tab.page.locator("h1").inner_text() == say("status.404")
    assert tab.page.locator("a").inner_text() == say("allTerminals")
    person.complaints.clear()  # Of the 404 itself.


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_the_workspace_speaks_it_too(rack, speaker, device):
    person, language = speaker(device)
    table = words(language)
    say = table.__getitem__
    tab = person.open(rack.url + "w", ready=False)
    page = tab.page
    page.locator("#palette li").first.wait_for()
    assert page.locator("#palette input").get_attribute("placeholder") == say("findDevice")
    whole(tab, "the first palette")
    pick(tab, "line1")
    wait_panes(tab, 1)
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#palette li").first.wait_for()
    pick(tab, "line2")
    wait_panes(tab, 2)
    whole(tab, "two tabs")
    assert page.title() == "line2 console" or page.title().startswith("line2")

    # What can be done is found by its name in that language, and a click does it.
    page.keyboard.press("Control+Shift+Space")
    page.keyboard.type(say("do.sendTo"))
    entry = page.locator("#palette li", has_text=say("do.sendTo"))
    assert entry.first.locator(".palette-kind").inner_text() == say("kind.do")
    whole(tab, "the palette")
    entry.first.click()
    assert page.locator("#send-to h1").inner_text() == say("sendTo.title")
    whole(tab, "whom to send to")
    page.locator("#send-to [data-part=start]").click()
    page.locator("#sending strong", has_text=table["sending.to"]["other"].format(count=2)).wait_for()
    whole(tab, "sending")
    page.locator("#sending [data-part=end]").click()

    page.keyboard.press("Control+Shift+X")
    page.locator("#ask[open]").wait_for()
    assert page.locator("#ask button").all_inner_texts() == [say("askClose.end"), say("askClose.leave"), say("cancel")]
    whole(tab, "whether to end or leave")
    assert english_left(tab, language) == []
    page.locator("#ask button", has_text=say("askClose.end")).first.click()
    eventually(lambda: len(tab.evaluate("webterm.workspace.places.map(({ name }) => name)")) == 1, "one is left")


def test_a_language_is_chosen(rack, browser):
    """It is there after a load, in every page, and goes with the choice; the browser's own comes back."""
    person = Person(browser, locale="en-US", **DESK)
    tab = person.open(rack.url + "remote/rack1/telnet/console/7001")
    page = tab.page
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("Control+Shift+<")
    hint = page.locator("#settings .panel-hint")
    assert hint.is_hidden()
    page.locator("#setting-language").select_option("de")
    hint.get_by_role("button", name="Load the page again").click()
    page.locator("html[lang=de]").wait_for(state="attached")
    tab.wait_state("connected")
    assert page.locator("[data-part=state]").inner_text() == "Verbunden"
    directory = person.open(rack.url, ready=False)
    assert directory.page.locator("h1").inner_text() == "Geräte"

    page.locator(".xterm-helper-textarea").focus()
    page.keyboard.press("Control+Shift+<")
    page.locator("#setting-language").select_option("system")
    page.locator("#settings .panel-hint button").click()
    page.locator("html[lang=en]").wait_for(state="attached")
    tab.wait_state("connected")
    assert page.locator("[data-part=state]").inner_text() == "Connected"
    assert person.complaints == []
    person.close()


@pytest.mark.parametrize("locales, language", [
    ("de-CH", "de"), ("zh-TW", "zh-Hans"), ("fr-FR", "en"), ("en-GB", "en")])
def test_what_a_browser_asks_for(rack, browser, locales, language):
    person = Person(browser, locale=locales)
    tab = person.open(rack.url, ready=False)
    assert tab.page.locator("html").get_attribute("lang") == language
    person.close()


def test_words_are_there_before_scripts(rack, browser):
    """Where no script comes, the page says what it has to say in its language all the same."""
    person = Person(browser, locale="de-DE", java_script_enabled=False)
    tab = person.open(rack.url, ready=False)
    assert tab.page.locator("h1").inner_text() == "Geräte"
    assert "JavaScript" in tab.page.locator("noscript").inner_text()
    person.close()
