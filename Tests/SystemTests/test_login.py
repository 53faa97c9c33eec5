"""Who may come in: password files, a proxy that vouches, and what a login opens."""

import contextlib
import json
import threading

import pytest
from websockets.exceptions import InvalidStatus

from login import LoggedIn, basic, crypt, hashed
from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/telnet/visitor/23"


@pytest.fixture
def accounts(tmp_path):
    file = tmp_path / "htpasswd"
    # yescrypt of "geheim", made by mkpasswd(1).
    yescrypt = "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7"
    file.write_text(f"# people\nalice:{hashed('wonder:land', 'bcrypt')}\nbob:{hashed('builder')}\n\ncarol:{yescrypt}\n")
    groups = tmp_path / "htgroup"
    groups.write_text("operators: bob carol\n")
    return file, groups


@pytest.fixture
def server(serve, accounts, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    telnet = {"ports": [23]}
    return serve(
        clients={"telnet": str(program)}, auth={"mode": "htpasswd", "file": str(accounts[0]), "groups": str(accounts[1])},
        targets=[
            {"name": "all", "host": "127.0.0.1", "telnet": telnet},
            {"name": "hers", "host": "127.0.0.1", "telnet": telnet, "visitors": ["alice"]},
            {"name": "theirs", "host": "127.0.0.1", "telnet": telnet, "visitors": ["@operators"]},
        ])


@pytest.mark.parametrize("path", ["/", PATH, "/remote/hers/telnet/visitor/23"])
def test_without_a_login_there_is_nothing_to_see(server, path):
    response, _ = server.request(path)
    assert response.status == 401 and response.headers["WWW-Authenticate"].startswith('Basic realm="webtermd"')
    assert "Set-Cookie" not in response.headers
    for field in (basic("alice", "wrong"), basic("nobody", "wrong"), "Basic !!!", "Bearer x", basic("alice", "")):
        assert server.request(path, Authorization=field)[0].status in (401, 429)


def test_files_and_health_need_no_login(server):
    assert server.request("/static/js/connection/channel.js")[0].status == 200
    assert server.request("/healthz")[0].status == 200


@pytest.mark.parametrize("name, password", [("alice", "wonder:land"), ("bob", "builder")])
def test_a_password_opens_a_terminal_and_a_cookie_goes_on(server, name, password):
    visitor = LoggedIn(server, name, password)
    terminal = visitor.terminal()
    terminal.type("in")
    terminal.expect("readyin")
    again, _ = server.request("/", Cookie=visitor.cookie)
    assert again.status == 200 and "Set-Cookie" not in again.headers
    eventually(lambda: f"login={name}" in server.log.read_text(), "the audit line names the login")


def test_all_methods_of_crypt_are_understood(server, accounts):
    # What this system's crypt(3) itself says of the third account decides: yescrypt is there or not.
    stored = accounts[0].read_text().split("carol:")[1].strip()
    expected = 200 if crypt.crypt("geheim", stored) == stored else 401
    assert server.request(PATH, Authorization=basic("carol", "geheim"))[0].status == expected


def test_a_channel_needs_a_login_s_cookie(server):
    visitor = LoggedIn(server, "alice", "wonder:land")
    for cookie in (None, "webterm=" + "0" * 32):
        with pytest.raises(InvalidStatus) as refused:
            visitor.connect(headers={"Cookie": cookie, "Authorization": basic("alice", "wonder:land")})
        assert refused.value.response.status_code == 403


def test_a_target_is_open_to_its_visitors_only(server):
    alice, bob = LoggedIn(server, "alice", "wonder:land"), LoggedIn(server, "bob", "builder")
    for visitor, allowed, closed in ((alice, "hers", "theirs"), (bob, "theirs", "hers")):
        page, body = server.request("/", Cookie=visitor.cookie)
        assert f'"{allowed}"'.encode() in body and f'"{closed}"'.encode() not in body
        assert server.request(f"/remote/{allowed}/telnet/visitor/23", Cookie=visitor.cookie)[0].status == 200
        response, words = server.request(f"/remote/{closed}/telnet/visitor/23", Cookie=visitor.cookie)
        assert response.status == 403 and b"not open to you" in words
        refused = visitor.terminal(path=f"/remote/{closed}/telnet/visitor/23")
        assert refused.end["code"] == "forbidden" and refused.close_code == 4003
        assert visitor.terminal(path=f"/remote/{allowed}/telnet/visitor/23").welcome


def test_terminals_belong_to_the_login_on_whatever_device(server):
    desk, phone = LoggedIn(server, "alice", "wonder:land"), LoggedIn(server, "alice", "wonder:land")
    assert desk.cookie != phone.cookie
    terminal = desk.terminal()
    terminal.expect("ready")
    assert terminal.id.encode() in server.request("/", Cookie=phone.cookie)[1]
    # A device that was never there before sees them at once.
    assert terminal.id.encode() in server.request("/", Authorization=basic("alice", "wonder:land"))[1]
    assert terminal.id.encode() not in server.request("/", Authorization=basic("bob", "builder"))[1]
    there = phone.terminal(resume={"terminal": terminal.id, "output": 0})
    there.expect("ready")
    assert terminal.hear("role") == {
        "type": "role", "role": "watch", "turn": 1, "by": "alice", "input": 0, "room": 0, "seen": 5}
    assert b'"login":"alice"' in server.request(PATH, Cookie=phone.cookie)[1]


@pytest.mark.parametrize("change", ["removed", "group"])
def test_who_loses_a_right_loses_the_terminals(server, accounts, change):
    accounts[1].write_text("operators: bob alice\n")
    bob = LoggedIn(server, "bob", "builder", path="/remote/theirs/telnet/visitor/23")
    alice = LoggedIn(server, "alice", "wonder:land", path="/remote/theirs/telnet/visitor/23")
    his, hers = bob.terminal(), alice.terminal()
    away = bob.terminal()
    away.vanish()
    if change == "removed":
        accounts[0].write_text("".join(line for line in accounts[0].read_text().splitlines(True) if not line.startswith("bob:")))
    else:
        accounts[1].write_text("operators: alice\n")
    his.read_to_end(timeout=10)
    assert his.end["code"] == "forbidden" and "login" in his.end["message"] and his.close_code == 4003
    eventually(lambda: len(server.children()) == 1, "hers alone is left")
    hers.expect("ready")
    eventually(lambda: server.log_text().count('how="the login may not use it any more"') == 2, "both ends are told")


def test_logins_do_not_share_terminals(server):
    alice, bob = LoggedIn(server, "alice", "wonder:land"), LoggedIn(server, "bob", "builder")
    terminal = alice.terminal()
    assert bob.terminal(resume={"terminal": terminal.id, "output": 0}).close_code == 4004


def test_a_changed_file_counts_at_once(server, accounts):
    visitor = LoggedIn(server, "alice", "wonder:land")
    accounts[0].write_text(f"alice:{hashed('new one')}\n")
    assert server.request(PATH, Cookie=visitor.cookie)[0].status == 401
    with pytest.raises(InvalidStatus) as refused:
        visitor.connect()
    assert refused.value.response.status_code == 403
    assert server.request(PATH, Authorization=basic("alice", "wonder:land"))[0].status == 401
    assert LoggedIn(server, "alice", "new one").terminal().welcome
    # A file that is gone for a moment locks no login out.
    accounts[0].unlink()
    assert LoggedIn(server, "alice", "new one").terminal().welcome
    eventually(lambda: "the old ones stay" in server.log.read_text(), "the log says so")


def test_guessing_becomes_slow_for_one_address_and_for_no_other(server):
    statuses = [server.request("/", Authorization=basic("alice", f"guess {n}"))[0].status for n in range(8)]
    assert statuses[:4] == [401] * 4 and 429 in statuses[4:]

    def refused():
        # A pause is a second at first, which may be over before one has asked.
        for n in range(8):
            server.request("/", Authorization=basic("alice", f"guess {n}"))
        response, _ = server.request("/", Authorization=basic("alice", "wonder:land"))
        return response if response.status == 429 else None
    assert int(eventually(refused, "the right password has to wait, too").headers["Retry-After"]) >= 1
    elsewhere, _ = server.request("/", Authorization=basic("alice", "wonder:land"), X_Forwarded_For="192.0.2.7")
    assert elsewhere.status == 200
    eventually(lambda: "login failed" in server.log.read_text(), "failures are logged")
    eventually(lambda: server.request("/", Authorization=basic("alice", "wonder:land"))[0].status == 200, "the pause is over")


def cheap(password, cost=5):
    """A hash that takes no more than a few milliseconds: what slows guessing down is not the hash."""
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << cost))


