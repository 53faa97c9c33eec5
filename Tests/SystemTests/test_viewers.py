"""Several pages at one terminal: who types, what each sees, and that no byte is lost or doubled."""

import random
import re
import time

import pytest

from server import eventually
from terminal import Visitor

SEED = random.randrange(1 << 32)


@pytest.fixture
def line(serve, device):
    """A host that takes what is typed, and a visitor of it."""
    host = device(b"hello\r\n")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}])
    return host, Visitor(server, f"/remote/telnet/visitor/{host.port}")


def come(visitor, terminal, wish=None, acknowledges=True, output=0, **resume):
    resume = {"terminal": terminal.id, "output": output, **resume}
    return visitor.terminal(resume=resume, wish=wish, acknowledges=acknowledges)


def place(page):
    return page.welcome["viewer"], page.welcome["role"], page.welcome["turn"]


def is_in_place(host, page, words):
    """Whether that page types, and noticed nothing."""
    page.type(words)
    host.expect(words)
    host.say(words)
    page.expect(words)
    return page.end is None and page.role == "type"


def test_numbers_are_given_once_and_turns_count_who_types(line):
    host, visitor = line
    first = visitor.terminal()
    assert place(first) == (1, "type", 0)
    second = come(visitor, first)
    assert place(second) == (2, "type", 1)
    told = first.hear("role")
    assert told["role"] == "watch" and told["turn"] == 1 and told["by"].startswith("visitor")
    second.close()
    # The same viewer again is no other one; and while it is away the keyboard stays its own.
    again = come(visitor, first, viewer=2)
    assert place(again) == (2, "type", 1)
    again.vanish()
    assert place(come(visitor, first, viewer=1)) == (1, "watch", 1)
    third = come(visitor, first)
    assert place(third) == (3, "type", 2)
    assert is_in_place(host, third, b"third")


def test_who_comes_back_takes_nothing_from_another_viewer(line):
    host, visitor = line
    first = visitor.terminal()
    second = come(visitor, first)
    second.expect("hello")
    for _ in range(3):
        former, first = first, come(visitor, first, viewer=1)
        assert place(first) == (1, "watch", 1)
        former.read_to_end()
        assert former.end["code"] == "elsewhere" and former.close_code == 4009
    assert is_in_place(host, second, b"still here")
    first.expect("still here")
    log = visitor.server.log_text()
    assert log.count("terminal attached") == 4 and log.count("terminal types") == 1


def test_an_older_channel_of_the_same_viewer_is_replaced(line):
    host, visitor = line
    first = visitor.terminal()
    first.expect("hello")
    again = come(visitor, first, viewer=1)
    assert place(again) == (1, "type", 0)
    first.read_to_end()
    assert first.end["code"] == "elsewhere" and first.close_code == 4009
    assert is_in_place(host, again, b"again")


@pytest.mark.parametrize("viewer", [0, -1, 3, 1 << 62, "1", None, 1.5])
def test_a_viewer_that_never_was_is_no_message(line, viewer):
    host, visitor = line
    first = visitor.terminal()
    second = come(visitor, first)
    second.expect("hello")
    third = come(visitor, first, viewer=viewer)
    assert third.end["code"] == "message" and third.close_code == 4000
    assert is_in_place(host, second, b"still here")


@pytest.mark.parametrize("message", [
    {"type": "give"}, {"type": "give", "viewer": "2"}, {"type": "deny", "viewer": 1.5}, {"type": "sees"},
    {"type": "sees", "sees": 1}, {"type": "control", "force": "yes"}, {"type": "note"}, {"type": "note", "text": ""},
    {"type": "note", "text": "x" * 1001}, {"type": "note", "text": 7},
])
def test_what_is_malformed_ends_the_channel_and_not_the_terminal(line, message):
    host, visitor = line
    first = visitor.terminal()
    watcher = come(visitor, first, "watch")
    watcher.say(message)
    watcher.read_to_end()
    assert watcher.close_code == 4000
    assert is_in_place(host, first, b"on")


def test_what_a_watcher_says_moves_nothing_at_the_host(line):
    host, visitor = line
    first = visitor.terminal()
    watcher = come(visitor, first, "watch", output=0)
    watcher.expect("hello")
    for _ in range(20):
        watcher.socket.send(b"rm -rf /\r")
    assert watcher.hear("role")["role"] == "watch"
    for message in [{"type": "break"}, {"type": "release"}, {"type": "give", "viewer": 2}, {"type": "deny", "viewer": 1}]:
        watcher.say(message)
        assert watcher.hear("role")["role"] == "watch"
    watcher.say({"type": "resize", "cols": 33, "rows": 11})
    while first.hear("viewers")["viewers"][-1]["cols"] != 33:
        pass
    assert is_in_place(host, first, b"only this")
    assert host.got == b"only this"


