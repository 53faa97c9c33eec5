// A console whose device has hung up: tried again with growing pauses until it lasts.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Reconnect } from "../../static/js/connection/reconnect.js";

test("it is tried again after every end, later each time, until a connection lasts", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const seen = [];
  const reconnect = new Reconnect({
    attempt: () => seen.push("attempt"),
    waiting: () => seen.push("waiting"),
    done: () => seen.push("done"),
  });
  assert.equal(reconnect.ended(), false);
  reconnect.start();
  assert.deepEqual(seen, ["attempt"]);
  for (let round = 1; round <= 8; round += 1) {
    assert.equal(reconnect.ended(), true);
    assert.equal(seen.at(-1), "waiting");
    mock.timers.tick(30000);
    assert.equal(seen.filter((each) => each === "attempt").length, round + 1);
  }
  mock.timers.tick(3000);
  assert.equal(seen.at(-1), "done");
  assert.equal(reconnect.isOn, false);
  mock.timers.reset();
});

test("whoever stops it is left in peace", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let attempts = 0;
  const reconnect = new Reconnect({ attempt: () => (attempts += 1), waiting() {}, done: () => assert.fail("done") });
  reconnect.start();
  reconnect.ended();
  reconnect.stop();
  mock.timers.tick(100000);
  assert.equal(attempts, 1);
  mock.timers.reset();
});
