// The rest of a line of which somebody else has typed in between goes nowhere.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LineGuard } from "../../static/js/connection/line-guard.js";

const bytes = (text) => new TextEncoder().encode(text);
const typed = (guard, ...texts) => texts.map((text) => guard.holds(bytes(text)));

test("whoever has begun no line is not held back", () => {
  const guard = new LineGuard();
  assert.deepEqual(typed(guard, "r", "m", "\r"), [false, false, false]);
  guard.interrupt();
  assert.deepEqual(typed(guard, "l", "s", "\r"), [false, false, false]);
});

test("the rest of a line is held back up to its end, and the next one is not", () => {
  for (const end of ["\r", "\x03", "\x15", "\x1b", "in 5\r"]) {
    const guard = new LineGuard();
    typed(guard, "rel");
    guard.interrupt();
    assert.deepEqual(
      typed(guard, "oad ", "\x1b[D", end, "show", "\r"), [true, true, true, false, false], JSON.stringify(end));
  }
});

test("a key of several bytes begins a line and ends none", () => {
  const guard = new LineGuard();
  typed(guard, "\r", "\x1b[A");
  guard.interrupt();
  assert.deepEqual(typed(guard, "\x1bOB", "\r", "x"), [true, true, false]);
});
