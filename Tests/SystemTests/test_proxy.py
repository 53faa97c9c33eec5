"""Behind a real nginx, with the configurations that we hand out."""

import collections
import http.client
import http.server
import os
import pathlib
import re
import shutil
import signal
import ssl
import stat
import subprocess
import tempfile
import threading

import pytest
from websockets.exceptions import InvalidStatus

from nginx import ACCOUNT, Nginx, take_comments_in
from login import basic
from server import ROOT, eventually, free_port
from terminal import SUBPROTOCOL, Terminal
from tls_channel import TLSChannel

ECHO = "#!/bin/sh\nstty raw -echo\nprintf ready\nexec cat\n"
PATH = "/remote/telnet/visitor/23"


class ProxiedVisitor:
    """A browser that reaches the server through nginx, with all the cookies that it is given."""

    def __init__(self, nginx, path=PATH, **headers):
        self.nginx, self.path, self.headers = nginx, path, headers
        self.trust = ssl.create_default_context(cafile=nginx.certificate)
        self.cookies = {}
        self.status = self.get(path)

    def get(self, path):
        connection = http.client.HTTPSConnection("localhost", self.nginx.port, context=self.trust, timeout=10)
        connection.request("GET", path, headers={"Cookie": self.cookie, **self.headers})
        response = connection.getresponse()
        self.body = response.read()
        for field in response.headers.get_all("Set-Cookie") or []:
            name, value = field.split(";")[0].split("=")
            self.cookies[name] = value
            self.attributes = field
        connection.close()
        return response.status

    @property
    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def terminal(self, resume=None):
        channel = TLSChannel(
            f"wss://localhost:{self.nginx.port}{self.path}", subprotocols=[SUBPROTOCOL],
            origin=f"https://localhost:{self.nginx.port}", additional_headers={"Cookie": self.cookie, **self.headers},
            compression=None, max_size=None, open_timeout=10, close_timeout=5, ping_interval=None, ssl=self.trust)
        return Terminal(channel, resume=resume)


@pytest.fixture
def proxied(serve_program, tmp_path):
    started = []

    def start(script=ECHO, base_path="/", **configuration):
        port = free_port()
        folder = tmp_path / "nginx"
        folder.mkdir()
        listen = configuration.pop("listen", ["127.0.0.1:0"])
        server = serve_program(script, listen=listen, origins=[f"https://localhost:{port}"], basePath=base_path, **configuration)
        upstream = server.url if server.url.startswith("unix:") else f"127.0.0.1:{server.port}"
        nginx = Nginx(folder, upstream, base_path=base_path, port=port)
        started.append(nginx)
        return server, nginx

    yield start
    for nginx in started:
        nginx.stop()


def test_tls_pages_and_terminals(proxied):
    server, nginx = proxied()
    check = nginx.check()
    assert check.returncode == 0 and "warn" not in check.stderr, check.stderr
    visitor = ProxiedVisitor(nginx)
    assert visitor.status == 200 and "; Secure" in visitor.attributes and visitor.cookie.startswith("__Host-webterm=")
    terminal = visitor.terminal()
    terminal.type("through")
    terminal.expect("readythrough")
    assert nginx.errors() == []


@pytest.fixture
def open_folder():
    """A folder that every account may enter, as /run/webtermd is; those of tests are closed to nginx."""
    with tempfile.TemporaryDirectory(prefix="webtermd-") as folder:
        os.chmod(folder, 0o755)
        yield folder


@pytest.mark.parametrize("access, mode", [({}, 0o666), ({"group": ACCOUNT}, 0o660), ({"mode": "0622"}, 0o622)], ids=str)
def test_a_base_path_and_a_unix_socket(proxied, open_folder, access, mode):
    """Under the mask of the packaged unit, and nginx in its own account."""
    former = os.umask(0o077)
    try:
        server, nginx = proxied(
            base_path="/console/", listen=[f"unix:{open_folder}/http.sock"], **({"socket": access} if access else {}))
    finally:
        os.umask(former)
    assert stat.S_IMODE(os.stat(f"{open_folder}/http.sock").st_mode) == mode
    visitor = ProxiedVisitor(nginx, "/console" + PATH)
    assert visitor.status == 200 and b'<base href="/console/">' in visitor.body
    assert visitor.cookie.startswith("webterm=") and "Path=/console/" in visitor.attributes
    terminal = visitor.terminal()
    terminal.type("through")
    terminal.expect("readythrough")
    eventually(lambda: "address=127.0.0.1 " in server.log.read_text(), "the visitor's address comes through")


