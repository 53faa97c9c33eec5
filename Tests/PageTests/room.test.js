// How many cells have room, and that a second measurement says the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { sizeIn } from "../../static/js/terminal/room.js";

test("every cell is inside, and no more would be", () => {
  for (let width = 20; width < 3000; width += 1) {
    for (const cell of [{ width: 9.03125, height: 17 }, { width: 6.6, height: 13.5 }, { width: 24.078, height: 29 }]) {
      const { cols, rows } = sizeIn({ width, height: width / 2 }, cell);
      assert.ok(cols === 2 || Math.round(cols * cell.width) <= width, `${width} ${cell.width} ${cols}`);
      assert.ok(rows === 1 || Math.round(rows * cell.height) <= width / 2);
      assert.ok((cols + 1) * cell.width + 0.5 > width || cols === 2);
    }
  }
});

test("what cannot be measured has no size", () => {
  const room = { width: 100, height: 100 };
  const cell = { width: 9, height: 17 };
  for (
    const [one, other] of [[{ ...room, width: NaN }, cell], [room, { width: 0, height: 0 }],
      [room, { ...cell, height: NaN }]]) {
    assert.equal(sizeIn(one, other), null);
  }
  // A pane without room has the least size, not the one from before.
  for (const tiny of [{ width: 1, height: 1 }, { width: 0, height: 0 }, { width: -9, height: -3 }]) {
    assert.deepEqual(sizeIn(tiny, cell), { cols: 2, rows: 1 });
  }
});