@pytest.fixture
def guessed(serve, tmp_path):
    def start(cost=5):
        file = tmp_path / "htpasswd"
        file.write_text(f"alice:{cheap('wonder:land', cost)}\nguest:{cheap('guest', cost)}\n")
        return serve(
            auth={"mode": "htpasswd", "file": str(file)}, targets=[{"name": "a", "host": "127.0.0.1", "telnet": {}}])

    return start


def test_a_login_of_one_s_own_makes_guessing_no_faster(guessed):
    server = guessed()
    statuses = []
    for number in range(20):
        for name, password in (("alice", f"a{number}"), ("alice", f"b{number}"), ("guest", "guest")):
            response, words = server.request("/", Authorization=basic(name, password))
            statuses.append(response.status)
            if response.status == 429:
                assert b"wrong passwords came from your address" in words and response.headers["Retry-After"]
    # Pauses double: a dozen guesses take three minutes.
    assert statuses[:5] == [401, 401, 200, 401, 401]
    assert statuses.count(401) <= 12 and 429 in statuses


def test_guessers_of_one_network_keep_nobody_else_waiting(guessed):
    server = guessed(cost=8)
    words, over = set(), threading.Event()

    def guess(thread):
        # A customer's IPv6 network: a new address for each guess, and no more than so many.
        for number in range(100):
            if over.is_set():
                return
            address = f"2001:db8:7:{thread * 100 + number:x}::1"
            response, body = server.request("/", Authorization=basic("alice", f"{number}"), X_Forwarded_For=address)
            assert response.status in (401, 429)
            if response.status == 429:
                words.add(body.decode().split(" Wait")[0])

    guessers = [threading.Thread(target=guess, args=(thread,)) for thread in range(40)]
    for guesser in guessers:
        guesser.start()
    try:
        eventually(lambda: words, "guessing has become slow")
        for number in range(5):
            address = f"198.51.100.{number}"
            page, body = server.request("/", Authorization=basic("alice", "wonder:land"), X_Forwarded_For=address)
            assert page.status == 200, body
    finally:
        over.set()
        for guesser in guessers:
            guesser.join()
    # None of these addresses has tried twice: what they are told is what keeps them waiting.
    assert words <= {
        "Too many wrong passwords came from your network.", "Too many wrong passwords were tried for this name.",
        "Many passwords wait to be checked just now."}


