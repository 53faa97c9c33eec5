// What comes from the host: what is due at an offset is done in its place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Incoming } from "../../static/js/connection/incoming.js";

class FakeScreen {
  log = [];
  repaint() {}
  skip() {}
  paint(message) {
    return message;
  }
  write(bytes, processed) {
    if (bytes.length > 0) this.log.push([...bytes].join(""));
    processed();
  }
}

function incoming(output) {
  const screen = new FakeScreen();
  const one = new Incoming(screen, { acknowledge() {}, heard() {} });
  one.begin({ output, seen: 0, window: 1000, screen: 0, sizes: [] });
  return { screen, one };
}

test("what is due is done between the bytes, wherever they were cut", () => {
  for (let cut = 0; cut <= 6; cut += 1) {
    for (let due = 10; due <= 16; due += 1) {
      const { screen, one } = incoming(10);
      one.after(due, () => screen.log.push("!"));
      const all = [1, 2, 3, 4, 5, 6];
      for (const piece of [all.slice(0, cut), all.slice(cut)]) one.take(new Uint8Array(piece));
      const words = all.slice(0, due - 10).join("") + "!" + all.slice(due - 10).join("");
      assert.equal(screen.log.join(""), words, `cut at ${cut}, due at ${due}`);
    }
  }
});

test("what was passed already is done at once, and what is skipped counts as passed", () => {
  const { screen, one } = incoming(10);
  one.after(3, () => screen.log.push("at once"));
  assert.deepEqual(screen.log, ["at once"]);
  one.after(20, () => screen.log.push("behind"));
  one.skip({ output: 30, missed: 20, screen: 0 }, "");
  assert.deepEqual(screen.log, ["at once", "behind"]);
});
