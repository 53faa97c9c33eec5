// What was there before a page came.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Replay } from "../../static/js/terminal/replay.js";

let heard, terminal, replay;

/** An emulator that does everything at once, and notes whether it may answer. */
beforeEach(() => {
  heard = [];
  terminal = {
    write(data, done) {
      const words = typeof data === "string" ? data : new TextDecoder().decode(data);
      if (words) heard.push([words, replay.isSilent]);
      done?.();
    },
    resize: (cols, rows) => heard.push([`${cols}x${rows}`]),
  };
  replay = new Replay(terminal, {
    decode: (bytes) => bytes,
    decodePainting: (bytes) => bytes,
    ended: () => heard.push(["ended", replay.isOn]),
  });
});

const bytes = (words) => new TextEncoder().encode(words);
const words = (data) => new TextDecoder().decode(data);

test("a painting comes first, then history in the sizes of its time, and what is new is not its business", () => {
  replay.begin(4, 6, [[0, 80, 24], [3, 100, 30]]);
  assert.ok(replay.isOn);
  assert.equal(words(replay.paint(bytes("pain"))), "");
  assert.equal(words(replay.write(bytes("ab"))), "");
  assert.equal(words(replay.write(bytes("cdefNEW"))), "NEW");
  assert.deepEqual(heard, [
    ["80x24"], ["pain", true], ["ab", true], ["c", true], ["100x30"], ["def", true], ["ended", false],
  ]);
  assert.equal(words(replay.write(bytes("more"))), "more");
});

test("a painting may come in pieces and have output behind it", () => {
  replay.begin(4, 0, [[0, 80, 24]]);
  assert.equal(words(replay.paint(bytes("pa"))), "");
  assert.equal(words(replay.paint(bytes("inout"))), "out");
  assert.deepEqual(heard.at(-1), ["ended", false]);
});

test("where there is nothing old, nothing happens", () => {
  replay.begin(0, 0, [[0, 80, 24]]);
  assert.equal(replay.isOn, false);
  assert.equal(words(replay.write(bytes("now"))), "now");
  assert.deepEqual(heard, []);
});
