"""The screen of a terminal at a real host: what a page that has nothing is shown, and what an interrupt skips."""

import hashlib
import random
import re
import threading

import pytest

from emulation import Model
from server import eventually
from terminal import Visitor

PROMPT = r"[#$] $"
LAST = 200_000


def shell(server, gateway):
    visitor = Visitor(server, gateway.ssh_path)
    terminal = visitor.terminal()
    terminal.expect(PROMPT)
    # A program that no interrupt ends, and a terminal that neither shows one nor throws anything away for it: all bytes are known.
    terminal.type("PS1='done '; bind 'set enable-bracketed-paste off'; stty -echo noflsh; trap '' INT\r")
    terminal.expect("(?s)INT.*done $")
    return visitor, terminal


def shown(painting):
    """The text of a painting, without what places and colours it."""
    return re.sub(r"\x1b(\][^\x07\x1b]*(\x07|\x1b\\)|\[[0-9;?]*[A-Za-z]|.)", " ", painting.decode())


def test_a_page_that_has_nothing_gets_the_screen_and_then_the_log(serve, gateway):
    server = serve(targets=[gateway.target()], terminal={"history": 10_000})
    visitor, terminal = shell(server, gateway)
    terminal.type("printf '\\033[?1049h\\033[?2004h\\033]2;name\\007'; seq 20000\r")
    terminal.expect(r"20000\r\ndone $", timeout=30)
    terminal.socket.close()
    again = visitor.terminal(resume={"terminal": terminal.id, "output": 0})
    welcome = again.welcome
    assert welcome["screen"] > 0 and welcome["output"] == welcome["missed"] > 0
    assert welcome["sizes"] == [[welcome["output"], 80, 24]]
    again.pong()
    eventually(lambda: again.pong() and again.offset == terminal.offset, "all of the log has come")
    # Painted and fed with the log, a model shows the same as one that was fed with everything.
    painting = again.painting.decode()
    assert "\x1b[?47h" in painting and "\x1b[?2004h" in painting and "\x1b]2;name" in painting
    model = Model(80, 24)
    try:
        model.feed(again.painting + again.output)
        now = model.painting()
    finally:
        model.close()
    assert "20000" in shown(now) and "done" in shown(now)


@pytest.mark.parametrize("catches_up", [True, False])
def test_an_interrupt_skips_what_is_on_its_way_or_shows_every_byte(serve, gateway, catches_up):
    server = serve(targets=[gateway.target()], terminal={"catchUp": catches_up})
    _, terminal = shell(server, gateway)
    terminal.output = b""
    terminal.acknowledges = False
    terminal.type(f"seq {LAST}\r")
    # The window is full when nothing more comes after the first of it.
    while terminal.receive(timeout=1) or len(terminal.output) < 8192:
        pass
    terminal.type(b"\x03")
    if catches_up:
        while not any(message["type"] == "skip" for message in terminal.messages) or terminal.painting_left > 0:
            assert terminal.receive()
        skip = next(message for message in terminal.messages if message["type"] == "skip")
        assert skip["missed"] > 0 and skip["output"] == terminal.offset
        # What comes after a pause of the host's, which a busy machine makes, comes as output.
        terminal.acknowledges = True
        terminal.say({"type": "ack", "output": terminal.offset})
        terminal.output = b""
        while not re.search(rf"{LAST}\s+done", shown(terminal.painting + terminal.output)):
            assert terminal.receive()
        terminal.type("echo $((6*7))\r")
        terminal.expect(r"42\r\ndone ")
        return
    terminal.acknowledges = True
    terminal.say({"type": "ack", "output": terminal.offset})
    while not terminal.output.endswith(b"done "):
        assert terminal.receive()
    wanted = "".join(f"{number}\r\n" for number in range(1, LAST + 1)) + "done "
    got = terminal.output[-len(wanted):]
    assert hashlib.sha256(got).digest() == hashlib.sha256(wanted.encode()).digest()
    assert not any(message["type"] == "skip" for message in terminal.messages)


