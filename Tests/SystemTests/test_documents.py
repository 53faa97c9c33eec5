"""README and the documents, carried out as they stand: their blocks are cut out by the tests. docs/deployment.md's steps on a fresh
machine, and the container's, are test_package.py's."""

import http.client
import json
import os
import pathlib
import re
import shlex
import shutil
import stat
import subprocess
import tempfile

import pytest
from websockets.sync.client import connect

from nginx import ACCOUNT, Nginx
from server import PROGRAM, ROOT, eventually, free_port
from terminal import SUBPROTOCOL, Terminal, Visitor
from test_proxy import ECHO, PATH, ProxiedVisitor


def blocks(document, kind=""):
    """The blocks of a document that are marked so, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", (ROOT / document).read_text(), re.MULTILINE | re.DOTALL)


def the_block(document, kind, beginning):
    (found,) = [block for block in blocks(document, kind) if block.startswith(beginning)]
    return found


DOCUMENTS = ["README.md", "CONTRIBUTING.md", *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").glob("*.md")))]


def test_whatever_is_made_can_be_made():
    """`make WORD`, wherever a document says so."""
    words = {word for document in DOCUMENTS for word in re.findall(r"(?:^|`|sudo )make ([a-z-]+)", (ROOT / document).read_text(), re.MULTILINE)}
    assert {"run", "test", "release", "deb", "bench"} <= words
    for word in sorted(words):
        result = subprocess.run(["make", "--dry-run", word, "HARNESS=http"], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, (word, result.stderr)


def test_whatever_is_told_to_webtermd_is_understood(tmp_path):
    """Each `webtermd ARGUMENTS` of a document: it may find no server or file, but it knows the words."""
    said = {
        words
        for document in DOCUMENTS
        for words in re.findall(r"(?:^|`)(?:sudo )?webtermd ((?:-|ctl|scan-keys)[^`\n]+)(?:`|$)", (ROOT / document).read_text(), re.MULTILINE)}
    assert {"--check-config", "ctl list", "ctl drain --wait"} <= said
    (tmp_path / "webtermd.json5").write_text("{ targets: [] , state: '%s' }" % tmp_path)
    for words in sorted(said):
        arguments = re.sub(r"\[[^]]*\]|\.\.\.", "", words).split()
        result = subprocess.run(
            [PROGRAM, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
        assert result.returncode != 64, (words, result.stderr)


def test_the_readme_s_configuration_and_addresses(tmp_path):
    (configuration,) = blocks("README.md", "json5")
    (tmp_path / "webtermd.json5").write_text(configuration.replace("/var/lib/webtermd", str(tmp_path / "state")))
    (start,) = [line for block in blocks("README.md") for line in block.splitlines() if line.startswith(".build/release/webtermd ")]
    arguments = start.split()[1:]
    check = subprocess.run([PROGRAM, *arguments, "--check-config"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert check.returncode == 0, check.stderr
    server = subprocess.Popen([PROGRAM, *arguments, "--listen", "127.0.0.1:0"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline().rstrip("/\n").rsplit(":", 1)[1])
        rows = re.findall(r"^\| (`/[^|\n]*(?:\\\|[^|\n]*)*) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
        paths = [path for row in rows for path in re.findall(r"`([^`]*)`", row)]
        assert len(paths) == 6
        for path in paths:
            path = path.replace("<ssh\\|telnet>", "ssh").replace("<target>", "gateway").replace("<username>", "admin").replace("<port>", "22")
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            assert connection.getresponse().status == 200, path
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0


# HAProxy


class PlainVisitor(ProxiedVisitor):
    """A browser that reaches a proxy without TLS."""

    def __init__(self, port, path=PATH, **headers):
        self.port, self.path, self.headers, self.cookies = port, path, headers, {}
        self.status = self.get(path)

    def get(self, path):
        connection = http.client.HTTPConnection("localhost", self.port, timeout=10)
        connection.request("GET", path, headers={"Cookie": self.cookie, **self.headers})
        response = connection.getresponse()
        self.body = response.read()
        for field in response.headers.get_all("Set-Cookie") or []:
            name, value = field.split(";")[0].split("=")
            self.cookies[name] = value
        connection.close()
        return response.status

    def terminal(self, resume=None):
        channel = connect(
            f"ws://localhost:{self.port}{self.path}", subprotocols=[SUBPROTOCOL], origin=f"http://localhost:{self.port}",
            additional_headers={"Cookie": self.cookie, **self.headers}, compression=None, max_size=None, legacy=True,
            open_timeout=10, close_timeout=5, ping_interval=None)
        return Terminal(channel, resume=resume)


@pytest.fixture
def haproxy(tmp_path):
    started = []

    def start(ports):
        """The backend as it stands in docs/scaling.md, with these servers, behind a listener of loopback's."""
        backend = the_block("docs/scaling.md", "", "backend webtermd")
        for name, port in ports.items():
            backend, count = re.subn(rf"(server {name}) [\d.]+:5000 ", rf"\1 127.0.0.1:{port} ", backend)
            assert count == 1
        # A health check each 2 s is HAProxy's default; tests do not wait for it.
        backend = backend.replace(" check\n", " check inter 100ms\n")
        port = free_port()
        file = tmp_path / "haproxy.cfg"
        file.write_text(
            "defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n"
            f"frontend all\n    bind 127.0.0.1:{port}\n    default_backend webtermd\n{backend}")
        check = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", file], capture_output=True, text=True)
        assert check.returncode == 0 and "WARNING" not in check.stderr, check.stderr
        process = subprocess.Popen(["/usr/sbin/haproxy", "-db", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append(process)

        def answers():
            try:
                return PlainVisitor(port, "/healthz").status == 200
            except OSError:
                return False

        eventually(answers, "HAProxy answers")
        return port

    yield start
    for process in started:
        process.terminate()
        process.wait(timeout=20)


def test_haproxy_by_the_document(serve_program, haproxy):
    servers = {name: serve_program(ECHO, instance=name) for name in ("a", "b")}
    port = haproxy({name: server.port for name, server in servers.items()})
    visitors = []
    for number in range(8):
        visitor = PlainVisitor(port)
        assert visitor.status == 200
        visitor.live = visitor.terminal()
        visitor.live.type(f"terminal {number}")
        visitor.live.expect(f"readyterminal {number}")
        assert visitor.live.id.split("-")[0] == visitor.cookies["webterm_route"]
        visitors.append(visitor)
    assert {visitor.cookies["webterm_route"] for visitor in visitors} == {"a", "b"}
    assert "peer=127.0.0.1" in servers["a"].log_text()
    # One drains: it takes no newcomers, and its browsers come back to it.
    assert servers["a"].control("drain").returncode == 0
    eventually(lambda: all(PlainVisitor(port).cookies.get("webterm_route") == "b" for _ in range(4)), "newcomers go to the other one")
    mine = [visitor for visitor in visitors if visitor.live.id.startswith("a-")]
    for visitor in mine:
        visitor.live.vanish()
        again = visitor.terminal(resume={"terminal": visitor.live.id, "output": visitor.live.offset})
        assert again.welcome and again.welcome["resumed"], again.end
        again.say({"type": "close"})
        again.read_to_end()
    assert servers["a"].process.wait(timeout=20) == 0


def test_a_visitor_s_word_does_not_come_through_haproxy(serve_program, haproxy):
    server = serve_program(ECHO, auth={"mode": "header", "name": "X-Remote-User", "groupsHeader": "X-Remote-Groups"})
    port = haproxy({"a": server.port, "b": server.port})
    said = {"X-Remote-User": "root-admin", "X-Remote-Groups": "admins", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert PlainVisitor(port, **said).status == 403
    log = server.log_text()
    assert "root-admin" not in log and "203.0.113.9" not in log


# Kubernetes


@pytest.fixture
def pod(tmp_path):
    """What a pod of docs/scaling.md's StatefulSet does, carried out by a process of ours."""
    manifest = the_block("docs/scaling.md", "yaml", "apiVersion")
    configuration = the_block("docs/scaling.md", "json5", "instance")
    port = free_port()

    def placed(words):
        return words.replace("/config/", f"{tmp_path}/").replace("/tmp/webtermd.json5", f"{tmp_path}/own.json5")

    (command,) = re.findall(r"^ +command: (\[.*\])$", manifest, re.MULTILINE)
    (hook,) = re.findall(r"preStop: \{ exec: \{ command: (\[.*\]) \} \}", manifest)
    (probe,) = re.findall(r"readinessProbe: \{ httpGet: \{ path: (\S+), port: http \} \}", manifest)
    assert re.findall(r"containerPort: (\d+)", manifest) == re.findall(r'"0\.0\.0\.0:(\d+)"', configuration) == ["5000"]
    program = tmp_path / "program"
    program.write_text(ECHO)
    program.chmod(0o755)
    (tmp_path / "webtermd.json5").write_text(
        "{ %s clients: { telnet: '%s' }, targets: [{ name: 'program', host: '127.0.0.1', telnet: { ports: [23] } }] }"
        % (configuration.replace("0.0.0.0:5000", f"127.0.0.1:{port}"), program))
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "webtermd").write_text(f'#!/bin/sh\nexec {PROGRAM} "$@"\n')
    (folder / "webtermd").chmod(0o755)
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "HOSTNAME": "webtermd-1", "STATE_DIRECTORY": str(tmp_path)}

    def run(arguments):
        arguments = [placed(argument) for argument in json.loads(arguments)]
        return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True)

    class Pod:
        url, host = f"http://127.0.0.1:{port}/", "127.0.0.1"

        def __init__(self):
            self.process = run(command)
            self.process.stdout.readline()

        def request(self, path, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response, response.read()

        def is_ready(self):
            return self.request(probe)[0].status == 200

        def stop(self):
            return run(hook)

    pod = Pod()
    yield pod
    if pod.process.poll() is None:
        pod.process.terminate()
        pod.process.wait(timeout=20)


def test_kubernetes_by_the_document(pod):
    eventually(pod.is_ready, "it is ready")
    terminal = Visitor(pod, PATH).terminal()
    terminal.expect("ready")
    assert terminal.id.startswith("1-")
    # The kubelet sends SIGTERM when the hook has ended: that is when the last terminal has.
    hook = pod.stop()
    eventually(lambda: not pod.is_ready(), "it drains")
    terminal.type("still here")
    terminal.expect("still here")
    assert hook.poll() is None and pod.process.poll() is None
    terminal.say({"type": "close"})
    terminal.read_to_end()
    assert hook.wait(timeout=20) == 0 and pod.process.wait(timeout=20) == 0


# The socket that systemd holds


def test_the_socket_that_systemd_holds_by_the_document(tmp_path):
    """The unit's lines, with systemd's own program in place of the manager: nginx reaches it in its own account."""
    if os.getuid() != 0:
        pytest.fail("only root can give a socket to nginx's group: this test needs root")
    unit = dict(re.findall(r"^(\w+)=(.*)$", (ROOT / "deploy/systemd/webtermd.socket").read_text(), re.MULTILINE))
    upstream = re.search(r"and in nginx's file `server (unix:\S+);`", (ROOT / "docs/deployment.md").read_text()).group(1)
    assert upstream == f"unix:{unit['ListenStream']}"
    with tempfile.TemporaryDirectory(prefix="webtermd-") as folder:
        # /run is open to enter, the folders of tests are not.
        os.chmod(folder, 0o755)
        path = pathlib.Path(folder, "webtermd.sock")
        program, file, port = tmp_path / "program", tmp_path / "webtermd.json5", free_port()
        program.write_text(ECHO)
        program.chmod(0o755)
        file.write_text(json.dumps({
            "state": str(tmp_path), "origins": [f"https://localhost:{port}"], "clients": {"telnet": str(program)}, "proxies": ["unix"],
            "targets": [{"name": "program", "host": "127.0.0.1", "telnet": {"ports": [23]}}]}))
        server = subprocess.Popen(
            ["systemd-socket-activate", f"--listen={path}", PROGRAM, "--config", file], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        nginx = None
        try:
            eventually(path.exists, "systemd listens")
            # The one part that its program leaves to the manager.
            path.chmod(int(unit["SocketMode"], 8))
            shutil.chown(path, group=unit["SocketGroup"])
            assert unit["SocketGroup"] == ACCOUNT and stat.S_IMODE(path.stat().st_mode) == 0o660
            (tmp_path / "nginx").mkdir()
            nginx = Nginx(tmp_path / "nginx", f"unix:{path}", port=port)
            visitor = ProxiedVisitor(nginx)
            assert visitor.status == 200
            terminal = visitor.terminal()
            terminal.type("through")
            terminal.expect("readythrough")
            # Others of this machine do not come in.
            knock = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
            others = subprocess.run(
                ["setpriv", "--reuid=nobody", "--clear-groups", "/usr/bin/python3", "-c", knock], capture_output=True, text=True)
            assert "PermissionError" in others.stderr
        finally:
            if nginx:
                nginx.stop()
            server.terminate()
            server.wait(timeout=20)


# The container: the Dockerfile's steps in a copy of this machine that no other process sees, where they need no network


def dockerfile():
    """Its stages, each a list of instructions as they stand."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (ROOT / "deploy/Dockerfile").read_text(), flags=re.MULTILINE))
    stages = []
    for line in text.splitlines():
        if line.startswith("FROM "):
            stages.append([])
        elif line:
            stages[-1].append(tuple(line.split(" ", 1)))
    return stages


def context():
    """What `docker build` would send: the project's files without those of .dockerignore."""
    left_out = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if not any(f"{name}/".startswith(f"{each.removeprefix('**/')}/") for each in left_out)]


CONTAINER_STAND_INS = {
    # What is to be installed is there to be had.
    "apt-get": 'case $1 in install) shift; for name; do case $name in -*) ;; *) apt-cache show "$name" > /dev/null;; esac; done;; esac',
    "make": f'[ "$*" = assets ] && grep -q "^assets:" Makefile && cp -r {ROOT}/static/vendor {ROOT}/static/bundle static/',
    # The package is read as it would be; what comes of it is the program under test.
    "swift": f'"{shutil.which("swift")}" package describe > /dev/null && mkdir -p .build/release && cp {PROGRAM} .build/release/webtermd',
}


def test_the_container_by_its_dockerfile_and_the_document(tmp_path, gateway):
    if os.getuid() != 0:
        pytest.fail("only root can make a machine of its own: this test needs root")
    build, image = dockerfile()
    document = (ROOT / "docs/deployment.md").read_text()
    (run,) = re.findall(r"^docker run ((?:.*\\\n)*.*)$", document, re.MULTILINE)
    assert {"--read-only", "--cap-drop ALL", "-v webtermd-state:/var/lib/webtermd"} <= set(re.findall(r"-{1,2}[a-z-]+(?: [^-\s]\S*)?", run))
    port = free_port()
    lines = the_block("docs/deployment.md", "json5", "listen:")
    (tmp_path / "webtermd.json5").write_text(
        "{ %s insecure: true, targets: [%s] }" % (
            lines.replace("0.0.0.0:5000", f"127.0.0.1:{port}"),
            json.dumps(gateway.target("gateway", hostKeys="pin", identity="/etc/webtermd/key"))))
    stand_ins = tmp_path / "stand-ins"
    stand_ins.mkdir()
    for name, script in CONTAINER_STAND_INS.items():
        (stand_ins / name).write_text(f"#!/bin/sh -e\n{script}\n")
        (stand_ins / name).chmod(0o755)
    (tmp_path / "context").write_text("\n".join(context()))
    settings = dict(image_line for image_line in image if image_line[0] in ("ENV", "USER", "ENTRYPOINT", "HEALTHCHECK"))
    folders = [words for kind, words in build if kind == "WORKDIR"]
    copies = [words for kind, words in [*build, *image] if kind == "COPY"]
    assert copies == [". .", "--from=build /out/ /"] and folders == ["/source"]
    entry = json.loads(settings["ENTRYPOINT"])
    health = json.loads(settings["HEALTHCHECK"].removeprefix("CMD ").replace("5000", str(port)))
    inside = tmp_path / "machine"
    inside.mkdir()

    def steps(stage):
        return [words for kind, words in stage if kind == "RUN"]

    def chroot(command):
        return f"chroot $M env PATH={stand_ins}:$PATH sh -ec {shlex.quote(command)}"

    def new_machine(name):
        return (
            f"M={inside}/{name}; mkdir -p {inside}/{name}.up {inside}/{name}.work $M; "
            f"mount -t overlay overlay -o lowerdir=/,upperdir={inside}/{name}.up,workdir={inside}/{name}.work $M; "
            f"mount --rbind /proc $M/proc; mount --rbind /dev $M/dev; mkdir -p $M{tmp_path}; mount --bind {tmp_path} $M{tmp_path}")

    account = f"setpriv --reuid {settings['USER']} --regid {settings['USER']} --clear-groups --bounding-set=-all --inh-caps=-all"
    environment = f"env -i PATH=/usr/bin:/bin {settings['ENV']}"
    within = f"chroot $M {account} {environment}"
    script = "\n".join([
        f"mount -t tmpfs tmpfs {inside}", new_machine("build"), f"mkdir $M/source && tar -C {ROOT} -cf - -T {tmp_path}/context | tar -C $M/source -xf -",
        *(chroot(f"cd /source && {step}") for step in steps(build)),
        f"cp -r $M/out {inside}/out", new_machine("image"), "userdel webtermd 2> /dev/null || true",
        *(chroot(step) for step in steps(image)), f"cp -r {inside}/out/. $M/",
        "mkdir -p $M/etc/webtermd", f"cp {tmp_path}/webtermd.json5 $M/etc/webtermd/",
        f"cp {gateway.folder}/visitor_key $M/etc/webtermd/key; chroot $M chown {settings['USER']} /etc/webtermd/key; chmod 600 $M/etc/webtermd/key",
        # The volume is the image's folder, and all else is closed.
        f"umount $M{tmp_path}; cp -a $M/var/lib/webtermd {inside}/state; mount --bind {inside}/state $M/var/lib/webtermd; mount -o remount,ro $M",
        f"! {within} touch /usr/bin/x 2> /dev/null",
        f"exec {within} {shlex.join(entry)}"])
    log = tmp_path / "log"
    with open(log, "wb") as errors:
        server = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-exc", script], stdout=subprocess.PIPE, stderr=errors, text=True)
    try:
        assert "listening on" in server.stdout.readline(), log.read_text()[-3000:]

        def execute(*command):
            """`docker exec`."""
            return subprocess.run(
                ["nsenter", f"--mount=/proc/{server.pid}/ns/mnt", "sh", "-c", f"M={inside}/image; exec {within} {shlex.join(command)}"],
                capture_output=True, text=True, timeout=60)

        assert execute(*health).returncode == 0

        class Container:
            url = f"http://127.0.0.1:{port}/"

            def request(self, path, **headers):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", path, headers=headers)
                response = connection.getresponse()
                return response, response.read()

        terminal = Visitor(Container(), gateway.ssh_path).terminal()
        terminal.type("echo $((6*7))\n")
        terminal.expect(r"[\r\n]42\r\n")
        (ctl,) = re.findall(r"`docker exec CONTAINER (webtermd ctl list)`", document)
        listed = execute(*ctl.split())
        assert "gateway" in listed.stdout, listed.stderr
        pins = execute("cat", "/var/lib/webtermd/known_hosts.d/gateway").stdout
        assert pins.startswith(f"[gateway]:{gateway.ssh_port} ssh-ed25519 ")
        terminal.say({"type": "close"})
        terminal.read_to_end()
    finally:
        server.terminate()
        server.wait(timeout=20)
