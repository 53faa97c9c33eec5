// Text is found where its cells are, and a line is gone over once, however long it is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Search } from "../../static/js/terminal/search.js";

/** A screen of cells, [characters, width] each; counts which of them are looked at. */
class FakeTerminal {
  looks = 0;
  rows = 24;

  constructor(cols, lines) {
    this.cols = cols;
    this.lines = lines;
    const { getLine } = this;
    const terminal = this;
    this.buffer = { active: {
      type: "alternate", baseY: 0, viewportY: 0, cursorY: 0,
      get length() {
        return terminal.lines.length;
      },
      getLine: getLine.bind(this),
    } };
  }

  getLine = (row) => {
    const line = this.lines[row];
    return line && {
      isWrapped: line.isWrapped, length: this.cols,
      translateToString: (isTrimmed) => {
        const text = line.cells.filter(([, width]) => width > 0).map(([characters]) => characters || " ").join("");
        return isTrimmed ? text.trimEnd() : text;
      },
      getCell: (column) => {
        this.looks += 1;
        const [characters, width] = line.cells[column];
        return { getChars: () => characters, getWidth: () => width };
      },
    };
  };

  selected = [];
  select(...place) {
    this.selected = place;
  }
  clearSelection() {}
  scrollToLine() {}
}

/**
 * @param {...string} texts each one logical line: a cell for each character, two for a wide one, none for a joined one
 */
function screen(cols, ...texts) {
  const lines = [];
  for (const text of texts) {
    const cells = [];
    for (const character of text) {
      if (/\p{M}/u.test(character)) cells.at(-1)[0] += character;
      else cells.push(...(/[一-鿿]/u.test(character) ? [[character, 2], ["", 0]] : [[character, 1]]));
    }
    for (let at = 0; at === 0 || at < cells.length; at += cols) {
      const row = cells.slice(at, at + cols);
      while (row.length < cols) row.push(["", 1]);
      lines.push({ isWrapped: at > 0, cells: row });
    }
  }
  return new FakeTerminal(cols, lines);
}

/** All that is found, as [column, row, length]. */
function places(terminal, text, options) {
  const search = new Search(terminal);
  search.find(text, options);
  return Array.from({ length: search.count }, () => {
    search.move(1);
    return [search.position, terminal.selected];
  }).sort(([one], [other]) => one - other).map(([, place]) => place);
}

test("places are those of the cells: wide, joined, broken over rows, at the end", () => {
  assert.deepEqual(places(screen(10, "ab ab", "", "xab"), "ab"), [[0, 0, 2], [3, 0, 2], [1, 2, 2]]);
  assert.deepEqual(places(screen(10, "中ab文ab"), "ab"), [[2, 0, 2], [6, 0, 2]]);
  assert.deepEqual(places(screen(10, "中ab文ab"), "文"), [[4, 0, 2]]);
  assert.deepEqual(places(screen(10, "e\u0301ab"), "ab"), [[1, 0, 2]]);
  assert.deepEqual(places(screen(10, "ae\u0301b"), "\u0301"), [[1, 0, 1]]);
  assert.deepEqual(places(screen(4, "abcdefgh", "cd"), "cdef"), [[2, 0, 4]]);
  assert.deepEqual(places(screen(4, "abcdefgh", "gh"), "gh"), [[2, 1, 2], [0, 2, 2]]);
  assert.deepEqual(places(screen(4, "abcd"), "d"), [[3, 0, 1]]);
});

test("a long line's cells are looked at once, whatever is found in it", () => {
  const terminal = screen(80, "ab".repeat(10_000));
  const search = new Search(terminal);
  search.find("a");
  assert.equal(search.count, 10_000);
  assert.ok(terminal.looks <= 20_000, `${terminal.looks} looks`);
  terminal.looks = 0;
  search.renew();
  assert.equal(search.count, 10_000);
  assert.ok(terminal.looks <= 20_000, `${terminal.looks} looks`);
});

test("so many are found and no more, the newest lines' first", () => {
  const terminal = screen(100, ...Array.from({ length: 1100 }, () => "a".repeat(100)));
  const search = new Search(terminal);
  search.find("a");
  assert.equal(search.count, 100_000);
  search.find("a".repeat(100));
  assert.equal(search.count, 1100);
  const own = screen(100, "a".repeat(110_000));
  const long = new Search(own);
  long.find("a");
  assert.equal(long.count, 100_000);
});

test("an expression that may be empty comes to an end beside characters of two units", () => {
  assert.deepEqual(places(screen(10, "a😀xb"), "x*", { regex: true }), [[2, 0, 1]]);
});
