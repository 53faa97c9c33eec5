"""Mistakes in a configuration, as `webtermd --check-config` and a start tell them: key, what was expected, what was found."""

import json
import subprocess

import pytest

from server import PROGRAM

HOST = {"name": "a", "host": "127.0.0.1", "telnet": {}}
HEADER = {"mode": "header", "name": "X-User"}


def check(tmp_path, configuration):
    file = tmp_path / "c.json5"
    file.write_text(configuration if isinstance(configuration, str) else json.dumps({"targets": [HOST], **configuration}))
    return subprocess.run([PROGRAM, "--check-config", "--config", file], capture_output=True, text=True, timeout=20)


@pytest.mark.parametrize("configuration, words", [
    ({"listen": []}, "listen: expected an array with at least one address, found an empty array"),
    ({"listen": ["127.0.0.1:5000", "127.0.0.1:5000"]}, "listen[1]: expected each address once"),
    ({"listen": ["unix:/" + "x" * 120]}, "listen[0]: expected a path of at most 107 bytes"),
    ({"targets": [{"name": "a", "host": "h"}]}, "targets[0]: expected ssh or telnet, or both, found neither"),
    ({"targets": [HOST | {"telnet": {"users": []}}]}, "targets[0].telnet.users: expected an array with at least one user"),
    ({"inventory": {"name": "x", "users": []}}, "inventory.users: expected an array with at least one text"),
    ({"inventory": {"name": 5}}, "inventory.name: expected a string, found 5"),
    ('{ targets: [{ name: "a", host: "h", telnet: {}, title: "x",\n title: "y" }] }', "targets[0].title: expected a key that stands there once, "
     "found it a second time at line 2, column 2"),
    ('{ targets: [{ name: "a", host: "h", telnet: { ports: { "7001": "one", "7001": "two" } } }] }',
     "targets[0].telnet.ports.7001: expected a key that stands there once"),
    ({"auth": HEADER, "proxies": []}, "proxies: expected at least one"),
    ({"timeout": {}}, 'timeout: expected no such key, found an unknown key (the nearest known one is "timeouts")'),
    ({"layouts": [{"name": "x"}]}, "layouts[0].tabs: expected an array with at least one tab, found nothing"),
    ({"colors": [{"match": "env=prod", "color": "pink"}]}, "colors[0].color: expected one of red, orange, yellow, green, blue, violet, found"),
    ({"directory": [], "targets": []}, "targets: expected at least one target, or files in directory"),
    ('{ listen: ["127.0.0.1:0"]\n basePath: "/" }', 'expected JSON5 (a comma or }), found "basePath: \\"/\\" }" at line 2, column 2'),
])
def test_a_mistake_is_told_and_nothing_starts(tmp_path, configuration, words):
    run = check(tmp_path, configuration)
    assert run.returncode == 78 and run.stdout == "", run
    assert words in run.stderr and run.stderr.startswith(f"webtermd: {tmp_path}/c.json5: "), run.stderr
    if "inventory.name" in words:
        assert run.stderr.count("inventory.name") == 1


@pytest.mark.parametrize("configuration, words", [
    ({"directory": ["/nowhere/host.d/*.json"]}, "directory: expected files of that name"),
    ({"inventory": {"name": "{{instance}}"}}, "directory: expected files for which inventory counts, found nothing"),
    ({"auth": HEADER, "targets": [HOST | {"visitors": []}]}, "targets[0].visitors: expected at least one visitor"),
    ({"targets": [{"name": "a", "host": "h", "ssh": {"hostKeys": "/nowhere/known"}}]}, "targets[0].ssh.hostKeys: expected a file that is there"),
    ({"targets": [{"name": "a", "host": "h", "ssh": {"identity": "/nowhere/key"}}]}, "targets[0].ssh.identity: expected a file that is there"),
    ({"state": "/proc/none"}, "state: expected a folder that is there or can be made"),
    ({"auth": HEADER, "proxies": ["0.0.0.0/0"], "listen": ["0.0.0.0:0"]}, "proxies: expected the proxies' own addresses"),
    ({"layouts": [{"name": "x", "tabs": [{"panes": ["b/telnet/x/23"]}]}]}, "layouts[0].tabs[0].panes[0]: expected a configured target"),
    ({"auth": HEADER, "auditors": ["eve"]}, "auditors: expected to be left out: it has no effect yet"),
    ({"targets": [HOST | {"related": [{"title": "Outlets", "address": "b/telnet/x/23"}]}]},
     "targets[0].related[0].address: expected a configured target"),
    ({"colors": [{"match": "env=prod", "color": "red"}]}, "colors[0].match: expected what stands at a configured target"),
])
def test_what_is_merely_odd_is_a_warning_here_and_at_the_start(tmp_path, serve, configuration, words):
    run = check(tmp_path, configuration)
    assert run.returncode == 0 and "all is well but for 1 warnings" in run.stdout, run
    assert "warning: " in run.stderr and words in run.stderr, run.stderr
    server = serve(**{"targets": [HOST], **configuration})
    assert words in server.log_text().replace("\\", "") or "0.0.0.0" in str(configuration)


def test_an_empty_password_file_lets_nobody_in_and_says_so(tmp_path):
    (tmp_path / "passwords").write_text("# nobody yet\n")
    run = check(tmp_path, {"auth": {"mode": "htpasswd", "file": str(tmp_path / "passwords")}})
    assert run.returncode == 78 and "expected at least one name:hash" in run.stderr, run


def test_what_is_right_is_said_with_the_file_that_was_read(tmp_path):
    run = check(tmp_path, {})
    assert (run.returncode, run.stdout, run.stderr) == (0, f"{tmp_path}/c.json5: all is well\n", "")


@pytest.mark.parametrize("port, status", [("99999", 421), ("65536", 421), ("x", 400), ("-1", 400), ("5000", 200), ("", 200)])
def test_a_host_with_a_port_that_is_none_is_not_ours(serve, port, status):
    server = serve()
    assert server.request("/healthz", Host=f"127.0.0.1:{port}")[0].status == status
    assert server.request("/healthz", Host=f"[::1]:{port}")[0].status == status
