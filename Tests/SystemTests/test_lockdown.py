"""The clients' lock: real ssh and telnet, tried with everything that is known to open them."""

import re
import select
import socket
import subprocess
import threading

import pytest

from server import eventually, free_port
from terminal import Visitor

PROMPT = r"[#$] "
# What leads from a session into the machine that runs the client, where the escape characters are on.
ESCAPES = {
    "telnet's command line": b"\x1d!id\r", "ssh's end": b"\r~.", "ssh's pause": b"\r~\x1a", "ssh's command line": b"\r~C-L 9:x:9\r",
    "ssh's list": b"\r~#", "ssh's background": b"\r~&", "ssh's help": b"\r~?", "ssh's rekey": b"\r~R", "ssh's break": b"\r~B",
    "ssh's verbosity": b"\r~V~v",
}


@pytest.mark.parametrize("method, clients", [("ssh", {}), ("telnet", {}), ("telnet", {"telnet": "/usr/bin/telnet"})])
def test_every_escape_reaches_the_host_as_plain_bytes(serve, gateway, method, clients):
    server = serve(clients=clients, targets=[gateway.target()])
    terminal = Visitor(server, gateway.ssh_path if method == "ssh" else gateway.telnet_path).terminal()
    terminal.expect(PROMPT)
    data = b"".join(ESCAPES.values())
    terminal.type(f"stty raw -echo; echo go; dd bs=1 count={len(data)} 2>/dev/null | od -An -tx1 -v; stty sane; echo over\n")
    terminal.expect(r"[\r\n\0]go\n")
    terminal.type(data)
    shown = terminal.expect(rb"((?:[\r\n ]|[0-9a-f]{2})+?)over")[1]
    assert bytes(int(word, 16) for word in shown.split()) == data
    terminal.type("echo $((6*7))\n")
    terminal.expect(r"[\r\n]42\r\n")


@pytest.mark.parametrize(
    "user",
    ["-oProxyCommand=id", "-f%20root", "-froot", "a%20b", "%25h", "%24(id)", "%60id%60", "a%0ab", "a%00", "caf%C3%A9", "a;id",
     "a%7Cid", "..", "a%2Fb", "%22", "'"],
)
@pytest.mark.parametrize("method, port", [("ssh", 22), ("telnet", 23)])
def test_a_user_name_that_says_more_is_refused_before_anything_starts(serve, user, method, port):
    server = serve(targets=[{"name": "a", "host": "127.0.0.1", "ssh": {}, "telnet": {}}])
    assert server.request(f"/remote/{method}/{user}/{port}")[0].status == 400
    assert server.children() == [] and "terminal opened" not in server.log_text()


class LoggingSshd:
    """An sshd that asks for a password and writes down what it is offered."""

    def __init__(self, gateway, folder):
        self.port = free_port()
        config = folder / "sshd_config"
        config.write_text(
            f"ListenAddress 127.0.0.1\nPort {self.port}\nHostKey {gateway.folder}/host_key\nPidFile none\nLogLevel DEBUG3\n"
            f"AuthorizedKeysFile {gateway.folder}/authorized_keys\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n"
            f"PasswordAuthentication yes\nAllowTcpForwarding yes\nAllowAgentForwarding yes\nAcceptEnv *\n"
            f"SetEnv HOME={gateway.home}\n")
        self.log = folder / "sshd.log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                ["/usr/sbin/sshd", "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True)
        eventually(lambda: "Server listening" in self.log.read_text(), "sshd listens")

    def stop(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture
def logging_sshd(gateway, tmp_path):
    folder = tmp_path / "sshd"
    folder.mkdir()
    sshd = LoggingSshd(gateway, folder)
    yield sshd
    sshd.stop()


def test_no_key_and_no_agent_of_the_server_is_offered(serve, gateway, logging_sshd, tmp_path):
    """The server's account has a key that would log in, an agent that holds it, and a configuration that names it."""
    import os

    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh/config").write_text(f"Host *\n IdentityFile {gateway.identity}\n ForwardAgent yes\n SendEnv *\n")
    agent = tmp_path / "agent"
    started = subprocess.run(["ssh-agent", "-a", agent], capture_output=True, text=True, check=True)
    agent_pid = int(re.search(r"SSH_AGENT_PID=(\d+)", started.stdout)[1])
    environment = {**os.environ, "HOME": str(home), "SSH_AUTH_SOCK": str(agent), "SECRET": "of the server"}
    try:
        subprocess.run(["ssh-add", "-q", gateway.identity], env=environment, check=True)
        server = serve(
            targets=[{"name": "a", "host": "127.0.0.1", "ssh": {"ports": [logging_sshd.port]}}], environment=environment)
        terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{logging_sshd.port}").terminal()
        terminal.expect("password: ", timeout=20)
        terminal.say({"type": "close"})
        terminal.read_to_end()
        # The same account without our lock would be in: the test can fail.
        plain = subprocess.run(
            ["ssh", "-F", home / ".ssh/config", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
             "-o", "UserKnownHostsFile=/dev/null", "-p", str(logging_sshd.port), "127.0.0.1", "echo in"],
            env=environment, capture_output=True, text=True)
        assert plain.stdout == "in\n", plain.stderr
    finally:
        os.kill(agent_pid, 15)
    log = logging_sshd.log.read_text()
    # The key scan's connections log in as nobody; the first that tries to is ours, the last the plain one.
    tries = [part for part in log.split("Connection from")[1:] if "method none" in part]
    assert len(tries) == 2 and "method publickey" in tries[1]
    assert "method publickey" not in tries[0] and "method hostbased" not in tries[0]
    assert "of the server" in tries[1] and "of the server" not in tries[0]


def test_nothing_can_be_forwarded(serve, gateway, logging_sshd):
    target = gateway.target()
    target["ssh"]["ports"] = [logging_sshd.port]
    known_hosts = logging_sshd.log.parent / "known_hosts"
    known_hosts.write_text(f"[127.0.0.1]:{logging_sshd.port} {(gateway.folder / 'host_key.pub').read_text()}")
    target["ssh"]["hostKeys"] = str(known_hosts)
    server = serve(targets=[target])
    terminal = Visitor(server, f"/remote/ssh/{gateway.user}/{logging_sshd.port}").terminal()
    terminal.expect(PROMPT)
    (client,) = server.children()
    port = free_port()
    terminal.type(f"\r~C-L {port}:127.0.0.1:22\r")
    terminal.type("echo ${SSH_AUTH_SOCK:-no agent} ${DISPLAY:-no display}\n")
    terminal.expect(r"no agent no display\r\n")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)
    sockets = subprocess.run(["ls", "-l", f"/proc/{client}/fd"], capture_output=True, text=True, check=True).stdout
    assert sockets.count("socket:") == 1
    log = logging_sshd.log.read_text()
    assert "direct-tcpip" not in log and "tcpip-forward" not in log and "auth-agent-req" not in log and "x11-req" not in log
    # The environment that was offered to the host: what the page shows, and nothing of ours.
    assert re.findall(r"Setting env \d+: (\S+)", log) == ["LANG=C.UTF-8", "COLORTERM=truecolor"], log[-2000:]


