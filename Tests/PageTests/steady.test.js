// Timers of a hidden tab: a worker's, and each comes once.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { IdleWatch } from "../../static/js/connection/idle-watch.js";
import { Reconnect } from "../../static/js/connection/reconnect.js";
import { steady } from "../../static/js/dom/steady.js";
import { PacedPaste } from "../../static/js/paste/paced-paste.js";

/** A hidden page whose own timers never come: what a worker is asked for comes when the test wants it. */
class FakeWorker {
  static asked = [];
  constructor(url) {
    FakeWorker.url = String(url);
    FakeWorker.last = this;
  }
  postMessage(message) {
    FakeWorker.asked.push(message);
  }
}

const listeners = [];
globalThis.document = {
  visibilityState: "visible", baseURI: "http://h/", addEventListener: (_, listener) => listeners.push(listener),
};
globalThis.Worker = FakeWorker;

function setVisible(state) {
  document.visibilityState = state;
  for (const listener of listeners) listener();
}

/** The worker's time is over for all that it was asked for. @returns {number[]} the pauses */
function wake() {
  const due = FakeWorker.asked.splice(0);
  for (const { id } of due) FakeWorker.last.onmessage({ data: id });
  return due.map(({ pause }) => pause);
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "setInterval"] }));

afterEach(() => {
  setVisible("visible");
  FakeWorker.asked = [];
  mock.timers.reset();
});

test("a page that is seen needs no worker", () => {
  const came = [];
  steady.set(() => came.push(1), 50);
  mock.timers.tick(50);
  assert.deepEqual(came, [1]);
  assert.deepEqual(FakeWorker.asked, []);
});

test("what waits when the tab is hidden, and what is set then, comes by the worker, once", () => {
  const came = [];
  steady.set(() => came.push("before"), 5000);
  const cleared = steady.set(() => came.push("never"), 5000);
  setVisible("hidden");
  steady.set(() => came.push("after"), 7000);
  steady.clear(cleared);
  assert.ok(FakeWorker.url.endsWith("/static/js/dom/steady-worker.js"));
  const pauses = wake();
  assert.equal(pauses.length, 3);
  assert.ok(pauses[0] > 4000 && pauses[0] <= 5000);
  assert.deepEqual(came, ["before", "after"]);
  mock.timers.tick(60_000);
  assert.deepEqual(came, ["before", "after"]);
});

test("a paced paste goes on at its pace in a hidden tab", () => {
  const sent = [];
  const paste = new PacedPaste({ send: (text) => sent.push(text), progress() {}, done: () => sent.push("done") });
  setVisible("hidden");
  paste.start("a\nb\nc\n", { lineDelay: 250 });
  for (let count = 0; count < 3; count += 1) assert.ok(wake()[0] <= 250);
  assert.deepEqual(sent, ["a\r", "b\r", "c\r", "done"]);
});

test("a device is tried again, and somebody warned, in a hidden tab", () => {
  let [attempts, warnings] = [0, 0];
  setVisible("hidden");
  const reconnect = new Reconnect({ attempt: () => (attempts += 1), waiting() {}, done() {} });
  reconnect.start();
  reconnect.ended();
  wake();
  assert.equal(attempts, 2);
  reconnect.stop();
  const idle = new IdleWatch(600, () => (warnings += 1), () => {});
  idle.start(595_000);
  assert.equal(warnings, 1);
  FakeWorker.asked = [];
  idle.start(500_000);
  const pauses = wake();
  assert.ok(pauses[0] > 39_000 && pauses[0] <= 40_000, String(pauses));
  idle.stop();
});

test("a pause that is longer than a browser counts is waited for in parts, seen or hidden", () => {
  const longest = 2 ** 31 - 1;
  let [now, came] = [1000, 0];
  const clock = mock.method(performance, "now", () => now);
  const asked = mock.method(globalThis, "setTimeout", () => asked.mock.callCount() + 1);
  try {
    const pauses = () => asked.mock.calls.map(({ arguments: [, pause] }) => pause);
    steady.set(() => (came += 1), 2_592_000_000);
    assert.deepEqual(pauses(), [longest]);
    now += longest;
    asked.mock.calls[0].arguments[0]();
    assert.equal(came, 0);
    assert.deepEqual(pauses(), [longest, 2_592_000_000 - longest]);
    now += 2_592_000_000 - longest;
    asked.mock.calls[1].arguments[0]();
    assert.equal(came, 1);
    setVisible("hidden");
    const idle = new IdleWatch(2_592_000, () => (came += 1), () => {});
    idle.start(0);
    assert.equal(FakeWorker.asked.length, 1);
    now += longest;
    assert.deepEqual(wake(), [longest]);
    assert.equal(FakeWorker.asked.length, 1);
    now += 2_592_000_000 - longest;
    assert.ok(wake()[0] < longest);
    assert.equal(came, 2);
    idle.stop();
  } finally {
    asked.mock.restore();
    clock.mock.restore();
  }
});
