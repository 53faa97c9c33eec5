// What a person waits for in a terminal, and what is found, selected and moved back there.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { watchRightControl, specialBytes } from "../../static/js/keys/special-keys.js";
import { between, spotAfter } from "../../static/js/pane/select-mode.js";
import { Telling, wordsOfHost } from "../../static/js/pane/telling.js";
import { wholeLines } from "../../static/js/terminal/lines.js";
import { Prompts } from "../../static/js/terminal/prompts.js";
import { excerpt } from "../../static/js/workspace/find-all.js";
import { leaf } from "../../static/js/workspace/layout-tree.js";
import { Undo } from "../../static/js/workspace/undo.js";

let told, telling;
beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  told = [];
  telling = new Telling((words) => told.push(words));
});
afterEach(() => mock.timers.reset());

test("that it prints is told once", () => {
  telling.heard();
  assert.equal(telling.toggle("prints"), true);
  telling.heard();
  telling.heard();
  assert.deepEqual(told, ["prints again."]);
  assert.equal(telling.has("prints"), false);
});

test("quiet counts from what was said last, and is told once", () => {
  telling.toggle("quiet", 20);
  mock.timers.tick(19_000);
  telling.heard();
  mock.timers.tick(19_999);
  assert.deepEqual(told, []);
  mock.timers.tick(1);
  assert.deepEqual(told, ["has been quiet for 20 s."]);
  mock.timers.tick(60_000);
  assert.equal(told.length, 1);
});

test("what is not wanted any more is not told", () => {
  for (const wish of ["prints", "quiet", "rings"]) {
    telling.toggle(wish, 1);
    assert.equal(telling.toggle(wish, 1), false);
  }
  telling.heard();
  telling.rang();
  telling.ended();
  mock.timers.tick(5000);
  assert.deepEqual(told, []);
});

test("a bell is told each time, an end once", () => {
  telling.toggle("rings");
  telling.rang();
  telling.rang();
  telling.ended();
  telling.ended();
  assert.deepEqual(told, ["rings.", "rings.", "is over."]);
});

test("a host's words are told as its own, without what cannot be seen, and not in a flood", () => {
  assert.equal(wordsOfHost(9, "build is done"), "build is done");
  assert.equal(wordsOfHost(9, "a; b"), "a; b");
  assert.equal(wordsOfHost(9, "4;1;50"), "");
  assert.equal(wordsOfHost(777, "notify;make;all tests passed"), "make: all tests passed");
  assert.equal(wordsOfHost(777, "precmd;x"), "");
  assert.equal(wordsOfHost(9, "a\x1b\u202eb" + "c".repeat(500)).length, 200);
  telling.hostSays("one");
  telling.hostSays("two");
  telling.hostSays("");
  assert.deepEqual(told, ["says: one"]);
});

const page = { cols: 10, rows: 3, length: 6, text: (row) => ["abc def", "", "x", "", "", "end"][row] };

test("keys lead over the screen and its history, and nowhere beyond", () => {
  const cases = [
    ["ArrowRight", [0, 0], [1, 0]], ["ArrowRight", [9, 0], [0, 1]], ["ArrowRight", [9, 5], null],
    ["ArrowLeft", [0, 0], null],
    ["ArrowLeft", [0, 1], [9, 0]], ["ArrowUp", [3, 0], [3, 0]], ["ArrowDown", [3, 5], [3, 5]],
    ["PageDown", [0, 0], [0, 2]],
    ["PageUp", [0, 5], [0, 3]], ["Home", [4, 2], [0, 2]], ["End", [0, 0], [6, 0]], ["g", [4, 4], [0, 0]],
    ["G", [4, 1], [0, 5]],
    ["w", [0, 0], [4, 0]], ["b", [6, 0], [4, 0]], ["b", [4, 0], [0, 0]],
    ["x", [0, 0], null], ["h", [5, 0], [4, 0]], ["j", [5, 0], [5, 1]],
  ];
  for (const [key, [column, row], expected] of cases) {
    const spot = spotAfter(key, { column, row }, page, false);
    assert.deepEqual(spot && [spot.column, spot.row], expected, `${key} at ${column},${row}`);
  }
});

test("what is between two spots is the same from both ends", () => {
  const [one, other] = [{ column: 8, row: 1 }, { column: 2, row: 3 }];
  assert.deepEqual(between(one, other, 10), { column: 8, row: 1, length: 15 });
  assert.deepEqual(between(other, one, 10), { column: 8, row: 1, length: 15 });
  assert.equal(between(one, one, 10).length, 1);
});