def test_a_unix_socket_may_be_closed_to_others(proxied, open_folder):
    _, nginx = proxied(listen=[f"unix:{open_folder}/http.sock"], socket={"mode": "0600"})
    assert ProxiedVisitor(nginx).status == 502


def test_megabytes_flow_through(proxied):
    server, nginx = proxied("#!/bin/sh\nstty -echo\nread x\nfor i in 1 2 3 4 5 6 7 8; do head -c 250000 /dev/zero | tr '\\0' x; sleep 0.25; done\necho over\n")
    terminal = ProxiedVisitor(nginx).terminal()
    terminal.type("\n")
    assert len(terminal.read_to_end()) >= 2_000_000
    assert terminal.end == {"type": "exit", "code": 0}


def test_nginx_may_restart_under_a_terminal(proxied):
    server, nginx = proxied()
    visitor = ProxiedVisitor(nginx)
    terminal = visitor.terminal()
    terminal.expect("ready")
    terminal.type("before ")
    terminal.expect("before ")
    nginx.restart()
    again = visitor.terminal(resume={"terminal": terminal.id, "output": terminal.offset})
    assert again.welcome["resumed"] and again.welcome["missed"] == 0
    again.type("after")
    again.expect("after")


def test_the_visitor_s_address_counts_only_from_a_trusted_proxy(serve_program):
    trusting = serve_program(ECHO)
    trusting.request(PATH, X_Forwarded_For="198.51.100.9, 127.0.0.1")
    assert "peer=198.51.100.9" in trusting.log_text()
    # An address that the visitor put in front of the proxy's own word.
    trusting.request(PATH, X_Forwarded_For="203.0.113.1, 198.51.100.10")
    assert "peer=198.51.100.10" in (log := trusting.log_text()) and "203.0.113.1" not in log


def test_a_spoofed_address_is_ignored(serve_program):
    server = serve_program(ECHO, proxies=["192.0.2.7"])
    for n in range(3):
        server.request(PATH, X_Forwarded_For=f"198.51.100.{n}", X_Forwarded_Proto="https")
    log = server.log_text()
    assert "198.51.100" not in log and "peer=127.0.0.1" in log
    assert "Secure" not in server.request(PATH, X_Forwarded_Proto="https")[0].headers["Set-Cookie"]


def test_limits_are_the_visitor_s_own(serve_program):
    from terminal import Visitor

    server = serve_program(ECHO, limits={"perAddress": 1, "perVisitor": 100, "openPerMinute": 1000})

    def open_from(address):
        visitor = Visitor(server, PATH)
        return Terminal(visitor.connect(headers={"X-Forwarded-For": address}))

    first = open_from("198.51.100.1")
    assert first.welcome
    assert open_from("198.51.100.1").end["code"] == "limit"
    assert open_from("198.51.100.2").welcome
    # An IPv6 address counts by its /64.
    six = open_from("2001:db8::1")
    assert six.welcome
    assert open_from("2001:db8::ffff").end["code"] == "limit"
    assert open_from("2001:db8:0:1::1").welcome


def test_openings_per_minute(serve_program):
    from terminal import Visitor

    server = serve_program(ECHO, limits={"openPerMinute": 3})
    visitor = Visitor(server, PATH)
    ends = [visitor.terminal().end for _ in range(5)]
    assert ends[:3] == [None] * 3 and [end["code"] for end in ends[3:]] == ["limit", "limit"]
    assert "within a minute" in ends[3]["message"]
    _, metrics = server.request("/metrics")
    assert b'webtermd_refused_total{reason="limit"} 2\n' in metrics


# Several processes


