"""The Debian package: built, checked, and installed in a fresh Debian without Swift, by the words of docs/deployment.md."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from login import basic, hashed
from nginx import Nginx
from server import PROGRAM, ROOT, eventually, free_port
from test_proxy import ProxiedVisitor

CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"
PACKAGES = "openssh-client,inetutils-telnet,nginx-light,adduser,libstdc++6,libcrypt1"


@pytest.fixture(scope="module")
def package():
    made = subprocess.run(["scripts/deb"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr[-3000:]
    return ROOT / made.stdout.splitlines()[-1]


def test_it_has_everything_inside(package):
    listing = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True).stdout
    for path in ("usr/bin/webtermd", "etc/webtermd/webtermd.json5", "etc/logrotate.d/webtermd",
                 "lib/systemd/system/webtermd.service",
                 "lib/systemd/system/webtermd.socket", "usr/share/webtermd/static/vendor/xterm.js",
                 "usr/share/webtermd/static/bundle/terminal-page.js.gz", "usr/share/man/man8/webtermd.8.gz",
                 "usr/share/man/man5/webtermd.json5.5.gz", "usr/share/doc/webtermd/examples/nginx/webtermd.conf"):
        assert f" ./{path}\n" in listing, path
    control = subprocess.run(["dpkg-deb", "--info", package, "conffiles"], capture_output=True, text=True, check=True)
    assert control.stdout == "/etc/logrotate.d/webtermd\n/etc/webtermd/webtermd.json5\n"


def test_lintian_finds_no_error(package):
    result = subprocess.run(["lintian", "--allow-root", package], capture_output=True, text=True)
    assert [line for line in result.stdout.splitlines() if line.startswith("E:")] == []
    assert result.returncode == 0, result.stdout


def test_the_man_pages_are_well_formed(package, tmp_path):
    subprocess.run(["dpkg-deb", "--extract", package, tmp_path], check=True)
    for page in (tmp_path / "usr/share/man").rglob("*.gz"):
        result = subprocess.run(
            ["man", "--warnings", "--encoding=UTF-8", "-l", page], capture_output=True, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANROFFOPT": ""})
        assert result.returncode == 0 and result.stderr == "" and "NAME" in result.stdout


def test_every_key_is_documented():
    # Each part of a configuration is read beside its type.
    sources = "".join(file.read_text() for file in sorted((ROOT / "Sources/WebTerm").rglob("*.swift")))
    keys = set(re.findall(r'\b(?:section|root)\.(?!report)\w+\(\s*"(\w+)"', sources)) | set(re.findall(r'\(&root, "(\w+)"', sources))
    assert len(keys) > 40
    words = set(re.findall(r"\w+", (ROOT / "docs/configuration.md").read_text()))
    assert keys - words == set()


@pytest.fixture(scope="module")
def fresh_debian(tmp_path_factory):
    """A Debian with the packages that ours depends on, from wherever this machine gets its own."""
    if os.getuid() != 0:
        pytest.fail("only root can make a fresh Debian: this test needs root")
    folder = tmp_path_factory.mktemp("debian")
    folder.chmod(0o755)
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', pathlib.Path("/etc/os-release").read_text(), re.MULTILINE))
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(SITE) $(CODENAME) $(COMPONENT)"], capture_output=True, text=True, check=True).stdout
    mirror = next(line.split()[0] for line in targets.splitlines() if line.split()[1:] == [release["VERSION_CODENAME"], "main"])
    made = subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release["VERSION_CODENAME"], folder, mirror],
        capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-2000:]
    mounts = [("proc", "proc", "proc"), ("devpts", "devpts", "dev/pts")]
    for kind, source, place in mounts:
        subprocess.run(["mount", "-t", kind, source, folder / place], check=True)
    yield folder
    for _, _, place in reversed(mounts):
        subprocess.run(["umount", "--lazy", folder / place], check=True)
    shutil.rmtree(folder, ignore_errors=True)


# What stands for the machine's own in a folder: no systemd runs in it, and nothing is fetched.
STAND_INS = {
    "sudo": 'exec "$@"',
    "sudoedit": 'exec /stand-ins/edit "$@"',
    "make": "exit 0",
    "apt-get": 'for file; do case $file in *.deb) exec dpkg --install "$file";; esac; done',
    "systemctl": r"""
