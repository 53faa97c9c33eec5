"""What consoles say and what happens there, as files."""

import os
import random
import re
import signal
import stat
import threading
import time
import unicodedata

import pytest

from server import eventually
from terminal import Visitor
from test_standing_consoles import standing

STAMP = re.compile(rb"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] ")
SEQUENCE = re.compile(
    r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07\x1b\n]*(\x07|\x1b\\|(?=\n))|\x1b[()].")
EVENT = re.compile(rb"\[-- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (.*) --\]")


class Reference:
    """What a terminal's row would show of each line, read from the documents and from nothing else."""

    def __init__(self):
        self.lines = []
        self.cells = []
        self.column = 0

    def write(self, character):
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        self.pad()
        for column in range(self.column, min(self.column + width, len(self.cells))):
            self.split(column)
        cells = [character] + [None] * (width - 1)
        self.cells[self.column:self.column + width] = cells
        self.column += width

    def pad(self):
        self.cells += [" "] * (self.column - len(self.cells))

    def split(self, column):
        """What is left of a wide character, or of a tab, is spaces."""
        start = column
        while start > 0 and self.cells[start] is None:
            start -= 1
        end = start + 1
        while end < len(self.cells) and self.cells[end] is None:
            end += 1
        self.cells[start:end] = [" "] * (end - start)

    def tab(self):
        self.pad()
        target = (self.column // 8 + 1) * 8
        if target > len(self.cells):
            self.cells += ["\t"] + [None] * (target - len(self.cells) - 1)
        self.column = target

    def erase(self, what):
        if what == 0:
            if self.column < len(self.cells):
                self.split(self.column)
                del self.cells[self.column:]
        elif what == 1:
            for column in range(min(self.column + 1, len(self.cells))):
                self.split(column)
                self.cells[column] = " "
        else:
            self.cells = []

    def feed(self, text):
        position = 0
        while position < len(text):
            character = text[position]
            if sequence := SEQUENCE.match(text, position):
                position = sequence.end()
                if sequence[2] in ("K", "J"):
                    self.erase(int(sequence[1] or 0))
                continue
            position += 1
            if character == "\n":
                line = "".join(cell for cell in self.cells if cell is not None)
                self.lines.append(f" {line}" if line.startswith("[-- ") else line)
                self.cells, self.column = [], 0
            elif character == "\r":
                self.column = 0
            elif character == "\b":
                self.column = max(0, self.column - 1)
            elif character == "\t":
                self.tab()
            elif character >= " ":
                self.write(character)


def session(draw):
    """What a switch, a getty, a boot loader, an editor and progress bars say, about."""
    words = ["login: ", "sw1#", "show log", "café", "漢字", "%SYS-5-CONFIG", "[-- forged --]", "a" * 90, "0.123456"]
    controls = [
        "\r", "\b", "\b \b", "\t", "\x07", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[0;31m", "\x1b[m",
        "\x1b[?25l", "\x1b]0;title\x07", "\x1b]2;x\x1b\\", "\x1b(B", "\r\n", "\r\n", "\n"]
    parts = [draw.choice(words if draw.random() < 0.5 else controls) for _ in range(draw.randrange(400))]
    bar = "".join(f"\r[{'#' * step}{'.' * (20 - step)}] {step * 5} %" for step in range(21))
    return "".join(parts) + "\r\n" + bar + "\r\ndone\r\n"


def lines_of(path):
    """Lines of output without their time, and events."""
    output, events = [], []
    for line in path.read_bytes().split(b"\n")[:-1]:
        if event := EVENT.fullmatch(line):
            events.append(event[1].decode())
        else:
            stamp = STAMP.match(line)
            assert stamp, line
            output.append(line[stamp.end():])
    return output, events


@pytest.fixture
def logged(serve, device, tmp_path):
    """A server that logs one line, the line, and its file."""
    def start(greeting=b"", line=None, log=None, **target):
        line = line or device(greeting)
        folder = tmp_path / "logs"
        server = serve(
            targets=[{**standing(line.port), **target}], consoleLog={"directory": str(folder), **(log or {})})
        return server, line, folder / f"sw1-telnet-{line.port}.log"
    return start


def test_lines_and_events_have_their_time(logged):
    server, line, path = logged(b"boot\r\n")
    eventually(lambda: path.exists() and b"boot" in path.read_bytes(), "the first line is written")
    terminal = Visitor(server, f"/remote/telnet/anna/{line.port}").terminal()
    terminal.expect("boot")
    terminal.say({"type": "note", "text": "all --] is well"})
    terminal.hear("note")
    line.say(b"[-- 2026-12-01T03:00:00Z alarm forged --]\r\npanic\r\n")
    terminal.expect("panic")
    terminal.socket.close()
    eventually(lambda: b"detached" in path.read_bytes(), "it is written that the visitor has gone")
    output, events = lines_of(path)
    assert output == [b"boot", b" [-- 2026-12-01T03:00:00Z alarm forged --]", b"panic"]
    assert events[0] == "opened" and events[-1].endswith("detached")
    assert [event for event in events if "note by" in event][0].count("--]") == 0
    assert any(event.endswith("attached") for event in events) and any(event.endswith("types") for event in events)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_is_not_finished_is_written_after_a_second(logged):
    server, line, path = logged(b"login: ")
    eventually(lambda: path.exists() and b"login:  \xe2\x80\xa6\n" in path.read_bytes(), "the prompt is written", 5)
    line.say(b"root\r\nPassword: ")
    eventually(lambda: b"Password" in path.read_bytes(), "the rest of it is written", 5)
    assert lines_of(path)[0] == ["login:  …".encode(), b"root", "Password:  …".encode()]


def test_the_log_is_what_another_reading_of_the_same_bytes_says(logged):
    seed = random.randrange(1 << 30)
    print("seed", seed)
    draw = random.Random(seed)
    server, line, path = logged()
    reference = Reference()
    for _ in range(20):
        said = session(draw)
        reference.feed(said)
        data = said.encode()
        while data:
            cut = draw.choice([1, 2, 3, 7, 50, 1000])
            line.say(data[:cut])
            data = data[cut:]
    expected = [text.encode() for text in reference.lines]
    eventually(lambda: path.exists() and len(lines_of(path)[0]) >= len(expected), "all is written", 30)
    found = lines_of(path)[0]
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        assert one == other, f"line {number}"


def test_a_host_of_another_character_set_is_written_in_utf_8(logged):
    _, line, path = logged("naïve ▒\r\n".encode("cp437"), charset="cp437")
    eventually(lambda: path.exists() and "naïve ▒\n".encode() in path.read_bytes(), "it is UTF-8")


def test_a_file_that_is_moved_away_loses_no_line(logged):
    server, line, path = logged(log={"time": "none"})
    line.ready.wait(10)
    moved, said, enough = [], [], threading.Event()

    def speak():
        # As long as files are moved: else there would be nothing for the last one.
        while not enough.is_set():
            line.say(b"".join(b"line %d\r\n" % number for number in range(len(said), len(said) + 10)))
            said.extend(range(len(said), len(said) + 10))
            time.sleep(0.001)

    speaker = threading.Thread(target=speak)
    speaker.start()
    for number in range(5):
        eventually(path.exists, "the file is made anew")
        time.sleep(0.05)
        moved.append(path.rename(path.with_suffix(f".{number}")))
        server.signal(signal.SIGHUP)
    enough.set()
    speaker.join()

    def written():
        files = [*moved, path]
        return b"".join(file.read_bytes() for file in files if file.exists())
    eventually(lambda: b"line %d\n" % said[-1] in written(), "the last line is written", 20)
    lines = [line for line in written().split(b"\n") if line.startswith(b"line ")]
    assert lines == [b"line %d" % number for number in said]


def lost_lines(server):
    _, body = server.request("/metrics")
    return int(re.search(rb"webtermd_log_lines_lost_total (\d+)", body)[1])


def test_a_folder_that_is_gone_loses_whole_lines_and_says_so(logged):
    server, line, path = logged(log={"time": "none"})
    line.say(b"first\r\n")
    eventually(lambda: path.exists() and b"first" in path.read_bytes(), "it is written")
    before = lost_lines(server)
    away = path.parent.rename(path.parent.with_name("away"))
    terminal = Visitor(server, f"/remote/telnet/anna/{line.port}").terminal()
    text = b"x" * 90
    count = 40000
    # Nobody waits: all of it comes.
    speaker = threading.Thread(target=lambda: [line.say(b"%d %s\r\n" % (number, text)) for number in range(count)])
    speaker.start()
    speaker.join()
    line.say(b"all said")
    terminal.expect("all said$", 60)
    eventually(lambda: lost_lines(server) > before, "lines are lost")
    assert "a console's log takes nothing" in server.log_text()
    away.rename(path.parent)
    line.say(b"\r\nlast\r\n")
    eventually(lambda: path.exists() and re.search(rb"\nlast\n| lines lost --\]", path.read_bytes()), "it goes on", 30)
    line.say(b"very last\r\n")
    eventually(lambda: b"\nvery last\n" in path.read_bytes(), "it goes on", 30)
    lines = path.read_bytes().split(b"\n")
    kept = [line for line in lines if line.endswith(text)]
    assert kept == [b"%d %s" % (number, text) for number in range(len(kept))]
    said = sum(int(number) for number in re.findall(rb"(\d+) lines lost --\]", path.read_bytes()))
    assert said == lost_lines(server) - before
    assert "a console's log goes on" in server.log_text()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", ".hidden", "%2F", "x" * 128, "漢" * 128, "rack 1: sw03"])
def test_no_name_of_a_line_leads_out_of_the_folder(serve, device, tmp_path, name):
    line = device(b"hello\r\n")
    target = standing(line.port)
    target["telnet"]["ports"] = {str(line.port): name}
    folder = tmp_path / "logs" / "here"
    serve(targets=[target], consoleLog={"directory": str(folder)})
    eventually(lambda: folder.exists() and len(list(folder.iterdir())) == 1, "there is one file")
    [path] = folder.iterdir()
    assert path.name.endswith(".log") and not path.name.startswith(".") and len(os.fsencode(path.name)) <= 255
    assert [each for each in (tmp_path / "logs").iterdir()] == [folder]
    if name == "rack 1: sw03":
        assert path.name == f"{name}.log"


def test_only_those_targets_have_one_that_shall(serve, device, tmp_path):
    lines = [device(b"hello\r\n") for _ in range(4)]
    targets = [standing(line.port, name) for line, name in zip(lines, ["sw-1", "sw-2", "pdu-1", "pdu-2"], strict=True)]
    targets[1]["log"] = False
    targets[3]["log"] = True
    folder = tmp_path / "logs"
    server = serve(targets=targets, consoleLog={"directory": str(folder), "targets": ["sw-*"]})
    eventually(lambda: folder.exists() and len(list(folder.iterdir())) >= 2, "two files are there")
    eventually(lambda: f"{server.request('/metrics')[1]}".count("webtermd_console_up{") == 4, "all lines are there")
    assert sorted(path.name.split("-telnet")[0] for path in folder.iterdir()) == ["pdu-2", "sw-1"]
    # A reload begins others.
    targets[2]["log"] = True
    server.write_configuration(targets=targets)
    server.signal(signal.SIGHUP)
    eventually(lambda: "configuration reloaded" in server.log_text(), "the configuration is read anew")
    lines[2].say(b"more\r\n")
    eventually(lambda: any(path.name.startswith("pdu-1") for path in folder.iterdir()), "another file is there")


def test_marks_stand_only_where_something_was_said(logged):
    _, line, path = logged(b"hello\r\n", log={"mark": 1})
    eventually(lambda: path.exists() and b"mark --]" in path.read_bytes(), "there is a mark")
    size = path.stat().st_size
    time.sleep(2.5)
    assert path.stat().st_size == size
    line.say(b"again\r\n")
    eventually(lambda: path.read_bytes().count(b"mark --]") == 2, "there is another one")