class Cluster:
    def __init__(self, serve_program, folder):
        port = free_port()
        self.servers = {
            name: serve_program(ECHO, instance=name, origins=[f"https://localhost:{port}"]) for name in ("a", "b", "c")}
        text = (ROOT / "deploy/nginx/cluster.conf").read_text()
        for number, server in enumerate(self.servers.values(), 1):
            assert f"127.0.0.1:500{number}" in text
            text = text.replace(f"127.0.0.1:500{number}", f"127.0.0.1:{server.port}")
        folder.mkdir()
        self.nginx = Nginx(folder, None, port=port, text=text)


@pytest.fixture
def cluster(serve_program, tmp_path):
    cluster = Cluster(serve_program, tmp_path / "nginx")
    yield cluster
    cluster.nginx.stop()


def test_three_processes_behind_one_nginx(cluster):
    """60 terminals spread; one process drains, one is killed: only the killed one's terminals are lost."""
    check = cluster.nginx.check()
    assert check.returncode == 0 and "warn" not in check.stderr, check.stderr
    visitors = []
    for number in range(60):
        visitor = ProxiedVisitor(cluster.nginx)
        visitor.live = visitor.terminal()
        visitor.live.type(f"terminal {number}")
        visitor.live.expect(f"readyterminal {number}")
        visitors.append(visitor)
    spread = collections.Counter(visitor.live.id.split("-")[0] for visitor in visitors)
    assert set(spread) == {"a", "b", "c"} and min(spread.values()) >= 15, spread
    assert all(visitor.cookies["webterm_route"] == visitor.live.id.split("-")[0] for visitor in visitors)

    drained, killed = cluster.servers["a"], cluster.servers["b"]
    assert drained.control("drain").returncode == 0
    killed.process.kill()
    killed.process.wait()
    cluster.nginx.restart()
    for visitor in visitors:
        resume = {"terminal": visitor.live.id, "output": visitor.live.offset}
        if visitor.live.id.startswith("b-"):
            # What a page does: a refused handshake, its own address, which renews the cookie, and the news.
            assert visitor.get(PATH) == 200 and visitor.cookies["webterm_route"] == "c"
            assert visitor.terminal(resume=resume).close_code == 4004
        else:
            again = visitor.terminal(resume=resume)
            assert again.welcome and again.welcome["resumed"], (visitor.live.id, again.end)
            again.type("alive")
            again.expect("alive")
            visitor.live = again
    # Newcomers go where there is room.
    newcomer = ProxiedVisitor(cluster.nginx)
    assert newcomer.status == 200 and newcomer.terminal().id.startswith("c-")
    # The drained one stops when its last terminal has ended.
    mine = [visitor for visitor in visitors if visitor.live.id.startswith("a-")]
    assert drained.process.poll() is None
    for visitor in mine:
        visitor.live.say({"type": "close"})
        visitor.live.read_to_end()
    assert drained.process.wait(timeout=10) == 0


# A page whose address the configuration does not know


def ask_why(nginx, path=PATH, accept="text/plain"):
    """What a page does whose handshake was refused: it asks for its own address and says where it is."""
    trust = ssl.create_default_context(cafile=nginx.certificate)
    connection = http.client.HTTPSConnection("localhost", nginx.port, context=trust, timeout=10)
    connection.request("GET", path, headers={"Accept": accept, "X-WebTerm-Origin": f"https://localhost:{nginx.port}"})
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def test_a_refused_handshake_has_a_reason(serve_program, tmp_path):
    """nginx on another port, with `Host $host` as in our own file: the server does not learn the port."""
    port = free_port()
    server = serve_program(ECHO)
    (tmp_path / "nginx").mkdir()
    nginx = Nginx(tmp_path / "nginx", f"127.0.0.1:{server.port}", port=port)
    try:
        visitor = ProxiedVisitor(nginx)
        assert visitor.status == 200
        for _ in range(3):
            with pytest.raises(InvalidStatus) as refused:
                visitor.terminal()
            assert refused.value.response.status_code == 403
        status, words = ask_why(nginx)
        assert status == 403 and words.count("\n") == 1
        for part in (f"https://localhost:{port}", "https://localhost:", '"origins"'):
            assert part in words, words
        # One warning, with what was seen.
        log = server.log_text()
        (warning,) = [line for line in log.splitlines() if "warning" in line and "none of ours" in line]
        assert f"origin=https://localhost:{port}" in warning and "host=localhost" in warning
        # What it asks for is right.
        server.write_configuration(origins=[f"https://localhost:{port}"])
        server.signal(signal.SIGHUP)
        eventually(lambda: "configuration reloaded" in server.log.read_text(), "it is reloaded")
        assert ask_why(nginx)[0] == 200
        terminal = visitor.terminal()
        terminal.expect("ready")
    finally:
        nginx.stop()