def picture(columns, rows, shift):
    """What an image viewer prints: half blocks, each with two colours of its own."""
    cells = (
        "\x1b[38;2;{};{};7;48;2;{};{};{}m▀".format(*[(number * 7 + shift) % 256, number // 256] * 2, shift)
        for number in range(columns * rows))
    return ("\x1b[H" + "".join(cells)).encode()


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_a_screen_longer_than_any_queue_is_shown(serve, device, is_interrupted):
    """An image in half blocks on an ordinary full-screen window: some 500 KB make it."""
    columns, rows = 230, 55
    host = device()
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}], terminal={"history": 10_000})
    visitor = Visitor(server, f"/remote/telnet/visitor/{host.port}")
    terminal = visitor.terminal(columns, rows)
    frames = [picture(columns, rows, shift) for shift in (1, 2)]
    if is_interrupted:
        # The page does not keep up, and types ^C.
        terminal.acknowledges = False
        saying = threading.Thread(target=host.say, args=(b"".join(frames),))
        saying.start()
        while terminal.receive(timeout=1):
            pass
        terminal.type(b"\x03")
        while not any(message["type"] == "skip" for message in terminal.messages) or terminal.painting_left > 0:
            assert terminal.receive(timeout=30), terminal.close_code
        saying.join()
        shown, terminal.acknowledges = terminal, True
        terminal.say({"type": "ack", "output": terminal.offset})
        terminal.output = b""
    else:
        host.say(b"".join(frames))
        while terminal.offset < sum(map(len, frames)):
            assert terminal.receive(timeout=30)
        terminal.close()
        shown = visitor.terminal(columns, rows, resume={"terminal": terminal.id, "output": 0})
        assert shown.welcome and shown.welcome["screen"] > 262_144
    host.say(b"\x1b[1;1Hprompt$ ")
    while b"prompt$ " not in shown.painting + shown.output:
        assert shown.receive(timeout=30), shown.close_code
    expected, model = Model(columns, rows), Model(columns, rows)
    try:
        expected.feed(b"".join(frames) + b"\x1b[1;1Hprompt$ ")
        model.feed(shown.painting + shown.output)
        assert model.painting() == expected.painting()
    finally:
        expected.close()
        model.close()


class Emulator:
    """A page that answers where the cursor is, as often as it is asked: in output that was never sent to anybody before."""

    def __init__(self, visitor, terminal):
        self.visitor, self.terminal = visitor, terminal
        self.read = self.answered = 0

    def receive(self):
        terminal = self.terminal
        assert terminal.receive(), (terminal.end, terminal.close_code)
        start = terminal.offset - len(terminal.output)
        for question in re.finditer(rb"\x1b\[6n", terminal.output):
            if start + question.end() > max(self.read, terminal.welcome["seen"]):
                self.read = start + question.end()
                self.answered += 1
                terminal.type(b"\x1b[1;1R")

    def cut(self):
        former = self.terminal
        former.vanish()
        self.terminal = self.visitor.terminal(
            resume={"terminal": former.id, "output": former.offset, "viewer": former.welcome["viewer"]})
        self.terminal.acknowledges = former.acknowledges


def test_a_prompt_that_asks_is_answered_whatever_is_skipped(serve, gateway):
    """A shell that asks where the cursor is before each prompt, as fish and prompt_toolkit do, and waits for the answer."""
    server = serve(targets=[gateway.target()], terminal={"history": 10_000})
    visitor = Visitor(server, gateway.ssh_path)
    terminal = visitor.terminal()
    terminal.expect(PROMPT)
    terminal.type("PS1='answered $((++N)) '; bind 'set enable-bracketed-paste off'; stty -echo\r")
    terminal.expect("answered 1 ")
    page = Emulator(visitor, terminal)
    terminal.type("PROMPT_COMMAND='printf \"\\e[6n\"; read -rs -d R'\r")
    chance = random.Random(6)
    for number in range(2, 8):
        while f"answered {number} ".encode() not in page.terminal.painting + page.terminal.output:
            page.receive()
        assert page.answered == number - 1
        terminal = page.terminal
        terminal.output, terminal.acknowledges = b"", False
        terminal.type("yes\r")
        while terminal.receive(timeout=0.5) or len(terminal.output) < 8192:
            pass
        terminal.output = b""
        when = chance.choice(["never", "before", "after"]) if number > 3 else "never"
        if when == "before":
            page.cut()
            while page.terminal.receive(timeout=0.5) or len(page.terminal.output) < 8192:
                pass
        page.terminal.type(b"\x03")
        if when == "after":
            page.cut()
        page.terminal.acknowledges = True
        page.terminal.say({"type": "ack", "output": page.terminal.offset})
    assert page.answered == 6