def test_the_loop_never_waits_for_a_password(serve, tmp_path):
    """A hash that takes long is checked elsewhere: keys echo meanwhile."""
    file = tmp_path / "htpasswd"
    slow = crypt.crypt("slow", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 14))
    file.write_text(f"slow:{slow}\nquick:{hashed('quick')}\n")
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    server = serve(
        clients={"telnet": str(program)}, auth={"mode": "htpasswd", "file": str(file)},
        targets=[{"name": "a", "host": "127.0.0.1", "telnet": {}}])
    terminal = LoggedIn(server, "quick", "quick").terminal()
    terminal.expect("ready")
    answers = []
    checking = threading.Thread(
        target=lambda: answers.append(server.request(PATH, Authorization=basic("slow", "slow"))[0].status))
    checking.start()
    echoes = 0
    while checking.is_alive():
        terminal.type("k")
        terminal.expect("k")
        echoes += 1
    assert answers == [200]
    # Half a second of hashing, a tenth of a millisecond for a key: a loop that waited would answer once or twice.
    assert echoes > 20


def test_a_browser_that_leaves_while_its_password_is_checked_is_no_matter(server):
    import socket

    with contextlib.suppress(OSError):
        for _ in range(5):
            with socket.create_connection((server.host, server.port)) as left:
                left.sendall(f"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {basic('alice', 'wonder:land')}\r\n\r\n".encode())
    assert LoggedIn(server, "bob", "builder").terminal().welcome


# A proxy that vouches


@pytest.fixture
def vouched(serve, tmp_path):
    def start(**configuration):
        program = tmp_path / "program"
        program.write_text(ECHO)
        program.chmod(0o755)
        return serve(
            clients={"telnet": str(program)}, auth={"mode": "header", "name": "X-Remote-User"},
            targets=[
                {"name": "all", "host": "127.0.0.1", "telnet": {}},
                {"name": "hers", "host": "127.0.0.1", "telnet": {}, "visitors": ["alice"]},
            ], **configuration)

    return start