def test_a_name_that_is_not_ours_is_told_with_what_would_be_right(serve_program):
    """nginx without a Host line passes its upstream's name."""
    server = serve_program(ECHO)
    for _ in range(3):
        response, body = server.request("/", Host="webtermd")
        assert response.status == 421 and b'name webtermd: ' in body and b'"https://webtermd"' in body
    (warning,) = [line for line in server.log_text().splitlines() if "none of ours" in line]
    assert "host=webtermd" in warning and " warning " in warning


def test_foreign_pages_do_not_fill_the_log(serve_program):
    from terminal import Visitor

    server = serve_program(ECHO)
    visitor = Visitor(server, PATH)
    for number in range(30):
        with pytest.raises(InvalidStatus):
            visitor.connect(origin=f"https://evil{number}.example")
    forged = "https://a" + "b" * 3000
    with pytest.raises(InvalidStatus):
        visitor.connect(origin=forged)
    warnings = [line for line in server.log_text().splitlines() if "none of ours" in line]
    assert len(warnings) == 10 and forged not in "".join(warnings)


# Who a caller is


@pytest.fixture
def with_a_login(serve, tmp_path):
    """A server that believes the proxy, behind one of the files that we hand out."""
    started = []

    def start(file, with_comments):
        program = tmp_path / "program"
        program.write_text(ECHO)
        program.chmod(0o755)
        port, instances = free_port(), ["a", "b", "c"] if file == "cluster.conf" else ["a"]
        servers = [serve(
            clients={"telnet": str(program)}, origins=[f"https://localhost:{port}"], instance=instance,
            auth={"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Remote-Groups"},
            targets=[
                {"name": "open", "host": "127.0.0.1", "telnet": {}},
                {"name": "secret", "host": "127.0.0.1", "telnet": {}, "visitors": ["root-admin", "@bosses"]},
            ]) for instance in instances]
        text = (ROOT / "deploy/nginx" / file).read_text()
        for number, server in enumerate(servers, 0 if file == "webtermd.conf" else 1):
            assert re.search(rf"127\.0\.0\.1:500{number}\b", text)
            text = re.sub(rf"127\.0\.0\.1:500{number}\b", f"127.0.0.1:{server.port}", text)
        passwords = pathlib.Path(tempfile.mkstemp(prefix="nginx-passwords-")[1])
        hashed = subprocess.run(["openssl", "passwd", "-apr1", "pw"], capture_output=True, text=True, check=True).stdout
        passwords.write_text(f"alice:{hashed}")
        shutil.chown(passwords, group=ACCOUNT)
        passwords.chmod(0o640)
        if with_comments:
            taken_in = take_comments_in(text)
            assert taken_in.count("\n") == text.count("\n") and "proxy_set_header X-Remote-User $remote_user;" in taken_in
            text = taken_in.replace("/etc/nginx/console.htpasswd", str(passwords))
        folder = tmp_path / "nginx"
        folder.mkdir()
        nginx = Nginx(folder, None, port=port, text=text)
        started.append((nginx, passwords))
        return nginx

    yield start
    for nginx, passwords in started:
        nginx.stop()
        passwords.unlink()


ROOT_ADMIN = [
    {"X-Remote-User": "root-admin"}, {"x-remote-user": "root-admin", "X-Remote-Groups": "bosses"}, {"X_Remote_User": "root-admin"},
    {"X-Remote-Groups": "bosses"}, {"X-REMOTE-USER": "root-admin", "X-Forwarded-For": "127.0.0.1"}]


@pytest.mark.parametrize("file", ["webtermd.conf", "cluster.conf"])
def test_a_visitor_s_word_of_who_they_are_is_nothing(with_a_login, file):
    nginx = with_a_login(file, with_comments=False)
    for claim in ROOT_ADMIN:
        for path in ("/", "/remote/open/telnet/visitor/23", "/remote/secret/telnet/visitor/23"):
            visitor = ProxiedVisitor(nginx, path, **claim)
            assert visitor.status == 403 and b"root-admin" not in visitor.body, (claim, visitor.body)


