"""What somebody at a browser has of it: Chromium on the server's page, and on ttyd's where that is on PATH.

The same ssh to the same private host is behind both, and they are measured by turns. Nothing of a page is used but what it draws:
rows of text, when they change, and how long the browser shows nothing new. Prints a table.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Tests/support"))

from browser import Browser, Person  # noqa: E402
from gateway import Gateway  # noqa: E402
from server import Server, eventually, free_port  # noqa: E402

PROMPT = "here> "
# Watches what is drawn: which text the rows hold, when they changed last, and the longest pause between two pictures.
WATCH = """(() => {
  const rows = () => document.querySelector(".xterm-rows")?.textContent ?? "";
  const watch = { rows, pressed: 0, painted: [], gap: 0, last: 0, isOn: false };
  const frame = (now) => {
    if (watch.isOn && watch.last) watch.gap = Math.max(watch.gap, now - watch.last);
    watch.last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  addEventListener("keydown", (event) => (watch.pressed = event.timeStamp), { capture: true });
  new MutationObserver(() => {
    if (!watch.pressed) return;
    const pressed = watch.pressed;
    watch.pressed = 0;
    // Rows change while a picture is made: what comes as a task comes behind that picture.
    setTimeout(() => watch.painted.push(performance.now() - pressed));
  }).observe(document, { subtree: true, childList: true, characterData: true });
  // The time at which the rows hold something, seen with every picture.
  watch.until = (text) => new Promise((resolve) => {
    const look = () => (rows().includes(text) ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
  });
  globalThis.watch = watch;
})()"""


class Page:
    """One page on the shell."""

    def __init__(self, browser, name, url):
        self.name, self.url, self.browser = name, url, browser
        self.figures = {}

    def record(self, what, value):
        self.figures.setdefault(what, []).append(value)

    def open(self):
        self.person = Person(self.browser, viewport={"width": 1000, "height": 700})
        self.page = self.person.context.new_page()
        self.page.add_init_script(WATCH)
        self.session = self.person.context.new_cdp_session(self.page)
        received = []
        self.session.send("Network.enable")
        self.session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        began = time.perf_counter()
        self.page.goto(self.url)
        eventually(lambda: self.page.evaluate("/[#$]$/.test(watch.rows().replace(/\\u00a0/g, ' ').trimEnd())"), "a prompt")
        self.record("to a prompt, ms", (time.perf_counter() - began) * 1000)
        self.record("requests of a cold load", self.page.evaluate("1 + performance.getEntriesByType('resource').length"))
        self.record("KB of a cold load", sum(received) / 1000)
        self.page.locator(".xterm-helper-textarea").focus()
        self.say(f"stty -echoctl; PS1='{PROMPT}'; clear")
        self.until(PROMPT.strip())
        time.sleep(0.5)

    def close(self):
        self.page.close(run_before_unload=False)
        self.person.close()

    def say(self, line):
        self.page.keyboard.type(line)
        self.page.keyboard.press("Enter")

    def until(self, text):
        return self.page.evaluate("text => watch.until(text)", text)

    def keys(self, count=60):
        self.page.evaluate("watch.painted.length = 0")
        for _ in range(count):
            before = self.page.evaluate("watch.painted.length")
            self.page.keyboard.press("x")
            eventually(lambda: self.page.evaluate("watch.painted.length") > before, "the key is drawn")
        painted = sorted(self.page.evaluate("watch.painted"))
        self.record("key to paint, median ms", statistics.median(painted))
        self.record("key to paint, p95 ms", painted[int(len(painted) * 0.95)])
        self.page.keyboard.press("Control+u")

    def flood(self, megabytes=20):
        self.say(f"head -c {megabytes * 1_000_000} /dev/zero | tr '\\0' x | fold -w 79; echo is-$((40+2))-over")
        self.page.evaluate("Object.assign(watch, { gap: 0, isOn: true })")
        began = self.page.evaluate("performance.now()")
        took = self.until("is-42-over") - began
        self.page.evaluate("watch.isOn = false")
        self.record(f"flood of {megabytes} MB, s", took / 1000)
        self.record("longest freeze in it, ms", self.page.evaluate("watch.gap"))

    def interrupt(self, seconds=3):
        self.say("clear")
        self.say("yes")
        time.sleep(seconds)
        began = self.page.evaluate("performance.now()")
        self.page.keyboard.press("Control+c")
        try:
            ended = self.page.evaluate(
                """([prompt]) => Promise.race([new Promise((resolve) => { const look = () =>
                     watch.rows().replace(/\\u00a0/g, " ").trimEnd().endsWith(prompt) ? resolve(performance.now()) : requestAnimationFrame(look); look(); }),
                     new Promise((resolve) => setTimeout(() => resolve(null), 20000))])""", [PROMPT.strip()])
        except Exception:
            ended = None
        self.record("^C after 3 s of yes, ms", ended - began if ended else float("inf"))

    def heap(self):
        self.session.send("HeapProfiler.enable")
        self.session.send("HeapProfiler.collectGarbage")
        self.record("heap after it, MB", self.session.send("Runtime.getHeapUsage")["usedSize"] / 1e6)

    def reload(self):
        # A screen without a moving part, and with something that only its history would know.
        self.say("clear; for n in 1 2 3; do echo line-$n; done")
        self.until("line-3")
        time.sleep(0.3)
        before = self.page.evaluate("watch.rows()")
        self.page.on("dialog", lambda dialog: dialog.accept())
        began = time.perf_counter()
        self.page.reload()
        try:
            eventually(lambda: self.page.evaluate("watch.rows()") == before, "the same screen", 5)
            self.record("reload to the same screen, ms", (time.perf_counter() - began) * 1000)
        except AssertionError:
            self.record("reload to the same screen, ms", float("inf"))


def start_ttyd(gateway):
    ttyd = shutil.which("ttyd")
    if not ttyd:
        return None, None
    port = free_port()
    ssh = ["ssh", "-F", "none", "-tt", "-p", str(gateway.ssh_port), "-i", str(gateway.identity), "-o", f"UserKnownHostsFile={gateway.known_hosts}",
           "-o", "LogLevel=ERROR", f"{gateway.user}@127.0.0.1"]
    process = subprocess.Popen([ttyd, "--interface", "127.0.0.1", "--port", str(port), "--writable", "-t", "rendererType=dom", *ssh],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process, f"http://127.0.0.1:{port}/"


def table(pages):
    rows = {}
    for page in pages:
        for what, values in page.figures.items():
            rows.setdefault(what, {})[page.name] = statistics.median(values)
    lines = ["| | " + " | ".join(page.name for page in pages) + " |", "|---|" + "---|" * len(pages)]

    def cell(value):
        return "" if value is None else "never" if value == float("inf") else f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"

    lines += [f"| {what} | " + " | ".join(cell(row.get(page.name)) for page in pages) + " |" for what, row in rows.items()]
    return "\n".join(lines)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--output", help="keep the figures there, as JSON")
    chosen = options.parse_args()
    gateway = Gateway(tempfile.mkdtemp())
    server = Server(tempfile.mkdtemp(), targets=[gateway.target("host")])
    peer, peer_url = start_ttyd(gateway)
    browser = Browser()
    try:
        pages = [Page(browser, "webtermd", server.url + gateway.ssh_path[1:])]
        pages += [Page(browser, "ttyd", peer_url)] if peer else []
        for round in range(chosen.rounds):
            for page in pages[round % len(pages):] + pages[:round % len(pages)]:
                page.open()
                for step in (page.keys, page.flood, page.interrupt, page.heap, page.reload):
                    step()
                page.close()
    finally:
        browser.stop()
        server.stop()
        gateway.stop()
        if peer:
            peer.terminate()
            peer.wait()
    print(table(pages))
    if chosen.output:
        pathlib.Path(chosen.output).write_text(json.dumps({page.name: page.figures for page in pages}, indent=2) + "\n")


main()
