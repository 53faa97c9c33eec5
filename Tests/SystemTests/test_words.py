"""In which language a page is made, and the lint that keeps its words in the tables."""

import re
import shutil
import subprocess

import pytest

from server import ROOT

TARGETS = [{"name": "host", "host": "127.0.0.1", "telnet": {"users": ["*"], "ports": [23]}}]


def test_the_first_language_that_is_there(serve):
    server = serve(targets=TARGETS)
    for accepted, cookie, language in [
            ("fr, de;q=0.5, en;q=0.9", None, "en"), ("fr, de;q=0.9, en;q=0.5", None, "de"),
            ("zh-Hans-CN", None, "zh-Hans"), ("DE-de", None, "de"), ("xx," * 400 + "de", None, "en"),
            ("de;q=0, en", None, "en"), ("*", None, "en"), ("", None, "en"), ("de;q=x, zh;q=0.999", None, "de"),
            ("de", "zh-Hans", "zh-Hans"), ("de", "nothing", "de")]:
        headers = {"Accept_Language": accepted} | ({"Cookie": f"a=b; webterm-language={cookie}"} if cookie else {})
        for path in ("/", "/w", "/remote/host/telnet/a/23", "/nowhere"):
            _, body = server.request(path, Accept="text/html", **headers)
            assert re.search(r'<html lang="([^"]+)"', body.decode())[1] == language, (accepted, cookie, path)
            assert "{{" not in body.decode(), "every word is filled in"


def test_a_page_is_whole_in_every_language(serve):
    """The same elements, whatever they say; and what is said stands in the page, not in a script's hands."""
    server = serve(targets=TARGETS)
    pages = [server.request("/w", Accept_Language=each)[1].decode() for each in ("en", "de", "zh")]
    shapes = {tuple(re.findall(r"<[a-z]+|data-part=[^\s>]+|id=[^\s>]+", page)) for page in pages}
    assert len(shapes) == 1
    spoken = (">Send to…<", ">Senden an …<", ">发送到…<")
    assert all(words in page for words, page in zip(spoken, pages, strict=True))


OUTSIDE = "words outside of the tables"
MISTAKES = {
    "js/pane/bell.js": ("audio = null;", "audio = null;\nconst spoken = \"It rings now\";", OUTSIDE),
    "js/pane/status.js": ("  /** @param {number} milliseconds */", "  title = `Try ${1}`;\n", OUTSIDE),
    "pages/watch.html": ("<main>", "<main><p>Please wait</p>", OUTSIDE),
    "words/de.js": ('  "cancel": "Abbrechen",\n', "", "cancel is missing"),
    "words/zh-Hans.js": ("{device}", "{gerät}", "has other values to fill in"),
    "words/en.js": ('  "cancel":', '  "unsaid": "Nothing",\n  "cancel":', "unsaid is said nowhere"),
    "js/page/ask-dialog.js": ('say("cancel")', 'say("cancle")', "cancle is in no table"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_the_lint_finds(tmp_path, name):
    """It runs on a copy, in which there is one mistake."""
    for part in ("scripts", "static", "Sources/WebTerm/Site"):
        shutil.copytree(ROOT / part, tmp_path / part)
    lint = [tmp_path / "scripts/words"]
    assert subprocess.run(lint, capture_output=True, text=True).returncode == 0
    right, wrong, finding = MISTAKES[name]
    path = tmp_path / "static" / name
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    result = subprocess.run(lint, capture_output=True, text=True)
    assert result.returncode == 1 and finding in result.stdout, result.stdout
