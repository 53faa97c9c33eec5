"""A terminal is a screen: what a reload shows is what was there, however much was said before."""

import re

import pytest

from server import eventually

STATE = """() => { const t = webterm.screen.terminal, core = t._core, b = t.buffer.active, rows = [];
  for (let y = 0; y < t.rows; y++) rows.push(b.getLine(b.baseY + y).translateToString(true));
  return { type: b.type, modes: core.coreService.decPrivateModes, mouse: core.coreMouseService.activeProtocol,
    encoding: core.coreMouseService.activeEncoding, title: core._inputHandler._windowTitle, cursor: [b.cursorX, b.cursorY], rows }; }"""


def output(server):
    """How much all hosts have said by now, in bytes."""
    return int(re.search(rb"^webtermd_output_bytes_total (\d+)$", server.request("/metrics")[1], re.MULTILINE)[1])


def settled(tab, server):
    """The page's state, when the host is quiet and all that it has said is on the screen."""
    def quiet():
        before = output(server), tab.evaluate(STATE)
        tab.page.wait_for_timeout(400)
        return before[1] if before == (output(server), tab.evaluate(STATE)) else None
    return eventually(quiet, "the host is quiet", 20)


@pytest.fixture
def shell(serve, person, gateway):
    server = serve(targets=[gateway.target()])
    tab = person.open(server.url + gateway.ssh_path[1:])
    tab.server = server
    tab.expect(r"[#$] ?$")
    return tab


def reload(tab):
    tab.page.reload()
    tab.wait_state("connected")


def kept_over_a_reload(tab, keys=None):
    """Reloads the page: it shows the same state again, or only some of its parts. Where the host has said something more just then,
    which cannot be known before, it is tried again."""
    for _ in range(5):
        state, said = settled(tab, tab.server), output(tab.server)
        reload(tab)
        wanted = {key: state[key] for key in keys or state}

        def shown():
            now = tab.evaluate(STATE)
            return {key: now[key] for key in wanted} == wanted
        try:
            eventually(shown, "the same state", 5)
            return state
        except AssertionError:
            if output(tab.server) == said:
                assert tab.evaluate(STATE) == state
    raise AssertionError("the host is never quiet")


def test_tmux_is_as_it_was(shell, tmp_path):
    shell.type("echo before tmux\n")
    shell.expect("^before tmux")
    before = settled(shell, shell.server)
    shell.type(f"tmux -S {tmp_path}/tmux -f /dev/null new 'PS1=in-tmux: exec sh'\n")
    shell.expect("in-tmux:")
    shell.type("tmux set -g mouse on; printf '\\033]2;a title\\007'\n")
    started = output(shell.server)
    # An interrupt would not do: one that meets a child of the shell's before it executes ends nothing.
    stop = tmp_path / "stop"
    shell.type(f"until [ -e {stop} ]; do ls -la --color=always /usr/bin | tail -30; sleep 0.01; done\n")
    eventually(lambda: output(shell.server) - started > 650_000, "much is drawn", 60)
    stop.touch()
    state = kept_over_a_reload(shell)
    assert state["type"] == "alternate" and state["mouse"] != "NONE" and state["modes"]["applicationKeypad"]
    shell.type("exit\n")
    # What was there before tmux is there again.
    shell.expect("^before tmux(.|\n)*\\[exited\\]")
    after = settled(shell, shell.server)
    assert after["type"] == "normal" and after["mouse"] == "NONE" and after["rows"][:2] == before["rows"][:2]


def test_vim_is_as_it_was(shell, tmp_path):
    text = tmp_path / "text"
    text.write_text("".join(f"line {number} 漢字\n" for number in range(5000)))
    shell.type("seq 100000\n")
    shell.expect("^100000$")
    shell.type(f"vim -u NONE -N {text}\n")
    shell.expect("line 1 漢字")
    for _ in range(30):
        shell.page.keyboard.press("Control+f")
    state = kept_over_a_reload(shell)
    assert state["type"] == "alternate"
    shell.type(":q\n")
    shell.expect("^100000$")


def test_titles_that_were_put_away_are_taken_back_after_a_reload(shell):
    shell.type("PS1='$ '; printf '\\033]2;outer\\007\\033[22;2t\\033]2;inner\\007'; seq 100000\n")
    shell.expect("^100000$")
    title = "() => webterm.screen.terminal._core._inputHandler._windowTitle"
    eventually(lambda: shell.evaluate(title) == "inner", "the title is there")
    reload(shell)
    eventually(lambda: shell.evaluate(title) == "inner", "the title is there again")
    shell.type("printf '\\033[23;2t'\n")
    eventually(lambda: shell.evaluate(title) == "outer", "the title below it comes back")


def test_a_reload_in_another_size_shows_history_in_the_sizes_that_it_had(shell):
    shell.type("printf '%0100d\\n' 7\n")
    shell.expect("^0+7$")
    size = "[webterm.screen.rows, webterm.screen.cols].join(' ')"
    former = shell.evaluate(size)
    shell.page.set_viewport_size({"width": 600, "height": 400})
    eventually(lambda: shell.evaluate(size) != former, "the page has another size")
    present = shell.evaluate(size)
    shell.type("stty size\n")
    shell.expect(f"^{present}$")
    kept_over_a_reload(shell, ["rows", "cursor"])
    shell.type("stty size\n")
    eventually(lambda: shell.text().count(present) == 2, "the host has the page's size")


def test_an_interrupt_shows_the_screen_of_now(shell):
    # A page that takes nothing for a while is what a slow link is.
    shell.type("yes\n")
    shell.expect("^y$")
    shell.evaluate("() => { const end = performance.now() + 2000; while (performance.now() < end); }")
    shell.page.keyboard.press("Control+c")
    shell.expect(r"\^C[^\n]*\n*[^\n]*[#$] ?$", 20)
    shell.type("echo $((6*7))\n")
    shell.expect("^42$")
