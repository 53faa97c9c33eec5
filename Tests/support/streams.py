"""Streams of a terminal's output: made up, and recorded from real programs."""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

LONGEST_SILENCE = 60
WORDS = ["a", "hello ", "x" * 30, "0123456789", "wide 漢字 text", "漢", "字字字字", "é", "e\u0301", "👍", "☺\ufe0f", "\u0301",
         "ü", "─│", "#*7", "qqlxk`", " ", "    ", "한글", "🇫🇮", "\u200d"]


def random_stream(random, length):
    """Sequences as an emulator likes them least: wide characters at the margin, wraps, margins, insertions, tabs, saved cursors,
    two buffers, and some that are not finished."""
    pick = random.choice
    number = lambda most=12: str(pick([0, 1, 2, random.randrange(1, most), random.randrange(1, 90)]))

    def sgr():
        return "\x1b[" + ";".join(pick([
            "0", "1", "2", "3", "4", "4:3", "4:0", "21", "5", "7", "8", "9", "22", "23", "24", "27", "29", "31", "42", "97", "104",
            "38;5;200", "48;5;17", "38;2;1;2;3", "48:2::9:8:7", "58;5;9", "58:2::1:2:3", "59", "39", "49", "53", "55"])
            for _ in range(random.randrange(1, 4))) + "m"

    kinds = [
        (40, lambda: pick(WORDS)),
        (6, lambda: pick(["\r\n", "\n", "\r", "\b", "\t", "\r\n"])),
        (8, sgr),
        (8, lambda: f"\x1b[{number()};{number(80)}H"),
        (5, lambda: f"\x1b[{number()}{pick('ABCDEFGdae`')}"),
        (4, lambda: f"\x1b[{pick('012')}{pick('KK')}"),
        # Not from the last column of the last row: the emulator fails there.
        (2, lambda: pick(["\x1b[J", "\x1b[2J", "\x1b[3;5H\x1b[1J"])),
        (5, lambda: f"\x1b[{number()}{pick('@PXLMST')}"),
        (2, lambda: f"\x1b[{number()}{pick('IZb')}"),
        (2, lambda: f"\x1b[{number()};{number()}r"),
        (3, lambda: pick(["\x1b7", "\x1b8", "\x1b[s", "\x1b[u", "\x1bD", "\x1bM", "\x1bE"])),
        (2, lambda: pick(["\x1bH", "\x1b[g", "\x1b[3g"])),
        (3, lambda: f"\x1b[?{pick(['1', '6', '7', '7', '25', '45', '66', '1000', '1002', '1003', '1006', '1016', '2004', '9'])}{pick('hl')}"),
        (2, lambda: f"\x1b[?{pick(['47', '1047', '1049', '1048'])}{pick('hl')}"),
        (2, lambda: f"\x1b[{pick(['4', '20'])}{pick('hl')}"),
        (2, lambda: pick(["\x1b(0", "\x1b(B", "\x1b)0", "\x0e", "\x0f", "\x1b(A", "\x1b*0", "\x1bn", "\x1b+K", "\x1bo"])),
        (1, lambda: pick(["\x1b=", "\x1b>", "\x1b[!p", "\x1b#8", "\x1b[1 q", "\x1b[4 q", "\x1b[?12h", "\x1b[?12l"])),
        (1, lambda: "\x1b]" + pick("02") + ";title " + number() + pick(["\x07", "\x1b\\"])),
        (1, lambda: pick(["\x1b[22;0t", "\x1b[23;0t", "\x1b[22;2t", "\x1b[23t"])),
        (2, lambda: pick(["\x1b]8;;http://a/\x1b\\", "\x1b]8;id=7;http://b/\x07", "\x1b]8;;\x1b\\"])),
        (1, lambda: f"\x1b[{number()}{pick([' @', ' A', chr(39) + '}', chr(39) + '~'])}"),
        (1, lambda: pick(["\x1b[1\"q", "\x1b[0\"q", "\x1b[?0J", "\x1b[?1K", "\x1b[?2K"])),
        (1, lambda: pick(["\x1b", "\x1b[", "\x1b[12;", "\x1b[?", "\x1b]2;abc", "\x1bP1$q", "\x1b_apc", "\x18", "\x85", "\x1b(", "\x1bc"])),
    ]
    weights = [weight for weight, _ in kinds]
    data = b""
    while len(data) < length:
        data += random.choices(kinds, weights)[0][1]().encode()
        if random.random() < 0.01:
            data += bytes(random.randrange(128, 256) for _ in range(2))
    return data


class Recording:
    """A real program on a real pty, and all that it writes there."""

    QUIET = 0.12

    def __init__(self, command, columns=80, rows=24, **environment):
        self.output, self.typed = b"", 0
        self.process, self.master = pty.fork()
        if self.process == 0:
            os.execvpe(command[0], command, {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **environment})
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, most=1.0, least=0, words=(b"",)):
        """Reads until the program has written `least` bytes in all and one of `words` since the last key, however long it takes to,
        and is quiet, or until it ends."""
        deadline, silence_ends = time.monotonic() + most, time.monotonic() + LONGEST_SILENCE
        while True:
            needed = len(self.output) < least or not any(word in self.output[self.typed:] for word in words)
            if needed and time.monotonic() > silence_ends:
                raise TimeoutError(f"neither {least} bytes nor one of {words} after {self.output[-200:]}")
            if not needed and time.monotonic() > deadline:
                return
            if not select.select([self.master], [], [], 1 if needed else self.QUIET)[0]:
                if needed:
                    continue
                return
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.output += data

    def type(self, *keys, least, questions):
        """A key is for a program that is there: it has written before, whatever the machine is busy with, and has asked."""
        for key in keys:
            self.read(least=1, words=questions)
            self.typed = len(self.output)
            os.write(self.master, key.encode())
        self.read(least=least, words=questions)

    def stop(self):
        with contextlib.suppress(OSError):
            os.kill(self.process, signal.SIGHUP)
        os.close(self.master)
        with contextlib.suppress(ChildProcessError):
            for _ in range(100):
                if os.waitpid(self.process, os.WNOHANG)[0]:
                    return
                time.sleep(0.02)
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


