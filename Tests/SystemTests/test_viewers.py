"""Coming back and taking over: a viewer that comes back takes nothing from another one."""

import pytest
from websockets.exceptions import ConnectionClosed

from terminal import Visitor


@pytest.fixture
def line(serve, device):
    """A host that takes what is typed, and a visitor of it."""
    host = device(b"hello\r\n")
    telnet = {"ports": [host.port], "users": ["*"], "mode": "raw"}
    server = serve(targets=[{"name": "raw", "host": "127.0.0.1", "telnet": telnet}])
    return host, Visitor(server, f"/remote/telnet/visitor/{host.port}")


def come(visitor, terminal, **resume):
    return visitor.terminal(resume={"terminal": terminal.id, "output": 0, **resume})


def place(page):
    return page.welcome["viewer"], page.welcome["turn"]


def is_in_place(host, page, words):
    """Whether that page is attached, and noticed nothing."""
    page.type(words)
    host.expect(words)
    host.say(words)
    page.expect(words)
    return page.end is None


def test_numbers_are_given_once_and_turns_count_who_attaches(line):
    host, visitor = line
    first = visitor.terminal()
    assert place(first) == (1, 0)
    second = come(visitor, first)
    assert place(second) == (2, 1)
    first.read_to_end()
    assert first.end["code"] == "elsewhere" and first.close_code == 4009
    second.close()
    # The same viewer again is no other one; nor is a number given to one that comes back.
    again = come(visitor, first, viewer=2)
    assert place(again) == (2, 1)
    again.close()
    assert place(come(visitor, first, viewer=1)) == (1, 2)
    third = come(visitor, first)
    assert place(third) == (3, 3)
    assert is_in_place(host, third, b"third")


def test_who_comes_back_takes_nothing_from_another_viewer(line):
    host, visitor = line
    first = visitor.terminal()
    second = come(visitor, first)
    second.expect("hello")
    for _ in range(3):
        back = come(visitor, first, viewer=1)
        assert back.end["code"] == "elsewhere" and back.close_code == 4009
    assert is_in_place(host, second, b"still here")
    # Where it stands in the logs: no viewer has attached or left but the two.
    log = visitor.server.log_text()
    assert log.count("terminal attached") == 1
    second.close()
    first = come(visitor, first, viewer=1)
    assert place(first) == (1, 2) and is_in_place(host, first, b"back")


def test_an_older_channel_of_the_same_viewer_is_replaced(line):
    host, visitor = line
    first = visitor.terminal()
    first.expect("hello")
    again = come(visitor, first, viewer=1)
    assert place(again) == (1, 0)
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


def test_cuts_change_nothing_of_whose_a_terminal_is(line):
    """The page that has the terminal loses its connection again and again; one that had it before tries to come back each time."""
    host, visitor = line
    first = visitor.terminal()
    page = come(visitor, first)
    viewer, turn = place(page)
    page.expect("hello")
    for number in range(20):
        words = f"<{number}>".encode()
        page.type(words)
        page.vanish()
        # The server may have noticed, or not: where no viewer is attached, coming back is no taking.
        other = come(visitor, first, viewer=1)
        if other.end:
            assert other.close_code == 4009
        else:
            turn += 1
            other.close()
        former, page = page, None
        while page is None:
            page = visitor.terminal(resume={"terminal": first.id, "output": former.offset, "viewer": viewer})
            if page.end:
                # The other one's leaving is not noticed yet.
                assert page.close_code == 4009
                page = None
        turn += 0 if other.end else 1
        assert place(page) == (viewer, turn) and page.welcome["missed"] == 0
        # What was on its way when the connection was lost, and had come.
        page.sent = former.sent
        lost = former.sent - page.welcome["input"]
        if lost:
            page.sent = page.welcome["input"]
            page.type(words[-lost:])
        host.expect(words)
    assert host.got == b"".join(f"<{number}>".encode() for number in range(20))
    with pytest.raises(ConnectionClosed):
        first.read_to_end()
        first.say({"type": "ping", "id": 1})
