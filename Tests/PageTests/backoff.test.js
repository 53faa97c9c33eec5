// How long a page waits before it comes back.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Backoff } from "../../static/js/connection/backoff.js";

test("pauses double up to their bound, with a jitter of half of each", () => {
  for (const random of [0, 0.5, 1]) {
    mock.method(Math, "random", () => random);
    const backoff = new Backoff();
    const wholes = [500, 1000, 2000, 4000, 8000, 15000, 15000];
    assert.deepEqual(wholes.map(() => backoff.next()), wholes.map((whole) => whole * (0.5 + random / 2)));
    backoff.reset();
    assert.equal(backoff.next(), 500 * (0.5 + random / 2));
    mock.restoreAll();
  }
});
