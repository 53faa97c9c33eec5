"""Links to terminals: what opens them, what does not, what ends them; and that each refusal is written down."""

import random
import time

import pytest
from websockets.exceptions import InvalidStatus

from server import eventually
from sharing import Caller, audited, share
from test_rights import reload

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
TARGETS = [{"name": "all", "host": "127.0.0.1", "telnet": {}}]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


@pytest.fixture
def start(serve, tmp_path):
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)

    def start(sharing="guests", targets=TARGETS, auth=None, **configuration):
        return serve(
            clients={"telnet": str(program)}, targets=targets, sharing=sharing,
            auth=auth or {"mode": "header", "name": "X-Remote-User"}, log={"audit": str(tmp_path / "audit")},
            **configuration)

    return start


@pytest.fixture
def server(start):
    return start()


@pytest.fixture
def terminal(server):
    terminal = Caller(server, "alice").open()
    terminal.expect("ready")
    return terminal


def is_nothing(person, terminal, status=404):
    """Whether a person without a right gets what everybody gets at an ID that there is not."""
    unknown = terminal[:-1] + ("0" if terminal[-1] != "0" else "1")
    for accept in ("text/html", "text/plain", "application/json"):
        page, nothing = (person.ask(f"/watch/{each}", Accept=accept) for each in (terminal, unknown))
        assert page[0].status == nothing[0].status == status and page[1] == nothing[1]
        assert "Set-Cookie" not in page[0].headers
    refusals = []
    for each in (terminal, unknown):
        with pytest.raises(InvalidStatus) as refused:
            person.connect(f"/watch/{each}")
        refusals.append((refused.value.response.status_code, refused.value.response.body))
    return refusals[0] == refusals[1] and refusals[0][0] == (404 if person.cookie else 403)


def test_a_guest_watches_by_a_link_and_types_nothing(server, terminal):
    shared = share(terminal)
    assert len(shared["token"]) == 22 and (shared["role"], shared["uses"]) == ("watch", 0)
    assert abs(shared["expires"] - time.time() - 600) < 10
    guest = Caller(server)
    assert is_nothing(guest, terminal.id)
    assert guest.post(terminal.id, shared["token"]) == 204 and guest.status(terminal.id) == 200
    place = guest.watch(terminal.id, name="Gina")
    place.expect("ready")
    assert (place.role, place.viewer) == ("watch", 2)
    place.socket.send(b"rm -rf /\r")
    assert place.hear("role")["role"] == "watch"
    terminal.type("typed")
    place.expect("^typed$")
    terminal.expect("^typed$")
    while "support: Gina" not in [each["who"] for each in terminal.hear("viewers")["viewers"]]:
        pass
    place.say({"type": "note", "text": "hello"})
    assert terminal.hear("note")["who"] == "support: Gina"
    [used] = audited(server, "link used")
    assert (used["label"], used["maker"], used["terminal"]) == ("support", "alice", terminal.id)
    assert [each["guest"] for each in audited(server, "attached", "note")] == ["support: Gina"] * 2
    assert shared["token"] not in server.log_text() + open(server.configuration["log"]["audit"]).read()
    data = guest.data(terminal.id)
    assert (data["terminal"], data["guest"], data["as"]) == (terminal.id, True, "watch")
    assert not (data["mayType"] or data["mayTake"] or data["mayShare"])


@pytest.mark.parametrize("name", [None, "", "   ", "x" * 41, "a\nb", 5, "a\u202eb"])
def test_a_guest_without_a_name_is_not_understood(server, terminal, name):
    guest = Caller(server)
    assert guest.post(terminal.id, share(terminal)["token"]) == 204
    assert guest.watch(terminal.id, name=name).close_code == 4000


