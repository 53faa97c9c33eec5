"""A real Chromium with the page in it."""

import os
import re
import shutil

from playwright.sync_api import sync_playwright

from server import eventually


class Browser:
    def __init__(self):
        self._playwright = sync_playwright().start()
        # Chromium's own sandbox refuses to start for root.
        options = ["--no-sandbox"] if os.getuid() == 0 else []
        self.chromium = self._playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--disable-dev-shm-usage", *options])

    def stop(self):
        self.chromium.close()
        self._playwright.stop()


class Person:
    """A person with a browser profile of their own. What the console says is kept and must be nothing."""

    def __init__(self, browser, **options):
        options.setdefault("viewport", {"width": 1000, "height": 600})
        self.context = browser.chromium.new_context(**options)
        self.complaints = []

    def open(self, url, ready=True):
        return Tab(self, self.context.new_page()).go(url, ready)

    def close(self):
        self.context.close()


class Tab:
    def __init__(self, person, page):
        self.person, self.page = person, page
        page.on("console", lambda message: message.type in ("error", "warning")
                and person.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: person.complaints.append(f"exception: {error}"))

    def go(self, url, ready=True):
        self.page.goto(url)
        if ready:
            self.wait_state("connected")
        return self

    # What is on the screen

    def text(self):
        """Everything in the emulator's buffer, history included, without the blanks at the ends."""
        return self.page.evaluate(
            """() => { const b = webterm.screen.terminal.buffer.active, lines = [];
                 for (let i = 0; i < b.length; i++) lines.push(b.getLine(i).translateToString(true));
                 return lines.join("\\n").trimEnd(); }""")

    def expect(self, pattern, seconds=10):
        """Waits until the screen shows the pattern."""
        def shown():
            return re.search(pattern, self.text(), re.MULTILINE)
        try:
            return eventually(shown, pattern, seconds)
        except AssertionError:
            raise AssertionError(f"no {pattern!r} on the screen:\n{self.text()[-3000:]}") from None

    def type(self, text):
        self.page.keyboard.type(text)

    def state(self):
        return self.page.locator("main.pane [data-part=state], .pane.is-active [data-part=state]").get_attribute("data-state")

    def wait_state(self, state, seconds=15):
        eventually(lambda: self.state() == state, f"the page is {state}", seconds)

    def message(self):
        """What the bar under the screen says; None where there is none."""
        bar = self.page.locator("[data-part=message]")
        return bar.inner_text() if bar.is_visible() else None

    def wait_message(self, words, seconds=15):
        eventually(lambda: words in (self.message() or ""), f"the bar says {words!r}", seconds)

    def press_enter_when_offered(self):
        """What Enter in the terminal does when the terminal is over, after the moment in which it does nothing."""
        self.page.locator("[data-part=message] [data-part=actions] kbd", has_text="Enter").wait_for()
        self.page.keyboard.press("Enter")

    def open_dialogs(self):
        """The texts of the dialogs that are open: for when something does not happen."""
        return [" ".join(each.inner_text().split())[:300] for each in self.page.locator("dialog[open]").all()]

    def evaluate(self, script, *arguments):
        return self.page.evaluate(script, *arguments)


class Held:
    """Requests of a page that wait until they are let go, numbered from 0 in the order in which the page made them."""

    def __init__(self, page, pattern):
        self._page, self._pattern, self._routes = page, pattern, []
        page.route(pattern, lambda route: self._routes.append(route))

    def wait(self, count):
        """Waits until the page has made so many. What it does is only heard of while it is being asked something."""
        eventually(lambda: self._page.evaluate("true") and len(self._routes) >= count,
                   lambda: f"{count} requests of {self._pattern}: {len(self._routes)}")

    @property
    def count(self):
        return len(self._routes)

    def let_go(self, number):
        """Lets one go and waits for its answer."""
        with self._page.expect_response(self._pattern):
            self._routes[number].continue_()
