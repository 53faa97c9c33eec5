// Lines that were sent come back by arrows.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LineHistory } from "../../static/js/workspace/line-history.js";

test("up brings what was sent, down what was being written", () => {
  const history = new LineHistory();
  assert.equal(history.step(1, "x"), "x");
  for (const line of ["one", "two", "two", ""]) history.add(line);
  assert.deepEqual([history.step(1, "three"), history.step(1, "two"), history.step(1, "one"), history.step(-1, "one"),
    history.step(-1, "two")],
    ["two", "one", "one", "two", "three"]);
  history.add("four");
  assert.equal(history.step(1, ""), "four");
});