def record(command, *keys, columns=80, rows=24, questions=(b"",), **environment):
    """What a program writes while these keys are typed, each when it has become quiet (and has asked one of `questions`): a stream
    worth comparing, so some hundred bytes of it."""
    recording = Recording(command, columns, rows, **environment)
    try:
        recording.type(*keys, least=400, questions=questions)
        return recording.output
    finally:
        recording.stop()


DOWN, UP, RIGHT, LEFT, PAGE = "\x1b[B", "\x1b[A", "\x1b[C", "\x1b[D", "\x1b[6~"


# Its menus and what is chosen there; between two spaces a test asks for RETURN alone, or for where the cursor is.
VTTEST = {
    "cursor": "1      ", "screen": "2" + 15 * " ", "sets": "3 ", "insert and delete": "8" + 14 * " ",
    "positions": "11 5 1  2  3  4  5  6  7  8  9 ", "colours": "11 6 2  4  ", "repeat and scroll": "11 7 2  3  4  5  6 ",
    "erase": "11 1 2 3 ", "alternate": "11 8 7 3   7;5R  4   9;7R  5   7;5R ",
}
VTTEST_QUESTIONS = (b"<RETURN>", b"choice number", b"\x1b[0c", b"\x1b[6n")


def vttest_keys(choices):
    return [f"\x1b[{choice}" if choice.endswith("R") else f"{choice}\r" for choice in choices.split(" ")]


def real_streams(folder):
    """Name, size and output of programs as people use them; `folder` is theirs."""
    text = folder / "text"
    text.write_text("".join(f"{number}: 漢字 and ünïcode, e\u0301, 🙂 and \ttabs {'x' * (number % 90)}\n" for number in range(200)))
    repository = folder / "repository"
    repository.mkdir()
    git = ["git", "-C", str(repository), "-c", "user.name=n", "-c", "user.email=e@e"]
    subprocess.run([*git, "init", "-q"], check=True)
    for number in range(30):
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", f"Commit {number} 漢"], check=True)
    home = {"HOME": str(folder)}
    tmux = ["tmux", "-S", str(folder / "tmux"), "-f", "/dev/null"]
    shell = ["bash", "--norc", "-i"]
    yield "vim", 80, 24, record(["vim", "-u", "NONE", "-N", str(text)], ":syntax on\r", PAGE, PAGE, "dd", "5p", "ihello 漢\x1b", ":split\r", PAGE, ":vsplit\r", "gg", ":q\r", "u", ":set nu\r", **home)
    yield "nano", 80, 24, record(["nano", str(text)], DOWN, DOWN, "typed 漢", PAGE, PAGE, "\x0b", "\x17", "77\r", **home)
    yield "less", 80, 24, record(["less", str(text)], " ", " ", "b", "/15\r", "n", "G", "g", "q")
    yield "man", 100, 30, record(["man", "less"], " ", " ", "/opt\r", "q", columns=100, rows=30, MAN_KEEP_FORMATTING="1")
    yield "htop", 80, 24, record(["htop", "-d", "2"], DOWN, DOWN, "t", "H", "?", " ", **home)
    yield "top", 80, 24, record(["top", "-d", "0.2"], "1", "z", "x", "c", "V", **home)
    yield "mc", 80, 24, record(["mc", "-x", "--nosubshell", str(folder)], DOWN, DOWN, "\t", DOWN, "\x1b[11~", "\x1b\x1b", "\x0f", "\x0f", **home)
    yield "tmux", 80, 24, record([*tmux, "new", *shell], "ls -la --color /\r", "\x02%", "yes 漢 | head -50\r", "\x02\"", "\x02o", "\x02z", "\x02:", "set -g mouse on\r", "cat " + str(text) + "\r", "\x02:", "kill-server\r", **home)
    yield "whiptail", 80, 24, record(["whiptail", "--menu", "Choose 漢", "15", "60", "5", "a", "first", "b", "second", "c", "third"], DOWN, DOWN, "\t", "\r")
    yield "dialog", 80, 24, record(["dialog", "--checklist", "Choose 漢", "15", "60", "5", "a", "first", "on", "b", "second", "off"], DOWN, " ", "\t", "\r", NCURSES_NO_UTF8_ACS="1")
    yield "watch", 80, 24, record(["watch", "-n", "0.2", "-d", "date +%N; ls /"], "")
    yield "git", 80, 24, record([*git, "-c", "core.pager=cat", "log", "--graph", "--color"])
    yield "bash", 40, 10, record(shell, "echo one two three four five six seven eight nine\x1b[1;5D\x1b[1;5Dxx\x01\x1b[Cyy\x05zz\r", "ls --color /\r", "\x12one\x07", "clear\r", "printf '\\e[5;7mhi\\e[0m'\r", columns=40, rows=10, **home)
    yield "zsh", 40, 10, record(["zsh", "-f", "-i"], "echo 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\x1b[D\x1b[D\x7f\x7f\r", "ls /\t", "\x03", "for i in 1 2\rdo echo $i\rdone\r", columns=40, rows=10, **home)
    for name, choices in VTTEST.items():
        yield f"vttest {name}", 80, 24, record(["vttest"], "\x1b[?1;2c", *vttest_keys(choices), questions=VTTEST_QUESTIONS)