def test_a_link_to_type_asks_and_is_given(server, terminal):
    shared = share(terminal, "type")
    assert shared["uses"] == 1
    guest = Caller(server)
    assert guest.post(terminal.id, shared["token"]) == 204
    place = guest.watch(terminal.id, name="Gina")
    assert place.role == "watch"
    place.say({"type": "control", "force": True})
    assert place.hear("role")["role"] == "watch"
    place.say({"type": "control"})
    asked = terminal.hear("asked")
    assert (asked["who"], asked["viewer"]) == ("support: Gina", place.viewer)
    terminal.say({"type": "give", "viewer": asked["viewer"]})
    role = place.hear("role")
    assert (role["role"], role["by"], role["turn"]) == ("type", "alice", 1)
    assert terminal.hear("role")["role"] == "watch"
    place.expect("ready")
    place.type("guest")
    terminal.expect("guest")
    # It comes back as the viewer that it was, and leaves without an end of the terminal.
    again = guest.watch(terminal.id, name="Gina", viewer=place.viewer)
    assert (again.role, again.viewer) == ("type", place.viewer)
    again.say({"type": "release"})
    assert again.hear("role")["role"] == "watch"
    again.say({"type": "close"})
    again.read_to_end()
    assert again.close_code == 1000
    terminal.say({"type": "control"})
    assert terminal.hear("role")["role"] == "type"
    terminal.type("owner")
    terminal.expect("owner")


