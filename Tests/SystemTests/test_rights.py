"""A right ends when what gave it ends: within ten seconds, for terminals and directories, with a line in the log."""

import json
import signal

import pytest
from websockets.exceptions import ConnectionClosed

from login import LoggedIn, hashed
from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/all/telnet/visitor/23"
THEIRS = "/remote/theirs/telnet/visitor/23"
NEWS = "webterm.news.v1"


@pytest.fixture
def start(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    targets = [
        {"name": "all", "host": "127.0.0.1", "telnet": {}},
        {"name": "theirs", "host": "127.0.0.1", "telnet": {}, "visitors": ["@ops"]},
    ]

    def start(auth, **configuration):
        configuration.setdefault("targets", targets if auth["mode"] != "none" else targets[:1])
        return serve(clients={"telnet": str(program)}, auth=auth, **configuration)

    start.targets = targets
    return start


@pytest.fixture
def accounts(tmp_path):
    passwords, groups = tmp_path / "htpasswd", tmp_path / "htgroup"
    passwords.write_text(f"alice:{hashed('one')}\nbob:{hashed('two')}\n")
    groups.write_text("ops: alice bob\n")
    return passwords, groups


class Vouched(Visitor):
    """A login that a proxy vouches for."""

    def __init__(self, server, name, path=PATH, **fields):
        self.fields = {"X-Remote-User": name} | {key.replace("_", "-"): value for key, value in fields.items()}
        super().__init__(server, path, **self.fields)

    def connect(self, path=None, **options):
        return super().connect(path, headers=self.fields, **options)


def directory(visitor):
    """A directory's channel, which has heard what there is."""
    news = visitor.connect("/devices", subprotocols=[NEWS])
    assert json.loads(news.recv(timeout=10))["whole"]
    return news


def ends(news):
    """Whether a directory's channel is over within the ten seconds that are promised."""
    try:
        while True:
            news.recv(timeout=10)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False


def reload(server, **changes):
    server.write_configuration(**changes)
    before = server.log.read_text().count("configuration reloaded")
    server.signal(signal.SIGHUP)
    eventually(lambda: server.log.read_text().count("configuration reloaded") > before, "the configuration is taken")


def test_a_changed_password_ends_what_the_old_one_has_opened(start, accounts):
    server = start({"mode": "htpasswd", "file": str(accounts[0])}, targets=start.targets[:1])
    bob, alice = LoggedIn(server, "bob", "two", PATH), LoggedIn(server, "alice", "one", PATH)
    his, hers, news = bob.terminal(), alice.terminal(), directory(bob)
    rested = bob.terminal()
    rested.vanish()
    accounts[0].write_text(accounts[0].read_text().splitlines()[0] + f"\nbob:{hashed('three')}\n")
    his.read_to_end(timeout=10)
    assert his.end["code"] == "forbidden" and his.close_code == 4003
    assert ends(news)
    log = eventually(
        lambda: text if "login's right has ended" in (text := server.log_text()) else None, "the log says so")
    line = next(line for line in log.splitlines() if "login's right has ended" in line)
    assert "login=bob" in line and "terminals=2" in line and "directories=1" in line
    hers.type("still here")
    hers.expect("still here")
    # Who comes by the new one is at home as before.
    assert LoggedIn(server, "bob", "three", PATH).terminal().welcome


def test_who_takes_a_terminal_over_with_the_new_password_keeps_it(start, accounts):
    server = start({"mode": "htpasswd", "file": str(accounts[0])}, targets=start.targets[:1])
    desk = LoggedIn(server, "bob", "two", PATH)
    old, new = desk.terminal(), desk.terminal()
    accounts[0].write_text(accounts[0].read_text().splitlines()[0] + f"\nbob:{hashed('three')}\n")
    phone = LoggedIn(server, "bob", "three", PATH)
    there = phone.terminal(resume={"terminal": new.id, "output": 0})
    assert there.welcome
    old.read_to_end(timeout=10)
    assert old.end["code"] == "forbidden"
    there.type("mine")
    there.expect("mine")


@pytest.mark.parametrize("mode", ["htpasswd", "header"])
def test_a_login_that_is_switched_on_ends_what_belongs_to_nobody(start, accounts, mode):
    server = start({"mode": "none"})
    visitor = Visitor(server, PATH)
    terminal, news = visitor.terminal(), directory(visitor)
    terminal.expect("ready")
    auth = {"mode": mode} | ({"file": str(accounts[0])} if mode == "htpasswd" else {"name": "X-Remote-User"})
    reload(server, auth=auth)
    terminal.read_to_end(timeout=10)
    assert terminal.end["code"] == "forbidden" and "asks for a login" in terminal.end["message"]
    assert ends(news)
    eventually(
        lambda: "visitors without a login may not stay terminals=1 directories=1" in server.log.read_text(),
        "the log counts them")


# What a proxy has vouched for, in header mode with groups, and the changes that end it.
HEADER = {"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Remote-Groups"}


@pytest.mark.parametrize("change", [
    {"auth": {"mode": "header", "name": "X-Remote-User", "groups": "{groups}"}},
    {"auth": {"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Other"}},
    {"auth": {"mode": "header", "name": "X-Other", "groupsHeader": "X-Remote-Groups"}},
    {"auth": {"mode": "htpasswd", "file": "{passwords}", "groups": "{groups}"}},
    {"proxies": ["192.0.2.1/32"]},
    {"auth": {"mode": "none"}, "targets": [{"name": "all", "host": "127.0.0.1", "telnet": {}}]},
], ids=["no groups", "other groups", "other name", "passwords", "not trusted", "no login"])
def test_a_proxy_s_word_counts_no_longer_than_the_proxy_is_asked(start, accounts, change):
    passwords, groups = accounts
    groups.write_text("others: alice\n")
    server = start(HEADER)
    alice = Vouched(server, "alice", THEIRS, X_Remote_Groups="ops")
    terminal = alice.terminal()
    terminal.expect("ready")
    auth = {key: value.format(passwords=passwords, groups=groups) for key, value in change.get("auth", HEADER).items()}
    reload(server, **{**change, "auth": auth})
    terminal.read_to_end(timeout=10)
    assert terminal.end["code"] == "forbidden", terminal.end
    eventually(lambda: "login's right has ended login=alice terminals=1" in server.log.read_text(), "the log names her")
    if auth["mode"] != "none":
        fields = {"X-Remote-User": "alice"} if "X-Remote-Groups" not in auth.values() else {}
        assert server.request(THEIRS, Cookie=alice.cookie, **fields)[0].status in (401, 403)


def test_a_group_that_a_proxy_takes_away_is_gone_with_its_next_word(start):
    server = start(HEADER)
    alice = Vouched(server, "alice", THEIRS, X_Remote_Groups="ops")
    bob = Vouched(server, "bob", THEIRS, X_Remote_Groups="ops")
    hers, his = alice.terminal(), bob.terminal()
    assert server.request("/", X_Remote_User="alice", X_Remote_Groups="staff")[0].status == 200
    hers.read_to_end(timeout=10)
    assert hers.end["code"] == "forbidden"
    his.type("still here")
    his.expect("still here")


# Files that are not right


@pytest.mark.parametrize("which, text, line", [
    (1, "ops alice bob\n", "line=1"), (1, "ops: alice bob\nx\n", "line=2"), (1, "", "no line that says anything"),
    (0, "ALICE\nbob\n", "line=2"), (0, "bob:$apr1$abc$def\n", "line=1"), (0, "", "no line that says anything"),
    (0, "# all gone\n", "no line that says anything"), (0, "ALICE\nbob:$2y$10$cut\n", "line=2"),
])
def test_a_file_that_is_broken_is_no_order(start, accounts, which, text, line):
    server = start({"mode": "htpasswd", "file": str(accounts[0]), "groups": str(accounts[1])})
    bob = LoggedIn(server, "bob", "two", THEIRS)
    terminal, news = bob.terminal(), directory(bob)
    terminal.expect("ready")
    accounts[which].write_text(text.replace("ALICE", accounts[0].read_text().splitlines()[0]))

    def told():
        return [each for each in server.log.read_text().splitlines() if "the old ones stay" in each]

    eventually(told, "the log says so")
    assert line in told()[0] and f"file={accounts[which]}" in told()[0]
    # Two looks later nothing has ended, and nothing was said twice.
    marker = hashed("three")
    assert LoggedIn(server, "alice", "one", THEIRS).terminal().welcome
    assert LoggedIn(server, "bob", "two", THEIRS).terminal().welcome
    terminal.type("still here")
    terminal.expect("still here")
    assert len(told()) == 1
    # What is right again counts at once: he is gone for good.
    accounts[0].write_text(f"alice:{marker}\n")
    accounts[1].write_text("ops: alice\n")
    terminal.read_to_end(timeout=10)
    assert terminal.end["code"] == "forbidden" and ends(news)


def test_an_empty_password_file_is_a_mistake(start, tmp_path):
    empty = tmp_path / "empty"
    empty.write_text("# nobody yet\n")
    with pytest.raises(RuntimeError) as failed:
        start({"mode": "htpasswd", "file": str(empty)}, targets=start.targets[:1])
    assert "auth.file: expected a line name:hash" in str(failed.value)


def test_who_may_only_watch_has_no_terminal_of_their_own(start):
    target = {"name": "watched", "host": "127.0.0.1", "telnet": {}}
    admit = [{"who": "alice", "may": "watch"}, "bob"]
    server = start({"mode": "header", "name": "X-Remote-User"}, proxies=["127.0.0.1"], targets=[target | {"visitors": admit}])
    path = "/remote/watched/telnet/visitor/23"
    response, body = server.request(path, X_Remote_User="alice")
    assert response.status == 403 and b"You may watch" in body, body
    terminal = Vouched(server, "bob", path).terminal()
    terminal.expect("ready")
    reload(server, targets=[target | {"visitors": [{"who": "bob", "may": "watch"}]}])
    terminal.read_to_end(20)
    assert terminal.end["code"] == "forbidden", terminal.end


def test_who_may_only_watch_looks_on_at_a_shared_line(start):
    target = {"name": "watched", "host": "127.0.0.1", "telnet": {"shared": True}}
    admit = [{"who": "alice", "may": "watch"}, "bob"]
    server = start({"mode": "header", "name": "X-Remote-User"}, proxies=["127.0.0.1"], targets=[target | {"visitors": admit}])
    path = "/remote/watched/telnet/visitor/23"
    # Who comes first opens the line, with the right to look at it.
    alice = Vouched(server, "alice", path).terminal()
    assert alice.role == "watch"
    alice.expect("ready")
    alice.socket.send(b"nothing")
    assert alice.hear("role")["role"] == "watch"
    bob = Vouched(server, "bob", path).terminal()
    assert bob.id == alice.id and bob.role == "type"
    bob.type("something")
    alice.expect("something")
    bob.expect("something")
    assert b"nothing" not in alice.output + bob.output
    # The right to type goes, and the line stays.
    reload(server, targets=[target | {"visitors": ["alice", {"who": "bob", "may": "watch"}]}])
    assert bob.hear("role", 20)["role"] == "watch"
    alice.say({"type": "control"})
    assert alice.hear("role")["role"] == "type"
    alice.type("mine")
    bob.expect("mine")

