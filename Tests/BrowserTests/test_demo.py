"""The demo gateway, as `make run` starts it."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess

import pytest

from server import PROGRAM, ROOT, eventually, runs

PROMPT = r"[#$] ?$"


@pytest.fixture
def demo(tmp_path, tmp_path_factory):
    # In an empty home: a profile of the account that runs the tests may talk, wait for a lock or ask.
    home = tmp_path_factory.mktemp("home")
    process = subprocess.Popen(
        ["scripts/demo", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "DEMO_LISTEN": "127.0.0.1:0", "TMPDIR": str(tmp_path), "HOME": str(home)}, start_new_session=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    yield process, "".join(lines), tmp_path
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=20)


@pytest.mark.parametrize("method", ["ssh", "telnet"])
def test_its_urls_open_shells(demo, person, method):
    _, said, _ = demo
    url = re.search(rf"^{method} +(http\S+)$", said, re.MULTILINE)[1]
    tab = person.open(url)
    assert "emo" in tab.page.inner_text("#bar")
    tab.expect(PROMPT)
    tab.type("echo $((6*7))\n")
    tab.expect("^42$")
    columns = tab.evaluate("webterm.screen.cols")
    tab.page.set_viewport_size({"width": 600, "height": 300})
    eventually(lambda: tab.evaluate("webterm.screen.cols") < columns, "it is narrower")
    tab.type("clear; stty size\n")
    tab.expect("^{1} {0}$".format(*tab.evaluate("[webterm.screen.cols, webterm.screen.rows]")))


def test_ctrl_c_ends_all_of_it(demo, person):
    process, said, folder = demo
    tab = person.open(re.search(r"^ssh +(http\S+)$", said, re.MULTILINE)[1])
    tab.expect(PROMPT)
    own = _descendants(process.pid)
    assert len(own) >= 4
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=20) == 0
    eventually(lambda: not any(runs(pid) for pid in own), "nothing of it runs any more")
    assert list(folder.iterdir()) == []
    # The browser itself reports failed connections on the console.
    person.complaints = [words for words in person.complaints if "WebSocket connection" not in words]


def _descendants(pid):
    found, waiting = [], [pid]
    while waiting:
        # One that has ended meanwhile has no children.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for task in pathlib.Path(f"/proc/{waiting.pop()}/task").iterdir():
                children = [int(child) for child in (task / "children").read_text().split()]
                found += children
                waiting += children
    return found