unit=/lib/systemd/system/webtermd.service
setting() { sed -n "s/^$1=//p" $unit; }
# One that has ended may wait to be reaped.
runs() { [ -e /run/stand-in.pid ] && [ -e "/proc/$(cat /run/stand-in.pid)/exe" ]; }
start() {
  runs && exit 0
  account=$(setting User)
  for kind in State:lib Runtime:run Logs:log; do
    name=$(setting "${kind%:*}Directory")
    folder=/var/${kind#*:}/$name
    [ "$kind" = Runtime:run ] && folder=/run/$name
    install -d -o "$account" -g "$account" -m "$(setting "${kind%:*}DirectoryMode" | grep . || echo 755)" "$folder"
  done
  rm -f /run/stand-in.out
  umask "$(setting UMask)"
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    STATE_DIRECTORY=/var/lib/webtermd RUNTIME_DIRECTORY=/run/webtermd LOGS_DIRECTORY=/var/log/webtermd \
    setpriv --reuid "$account" --regid "$account" --clear-groups --no-new-privs --bounding-set=-all \
    $(setting ExecStart) > /run/stand-in.out 2> /run/stand-in.err &
  echo $! > /run/stand-in.pid
  while ! grep -qs listening /run/stand-in.out; do
    runs || { cat /run/stand-in.err >&2; exit 1; }
  done
}
case $1 in
  start) start ;;
  enable) case $* in *webtermd.socket*) ;; *) start ;; esac ;;
  stop) runs && kill "$(cat /run/stand-in.pid)"; while runs; do :; done ;;
  reload) case $2 in nginx) exec nginx -s reload ;; *) kill -HUP "$(cat /run/stand-in.pid)" ;; esac ;;
