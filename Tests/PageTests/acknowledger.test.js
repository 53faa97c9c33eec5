// When the server is told how far the screen is.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Acknowledger } from "../../static/js/connection/acknowledger.js";

function recorded() {
  const reports = [];
  const acknowledger = new Acknowledger((offset) => reports.push(offset));
  acknowledger.restart(100, 1000);
  return { reports, acknowledger };
}

test("output is reported after a pause, all of it at once", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { reports, acknowledger } = recorded();
  // Under a quarter of the window, and more than a few keys' echoes.
  acknowledger.restart(100, 100_000);
  acknowledger.processed(300);
  acknowledger.processed(300);
  mock.timers.tick(9);
  assert.deepEqual(reports, []);
  mock.timers.tick(1);
  assert.deepEqual(reports, [700]);
  mock.timers.tick(1000);
  assert.deepEqual(reports, [700]);
  mock.timers.reset();
});

test("a few keys' echoes wait longer, and no longer than the next output", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { reports, acknowledger } = recorded();
  acknowledger.restart(0, 100_000);
  acknowledger.processed(1);
  mock.timers.tick(249);
  assert.deepEqual(reports, []);
  mock.timers.tick(1);
  assert.deepEqual(reports, [1]);
  acknowledger.processed(1);
  acknowledger.processed(300);
  mock.timers.tick(10);
  assert.deepEqual(reports, [1, 302]);
  mock.timers.reset();
});

test("a quarter of the window is reported at once", () => {
  const { reports, acknowledger } = recorded();
  acknowledger.processed(250);
  assert.deepEqual(reports, [350]);
  acknowledger.stop();
});

test("another channel begins anew, and what was to be reported to the last one is not", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { reports, acknowledger } = recorded();
  acknowledger.processed(5);
  acknowledger.restart(500, 1000);
  mock.timers.tick(1000);
  assert.deepEqual(reports, []);
  assert.equal(acknowledger.offset, 500);
  mock.timers.reset();
});
