// When a connection counts as gone: by a ping that has no answer, whatever the clock does to timers.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Channel } from "../../static/js/connection/channel.js";

class FakeSocket {
  static OPEN = 1;
  readyState = 1;
  pings = 0;
  constructor() {
    FakeSocket.last = this;
  }
  send(data) {
    const { type, id } = JSON.parse(data);
    if (type !== "ping") return;
    this.pings += 1;
    if (this.answers) this.hears({ type: "pong", id, input: 0, room: 0 });
  }
  close() {}
  hears(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let clock, real, ends, channel;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  clock = 1000;
  real = performance.now;
  performance.now = () => clock;
  globalThis.WebSocket = FakeSocket;
  ends = [];
  channel = new Channel("ws://h/", {}, {
    welcome() {}, output() {}, input() {}, roundTrip() {}, notice() {}, end: (end) => ends.push(end.kind),
  });
});

afterEach(() => {
  channel.abandon();
  performance.now = real;
  mock.timers.reset();
});

function attach(answers) {
  FakeSocket.last.answers = answers;
  FakeSocket.last.onopen();
  FakeSocket.last.hears({ type: "welcome" });
}

/** Time goes by, and one timer comes when it is over. @param {number} seconds */
function beat(seconds) {
  clock += seconds * 1000;
  mock.timers.tick(5000);
}

test("an idle connection in a tab whose timers come once a minute stays", () => {
  attach(true);
  for (let minute = 0; minute < 30; minute += 1) beat(60);
  assert.deepEqual(ends, []);
  assert.ok(FakeSocket.last.pings >= 30);
});

test("a server that answers no more is gone after its time", () => {
  attach(true);
  beat(5);
  FakeSocket.last.answers = false;
  beat(5);
  beat(5);
  beat(5);
  assert.deepEqual(ends, []);
  beat(5);
  beat(5);
  assert.deepEqual(ends, ["lost"]);
});

test("a machine that has slept asks again before it gives up", () => {
  attach(false);
  beat(3600);
  assert.deepEqual(ends, []);
  FakeSocket.last.hears({ type: "pong", id: 1, input: 0, room: 0 });
  FakeSocket.last.answers = true;
  for (let count = 0; count < 10; count += 1) beat(5);
  assert.deepEqual(ends, []);
});

test("a machine that has slept gives up what does not answer then", () => {
  attach(false);
  beat(3600);
  beat(5);
  assert.deepEqual(ends, ["lost"]);
});

test("a pong that comes behind much output is waited for while output comes", () => {
  attach(false);
  for (let second = 0; second < 60; second += 5) {
    beat(5);
    FakeSocket.last.onmessage({ data: new ArrayBuffer(10) });
  }
  assert.deepEqual(ends, []);
});
