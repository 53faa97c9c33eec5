"""The server's screen model beside the page's emulator: what one paints, the other must hold."""

import base64
import pathlib
import random
import struct
import subprocess

from server import ROOT

BENCH = ROOT / ".build/release/bench"
ORACLE = pathlib.Path(__file__).with_name("emulator-oracle.js")


class Model:
    """The screen model, as `bench paint` has it."""

    def __init__(self, columns, rows):
        self.process = subprocess.Popen([BENCH, "paint"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.begin(columns, rows)

    def _say(self, letter, data=b""):
        self.process.stdin.write(letter + struct.pack(">I", len(data)) + data)

    def begin(self, columns, rows):
        self._say(b"N", struct.pack(">HH", columns, rows))

    def resize(self, columns, rows):
        self._say(b"R", struct.pack(">HH", columns, rows))

    def feed(self, data):
        self._say(b"F", data)

    def painting(self):
        self._say(b"P")
        self.process.stdin.flush()
        length, = struct.unpack(">I", self.process.stdout.read(4))
        return self.process.stdout.read(length)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def text(data):
    return base64.b64encode(data).decode()


class Oracle:
    """A page in which emulators are fed and compared."""

    def __init__(self, page, url):
        self.page = page
        page.goto(url)
        page.evaluate(ORACLE.read_text(), {
            "vendor": f"{url}static/vendor/xterm.js", "unicode": f"{url}static/js/terminal/unicode.js",
            "charset": f"{url}static/js/terminal/charset.js"})

    def differences(self, model, stream, cuts, columns=80, rows=24, fed=1):
        """What is not the same at the cuts, nor, for some of them, at the end."""
        model.begin(columns, rows)
        at, paintings = 0, []
        for cut in cuts:
            model.feed(stream[at:cut])
            at = cut
            paintings.append({"offset": cut, "painting": text(model.painting())})
        followed = random.Random(len(stream)).sample(cuts, min(fed, len(cuts)))
        return self.page.evaluate("it => compare(it)", {
            "cols": columns, "rows": rows, "stream": text(stream), "cuts": paintings, "fed": followed})