def test_a_trusted_proxy_says_who_it_is(vouched):
    server = vouched()
    assert server.request(PATH)[0].status == 403
    response, _ = server.request(PATH, X_Remote_User="alice")
    cookie = response.headers["Set-Cookie"].split(";")[0]
    assert server.request("/remote/hers/telnet/visitor/23", X_Remote_User="alice", Cookie=cookie)[0].status == 200
    assert server.request("/remote/hers/telnet/visitor/23", X_Remote_User="bob", Cookie=cookie)[0].status == 403
    visitor = Visitor.__new__(Visitor)
    visitor.server, visitor.path, visitor.cookie = server, PATH, cookie
    channel = visitor.connect(headers={"X-Remote-User": "alice"})
    channel.send(json.dumps({"type": "hello", "cols": 80, "rows": 24}))
    assert json.loads(channel.recv(timeout=5))["type"] == "welcome"
    for name in ({}, {"X-Remote-User": "bob"}):
        with pytest.raises(InvalidStatus) as refused:
            visitor.connect(headers=name)
        assert refused.value.response.status_code == 403
    # Another name is another visitor, whatever the cookie says.
    other, _ = server.request(PATH, X_Remote_User="bob", Cookie=cookie)
    assert other.status == 200 and other.headers["Set-Cookie"].split(";")[0] != cookie


def test_a_trusted_proxy_says_which_groups_too(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    target = {"name": "theirs", "host": "127.0.0.1", "telnet": {}, "visitors": ["@ops"]}
    auth = {"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Remote-Groups"}
    server = serve(clients={"telnet": str(program)}, auth=auth, targets=[target])

    def status(**fields):
        return server.request("/remote/theirs/telnet/visitor/23", X_Remote_User="alice", **fields)[0].status

    assert status() == 403 and status(X_Remote_Groups="staff") == 403 and status(X_Remote_Groups="opsx") == 403
    assert status(X_Remote_Groups="staff,ops") == 200 and status(X_Remote_Groups="staff | ops") == 200
    assert status(X_Remote_Groups="") == 403
    stranger = serve(clients={"telnet": str(program)}, auth=auth, targets=[target], proxies=["192.0.2.1/32"])
    assert stranger.request("/remote/theirs/telnet/visitor/23", X_Remote_User="alice", X_Remote_Groups="ops")[0].status == 403


def test_a_stranger_s_word_is_ignored_and_noted(vouched):
    server = vouched(proxies=["192.0.2.1/32"])
    response, _ = server.request(PATH, X_Remote_User="alice")
    assert response.status == 403
    eventually(lambda: "no trusted proxy is ignored" in server.log.read_text(), "the log says so")
    assert "name=alice" in server.log.read_text()


# What an administrator can get wrong


@pytest.mark.parametrize(
    "auth, target, words",
    [
        ({"mode": "htpasswd"}, {}, "auth.file: expected the path of a password file"),
        ({"mode": "htpasswd", "file": "/no/such/file"}, {}, "auth.file: expected a file that can be read"),
        ({"mode": "htpasswd", "file": "{bad}"}, {}, "something else in line 2"),
        ({"mode": "htpasswd", "file": "{bad}", "groupsHeader": "X-G"}, {}, "auth.groupsHeader: expected no such key"),
        ({"mode": "header", "name": "X-U", "groupsHeader": "a b"}, {}, "auth.groupsHeader: expected the name of a header field"),
        ({"mode": "header"}, {}, "auth.name: expected the name of a header field"),
        ({"mode": "none"}, {"visitors": ["alice"]}, "targets[0].visitors: expected no visitors while auth.mode is"),
        ({"mode": "header", "name": "X-U"}, {"visitors": ["@x"]}, "neither auth.groups nor auth.groupsHeader is set"),
        ({"mode": "none", "file": "/x"}, {}, "auth.file"),
    ],
)
def test_mistakes_are_told_by_their_place(serve, tmp_path, auth, target, words):
    bad = tmp_path / "bad"
    bad.write_text(f"a:{hashed('x')}\nb:$apr1$abc$def\n")
    auth = {key: value.replace("{bad}", str(bad)) for key, value in auth.items()}
    with pytest.raises(RuntimeError) as failed:
        serve(auth=auth, targets=[{"name": "a", "host": "h", "telnet": {}, **target}])
    assert words in str(failed.value)


def test_with_a_login_it_may_listen_to_everybody(serve, accounts):
    server = serve(
        listen=["0.0.0.0:0"], auth={"mode": "htpasswd", "file": str(accounts[0])},
        targets=[{"name": "a", "host": "h", "telnet": {}}])
    assert server.url.startswith("http://0.0.0.0:")
