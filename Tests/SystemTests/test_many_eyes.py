"""Many people at one terminal, by every kind of right: whatever they do, no byte is lost or doubled."""

import os
import random
import re

import pytest

from server import eventually
from sharing import Caller, audited, share

# More by hand: STEPS=1000.
STEPS = int(os.environ.get("STEPS", "200"))
SEED = int(os.environ.get("SEED", random.randrange(1 << 32)))
AUTH = {"mode": "header", "name": "X-Remote-User"}
MANY = {"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000}


class Seat:
    """A person's page at the terminal, which is cut and comes back, and leaves and comes anew."""

    def __init__(self, caller, terminal, name):
        self.caller, self.id, self.name = caller, terminal, name
        self.typed = {}
        assert caller.status(terminal) == 200
        self.come()

    def come(self, viewer=None, output=0):
        self.page = self.caller.watch(self.id, name=self.name, viewer=viewer, output=output, wish="watch")
        assert self.page.welcome and self.page.welcome["missed"] == 0, self.page.end
        self.typed.setdefault(self.page.viewer, b"")

    def cut(self):
        before = self.page
        before.vanish()
        self.come(before.viewer, before.offset)
        assert self.page.viewer == before.viewer and self.page.welcome["input"] == before.sent
        self.page.output = before.output

    def leave(self):
        self.page.say({"type": "close"})
        self.page.read_to_end()
        assert self.page.close_code == 1000
        self.come()

    def wait_role(self, role):
        while self.page.role != role:
            assert self.page.receive(), self.page.end


def test_whatever_many_do_no_byte_is_lost_or_doubled(serve, device, tmp_path):
    print("seed", SEED, "steps", STEPS)
    draw = random.Random(SEED)
    host = device(b"hello\r\n")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(
        targets=[{"name": "all", "host": "127.0.0.1", "telnet": telnet}], sharing="guests", operators=["oscar"],
        auth=AUTH, limits=MANY, log={"audit": str(tmp_path / "audit")})
    alice = Caller(server, "alice", f"/remote/all/telnet/visitor/{host.port}")
    first = alice.open()
    tokens = {role: share(first, role, uses=0)["token"] for role in ("type", "watch")}
    seats = [Seat(alice, first.id, None), Seat(Caller(server, "oscar"), first.id, None)]
    for name, role in (("bob", "type"), (None, "type"), (None, "type"), (None, "watch")):
        caller = Caller(server, name)
        assert caller.post(first.id, tokens[role]) == 204
        seats.append(Seat(caller, first.id, None if name else "Gina"))
    owner, operator, *_, watcher = seats
    first.say({"type": "release"})
    assert first.hear("role")["role"] == "watch"
    first.close()
    said = b"hello\r\n"

    def typist():
        for seat in seats:
            seat.page.pong()
        return next((seat for seat in seats if seat.page.role == "type"), None)

    for step in range(STEPS):
        now, seat = typist(), draw.choice(seats)
        act = draw.choice(["type"] * 4 + ["ask", "take", "release", "mistype", "cut", "cut", "leave", "say", "say"])
        if act == "type" and now:
            words = b"[%d:%d:%s]" % (now.page.viewer, step, b"x" * draw.randrange(40))
            now.page.type(words)
            now.typed[now.page.viewer] += words
        elif act == "ask" and seat not in (now, watcher):
            seat.page.say({"type": "control"})
            if now:
                asked = now.page.hear("asked")
                assert asked["viewer"] == seat.page.viewer
                now.page.say({"type": "give", "viewer": asked["viewer"]})
            seat.wait_role("type")
        elif act == "take" and seat in (owner, operator) and seat is not now:
            seat.page.say({"type": "control", "force": True})
            seat.wait_role("type")
        elif act == "release" and now:
            now.page.say({"type": "release"})
            now.wait_role("watch")
        elif act == "mistype" and seat is not now:
            seat.page.socket.send(b"!" * draw.randrange(1, 100))
            seat.page.hear("role")
        elif act == "cut":
            seat.cut()
        elif act == "leave" and seat is not now and seat not in (owner, operator):
            seat.leave()
        elif act == "say":
            words = b"<%d>%s" % (step, b"y" * draw.randrange(2000))
            host.say(words)
            said += words
        for each in seats:
            each.page.messages.clear()
    host.say(b"<end>")
    for seat in seats:
        while not seat.page.output.endswith(b"<end>"):
            assert seat.page.receive(), f"seed {SEED}"
        assert seat.page.output == said + b"<end>", f"seed {SEED}, viewer {seat.page.viewer}"
    typed = {viewer: words for seat in seats for viewer, words in seat.typed.items()}
    everything = sum(map(len, typed.values()))
    eventually(lambda: len(host.got) >= everything, "all that was typed has come")
    for viewer, words in typed.items():
        mine = b"".join(re.findall(rb"\[%d:\d+:x*\]" % viewer, host.got))
        assert mine == words, f"seed {SEED}, viewer {viewer}"
    assert len(host.got) == everything and b"!" not in host.got, f"seed {SEED}"
    assert {line["guest"] for line in audited(server, "attached") if "guest" in line} == {"support: Gina"}


@pytest.mark.parametrize("method", ["ssh", "telnet"])
def test_twenty_watch_a_real_host(serve, gateway, tmp_path, method):
    """One of them stalls, one comes into the middle of an editor; the owner notices none of them."""
    server = serve(
        targets=[gateway.target()], sharing="guests", auth=AUTH, limits=MANY, log={"audit": str(tmp_path / "audit")})
    path = gateway.ssh_path if method == "ssh" else f"/remote/telnet/visitor/{gateway.telnet_port}"
    owner = Caller(server, "alice", path).open()
    token = share(owner, uses=0)["token"]
    # A login throws away what was typed before it.
    owner.expect(r"[$#] $")
    owner.type("echo be''gun\r")
    owner.expect("begun")

    def come(number, **options):
        guest = Caller(server)
        assert guest.post(owner.id, token) == 204
        return guest.watch(owner.id, name=f"Guest {number}", **options)

    watchers = [come(number) for number in range(18)]
    stalled = come(18, acknowledges=False)
    for watcher in watchers:
        watcher.expect("begun")
    owner.type("vim -u NONE -i NONE -N\r")
    # What is typed before it has begun, it throws away.
    owner.expect("~.*~")
    owner.type("i")
    owner.expect("INSERT")
    owner.type("hello eyes")
    owner.expect("hello eyes")
    watchers.append(come(19))
    watchers[-1].expect("hello eyes")
    owner.type("\x1b")
    owner.type(":1,1copy 1\r:q!\r")
    owner.expect(r"\x1b\[\?1049l")
    owner.expect(r"[$#] ")
    owner.type("seq 1 60000; echo do''ne\r")
    owner.expect("60000\r\ndone", timeout=60)
    for watcher in watchers:
        # It may have been moved on to the screen of now, if it was not read for long.
        while watcher.offset < owner.offset or watcher.painting_left:
            assert watcher.receive()
        shown = (watcher.painting + watcher.output[-3000:]).decode(errors="replace")
        assert "60000" in shown and "done" in shown and watcher.role == "watch"
    while stalled.receive(0.5):
        pass
    assert stalled.offset < owner.offset
    owner.type("echo on''ward\r")
    owner.expect("onward")
    for watcher in watchers:
        watcher.expect("onward")
    stalled.acknowledges = True
    stalled.say({"type": "ack", "output": stalled.offset})
    while stalled.offset < owner.offset or stalled.painting_left:
        assert stalled.receive()
    assert "onward" in (stalled.painting + stalled.output[-3000:]).decode(errors="replace")
    assert all(watcher.end is None for watcher in [*watchers, stalled])
