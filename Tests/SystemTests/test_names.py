"""Names of hosts: one that no name server answers for holds up no other."""

import contextlib
import os
import pathlib
import random
import re
import socket
import subprocess
import time

import pytest

from terminal import Visitor


@pytest.fixture
def silent_names(tmp_path):
    """A name server that takes every question and answers none, and what makes a server ask it."""
    if os.getuid() != 0:
        pytest.fail("only root can give a server another name server: these tests need root")
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        address = f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"
        server.bind((address, 53))
        resolv = tmp_path / "resolv.conf"
        resolv.write_text(f"nameserver {address}\noptions timeout:30 attempts:1\n")
        nsswitch = tmp_path / "nsswitch.conf"
        nsswitch.write_text("hosts: files dns\npasswd: files\ngroup: files\n")
        # The mounts are the server's own, and end with it.
        script = f'mount --bind {resolv} /etc/resolv.conf && mount --bind {nsswitch} /etc/nsswitch.conf && exec "$@"'
        yield ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]


def target(name, host, port):
    return {"name": name, "host": host, "telnet": {"ports": [port], "users": ["*"], "mode": "raw"}}


def open_terminal(server, name, port):
    return Visitor(server, f"/remote/{name}/telnet/x/{port}").terminal()


def test_a_name_that_is_not_answered_holds_up_nobody(serve, device, silent_names):
    host = device(greeting=b"here\r\n")
    slow = [target(f"slow{number}", f"console{number}.slow.example", host.port) for number in range(12)]
    server = serve(
        wrapper=silent_names, timeouts={"connect": 2},
        targets=[target("address", "127.0.0.1", host.port), *slow])
    terminals = [open_terminal(server, each["name"], host.port) for each in slow]
    open_terminal(server, "address", host.port).expect("here")
    # The system's resolver would take 30 s for each, one after the other.
    for terminal in terminals:
        terminal.read_to_end()
        assert terminal.end["reason"] == "No name server answered within 2 seconds."


def test_what_was_closed_is_not_looked_up(serve, device, silent_names):
    hosts = {name: device(greeting=b"here\r\n") for name in ("127.0.0.1", "localhost")}
    server = serve(
        wrapper=silent_names, timeouts={"connect": 10},
        targets=[target("slow", "console.slow.example", 23),
                 *(target(f"t{each.port}", name, each.port) for name, each in hosts.items())])
    for _ in range(20):
        open_terminal(server, "slow", 23).say({"type": "close"})
    for each in hosts.values():
        open_terminal(server, f"t{each.port}", each.port).expect("here")


def arguments(process):
    return pathlib.Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")[:-1]


@pytest.fixture
def named(tmp_path):
    """What makes a server know names of its own."""
    if os.getuid() != 0:
        pytest.fail("only root can give a server names of its own: these tests need root")
    hosts = tmp_path / "hosts"
    # The first address of the first one never answers.
    hosts.write_text(
        "127.0.0.1 localhost\n::1 two.example\n127.0.0.1 two.example\n127.0.0.1 one.example\n"
        "127.0.0.2 mute.example\n127.0.0.3 mute.example\n127.0.0.4 mute.example\n"
        "127.0.0.1 pair.example\n127.0.0.5 pair.example\n")
    nsswitch = tmp_path / "nsswitch.conf"
    nsswitch.write_text("hosts: files\npasswd: files\ngroup: files\n")
    script = f'mount --bind {hosts} /etc/hosts && mount --bind {nsswitch} /etc/nsswitch.conf && exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]


@pytest.mark.parametrize("host", ["one.example", "two.example"])
@pytest.mark.parametrize("keys", ["pin", "file", "ask"])
def test_ssh_is_given_an_address_and_looks_keys_up_by_the_name(serve, gateway, tmp_path, named, host, keys):
    known = tmp_path / "known"
    key = (gateway.folder / "host_key.pub").read_text()
    known.write_text(f"[{host}]:{gateway.ssh_port} {key}")
    target = gateway.target(hostKeys=str(known) if keys == "file" else keys) | {"host": host}
    server = serve(wrapper=named, targets=[target])
    terminal = Visitor(server, gateway.ssh_path).terminal()
    if keys == "ask":
        terminal.expect(rf"authenticity of host '\[{host}\]:{gateway.ssh_port} ")
        terminal.type("yes\n")
    shown = terminal.expect(r"(?s).*[#$] ").group()
    assert b"connect to host" not in shown
    (client,) = server.children()
    assert arguments(client)[-2:] == ["--", "127.0.0.1"]
    terminal.type("exit 3\n")
    terminal.read_to_end()
    assert terminal.end == {"type": "exit", "code": 3}