/** @param {...[string, boolean?]} rows text, and whether it goes on from the one above */
const bufferOf = (...rows) => ({
  length: rows.length, type: "normal", baseY: 0, cursorY: rows.length - 1, viewportY: 0,
  getLine: (row) => rows[row] && {
    isWrapped: Boolean(rows[row][1]),
    translateToString: (isTrimmed) => (isTrimmed ? rows[row][0].trimEnd() : rows[row][0]),
  },
});

test("lines are whole, the newest first", () => {
  const lines = [...wholeLines(bufferOf(["one  "], ["two t"], ["hree ", true], ["four "]))];
  assert.deepEqual(lines, [{ row: 3, text: "four" }, { row: 1, text: "two three" }, { row: 0, text: "one" }]);
});

test("what is shown of a hit has it in it, whatever its case", () => {
  assert.deepEqual(excerpt("mac 00:1A:2b up", "1a:2B"), ["mac 00:", "1A:2b", " up"]);
  const [before, hit] = excerpt(`${"x".repeat(100)}needle`, "needle");
  assert.deepEqual([before, hit], [`…${"x".repeat(40)}`, "needle"]);
});

function prompts() {
  const rows = [];
  let handler;
  const terminal = {
    rows: 3, scrolled: null, parser: { registerOscHandler: (_, each) => ((handler = each), { dispose() {} }) },
    get buffer() {
      return { active: bufferOf(...rows) };
    },
    registerMarker: () => ({
      line: Math.max(0, rows.length - 1), isDisposed: false, dispose() { this.isDisposed = true; },
    }),
    scrollToLine: (line) => (terminal.scrolled = line),
  };
  const print = (text) => rows.push([text]);
  return { all: new Prompts(terminal), terminal, print, mark: (what) => handler(what) };
}

test("the last output is between its marks", () => {
  const { all, print, mark } = prompts();
  assert.equal(all.isMarked, false);
  for (const [command, ...output] of [["$ ls", "a", "b"], ["$ date", "today"]]) {
    print(command);
    mark("A");
    print(output[0]);
    mark("C");
    for (const line of output.slice(1)) print(line);
    print("");
    mark("D;0");
  }
  assert.equal(all.lastOutput, "today");
  print("$ ");
  mark("A");
  // A prompt alone is no output.
  assert.equal(all.lastOutput, "today");
});

test("the former prompt is the one above what is shown", () => {
  const { all, terminal, print, mark } = prompts();
  for (let number = 0; number < 4; number += 1) {
    print("$");
    mark("A");
    print("x");
    mark("C");
  }
  const at = (viewportY) => {
    Object.defineProperty(terminal, "buffer", { value: { active: { viewportY } }, configurable: true });
    terminal.scrolled = null;
    return [all.toFormer(), terminal.scrolled];
  };
  assert.deepEqual(at(6), [true, 4]);
  assert.deepEqual(at(4), [true, 2]);
  assert.deepEqual(at(0), [false, 0]);
});

const tab = (id, ...panes) => ({
  id, name: "", active: panes[0], isLarge: false,
  root: panes.length === 1
    ? leaf(panes[0]) : { direction: "row", sizes: panes.map(() => 1 / panes.length), children: panes.map(leaf) },
});

test("a move is moved back, unless panes have come or gone", () => {
  const undo = new Undo();
  const before = [tab("1", "a", "b"), tab("2", "c")];
  undo.keep(before);
  const after = [tab("1", "a"), tab("2", "c"), tab("3", "b")];
  assert.deepEqual(undo.back(after), before);
  assert.equal(undo.back(before), null);
  undo.keep(before);
  assert.equal(undo.back([tab("1", "a")]), null);
  // What has changed nothing is passed over.
  undo.keep(before);
  undo.keep(after);
  assert.deepEqual(undo.back(after), before);
});

test("on Windows the right Ctrl says what AltGr hides", () => {
  const listeners = {};
  const former = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { platform: "Win32" }, configurable: true });
  const key = (more) => ({
    key: "]", code: "Digit9", ctrlKey: true, altKey: true, metaKey: false, shiftKey: false,
    getModifierState: (name) => name === "AltGraph", ...more,
  });
  const modes = { isKeypadApplication: false, functionKeys: "xterm" };
  try {
    watchRightControl({ addEventListener: (type, run) => (listeners[type] = run) });
    assert.equal(specialBytes(key(), modes), null);
    listeners.keydown({ code: "ControlRight" });
    assert.equal(specialBytes(key(), modes), "\x1d");
    assert.equal(specialBytes(key({ ctrlKey: false, altKey: false }), modes), "\x1d");
    listeners.keyup({ code: "ControlRight" });
    assert.equal(specialBytes(key(), modes), null);
    listeners.keydown({ code: "ControlRight" });
    listeners.blur();
    assert.equal(specialBytes(key(), modes), null);
  } finally {
    Object.defineProperty(globalThis, "navigator", former ?? { value: undefined, configurable: true });
  }
});
