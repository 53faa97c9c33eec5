"""Each message of each kind of viewer, over the real channel, at a terminal of one's own and at a shared line: what
comes of it is what the table says, and the typist notices nothing that it should not."""

import random

import pytest

from sharing import Caller, audited, is_paced, share

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
MESSAGES = {
    "input": None,
    "resize": {"cols": 100, "rows": 30},
    "ack": {"output": 0},
    "break": {},
    "sending": {"to": 3},
    "sees": {"sees": False},
    "note": {"text": "hello"},
    "control": {},
    "force": {"type": "control", "force": True},
    "give": {"viewer": 1},
    "deny": {"viewer": 1},
    "release": {},
    "share": {"role": "watch", "seconds": 60, "label": "further"},
    "unshare": {},
    "links": {},
    "close": {},
    "hello": {"cols": 80, "rows": 24},
}
TOLD = ("role", "notice", "shared", "links", "denied", "skip")


def expected(kind, standing, is_console):
    """What comes of a message of one that does not type: what it is told, or how its channel ends."""
    if kind in ("input", "break", "give", "deny", "release"):
        return ["role watch"]
    if kind == "control":
        return ["role watch"] if standing == "watcher" else ["asked"]
    if kind == "force":
        return ["role type"] if standing in ("owner", "operator", "visitor") else ["role watch"]
    if kind in ("share", "unshare", "links"):
        if standing in ("guest", "watcher"):
            return ["notice"]
        # The link is the typist's: a visitor may not end it.
        return {"share": ["shared"], "links": ["links"], "unshare": ["notice"] if standing == "visitor" else []}[kind]
    if kind == "close":
        return ["ended"] if standing in ("owner", "operator") and not is_console else ["left"]
    return ["4000"] if kind == "hello" else []


class Scene:
    """A terminal whose owner types, and people who come to it by every kind of right."""

    def __init__(self, server, is_console):
        self.server, self.is_console = server, is_console
        self.path = f"/remote/{'line' if is_console else 'own'}/telnet/visitor/23"
        self.begin()

    def begin(self):
        self.typist = Caller(self.server, "alice", self.path).open()
        self.typist.expect("ready")
        self.links = {role: share(self.typist, role, uses=0)["token"] for role in ("type", "watch")}

    @property
    def standings(self):
        return ["visitor" if self.is_console else "owner", "watcher", "operator", "guest"]

    def come(self, standing, draw):
        name = {"owner": "alice", "visitor": "bob", "operator": "oscar"}.get(standing)
        # One who may watch the line needs no link there.
        if standing == "watcher" and self.is_console and draw.random() < 0.5:
            name = "carl"
        caller = Caller(self.server, name)
        if name is None:
            token = self.links["type" if standing == "guest" else "watch"]
            assert caller.post(self.typist.id, token) == 204
        else:
            assert caller.status(self.typist.id) == 200
        return caller.watch(self.typist.id, wish="watch", name=None if name else "Gina")

    def tries(self, kind, standing, draw):
        """Says one thing; returns what comes of it."""
        viewer = self.come(standing, draw)
        assert viewer.role == "watch"
        viewer.expect("ready")
        viewer.pong()
        self.typist.pong()
        viewer.messages, self.typist.messages = [], []
        if kind == "input":
            viewer.socket.send(b"rm -rf /\r")
        else:
            more = {"link": share(self.typist, label="to be ended")["link"]} if kind == "unshare" else MESSAGES[kind]
            viewer.say({"type": kind} | more)
            while kind == "share" and (viewer.pong(), is_paced(viewer))[1]:
                viewer.say({"type": kind} | more)
        if kind in ("close", "hello"):
            viewer.read_to_end()
            if kind == "hello":
                return [str(viewer.close_code)]
            assert viewer.close_code == 1000
            if not viewer.end:
                return ["left"]
            self.typist.read_to_end()
            self.begin()
            return ["ended"]
        viewer.pong()
        self.typist.pong()
        found = [f"role {each['role']}" if each["type"] == "role" else each["type"]
                 for each in viewer.messages if each["type"] in TOLD]
        found += [each["type"] for each in self.typist.messages if each["type"] == "asked"]
        if found == ["role type"]:
            self.typist.say({"type": "control", "force": True})
            assert self.typist.hear("role")["role"] == "watch" and self.typist.hear("role")["role"] == "type"
        viewer.close()
        return found


@pytest.mark.parametrize("is_console", [False, True], ids=["own", "line"])
def test_each_message_of_each_viewer_does_what_the_table_says(serve, tmp_path, is_console):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    visitors = ["alice", "bob", {"who": "carl", "may": "watch"}]
    targets = [{"name": "own", "host": "127.0.0.1", "telnet": {}, "visitors": visitors},
               {"name": "line", "host": "127.0.0.1", "telnet": {"shared": True}, "visitors": visitors}]
    server = serve(
        clients={"telnet": str(program)}, targets=targets, sharing="guests", operators=["oscar"],
        limits={"perVisitor": 1000, "perAddress": 1000, "openPerMinute": 100000},
        auth={"mode": "header", "name": "X-Remote-User"}, log={"audit": str(tmp_path / "audit")})
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    scene = Scene(server, is_console)
    cells = [(kind, standing) for kind in MESSAGES for standing in scene.standings]
    draw.shuffle(cells)
    for number, (kind, standing) in enumerate(cells):
        assert scene.tries(kind, standing, draw) == expected(kind, standing, is_console), (kind, standing)
        words = f"<{number}>"
        scene.typist.type(words)
        scene.typist.expect(f"^{words}$")
    # Of what may not be, each is written down: the keyboard by force, and links.
    refused = [line["why"] for line in audited(server, "refused")]
    assert refused.count("You may not take the keyboard from who types.") == 2
    assert refused.count("You may not share this terminal.") == 6
