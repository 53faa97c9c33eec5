"""What SIGHUP changes, and what it leaves alone: live terminals, logins under way, throttles, descriptors and threads."""

import json
import os
import signal
import threading

import pytest

from login import LoggedIn, basic, crypt, hashed
from server import eventually
from terminal import Visitor

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/telnet/visitor/23"


def reload(server, **changes):
    """Waits until the server has taken another configuration."""
    taken = server.log_text().count("configuration reloaded")
    server.write_configuration(**changes)
    server.signal(signal.SIGHUP)
    eventually(lambda: server.log.read_text().count("configuration reloaded") > taken, "the configuration is taken")


def target(name, port=23, **more):
    return {"name": name, "host": "127.0.0.1", "telnet": {"ports": [port], "users": ["*"]}, **more}


def test_a_reload_takes_new_targets_and_keeps_terminals(serve_program):
    server = serve_program(ECHO)
    terminal = Visitor(server, PATH).terminal()
    terminal.expect("ready")
    targets = json.loads(json.dumps(server.configuration["targets"]))
    targets[0]["telnet"]["ports"] = [24]
    server.write_configuration(targets=targets)
    server.signal(signal.SIGHUP)
    eventually(lambda: server.request("/remote/telnet/visitor/24")[0].status == 200, "the new port is allowed")
    assert server.request(PATH)[0].status == 403
    terminal.type("still here")
    terminal.expect("still here")
    server.file.write_text("{ broken")
    server.signal(signal.SIGHUP)
    eventually(lambda: "expected JSON5" in server.log.read_text(), "the broken file is told")
    assert server.request("/remote/telnet/visitor/24")[0].status == 200
    terminal.type("and now")
    terminal.expect("and now")


def resume(terminal):
    return {"terminal": terminal.id, "output": terminal.offset}


def test_a_terminal_of_a_target_that_was_removed_goes_on_with_its_page(serve_program):
    server = serve_program(ECHO)
    path = "/remote/program/telnet/visitor/23"
    visitor, stranger = Visitor(server, path), Visitor(server, path)
    terminal = visitor.terminal()
    terminal.expect("ready")
    reload(server, targets=[target("other", 24)])
    terminal.socket.close()
    again = visitor.terminal(resume=resume(terminal))
    assert again.welcome["resumed"]
    again.type("still here")
    again.expect("still here")
    # A page that is loaded anew, too, and no other's.
    assert server.request(path, Cookie=visitor.cookie)[0].status == 200
    assert server.request(path, Cookie=stranger.cookie)[0].status == 404
    assert server.request(path)[0].status == 404
    # But no other one can be opened there, and what is over is over.
    assert visitor.terminal().end["code"] == "forbidden"
    again.say({"type": "close"})
    again.read_to_end()
    assert server.request(path, Cookie=visitor.cookie)[0].status == 404


def test_a_terminal_of_a_port_that_was_removed_goes_on_with_its_page(serve_program):
    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    terminal.expect("ready")
    reload(server, targets=[target("program", 24)])
    assert server.request(PATH, Cookie=visitor.cookie)[0].status == 200
    terminal.socket.close()
    assert visitor.terminal(resume=resume(terminal)).welcome["resumed"]
    refused = visitor.terminal()
    assert refused.end["code"] == "forbidden" and "port 23" in refused.end["message"]


@pytest.fixture
def accounts(serve, tmp_path):
    """A server with a password file, and that file."""
    file = tmp_path / "htpasswd"
    # A hash that takes its time, so that a reload meets it.
    slow = crypt.crypt("slow", crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=1 << 13))
    file.write_text(f"alice:{hashed('wonderland')}\nslow:{slow}\n")
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    return serve(
        clients={"telnet": str(program)}, auth={"mode": "htpasswd", "file": str(file)},
        targets=[target("hers", visitors=["alice"]), target("all")])


def test_a_right_that_was_taken_away_does_not_resume_by_another_address(accounts):
    hers, every = "/remote/hers/telnet/visitor/23", "/remote/all/telnet/visitor/23"
    alice = LoggedIn(accounts, "alice", "wonderland", path=hers)
    terminal = alice.terminal()
    terminal.expect("ready")
    terminal.socket.close()
    assert alice.terminal(resume=resume(terminal), path=every).welcome["resumed"]
    reload(accounts, targets=[target("hers", visitors=["slow"]), target("all")])
    for path in (hers, every):
        refused = alice.terminal(resume=resume(terminal), path=path)
        assert refused.end["code"] == "forbidden" and refused.close_code == 4003, path
        assert "hers is not open to you" in refused.end["message"]
    assert terminal.id.encode() not in accounts.request("/", Cookie=alice.cookie)[1]
    # Given back, it is there again.
    reload(accounts, targets=[target("hers", visitors=["alice"]), target("all")])
    assert alice.terminal(resume=resume(terminal), path=every).welcome["resumed"]


def test_many_reloads_cost_no_thread_and_no_descriptor(accounts):
    reload(accounts)
    threads = len(os.listdir(f"/proc/{accounts.pid}/task"))
    descriptors = accounts.descriptors()
    for _ in range(30):
        reload(accounts)
    assert len(os.listdir(f"/proc/{accounts.pid}/task")) == threads
    assert accounts.descriptors() <= descriptors


def test_a_login_under_way_is_answered_after_a_reload(accounts):
    answers = []
    logins = [
        threading.Thread(target=lambda: answers.append(accounts.request("/", Authorization=basic("slow", "slow"))[0].status))
        for _ in range(3)]
    for login in logins:
        login.start()
    for _ in range(5):
        reload(accounts)
    for login in logins:
        login.join(20)
    assert answers == [200] * 3


def test_guessing_stays_slow_over_a_reload(accounts):
    def guess():
        return accounts.request("/", Authorization=basic("alice", "wrong"))[0].status

    statuses = [guess() for _ in range(4)]
    assert statuses == [401] * 4
    reload(accounts)
    # The pause may be over by now; but a server that forgot would let three more pass.
    assert 429 in [guess() for _ in range(3)]


def test_how_long_a_terminal_waits_is_what_it_was_opened_with(serve_program):
    server = serve_program(ECHO, timeouts={"detached": 300})
    visitor = Visitor(server, PATH)
    terminal = visitor.terminal()
    assert terminal.welcome["detached"] == 300
    reload(server, timeouts={"detached": 20})
    terminal.socket.close()
    assert visitor.terminal(resume=resume(terminal)).welcome["detached"] == 300
    assert visitor.terminal().welcome["detached"] == 20


def test_a_reloaded_rate_counts_for_addresses_that_are_known(serve_program):
    server = serve_program(ECHO, limits={"openPerMinute": 2})
    visitor = Visitor(server, PATH)
    assert [visitor.terminal().end is None for _ in range(3)] == [True, True, False]
    reload(server, limits={"openPerMinute": 1000})
    eventually(lambda: visitor.terminal().end is None, "the new rate counts")
