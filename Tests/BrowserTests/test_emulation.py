"""The server's screen model beside the page's own emulator: painted from the model at any place of a stream, an emulator is in the
state that another one has which was fed with all of it."""

import os
import random
import time

import pytest

from emulation import Model, Oracle
from streams import VTTEST, random_stream, real_streams

# For more of it: make emulation-fuzz SECONDS=600
SECONDS = int(os.environ.get("EMULATION_SECONDS", "0"))
VOLUME = 5_000_000
SIZES = [(80, 24), (20, 6), (10, 4), (40, 10), (132, 43)]


@pytest.fixture
def oracle(serve, person):
    page = person.context.new_page()
    yield Oracle(page, serve().url)
    page.close()


@pytest.fixture
def model():
    model = Model(80, 24)
    yield model
    model.close()


def test_real_programs_look_the_same_wherever_they_are_cut(oracle, model, tmp_path):
    found, names = [], []
    for name, columns, rows, stream in real_streams(tmp_path):
        assert len(stream) > 400, (name, stream)
        names.append(name)
        chance = random.Random(name)
        cuts = sorted({len(stream), *(chance.randrange(len(stream) + 1) for _ in range(50))})
        found += [f"{name} {words}" for words in oracle.differences(model, stream, cuts, columns, rows, fed=3)]
    assert found == [] and len(names) == 14 + len(VTTEST)


def test_streams_that_no_program_writes_look_the_same(oracle, model):
    seed, volume, found = SECONDS * 1000, 0, []
    end = time.monotonic() + SECONDS
    while volume < VOLUME or time.monotonic() < end:
        chance = random.Random(seed)
        columns, rows = chance.choice(SIZES)
        stream = random_stream(chance, chance.choice([2000, 20_000, 100_000]))
        cuts = sorted({chance.randrange(len(stream) + 1) for _ in range(8)})
        found += [f"seed {seed}: {words}" for words in oracle.differences(model, stream, cuts, columns, rows)]
        assert len(found) < 20, found
        seed += 1
        volume += len(stream)
    assert found == []


@pytest.mark.parametrize("columns, rows, stream", [
    # A wide character without a place at the margin, and what a mark would join.
    (10, 4, "\x1b[?7l字弢字text\x1b[7'}👍"),
    (10, 4, "\x1b7;2H\x1b[?7lede 字\x1b[2m漢"),
    # The cursor outside of the margins that origin mode keeps it within.
    (132, 43, "\x1b[?6h\x1b[2r\x1b[?1049h\x1b[H\x1b[?47l漢"),
    # Whatever is not printable parts what is printed before it from what follows.
    (40, 10, f"{'x' * 35}\x1b[?7la字字字\x1b字字\x1bJ"),
    # Two halves that were left side by side.
    (40, 10, "글\x1b[3m\x1b[;2H👍\x1b[;2H\x1b[Ce"),
    # A picture made of a character of one column: repeated, inserted, at the margin.
    (40, 10, "\x1b[4h\x1bE\nF\x1b[H☺\ufe0f\x1b[51b\x1b[?47h"),
    (11, 4, "\x1b[4h☺\ufe0f\x1b[30b"),
    (11, 4, "\x1b[?7l☺\ufe0f\x1b[30b"),
])
def test_what_a_longer_comparison_has_found_looks_the_same(oracle, model, columns, rows, stream):
    data = stream.encode()
    assert oracle.differences(model, data, range(1, len(data) + 1), columns, rows) == []


def test_names_and_colours_are_painted_too(oracle, model):
    stream = b"\x1b]4;1;rgb:12/34/56;300;#fff\x07\x1b]10;#abc\x07\x1b]11;rgb:1/2/3;#0a0b0c\x1b\\\x1b]2;one\x07\x1b[22;0t\x1b]2;two\x07"
    assert oracle.differences(model, stream, [len(stream)]) == []
    painting = model.painting().decode()
    for words in ("]4;1;rgb:12/34/56", "]10;rgb:a0/b0/c0", "]11;rgb:11/22/33", "]12;rgb:0a/0b/0c", "]2;one", "[22;2t", "]2;two"):
        assert f"\x1b{words}" in painting
    model.feed(b"\x1b]104\x07\x1b]110\x07\x1b]111\x07\x1b]112\x07\x1b[23t")
    assert "rgb:" not in model.painting().decode() and "]2;one" in model.painting().decode()
