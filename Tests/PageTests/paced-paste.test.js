// A paste at a line's pace.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { PacedPaste, readablePace, isPaced } from "../../static/js/paste/paced-paste.js";

let sent, progress, isDone, paste;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  sent = [];
  isDone = false;
  paste = new PacedPaste({
    send: (text) => sent.push(text), progress: (...each) => (progress = each), done: () => (isDone = true),
  });
});
afterEach(() => mock.timers.reset());

test("lines go one by one with a pause, whatever ends them", () => {
  paste.start("a\r\nb\nc", { lineDelay: 100 });
  assert.deepEqual([sent, progress], [["a\r"], [1, 3]]);
  mock.timers.tick(99);
  assert.equal(sent.length, 1);
  mock.timers.tick(1);
  mock.timers.tick(100);
  assert.deepEqual(sent, ["a\r", "b\r", "c"]);
  assert.equal(isDone, false);
  mock.timers.tick(100);
  assert.equal(isDone, true);
  assert.equal(paste.isOn, false);
});

test("characters go one by one", () => {
  paste.start("ab\nc", { characterDelay: 10 });
  for (let step = 0; step < 5; step += 1) mock.timers.tick(10);
  assert.deepEqual(sent, ["a", "b", "\r", "c"]);
  assert.equal(isDone, true);
});

test("the next line waits for the prompt, which is no echo of the line itself", () => {
  paste.start("echo $\nexit\n", { waitFor: "[#>$] ?$" });
  paste.heard("echo $");
  mock.timers.tick(10000);
  assert.deepEqual(sent, ["echo $\r"]);
  paste.heard("\r\n$\r\nrou");
  paste.heard("ter");
  mock.timers.tick(10000);
  assert.equal(sent.length, 1);
  paste.heard("# ");
  mock.timers.tick(0);
  assert.deepEqual(sent, ["echo $\r", "exit\r"]);
});

test("Stop drops what has not gone out", () => {
  paste.start("a\nb\nc\n", { lineDelay: 100 });
  paste.stop();
  mock.timers.tick(1000);
  assert.deepEqual(sent, ["a\r"]);
  assert.equal(isDone, true);
});

test("a pace says something or not", () => {
  assert.equal(isPaced({}), false);
  assert.equal(isPaced({ lineDelay: 0 }), false);
  assert.equal(isPaced({ waitFor: "#" }), true);
});

test("a prompt that this browser cannot read becomes a pause", () => {
  for (const waitFor of ["(?i)router[#>] ?$", "a++#", "(?>x)#", "("]) {
    const pace = readablePace({ waitFor, lineDelay: 20 });
    assert.equal(pace.waitFor, "");
    assert.ok(pace.lineDelay >= 500);
    const sent = [];
    const paste = new PacedPaste({ send: (text) => sent.push(text), progress() {}, done() {} });
    paste.start("a\nb\n", { waitFor });
    assert.deepEqual(sent, ["a\r"]);
    paste.stop();
  }
  const readable = { waitFor: "[#>] ?$" };
  assert.equal(readablePace(readable), readable);
});