IAC, DONT, DO, WONT, WILL, SB, SE = b"\xff", b"\xfe", b"\xfd", b"\xfc", b"\xfb", b"\xfa", b"\xf0"
TERMINAL_TYPE, NEW_ENVIRON, OLD_ENVIRON, XDISPLAY = b"\x18", b"\x27", b"\x24", b"\x23"


class CuriousTelnetHost:
    """A telnet server by script that asks for everything a client may tell (RFC 1572, RFC 1091, RFC 1096)."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = b""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        connection, _ = self.socket.accept()
        for option in (TERMINAL_TYPE, NEW_ENVIRON, OLD_ENVIRON, XDISPLAY):
            connection.sendall(IAC + DO + option)
            self._hear(connection)
        for option in (NEW_ENVIRON, OLD_ENVIRON):
            # Everything; then one by one what would be worth to know.
            for question in (b"", b"\x03SECRET", b"\x00USER\x03HOME\x03PATH\x03LANG\x03SSH_AUTH_SOCK\x00DISPLAY"):
                connection.sendall(IAC + SB + option + b"\x01" + question + IAC + SE)
                self._hear(connection)
        connection.sendall(IAC + SB + TERMINAL_TYPE + b"\x01" + IAC + SE)
        # The last answer: all others have come before it.
        while TERMINAL_TYPE + b"\x00" not in self.heard:
            self._hear(connection)
        connection.sendall(b"asked")

    def _hear(self, connection):
        while select.select([connection], [], [], 0.3)[0]:
            piece = connection.recv(65536)
            if not piece:
                return
            self.heard += piece


def test_a_telnet_host_learns_the_user_and_the_terminal_type_only(serve):
    import os

    host = CuriousTelnetHost()
    environment = {**os.environ, "SECRET": "of-the-server", "DISPLAY": "server:0", "USER": "serveraccount"}
    server = serve(
        targets=[{"name": "a", "host": "127.0.0.1", "telnet": {"ports": [host.port]}}], environment=environment)
    terminal = Visitor(server, f"/remote/telnet/visitor/{host.port}").terminal()
    terminal.expect("asked", timeout=20)
    answers = re.findall(rb"\xff\xfa[\x27\x24]\x00(.*?)\xff\xf0", host.heard, re.DOTALL)
    assert answers, host.heard
    told = b"".join(answers)
    names = set(re.findall(rb"[\x00\x03]([A-Z_]+)", told))
    assert names <= {b"USER", b"TERM", b"SECRET", b"HOME", b"PATH", b"LANG", b"SSH_AUTH_SOCK", b"DISPLAY"}
    assert b"visitor" in told
    for secret in (b"of-the-server", b"server:0", b"serveraccount", b"/root", b"/home"):
        assert secret not in host.heard
    assert b"\x18\x00XTERM-256COLOR" in host.heard.upper()


def test_an_address_cannot_take_all_connections(serve):
    server = serve(limits={"perAddress": 2}, targets=[{"name": "a", "host": "h", "telnet": {}}])
    held = []
    try:
        for _ in range(8):
            connection = socket.create_connection((server.host, server.port))
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
            held.append(connection)
        response, body = server.request("/healthz")
        assert response.status == 429 and b"too many connections" in body and response.headers["Retry-After"]
        assert server.request("/healthz", X_Forwarded_For="198.51.100.3")[0].status == 200
    finally:
        for connection in held:
            connection.close()
    eventually(lambda: server.request("/healthz")[0].status == 200, "there is room again")


def test_an_untrusted_address_is_counted_from_its_first_byte(serve):
    server = serve(limits={"perAddress": 1}, proxies=[], targets=[{"name": "a", "host": "h", "telnet": {}}])
    held = [socket.create_connection((server.host, server.port)) for _ in range(4)]
    eventually(lambda: server.descriptors() >= 4, "they are accepted")
    late = socket.create_connection((server.host, server.port))
    late.settimeout(5)
    try:
        assert late.recv(1) == b""
    except ConnectionResetError:
        pass
    for connection in held:
        connection.close()