def test_a_host_s_certificate_is_made_out_to_its_name(serve, gateway, tmp_path, named):
    for file in ("ca", "certified"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / file], check=True)
    public = tmp_path / "certified.pub"
    subprocess.run(
        ["ssh-keygen", "-q", "-s", tmp_path / "ca", "-I", "host", "-h", "-n", "one.example", public], check=True)
    port = gateway.sshd(f"HostKey {tmp_path}/certified", f"HostCertificate {tmp_path}/certified-cert.pub")
    known = tmp_path / "known"
    known.write_text(f"@cert-authority *.example {(tmp_path / 'ca.pub').read_text()}")
    server = serve(wrapper=named, targets=[gateway.target(ports=[port], hostKeys=str(known)) | {"host": "one.example"}])
    Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal().expect("[#$] ")


def test_a_telnet_program_is_given_an_address(serve, gateway, named):
    target = gateway.target() | {"host": "two.example"}
    server = serve(wrapper=named, clients={"telnet": "/usr/bin/telnet"}, targets=[target])
    terminal = Visitor(server, gateway.telnet_path).terminal()
    terminal.expect(r"telnet-host\$ ")
    (client,) = server.children()
    assert arguments(client)[-3:] == ["--", "127.0.0.1", str(gateway.telnet_port)]


def test_a_name_that_is_not_known_is_said_so(serve, gateway, named):
    server = serve(
        wrapper=named, clients={"telnet": "/usr/bin/telnet"}, targets=[gateway.target() | {"host": "nowhere.example"}])
    for path in (gateway.ssh_path, gateway.telnet_path):
        terminal = Visitor(server, path).terminal()
        assert terminal.read_to_end() == b""
        assert terminal.end == {"type": "exit", "reason": "The host's name is not known."}


def test_a_host_of_which_no_address_answers_is_said_once(serve, gateway, named):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        server = serve(wrapper=named, targets=[gateway.target(ports=[port]) | {"host": "two.example"}])
        terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{port}").terminal()
        assert len(re.findall(b"connect to host", terminal.read_to_end())) == 1
        assert terminal.end == {"type": "exit", "code": 255, "reason": "The host refused the connection."}


@pytest.fixture
def mute():
    """A port at which three addresses take no connection and refuse none: those that wait are never taken."""
    with contextlib.ExitStack() as stack:
        port = 0
        for number in (2, 3, 4):
            full = stack.enter_context(socket.socket())
            full.bind((f"127.0.0.{number}", port))
            full.listen(0)
            port = full.getsockname()[1]
            for _ in range(3):
                each = stack.enter_context(socket.socket())
                each.setblocking(False)
                each.connect_ex(full.getsockname())
        yield port


@pytest.mark.parametrize("method", ["ssh", "telnet"])
def test_all_addresses_of_a_name_share_one_deadline(serve, named, mute, method):
    rules = {"ports": [mute], "users": ["*"]}
    server = serve(
        wrapper=named, clients={"telnet": "/usr/bin/telnet"}, timeouts={"connect": 3},
        targets=[{"name": "mute", "host": "mute.example", method: rules}])
    before = time.monotonic()
    terminal = Visitor(server, f"/remote/{method}/x/{mute}").terminal()
    words = terminal.read_to_end(60)
    lasted = time.monotonic() - before
    if method == "ssh":
        # Its ten seconds, not ten for each.
        assert terminal.end["reason"] == "The host did not answer in time." and 8 < lasted < 25
        assert words.count(b"connect to host") == 1
    else:
        # The program would wait for two minutes at each.
        assert terminal.end["reason"] == "The host did not answer within 3 seconds." and lasted < 20
        assert words.count(b"Trying") == 3


def test_a_host_cannot_feign_an_address_that_does_not_answer(serve, named, device):
    """What telnet(1) says where it cannot connect, said by a host to which it has."""
    host = device(greeting=b"telnet: Unable to connect to remote host: Connection refused\r\n")
    server = serve(
        wrapper=named, clients={"telnet": "/usr/bin/telnet"},
        targets=[{"name": "pair", "host": "pair.example", "telnet": {"ports": [host.port], "users": ["*"]}}])
    terminal = Visitor(server, f"/remote/telnet/x/{host.port}").terminal()
    terminal.expect("remote host: Connection refused")
    host.close()
    assert b"Trying" not in terminal.read_to_end()
    assert terminal.end["type"] == "exit"