def test_the_keyboard_goes_by_asking_giving_denying_and_force(line):
    host, visitor = line
    first = visitor.terminal()
    second = come(visitor, first, "watch")
    second.say({"type": "control"})
    assert first.hear("asked")["viewer"] == 2
    first.say({"type": "deny", "viewer": 2})
    assert second.hear("denied") == {"type": "denied", "viewer": 2}
    first.say({"type": "give", "viewer": 2})
    assert second.hear("role")["role"] == "type" and first.hear("role")["role"] == "watch"
    assert is_in_place(host, second, b"two")
    # An owner's page takes it by right.
    first.say({"type": "control", "force": True})
    assert first.hear("role") | {"by": ""} == {
        "type": "role", "role": "type", "turn": 2, "by": "", "input": 0, "room": 65536, "seen": first.offset}
    assert second.hear("role")["input"] == 3
    assert is_in_place(host, first, b"one")
    first.say({"type": "release"})
    assert first.hear("role")["role"] == "watch"
    second.say({"type": "control"})
    assert second.hear("role")["turn"] == 3
    assert is_in_place(host, second, b"free")


def test_a_watcher_that_stalls_holds_nobody_up_and_sees_the_screen_of_now_later(line):
    host, visitor = line
    first = visitor.terminal()
    watchers = [come(visitor, first, "watch") for _ in range(4)]
    stalled = come(visitor, first, "watch", acknowledges=False)
    said = b"".join(b"%07d\r\n" % number for number in range(200_000)) + b"the end "
    host.say(said)
    first.expect("the end ")
    # They were not read meanwhile, and are shown the screen of now instead of what they lack.
    for watcher in watchers:
        while watcher.offset < first.offset or watcher.painting_left:
            assert watcher.receive()
        shown = watcher.painting + watcher.output[-1000:]
        assert b"0199999" in shown and b"the end" in shown
    while stalled.receive(0.5):
        pass
    assert stalled.offset < 100_000
    stalled.acknowledges = True
    stalled.say({"type": "ack", "output": stalled.offset})
    skip = stalled.hear("skip")
    assert skip["output"] <= first.offset
    while stalled.offset < first.offset or stalled.painting_left:
        assert stalled.receive()
    shown = (stalled.painting + stalled.output[-1000:]).decode(errors="replace")
    assert "0199999" in shown and "the end" in shown
    assert is_in_place(host, first, b"on")
    stalled.expect("on")


def test_an_owner_s_echo_is_as_fast_with_watchers(line):
    """Not a measurement: a watcher that held it up would do so by its whole round trip or stall."""
    host, visitor = line
    first = visitor.terminal()
    stalled = [come(visitor, first, "watch", acknowledges=False) for _ in range(5)]
    host.say(b"x" * 300_000 + b"now")
    first.expect("now")
    began = time.monotonic()
    for number in range(20):
        assert is_in_place(host, first, b"<%d>" % number)
    assert time.monotonic() - began < 10 and stalled


def test_hand_overs_and_cuts_lose_and_double_nothing(line):
    """Pages of one owner hand the keyboard on, are cut and come back; each keeps account of its own input."""
    chance = random.Random(SEED)
    print("seed", SEED)
    host, visitor = line
    pages = [visitor.terminal()]
    pages += [come(visitor, pages[0], "watch") for _ in range(4)]
    typed = {page.viewer: b"" for page in pages}
    said = b""
    for step in range(150):
        index = chance.randrange(len(pages))
        page = pages[index]
        act = chance.choice(["type", "type", "type", "take", "cut", "say", "read"])
        # What the others did before has been told to it by then.
        page.pong()
        if act == "type" and page.role == "type":
            words = b"[%d:%d:%s]" % (page.viewer, step, b"x" * chance.randrange(40))
            page.type(words)
            typed[page.viewer] += words
        elif act == "take":
            page.say({"type": "control", "force": True})
            while page.role != "type":
                assert page.receive()
        elif act == "say":
            words = b"<%d>%s" % (step, b"y" * chance.randrange(2000))
            host.say(words)
            said += words
        elif act == "cut":
            page.vanish()
            back = come(visitor, page, viewer=page.viewer, output=page.offset)
            assert back.viewer == page.viewer and back.welcome["missed"] == 0
            assert back.welcome["input"] == page.sent
            back.output = page.output
            pages[index] = back
    host.say(b"<end>")
    for page in pages:
        while not page.output.endswith(b"<end>"):
            assert page.receive(), f"seed {SEED}"
        assert page.output == b"hello\r\n" + said + b"<end>", f"seed {SEED}, viewer {page.viewer}"
    # The pages' own bytes, in their order.
    everything = b"".join(typed.values())
    eventually(lambda: len(host.got) >= len(everything), "all that was typed has come")
    for viewer, words in typed.items():
        mine = b"".join(re.findall(rb"\[%d:\d+:x*\]" % viewer, host.got))
        assert mine == words, f"seed {SEED}, viewer {viewer}"
    assert len(host.got) == len(everything), f"seed {SEED}"
