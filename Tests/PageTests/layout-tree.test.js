// How panes lie beside each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, dividers, isTree, leaf, moveDivider, neighbour, panesOf, rectangles, remove, rename,
  split } from "../../static/js/workspace/layout-tree.js";

/** a to the left; b above c to the right. */
const three = split(split(leaf("a"), "a", "row", leaf("b")), "b", "column", leaf("c"));

const place = (node, pane) => Object.values(rectangles(node).get(pane)).map((part) => Math.round(part * 1000) / 1000);

test("a split gives halves", () => {
  assert.deepEqual(place(three, "a"), [0, 0, 0.5, 1]);
  assert.deepEqual(place(three, "b"), [0.5, 0, 0.5, 0.5]);
  assert.deepEqual(place(three, "c"), [0.5, 0.5, 0.5, 0.5]);
});

test("a split of the same direction gives all the same room", () => {
  const row = split(split(leaf("a"), "a", "row", leaf("b")), "a", "row", leaf("c"));
  assert.deepEqual(panesOf(row), ["a", "c", "b"]);
  assert.deepEqual(place(row, "c"), [0.333, 0, 0.333, 1]);
  assert.deepEqual(panesOf(split(row, "a", "row", leaf("d"), true)), ["d", "a", "c", "b"]);
});

test("what is left takes the room of what goes", () => {
  assert.deepEqual(place(remove(three, "a"), "b"), [0, 0, 1, 0.5]);
  assert.deepEqual(remove(remove(three, "a"), "b"), leaf("c"));
  assert.equal(remove(leaf("a"), "a"), null);
  assert.deepEqual(panesOf(remove(three, "nobody")), ["a", "b", "c"]);
});

test("panes cover the whole, and each other nowhere, whatever is done", () => {
  let seed = 7;
  const random = (count) => (seed = (seed * 48271) % 2147483647) % count;
  let tree = leaf("p0");
  for (let step = 1; step < 300; step += 1) {
    const panes = panesOf(tree);
    const pane = panes[random(panes.length)];
    if (panes.length > 8) tree = remove(tree, pane);
    else tree = split(tree, pane, ["row", "column"][random(2)], leaf(`p${step}`), random(2) === 1);
    const lines = dividers(tree);
    if (lines.length > 0) {
      const { path, index } = lines[random(lines.length)];
      tree = moveDivider(tree, path, index, random(100) / 100);
    }
    const areas = [...rectangles(tree).values()];
    assert.ok(Math.abs(areas.reduce((sum, { width, height }) => sum + width * height, 0) - 1) < 1e-9);
    assert.ok(areas.every(({ width, height }) => width > 0 && height > 0));
    assert.equal(lines.length, panesOf(tree).length - 1);
    assert.ok(isTree(JSON.parse(JSON.stringify(tree))));
  }
});

test("the neighbour is the one beside the middle", () => {
  assert.equal(neighbour(three, "a", "right"), "c");
  assert.equal(neighbour(three, "b", "down"), "c");
  assert.equal(neighbour(three, "c", "up"), "b");
  assert.equal(neighbour(three, "c", "left"), "a");
  assert.equal(neighbour(three, "a", "left"), null);
  assert.equal(neighbour(three, "nobody", "left"), null);
});

test("a line goes where it is moved, but nobody vanishes", () => {
  const [line] = dividers(three);
  assert.deepEqual([line.share, line.direction], [0.5, "row"]);
  assert.deepEqual(place(moveDivider(three, line.path, line.index, 0.75), "a"), [0, 0, 0.75, 1]);
  assert.deepEqual(place(moveDivider(three, line.path, line.index, 7), "a"), [0, 0, 0.95, 1]);
  assert.deepEqual(place(moveDivider(three, [1], 0, 0.25), "b"), [0.5, 0, 0.5, 0.25]);
});

test("eight lie in a grid of three by three", () => {
  const names = [..."abcdefgh"];
  const grid = arrange(names, "grid");
  assert.deepEqual(panesOf(grid), names);
  assert.deepEqual(place(grid, "a"), [0, 0, 0.333, 0.333]);
  assert.deepEqual(place(grid, "h"), [0.5, 0.667, 0.5, 0.333]);
  assert.deepEqual(place(arrange(["a", "b"], "column"), "b"), [0, 0.5, 1, 0.5]);
  assert.deepEqual(arrange(["a"], "grid"), leaf("a"));
  assert.deepEqual(panesOf(rename(grid, (name) => name.toUpperCase())), [..."ABCDEFGH"]);
});

test("what a storage holds is looked at", () => {
  for (const wrong of [null, 7, {}, { pane: 7 }, { direction: "row", sizes: [1], children: [leaf("a")] },
    { direction: "diagonal", sizes: [0.5, 0.5], children: [leaf("a"), leaf("b")] },
    { direction: "row", sizes: [0, 1], children: [leaf("a"), leaf("b")] },
    { direction: "row", sizes: [0.5, 0.5],
      children: [leaf("a"), {}] }]) assert.equal(isTree(wrong), false, JSON.stringify(wrong));
});