@pytest.mark.parametrize("file", ["webtermd.conf", "cluster.conf"])
def test_a_login_by_the_file_s_own_lines(with_a_login, file):
    """The lines that the file offers, taken in where they stand: the password alone says who it is."""
    nginx = with_a_login(file, with_comments=True)
    check = nginx.check()
    assert check.returncode == 0 and "warn" not in check.stderr, check.stderr
    for claim in ({}, *ROOT_ADMIN):
        assert ProxiedVisitor(nginx, "/", **claim).status == 401
        assert ProxiedVisitor(nginx, "/", Authorization=basic("alice", "wrong"), **claim).status == 401
        alice = ProxiedVisitor(nginx, "/", Authorization=basic("alice", "pw"), **claim)
        assert alice.status == 200 and b'"login":"alice"' in alice.body
        assert b'"open"' in alice.body and b"secret" not in alice.body
        assert alice.get("/remote/secret/telnet/visitor/23") in (403, 404)
        alice.path = "/remote/open/telnet/visitor/23"
        assert alice.get(alice.path) == 200
        terminal = alice.terminal()
        terminal.expect("ready")
        terminal.say({"type": "close"})
        terminal.read_to_end()
    assert nginx.errors() == [] or all("password mismatch" in line or "no user/password" in line for line in nginx.errors())


# Single sign-on


class SignOn(http.server.BaseHTTPRequestHandler):
    """Stands in for a single sign-on: who has its cookie is alice, in two groups."""

    def do_GET(self):
        is_known = "sso=yes" in (self.headers["Cookie"] or "")
        self.send_response(202 if is_known else 401)
        if is_known:
            self.send_header("Remote-User", "alice")
            self.send_header("Remote-Groups", "staff,operators")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def test_single_sign_on_says_who_it_is_and_to_which_groups(serve, tmp_path):
    """The example of docs/deployment.md, with the address of the stand-in."""
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    server = serve(
        clients={"telnet": str(program)}, auth={"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Remote-Groups"},
        origins=["https://localhost"],
        targets=[
            {"name": "theirs", "host": "127.0.0.1", "telnet": {}, "visitors": ["@operators"]},
            {"name": "others", "host": "127.0.0.1", "telnet": {}, "visitors": ["@bosses"]},
        ])
    sign_on = http.server.ThreadingHTTPServer(("127.0.0.1", 0), SignOn)
    threading.Thread(target=sign_on.serve_forever, daemon=True).start()
    blocks = re.findall(r"^```\n((?:auth_request|proxy_set_header X-Remote-User \$sso).*?)^```", (ROOT / "docs/deployment.md").read_text(), re.MULTILINE | re.DOTALL)
    around, inside = blocks
    around = around.replace("127.0.0.1:9091/api/authz/auth-request", f"127.0.0.1:{sign_on.server_port}/")
    text = (ROOT / "deploy/nginx/webtermd.conf").read_text()
    text = text.replace("server 127.0.0.1:5000;", f"server 127.0.0.1:{server.port};")
    text = text.replace("        proxy_set_header Host $host;\n", "        proxy_set_header Host $host;\n" + inside)
    (tmp_path / "nginx").mkdir()
    nginx = Nginx(tmp_path / "nginx", "", extra=around, text=text)
    try:
        assert ProxiedVisitor(nginx).status == 401
        # What callers claim of themselves is nothing.
        assert ProxiedVisitor(nginx, **{"X-Remote-User": "alice", "X-Remote-Groups": "bosses"}).status == 401
        visitor = ProxiedVisitor(nginx)
        visitor.cookies["sso"] = "yes"
        assert visitor.get("/") == 200 and b'"theirs"' in visitor.body and b'"others"' not in visitor.body
        assert b'"login":"alice"' in visitor.body
        assert visitor.get("/remote/theirs/telnet/visitor/23") == 200
        assert visitor.get("/remote/others/telnet/visitor/23") == 403
    finally:
        nginx.stop()
        sign_on.shutdown()
