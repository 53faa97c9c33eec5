// Panes that go elsewhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, panesOf } from "../../static/js/workspace/layout-tree.js";
import {
  breakOut, exchange, makeEqual, moveBeside, sortTab, withNew, without,
} from "../../static/js/workspace/moves.js";

const tab = (id, ...panes) => ({ id, name: "", root: arrange(panes, "row"), active: panes[0], isLarge: false });
const shape = (tabs) => tabs.map(({ root, active }) => [panesOf(root).join(""), active].join(":"));

test("a pane is taken out, and a tab that was only it goes", () => {
  const tabs = [tab("1", "a", "b", "c"), tab("2", "d")];
  assert.deepEqual(shape(without(tabs, "a")), ["bc:b", "d:d"]);
  assert.deepEqual(shape(without(tabs, "c")), ["b:b", "d:d"]);
  assert.deepEqual(shape(without(tabs, "d")), ["b:b"]);
  assert.equal(without(tabs, "x"), tabs);
});

test("a pane gets a tab of its own, behind its former one or where it is put", () => {
  const tabs = [tab("1", "a", "b"), tab("2", "c")];
  assert.deepEqual(shape(breakOut(tabs, "b", { id: "3", name: "" })), ["a:a", "b:b", "c:c"]);
  assert.deepEqual(
    shape(breakOut([tab("1", "a", "b"), tab("2", "c")], "a", { id: "3", name: "" }, "1")), ["a:a", "b:b", "c:c"]);
  // Alone it has one.
  const alone = [tab("1", "a")];
  assert.equal(breakOut(alone, "a", { id: "3", name: "" }), alone);
});

test("a pane lies beside another one, of another tab, too", () => {
  const [first, second] = [tab("1", "a", "b"), tab("2", "c")];
  const tabs = moveBeside([first, second], "a", "c", "down");
  assert.deepEqual(shape(tabs), ["b:b", "ca:a"]);
  assert.equal(tabs[1].root.direction, "column");
  // The last one of a tab takes the tab with it.
  assert.deepEqual(shape(moveBeside(tabs, "b", "c", "left")), ["bca:b"]);
  const same = [tab("1", "a", "b")];
  assert.deepEqual(shape(moveBeside(same, "a", "b", "right")), ["ba:a"]);
  assert.equal(moveBeside(same, "a", "a", "right"), same);
});

test("two panes change places, within a tab and between two", () => {
  assert.deepEqual(shape(exchange([tab("1", "a", "b"), tab("2", "c")], "a", "b")), ["ba:a", "c:c"]);
  assert.deepEqual(shape(exchange([tab("1", "a", "b"), tab("2", "c")], "a", "c")), ["cb:c", "a:a"]);
  assert.deepEqual(shape(moveBeside([tab("1", "a", "b")], "a", "b", "middle")), ["ba:a"]);
});

test("equal is the same room for all that lie beside each other", () => {
  const one = tab("1", "a", "b", "c", "d");
  one.root = {
    direction: "column", sizes: [0.9, 0.1],
    children: [{ direction: "row", sizes: [0.2, 0.8], children: [{ pane: "a" }, { pane: "b" }] }, { pane: "c" }],
  };
  makeEqual(one);
  assert.deepEqual([one.root.sizes, one.root.children[0].sizes], [[0.5, 0.5], [0.5, 0.5]]);
});

test("tabs are sorted", () => {
  const tabs = [tab("1", "a"), tab("2", "b"), tab("3", "c")];
  assert.deepEqual(sortTab(tabs, "3", "1").map(({ id }) => id), ["3", "1", "2"]);
  assert.deepEqual(sortTab(tabs, "1", null).map(({ id }) => id), ["2", "3", "1"]);
  assert.equal(sortTab(tabs, "2", "2"), tabs);
});

test("a new pane comes where it is wanted", () => {
  const open = (how, active = 1) => {
    const tabs = [tab("1", "a", "b"), tab("2", "c")];
    return withNew(tabs, tabs[active] ?? null, "n", how, { id: "3", name: "" });
  };
  assert.deepEqual(shape(open("open")), ["ab:a", "c:c", "n:n"]);
  assert.deepEqual(shape(open("split")), ["ab:a", "cn:n"]);
  assert.equal(open("below")[1].root.direction, "column");
  assert.deepEqual(shape(open("right", 5)), ["ab:a", "c:c", "n:n"]);
  // Dropped: before a tab, behind all, and at a side of a pane in whatever tab.
  assert.deepEqual(shape(open({ before: "2" })), ["ab:a", "n:n", "c:c"]);
  assert.deepEqual(shape(open({ before: null })), ["ab:a", "c:c", "n:n"]);
  assert.deepEqual(shape(open({})), ["ab:a", "c:c", "n:n"]);
  assert.deepEqual(shape(open({ pane: "b", side: "left" })), ["anb:n", "c:c"]);
  const below = open({ pane: "a", side: "up" });
  assert.deepEqual(shape(below), ["nab:n", "c:c"]);
  assert.equal(below[0].root.children[0].direction, "column");
});
