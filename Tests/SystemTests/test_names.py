"""Names of people are compared as bytes: what looks alike, or is spelled in another way, is somebody else."""

import base64
import json
import random
import unicodedata

import pytest
from websockets.exceptions import InvalidStatus

from login import basic, hashed
from server import eventually
from terminal import Terminal, Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/all/telnet/visitor/23"
FIELD = "X-Remote-User"
# Letters that can be written as one character, or as two, or that are the same letter by another name.
LETTERS = "éèüñçåøÅÖΐẛ̣가각힣K"


@pytest.fixture
def vouched(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)

    def start(visitors, auth=None, **configuration):
        return serve(
            clients={"telnet": str(program)},
            auth=auth or {"mode": "header", "name": FIELD, "groupsHeader": "X-Groups"},
            targets=[
                {"name": "all", "host": "127.0.0.1", "telnet": {}},
                {"name": "closed", "host": "127.0.0.1", "telnet": {}, "visitors": visitors},
            ], **configuration)

    return start


def latin(fields):
    """Bytes as the client of channels takes them."""
    return {name: value.decode("latin-1") for name, value in fields.items()}


class Vouched(Visitor):
    """Somebody whom a proxy calls by these bytes."""

    def __init__(self, server, name, path=PATH, groups=None):
        self.name = name
        self.fields = {FIELD: name} | ({"X-Groups": groups} if groups else {})
        super().__init__(server, path, **self.fields)

    def connect(self, path=None, **options):
        return super().connect(path, headers=latin(self.fields), **options)

    def page(self, path):
        return self.server.request(path, Cookie=self.cookie, **self.fields)


def twins(seed):
    """A name in several spellings, all of which Unicode takes for the same text; the bytes differ."""
    draw = random.Random(seed)
    name = "j" + "".join(draw.choice(LETTERS) for _ in range(draw.randint(1, 6)))
    spellings = {unicodedata.normalize(form, name) for form in ("NFC", "NFD")}
    half = "".join(unicodedata.normalize(draw.choice(["NFC", "NFD"]), letter) for letter in name)
    return sorted(text.encode() for text in spellings | {half})


def test_another_spelling_is_another_person(vouched):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    names = [["jos\u00e9".encode(), "jose\u0301".encode()]] + [twins(seed + n) for n in range(4)]
    names = [several for several in names if len(several) > 1]
    server = vouched([several[0].decode() for several in names] + ["@" + names[0][0].decode() + "s"])
    for owner, *others in names:
        his = Vouched(server, owner)
        assert his.page("/remote/closed/telnet/visitor/23")[0].status == 200
        terminal = his.terminal()
        terminal.expect("ready")
        for name in others:
            stranger = Vouched(server, name)
            assert b'"closed"' not in stranger.page("/")[1], name
            assert stranger.page("/remote/closed/telnet/visitor/23")[0].status != 200, name
            assert terminal.id.encode() not in stranger.page("/")[1], name
            resumed = stranger.terminal(resume={"terminal": terminal.id, "output": 0})
            assert resumed.welcome is None and resumed.close_code == 4004, name
            # The other's cookie is of no use with this name, and the other way round.
            with pytest.raises(InvalidStatus) as refused:
                super(Vouched, his).connect(headers=latin({FIELD: name}))
            assert refused.value.response.status_code == 403
            news = stranger.connect("/devices", subprotocols=["webterm.news.v1"])
            told = json.loads(news.recv(timeout=10))
            assert terminal.id not in json.dumps(told) and all("id" not in entry for entry in told["terminals"])
            news.close()
        terminal.type("still mine")
        terminal.expect("still mine")
        terminal.close()
    # Groups, too.
    for group, is_in in zip(names[0], (True, False)):
        page, _ = server.request("/remote/closed/telnet/visitor/23", X_Remote_User=b"someone", X_Groups=group + b"s")
        assert (page.status == 200) == is_in


UNUSABLE = [
    b"jos\xe9", b"jos\xe8", b"\xc3", b"a\xed\xa0\x80", b"a\xc0\xaf", "a\ufffd".encode(), "a\u200bb".encode(),
    "a\u202eb".encode(), "eve\u009b31m".encode(), "\u00ada".encode(), "a\ufeff".encode(), "a\u00a0b".encode(),
    "a\u3164".encode(), "a\U000e0041".encode(), "a\u2066b".encode(), b"a" * 129,
]


def test_what_is_no_text_or_does_not_show_is_no_name(vouched):
    server = vouched(["jos\ufffd\ufffd".replace("\ufffd", "x")])
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    drawn = [draw.randbytes(draw.randrange(8)).hex().encode() + bytes([draw.randrange(0x80, 0xc0)])
             for _ in range(8)]
    for name in UNUSABLE + drawn:
        response, words = server.request(PATH, X_Remote_User=name)
        assert response.status == 403 and "Set-Cookie" not in response.headers, name
        assert b"cannot be used" in words, name
    log = server.log_text()
    assert "a login's name that is not UTF-8, too long, or does not show" in log
    assert "\\u202e" in log and "\\u009b" in log
    for raw in ("\u202e", "\u009b", "\u200b", "\u2066"):
        assert raw not in log
    # Two of them are not one person: nobody has come in at all.
    assert "webtermd_visitors 0" in server.request("/metrics")[1].decode()
    assert server.request(PATH, X_Remote_User="josé".encode())[0].status == 200


@pytest.mark.parametrize("name", ["al\u200bice", "@op\u202es", "", "@"])
def test_a_configuration_names_nobody_who_cannot_come(vouched, name):
    with pytest.raises(RuntimeError) as failed:
        vouched([name])
    assert "targets[1].visitors[0]: expected a login, or @ and a group" in str(failed.value)


def test_names_in_password_files_are_bytes_too(vouched, tmp_path):
    composed, apart = "jos\u00e9", "jose\u0301"
    accounts, groups = tmp_path / "htpasswd", tmp_path / "htgroup"
    accounts.write_text(f"{composed}:{hashed('one')}\n{apart}:{hashed('two')}\r\nbob:{hashed('three')}\r\n")
    groups.write_text(f"ops: {composed}\r\n")
    server = vouched(["@ops"], auth={"mode": "htpasswd", "file": str(accounts), "groups": str(groups)})
    for name, right, wrong in ((composed, "one", "two"), (apart, "two", "one")):
        assert server.request(PATH, Authorization=basic(name, right))[0].status == 200
        assert server.request(PATH, Authorization=basic(name, wrong))[0].status == 401
    assert server.request(PATH, Authorization=basic("bob", "three"))[0].status == 200
    closed = "/remote/closed/telnet/visitor/23"
    assert server.request(closed, Authorization=basic(composed, "one"))[0].status == 200
    assert server.request(closed, Authorization=basic(apart, "two"))[0].status == 403
    latin = "Basic " + base64.b64encode(b"jos\xe9:one").decode()
    assert server.request(PATH, Authorization=latin)[0].status in (401, 403)
    # What was somebody's terminal by a password stays theirs.
    his = Visitor(server, PATH, Authorization=basic(composed, "one"))
    terminal = Terminal(his.connect())
    other = Visitor(server, PATH, Authorization=basic(apart, "two"))
    refused = other.terminal(resume={"terminal": terminal.id, "output": 0})
    assert refused.close_code == 4004
    eventually(lambda: composed in server.log.read_text(), "the log names them")
