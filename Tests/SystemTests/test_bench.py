"""The benchmarks run: each scenario with small counts, and the comparison of two results. No bars: this is no place for them."""

import contextlib
import json
import pathlib
import signal
import subprocess

import pytest

from server import ROOT, eventually

BENCH = ROOT / ".build/release/bench"


def bench(*arguments):
    return subprocess.run([BENCH, *arguments], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    "scenario, finding",
    [
        ("echo", "echo, 2 terminals, p99"), ("flood", "flood, 2 terminals"), ("fairness", "echo of 50 beside 2 floods, p99"),
        ("interrupt", "^C under a flood, loopback, median"), ("attach", "attach, 256 KB of history, median"),
        ("http", "http, cold page loads"), ("idle", "idle, 2 terminals, resident memory of one"),
        ("churn", "churn, terminals opened and ended"), ("telnet", "telnet, echo, median"),
        ("output", "output, compiler"), ("turns", "turns, random bytes: worst echo of another"),
        ("inventory", "inventory, 2 targets, a change counts after"),
    ],
)
def test_each_scenario_measures(scenario, finding):
    # Those that measure many things one after another take a moment for each.
    seconds = "0.2" if scenario in ("output", "turns") else "2"
    result = bench(scenario, "--counts", "2", "--seconds", seconds, "--json")
    assert result.returncode == 0, result.stderr
    findings = {each["name"]: each for each in json.loads(result.stdout)["findings"]}
    assert findings[finding]["value"] > 0 or scenario == "idle"
    assert findings[f"{scenario}, the generator itself"]["value"] > 0


def test_two_results_are_compared(tmp_path):
    for name in ("old", "new"):
        assert bench("attach", "--seconds", "0.2", "--output", tmp_path / name).returncode == 0
    result = bench("compare", tmp_path / "old", tmp_path / "new")
    assert result.returncode == 0 and "attach, 256 KB of history, median" in result.stdout and " ×" in result.stdout


def test_the_table_says_what_was_missed():
    table = bench("churn", "--counts", "20", "--seconds", "0.2").stdout
    assert table.splitlines()[0].split() == ["webtermd", "floor", "ratio", "bar"]
    assert "churn, descriptors left after 20" in table and ("reached" in table or "MISSED" in table)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(number):
    run = subprocess.Popen([BENCH, "echo", "--seconds", "60"], stderr=subprocess.PIPE, text=True)
    children = pathlib.Path(f"/proc/{run.pid}/task/{run.pid}/children")

    def started():
        found = {}
        for each in children.read_text().split():
            # The compiler's processes come and go meanwhile.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                found[pathlib.Path(f"/proc/{each}/comm").read_text().strip()] = each
        return [found["webtermd"], found["bench-floor"]] if {"webtermd", "bench-floor"} <= set(found) else None

    programs = eventually(started, "the benchmark has started its programs")
    run.send_signal(number)
    assert run.wait(20) == 1 and "interrupted" in run.stderr.read()
    assert not [each for each in programs if pathlib.Path(f"/proc/{each}").exists()]


@pytest.mark.parametrize("arguments", [["what"], ["--seconds", "x"], ["--peer", "x"], ["compare", "one"], ["--server", "http://example.com/"]])
def test_a_wrong_command_line_is_told(arguments):
    result = bench(*arguments)
    assert result.returncode == 64 and result.stderr.startswith("bench: ")


def test_a_server_that_runs_already_can_be_measured(serve, tmp_path):
    child = tmp_path / "child"
    subprocess.run(["cc", "-O2", "-o", child, ROOT / "bench/child/main.c"], check=True)
    server = serve(clients={"telnet": str(child)}, targets=[{"name": "bench", "host": "127.0.0.1", "telnet": {}}],
                   limits={"openPerMinute": 10000, "perVisitor": 100})
    result = bench("echo", "--counts", "1", "--seconds", "0.5", "--server", server.url)
    assert result.returncode == 0 and "echo, 1 terminal, median" in result.stdout, result.stderr