esac""",
}


class Machine:
    """A fresh Debian in which an administrator types what the documentation says, without variables of a test's."""

    ENVIRONMENT = {
        "PATH": "/stand-ins:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "TERM": "dumb"}

    def __init__(self, folder):
        self.folder = folder
        (folder / "stand-ins").mkdir(exist_ok=True)
        for name, script in STAND_INS.items():
            self.stand_in(name, script)

    def stand_in(self, name, script):
        file = self.folder / "stand-ins" / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def type(self, command, **options):
        """Each line must succeed, as a person sees to it."""
        result = subprocess.run(
            [CHROOT, self.folder, "/bin/sh", "-e", "-c", f"cd /root; {command}"], capture_output=True, text=True,
            timeout=120, env=self.ENVIRONMENT, **options)
        assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"
        return result.stdout

    def edit(self, path, *changes):
        file = self.folder / path.lstrip("/")
        text = file.read_text()
        for old, new in changes:
            assert old in text, (path, old)
            text = text.replace(old, new)
        file.write_text(text)


def steps(document):
    """The commands of a document: its blocks that are marked as shell."""
    return re.findall(r"^```sh\n(.*?)^```$", (ROOT / document).read_text(), re.MULTILINE | re.DOTALL)


def the_step(document, beginning):
    (found,) = [step for step in steps(document) if step.startswith(beginning)]
    return found


def test_who_follows_the_documentation_on_a_fresh_machine_has_a_working_terminal(package, fresh_debian, gateway):
    """docs/deployment.md from its first step to its last, its commands cut out of it."""
    document = "docs/deployment.md"
    # The kernel's own folders come and go while they are looked through.
    assert not any(any((fresh_debian / folder).glob("**/libswift*")) for folder in ("usr", "opt", "var", "root"))
    machine = Machine(fresh_debian)
    (fresh_debian / "root/.build").mkdir(exist_ok=True)
    shutil.copy(package, fresh_debian / "root/.build")
    # The workers' account must reach what nginx keeps.
    install, check, copy, *_ = steps(document)
    machine.type(install)
    machine.type("getent passwd webtermd")
    machine.type(check.splitlines()[0])

    # Step 2: where it leads, and the public address; with an audit log, as it says.
    port, own = free_port(), free_port()
    machine.edit(
        "/etc/webtermd/webtermd.json5", ("127.0.0.1:5000", f"127.0.0.1:{own}"),
        ("origins: [],", f'origins: ["https://localhost:{port}"], log: {{ audit: "/var/log/webtermd/audit.jsonl" }},'),
        ('ssh: { ports: [22], users: ["*"], hostKeys: "pin" },',
         f'ssh: {{ ports: [{gateway.ssh_port}], identity: "/etc/webtermd/key" }},'
         f'telnet: {{ ports: [{gateway.telnet_port}] }},'))
    shutil.copy(gateway.identity, fresh_debian / "root/key")
    machine.type("install -m 640 -g webtermd key /etc/webtermd/key")
    nginx = None
    try:
        machine.type(check)
        # Step 3: nginx from the package's example, its three marked lines changed.
        folder = fresh_debian / "root/nginx"
        folder.mkdir()
        machine.stand_in("edit", "exit 0")
        machine.stand_in("nginx", 'exec /usr/sbin/nginx -c /root/nginx/nginx.conf "$@"')
        example = fresh_debian / "usr/share/doc/webtermd/examples/nginx/webtermd.conf"

        def start_nginx(upstream, change=lambda text: text):
            text = change(example.read_text()).replace("127.0.0.1:5000", upstream)
            return Nginx(folder, None, port=port, text=text, root=fresh_debian)

        def use(path, **headers):
            visitor = ProxiedVisitor(nginx, path, **headers)
            assert visitor.status == 200
            terminal = visitor.terminal()
            terminal.expect(rb"[$#>] ")
            terminal.type("echo $((6*7))\n")
            terminal.expect(r"[\r\n\0]42\r?\n")
            return terminal

        nginx = start_nginx(f"127.0.0.1:{own}")
        machine.type(copy)
        for path in (gateway.ssh_path, gateway.telnet_path):
            use(path)
        # Looking at it, without a word of where the server is.
        assert machine.type("sudo webtermd ctl list").count("gateway") == 2
        audit = fresh_debian / "var/log/webtermd/audit.jsonl"
        assert audit.read_text().count('"event":"opened"') == 2 and audit.stat().st_mode & 0o077 == 0

        # A login by the server: its file is closed to everybody but the service.
        login = the_step(document, "sudo install -m 640 -g webtermd /dev/null")
        machine.stand_in("htpasswd", f"printf '%s\\n' '{'alice'}:{hashed('pw', 'bcrypt')}' >> \"$2\"")
        machine.type(login)
        accounts = (fresh_debian / "etc/webtermd/htpasswd").stat()
        assert oct(accounts.st_mode)[-3:] == "640" and accounts.st_uid == 0
        machine.edit(
            "/etc/webtermd/webtermd.json5",
            ('auth: { mode: "none" }', 'auth: { mode: "htpasswd", file: "/etc/webtermd/htpasswd" }'))
        machine.type("sudo webtermd --check-config && sudo systemctl reload webtermd")
        eventually(lambda: ProxiedVisitor(nginx, "/").status == 401, "the login is asked for")
        terminal = use(gateway.telnet_path, Authorization=basic("alice", "pw"))

        # A unix socket in place of the port, which nginx reaches in its own account; drained first, as "Stopping" says.
        drain = subprocess.Popen(
            [CHROOT, fresh_debian, "/bin/sh", "-c", the_step(document, "sudo webtermd ctl drain")],
            env=machine.ENVIRONMENT)
        eventually(lambda: ProxiedVisitor(nginx, "/healthz").status == 503, "it drains")
        for listed in machine.type("sudo webtermd ctl list --json").splitlines():
            machine.type(f"sudo webtermd ctl end {json.loads(listed)['terminal']}")
        terminal.read_to_end()
        assert drain.wait(timeout=20) == 0
        nginx.stop()
        machine.edit("/etc/webtermd/webtermd.json5", (f'"127.0.0.1:{own}"', '"unix:/run/webtermd/http.sock"'))
        machine.type("sudo systemctl start webtermd")
        nginx = start_nginx("unix:/run/webtermd/http.sock")
        use(gateway.telnet_path, Authorization=basic("alice", "pw"))
    finally:
        if nginx:
            nginx.stop()
        machine.type("systemctl stop webtermd")
    machine.type("dpkg --purge webtermd")
    assert not (fresh_debian / "usr/bin/webtermd").exists() and not (fresh_debian / "var/log/webtermd").exists()


def test_the_ansible_recipe_keeps_every_host_and_its_address(tmp_path):
    """The command of docs/configuration.md, run by the real jq over what ansible-inventory prints."""
    printed = {
        "_meta": {"hostvars": {
            "core": {"ansible_host": "2001:db8::5", "ansible_port": 2222}, "edge": {"ansible_host": "192.0.2.7"},
            "named": {"ansible_port": 830}, "own": {"ansible_host": "[2001:db8::6]"}, "2001:db8::7": {"x": 1}}},
        "all": {"children": ["ungrouped", "switches"]}, "ungrouped": {"hosts": ["bare", "own", "2001:db8::7"]},
        "switches": {"hosts": ["core", "edge", "named", "core"]}}
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "ansible-inventory").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(printed)}\nEND\n")
    (programs / "ansible-inventory").chmod(0o755)
    (tmp_path / "hosts.d").mkdir()
    recipe = the_step("docs/configuration.md", "hosts=$(ansible-inventory")
    environment = {"PATH": f"{programs}:/usr/bin:/bin"}
    subprocess.run(["sh", "-e", "-c", recipe], cwd=tmp_path, check=True, env=environment)
    entries = json.loads((tmp_path / "hosts.d/ansible.json").read_text())
    assert {entry["labels"]["instance"]: entry["targets"] for entry in entries} == {
        "core": ["[2001:db8::5]:2222"], "edge": ["192.0.2.7:22"], "named": ["named:830"], "own": ["[2001:db8::6]:22"],
        "2001:db8::7": ["[2001:db8::7]:22"], "bare": ["bare:22"]}
    # Where ansible says nothing, the former file stays.
    (programs / "ansible-inventory").write_text("#!/bin/sh\nexit 1\n")
    assert subprocess.run(["sh", "-c", recipe], cwd=tmp_path, env=environment, capture_output=True).returncode != 0
    assert json.loads((tmp_path / "hosts.d/ansible.json").read_text()) == entries


def test_the_container_s_configuration_is_one(tmp_path):
    """docs/deployment.md's lines for a container, with a login: read without a complaint."""
    text = (ROOT / "docs/deployment.md").read_text()
    (lines,) = re.findall(r"^```json5\n(listen: .*?)^```$", text, re.MULTILINE | re.DOTALL)
    file = tmp_path / "webtermd.json5"
    file.write_text('{ %s insecure: true, targets: [{ name: "a", host: "127.0.0.1", telnet: {} }] }' % lines)
    result = subprocess.run([PROGRAM, "--check-config", "--config", file], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert ".git" in (ROOT / ".dockerignore").read_text().split()