def test_what_is_no_token_opens_nothing_and_is_written_down(server, terminal):
    token = share(terminal)["token"]
    other = Caller(server, "bob").open()
    others = share(other)["token"]
    wrong = ["", "x", token[:-1], token + "x", token.swapcase(), others, token + "\n", token + "\0"]
    for number, text in enumerate(wrong):
        guest = Caller(server, address=f"198.51.100.{number + 1}")
        assert guest.post(terminal.id, text) == 403, text
        assert guest.cookie is None and is_nothing(guest, terminal.id)
    assert Caller(server, address="198.51.100.99").post(terminal.id[:-4] + "0000", token) == 403
    assert len(audited(server, "link refused")) == len(wrong) + 1
    guest = Caller(server)
    assert guest.post(terminal.id, token, Origin="https://evil.example") == 403
    assert guest.post(terminal.id, token, Origin=None) == 403
    assert guest.post(terminal.id, token, Content_Type="application/x-www-form-urlencoded") == 415
    assert guest.post(terminal.id, "x" * 300) == 413
    put, _ = guest.ask(f"/watch/{terminal.id}", "PUT")
    assert (put.status, put.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert guest.ask(f"/watch/{terminal.id}", "PUT", token)[0].status == 413
    assert guest.ask("/", "POST", token)[0].status == 413
    assert guest.cookie is None
    assert is_nothing(Caller(server, "carl"), terminal.id)


def test_after_ten_wrong_ones_an_address_waits_and_others_do_not(server, terminal):
    token = share(terminal)["token"]
    seed = random.randrange(2**32)
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(10):
        guess = "".join(draw.choices(LETTERS, k=22))
        assert Caller(server, address="203.0.113.5").post(terminal.id, guess) == 403
    late = Caller(server, address="203.0.113.5")
    assert late.post(terminal.id, token) == 429 and int(late.retry_after) >= 1
    assert Caller(server, address="203.0.113.6").post(terminal.id, token) == 204
    # Who is in already is not kept out by others of that address.
    assert audited(server, "link refused")[-1]["why"]


def test_a_link_is_used_up_by_as_many_browsers_as_it_says(server, terminal):
    token = share(terminal, "type", uses=2)["token"]
    guests = [Caller(server) for _ in range(3)]
    assert [guest.post(terminal.id, token) for guest in guests] == [204, 204, 403]
    assert [guest.post(terminal.id, token) for guest in guests] == [204, 204, 403]
    terminal.say({"type": "links"})
    [link] = terminal.hear("links")["links"]
    assert (link["used"], link["uses"], link["role"], link["own"]) == (2, 2, "type", True)
    assert "token" not in link and token not in str(link)
    assert {line["why"] for line in audited(server, "link refused")} == {"the link is used up"}


def test_a_called_back_link_is_over_at_once_for_those_who_are_there(server, terminal):
    first, second = share(terminal, label="one"), share(terminal, label="two")
    guest, other = Caller(server), Caller(server)
    assert guest.post(terminal.id, first["token"]) == other.post(terminal.id, second["token"]) == 204
    place, stays = guest.watch(terminal.id, name="Gina"), other.watch(terminal.id, name="Olaf")
    place.expect("ready")
    terminal.say({"type": "unshare", "link": first["link"]})
    place.read_to_end(timeout=2)
    assert (place.close_code, place.end["code"]) == (4003, "forbidden")
    assert is_nothing(guest, terminal.id)
    assert guest.post(terminal.id, first["token"]) == 403
    for unknown in (first["link"], "99", "x"):
        terminal.say({"type": "unshare", "link": unknown})
        assert terminal.hear("notice")
    assert [(line["why"], line["by"]) for line in audited(server, "link ended")] == [("called back", "alice")]
    assert len(audited(server, "link made")) == 2 and audited(server, "refused")[-1]["why"]
    terminal.type("on")
    stays.expect("on")


def test_a_link_ends_with_its_terminal(server, terminal):
    token = share(terminal)["token"]
    guest = Caller(server)
    assert guest.post(terminal.id, token) == 204
    place = guest.watch(terminal.id, name="Gina")
    terminal.say({"type": "close"})
    terminal.read_to_end()
    place.read_to_end()
    assert place.end["type"] == "exit"
    assert is_nothing(guest, terminal.id)
    assert guest.post(terminal.id, token) == 403


def test_a_link_is_for_logins_where_sharing_says_so(start):
    server = start("logins")
    terminal = Caller(server, "alice").open()
    token = share(terminal, "type")["token"]
    guest = Caller(server)
    assert guest.status(terminal.id) == guest.post(terminal.id, token) == 403
    bob = Caller(server, "bob")
    assert bob.status(terminal.id) == 404
    assert bob.post(terminal.id, token) == 204
    assert not bob.data(terminal.id)["guest"]
    place = bob.watch(terminal.id)
    assert place.role == "watch"
    place.say({"type": "control"})
    assert terminal.hear("asked")["who"] == "bob"


@pytest.mark.parametrize("sharing", [False, "guests"])
def test_without_a_login_there_is_nothing_even_at_a_line_for_all(start, sharing):
    """A line that all logins may use is no line for those without one."""
    line = TARGETS[0] | {"telnet": {"shared": True}}
    server = start(sharing, targets=[line])
    terminal = Caller(server, "alice").open()
    assert is_nothing(Caller(server), terminal.id)
    bob = Caller(server, "bob")
    assert bob.status(terminal.id) == 200 and bob.watch(terminal.id).role == "watch"


def test_without_sharing_there_are_no_links(start):
    server = start(False)
    owner = Caller(server, "alice")
    terminal = owner.open()
    terminal.say({"type": "share", "role": "watch", "seconds": 600, "label": "x"})
    assert terminal.hear("notice")
    assert Caller(server, "bob").post(terminal.id, "x" * 22) == 403
    assert is_nothing(Caller(server, "bob"), terminal.id)
    assert not owner.data(terminal.id)["mayShare"]
    assert audited(server, "refused") and audited(server, "link refused")


def test_a_link_gives_no_login_more_than_its_target_allows(start):
    target = TARGETS[0] | {"visitors": ["alice", {"who": "bob", "may": "watch"}]}
    server = start(targets=[target])
    terminal = Caller(server, "alice").open()
    token = share(terminal, "type", uses=0)["token"]
    bob, eve, guest = Caller(server, "bob"), Caller(server, "eve"), Caller(server)
    assert bob.ask(bob.path)[0].status == 403
    assert bob.post(terminal.id, token) == 204
    place = bob.watch(terminal.id)
    place.say({"type": "control"})
    assert place.hear("role")["role"] == "watch"
    terminal.say({"type": "give", "viewer": place.viewer})
    terminal.type("mine")
    terminal.expect("mine")
    assert eve.post(terminal.id, token) == 403
    assert is_nothing(eve, terminal.id)
    assert guest.post(terminal.id, token) == 204


def test_a_link_ends_with_its_makers_right_within_ten_seconds(start):
    line = TARGETS[0] | {"telnet": {"shared": True}}
    server = start(targets=[line | {"visitors": ["alice", "bob"]}])
    terminal, alice = Caller(server, "bob").open(), Caller(server, "alice").open()
    hers, his = share(alice), share(terminal, label="his")
    guest, other = Caller(server), Caller(server)
    assert guest.post(terminal.id, hers["token"]) == other.post(terminal.id, his["token"]) == 204
    place, stays = guest.watch(terminal.id, name="Gina"), other.watch(terminal.id, name="Olaf")
    reload(server, targets=[line | {"visitors": [{"who": "alice", "may": "watch"}, "bob"]}])
    place.read_to_end(timeout=10)
    assert place.close_code == 4003
    assert is_nothing(guest, terminal.id)
    # She watches still; what she has made is over.
    alice.say({"type": "control"})
    assert alice.hear("role")["role"] == "watch"
    terminal.type("on")
    stays.expect("on")
    [ended] = audited(server, "link ended")
    assert (ended["maker"], ended["why"]) == ("alice", "its maker may not share it any more")


def test_a_login_that_is_removed_is_shown_out_within_ten_seconds(start):
    target = TARGETS[0] | {"visitors": ["alice", "bob"]}
    server = start("logins", targets=[target])
    terminal, bob = Caller(server, "alice").open(), Caller(server, "bob")
    assert bob.post(terminal.id, share(terminal)["token"]) == 204
    place = bob.watch(terminal.id)
    place.expect("ready")
    reload(server, targets=[TARGETS[0] | {"visitors": ["alice"]}])
    place.read_to_end(timeout=10)
    assert (place.close_code, place.end["code"]) == (4003, "forbidden")
    assert is_nothing(bob, terminal.id)
    [shown_out] = [line for line in audited(server, "refused") if line.get("login") == "bob"]
    assert shown_out["why"] == "You may not look at this terminal any more."
    terminal.type("on")
    terminal.expect("on")


def test_links_end_where_sharing_does(start):
    server = start()
    terminal, guest = Caller(server, "alice").open(), Caller(server)
    assert guest.post(terminal.id, share(terminal)["token"]) == 204
    place = guest.watch(terminal.id, name="Gina")
    reload(server, sharing=False)
    place.read_to_end(timeout=10)
    assert place.close_code == 4003
    assert is_nothing(guest, terminal.id)


def test_who_came_by_a_link_shares_it_no_further(server, terminal):
    token = share(terminal, "type")["token"]
    guest = Caller(server)
    assert guest.post(terminal.id, token) == 204
    place = guest.watch(terminal.id, name="Gina")
    for message in (
            {"type": "share", "role": "watch", "seconds": 60, "label": "x"}, {"type": "links"},
            {"type": "unshare", "link": "1"}):
        place.say(message)
        assert place.hear("notice")
    assert guest.status(terminal.id) == 200
    eventually(lambda: len(audited(server, "refused")) == 3, "each kind is written down")
    assert not [each for each in place.messages if each["type"] in ("shared", "links")]


def test_many_links_are_made_slowly_and_so_many_at_most(server, terminal):
    for _ in range(7):
        terminal.say({"type": "share", "role": "watch", "seconds": 60, "label": "x"})
    answers = [terminal.hear("shared") for _ in range(5)]
    assert len({each["token"] for each in answers}) == 5 and [each["link"] for each in answers] == list("12345")
    assert "too many" in terminal.hear("notice")["message"]
