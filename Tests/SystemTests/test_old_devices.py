"""Hosts that offer only what ssh does not use any more unless it is told to."""

import subprocess

import pytest

from terminal import Visitor

PROMPT = r"[#$] "
OLD = ["KexAlgorithms diffie-hellman-group1-sha1", "HostKeyAlgorithms ssh-rsa", "Ciphers 3des-cbc", "MACs hmac-sha1"]
CHOSEN = {"kex": ["diffie-hellman-group1-sha1"], "hostKeys": ["ssh-rsa"], "ciphers": ["3des-cbc"], "macs": ["hmac-sha1"]}


@pytest.fixture(scope="module")
def old_port(gateway):
    key = gateway.folder / "rsa_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", key], check=True)
    return gateway.sshd(f"HostKey {key}", *OLD)


def open_terminal(serve, gateway, port, **ssh):
    server = serve(targets=[gateway.target(ports=[port], **ssh)])
    return server, Visitor(server, f"/remote/ssh/{gateway.user}/{port}")


@pytest.mark.parametrize("algorithms", ["legacy", CHOSEN])
def test_an_old_host_is_reached_and_its_key_is_pinned(serve, gateway, old_port, algorithms):
    server, visitor = open_terminal(serve, gateway, old_port, hostKeys="pin", algorithms=algorithms)
    terminal = visitor.terminal()
    terminal.expect(PROMPT)
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")
    pins = server.folder / "state/known_hosts.d/demo"
    key = (gateway.folder / "rsa_key.pub").read_text().split()[1]
    assert pins.read_text() == f"[demo]:{old_port} ssh-rsa {key}\n"
    # Another key is refused from then on.
    other = (gateway.folder / "rsa_key.pub").read_text().split()[1]
    pins.write_text(pins.read_text().replace(other[:40], other[:39] + ("A" if other[39] != "A" else "B")))
    refused = visitor.terminal()
    refused.read_to_end()
    assert refused.end["code"] == 255


def test_without_it_the_host_s_offer_is_told(serve, gateway, old_port):
    terminal = open_terminal(serve, gateway, old_port)[1].terminal()
    assert b"no matching key exchange method found" in terminal.read_to_end()
    assert "diffie-hellman-group1-sha1" in terminal.end["reason"]


def test_the_page_is_told_that_it_is_outdated(serve, gateway, old_port):
    server, _ = open_terminal(serve, gateway, old_port, algorithms="legacy")
    assert b'"outdated":true' in server.request(f"/remote/ssh/{gateway.user}/{old_port}")[1]
    server, _ = open_terminal(serve, gateway, gateway.ssh_port)
    assert b'"outdated":false' in server.request(gateway.ssh_path)[1]


@pytest.mark.parametrize("algorithms, words", [
    ({"ciphers": ["aes256-ctr", "no-such-cipher"]}, 'targets[0].ssh.algorithms.ciphers[1]: expected an algorithm that'),
    ({"cipher": []}, "targets[0].ssh.algorithms.cipher: expected no such key"),
    ("old", 'targets[0].ssh.algorithms: expected "legacy" or an object'),
])
def test_a_name_that_ssh_does_not_know_is_told_by_its_place(serve, gateway, algorithms, words):
    with pytest.raises(RuntimeError) as failed:
        serve(targets=[gateway.target(algorithms=algorithms)])
    assert words in str(failed.value)
