// A terminal over several channels: what is asked for again, what is typed again, what is answered.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Session } from "../../static/js/connection/session.js";

/** The other end of a channel is this test. */
class FakeSocket {
  static OPEN = 1;
  static all = [];
  readyState = 1;
  sent = [];
  constructor(url) {
    this.url = url;
    FakeSocket.all.push(this);
  }
  send(data) {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : new TextDecoder().decode(data));
  }
  close() {
    this.isClosed = true;
  }
  /** What the page has typed through it. */
  get typed() {
    return this.sent.filter((each) => typeof each === "string").join("");
  }
  hears(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  brings(words) {
    this.onmessage?.({ data: new TextEncoder().encode(words).buffer });
  }
}

const latest = () => FakeSocket.all.at(-1);
const welcome = (more) => ({
  type: "welcome", terminal: "t1", output: 0, input: 0, room: 1000, resumed: false, missed: 0, window: 1000, seen: 0,
    detached: 60, screen: 0,
  sizes: [], ...more,
});

let events, screen, session;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  FakeSocket.all = [];
  globalThis.WebSocket = FakeSocket;
  globalThis.fetch = async () => ({ ok: true });
  events = [];
  screen = {
    cols: 80, rows: 24, repaints: [], skips: [], sizes: [], write: (_, processed) => processed(),
    paint: (bytes) => bytes,
    repaint: (_, bytes, sizes) => { screen.repaints.push(bytes); screen.sizes = sizes; },
    skip: (...words) => screen.skips.push(words),
  };
  const note = (name) => (value) => events.push([name, value]);
  session = new Session("http://h/remote/telnet/u/23", screen, {
    connecting: note("connecting"), attached: note("attached"), roundTrip() {}, lost: note("lost"),
    pending: note("pending"),
    refused: note("refused"), ended: note("ended"), notice: note("notice"), skipped: note("skipped"), heard() {},
    dropped: (bytes, isOver) => events.push(["dropped", [new TextDecoder().decode(bytes), isOver]]),
  });
});

afterEach(() => {
  session.dispose();
  mock.timers.reset();
});

const type = (words) => session.type(new TextEncoder().encode(words));
const last = (name) => events.findLast(([each]) => each === name)?.[1];

function attach(more) {
  latest().onopen();
  latest().hears(welcome(more));
}

test("what is typed before the welcome is kept and sent after it", () => {
  session.start(null);
  type("early");
  assert.equal(last("pending"), 5);
  attach();
  assert.equal(latest().typed, "early");
});

test("what is typed in a gap is kept up to its bound, and refused past it", () => {
  session.start(null);
  attach();
  latest().onclose();
  type("x".repeat(4000));
  assert.equal(last("pending"), 4000);
  type("y".repeat(97));
  assert.equal(events.filter(([name]) => name === "refused").length, 1);
  mock.timers.tick(1000);
  attach({ resumed: true, room: 10_000 });
  assert.equal(latest().typed, "x".repeat(4000));
});

test("another channel goes on where the last one was", () => {
  session.start(null);
  attach();
  latest().brings("0123456789");
  type("abc");
  latest().onclose();
  mock.timers.tick(1000);
  latest().onopen();
  assert.deepEqual(latest().sent[0].resume, { terminal: "t1", output: 10 });
  latest().hears(welcome({ resumed: true, output: 10, input: 1, seen: 14 }));
  assert.equal(latest().typed, "bc");
  // Four bytes were sent that never came here: whoever had them has answered them.
  assert.equal(screen.repaints.at(-1), 4);
});

test("a terminal that is taken back goes on from where the other window has typed", () => {
  session.start(null);
  attach();
  latest().hears({ type: "error", code: "elsewhere", message: "" });
  type("lost");
  assert.equal(last("ended").code, "elsewhere");
  assert.ok(last("refused") === undefined && events.some(([name]) => name === "refused"));
  session.takeBack();
  attach({ resumed: true, input: 500, output: 70, seen: 90 });
  assert.equal(screen.repaints.at(-1), 20);
  type("here");
  assert.equal(latest().typed, "here");
});

test("a page that comes back to a terminal answers nothing that anybody was asked before", () => {
  session.start({ terminal: "t1" });
  latest().onopen();
  assert.deepEqual(latest().sent[0].resume, { terminal: "t1", output: 0 });
  latest().hears(welcome({ resumed: true, output: 100, seen: 5000 }));
  assert.equal(screen.repaints.at(-1), 4900);
});

test("sizes are told from where the output begins", () => {
  session.start({ terminal: "t1" });
  latest().onopen();
  latest().hears(welcome({ resumed: true, output: 100, seen: 5000, sizes: [[100, 80, 24], [300, 100, 30]] }));
  assert.deepEqual(screen.sizes, [[0, 80, 24], [200, 100, 30]]);
});

test("what is skipped counts as processed, and the next channel goes on behind it", () => {
  session.start(null);
  attach();
  latest().brings("0123456789");
  latest().hears({ type: "skip", output: 812_010, missed: 812_000, screen: 50 });
  assert.equal(last("skipped"), "… 812 KB");
  assert.deepEqual(screen.skips, [["… 812 KB skipped", 50]]);
  assert.equal(latest().sent.findLast((message) => message.type === "ack").output, 812_010);
  latest().onclose();
  mock.timers.tick(1000);
  latest().onopen();
  assert.equal(latest().sent[0].resume.output, 812_010);
});

test("a connection that is not answered is given up and tried again", () => {
  session.start(null);
  latest().onopen();
  mock.timers.tick(10_000);
  assert.ok(FakeSocket.all[0].isClosed && last("lost"));
  mock.timers.tick(1000);
  assert.equal(FakeSocket.all.length, 2);
});

test("a connection that is under way when the network comes back has less time", () => {
  session.start(null);
  session.retryNow();
  mock.timers.tick(2999);
  assert.equal(last("lost"), undefined);
  mock.timers.tick(1);
  assert.ok(last("lost"));
});

test("the time that the terminal waits counts from the loss, over every attempt", () => {
  session.start(null);
  attach({ detached: 60 });
  latest().onclose();
  const first = last("lost");
  assert.equal(first.until - first.since, 60_000);
  mock.timers.tick(1000);
  latest().onclose();
  assert.equal(last("lost").since, first.since);
  assert.equal(last("lost").until, first.until);
});

test("what is over is remembered by nobody", () => {
  session.start(null);
  attach();
  assert.deepEqual(session.memory, { terminal: "t1" });
  latest().hears({ type: "exit", code: 0 });
  assert.equal(session.memory, null);
});

test("who rests lets go of the channel, passes by before the terminal would end, and rests again", () => {
  session.start(null);
  attach({ detached: 60 });
  assert.ok(session.canPark);
  session.park();
  assert.ok(latest().isClosed);
  mock.timers.tick(14_999);
  assert.equal(FakeSocket.all.length, 1);
  mock.timers.tick(1);
  assert.equal(FakeSocket.all.length, 2);
  attach({ detached: 60, resumed: true });
  assert.equal(latest().sent[0].resume.terminal, "t1");
  mock.timers.tick(2000);
  assert.ok(latest().isClosed);
  mock.timers.tick(15_000);
  assert.equal(FakeSocket.all.length, 3);
});

test("who rests is back at once when it is shown, and stays", () => {
  session.start(null);
  attach({ detached: 60 });
  session.park();
  session.unpark();
  assert.equal(FakeSocket.all.length, 2);
  attach({ detached: 60, resumed: true });
  mock.timers.tick(120_000);
  assert.equal(FakeSocket.all.length, 2);
  assert.ok(!latest().isClosed);
});

test("who is shown while it passes by stays on the connection that is under way", () => {
  session.start(null);
  attach({ detached: 60 });
  session.park();
  mock.timers.tick(30_000);
  session.unpark();
  attach({ detached: 60, resumed: true });
  mock.timers.tick(5000);
  assert.equal(FakeSocket.all.length, 2);
  assert.ok(!latest().isClosed);
});

test("who was lost while it passed by is tried again at once when it is shown", () => {
  session.start(null);
  attach({ detached: 60 });
  session.park();
  mock.timers.tick(30_000);
  latest().onclose();
  assert.ok(last("lost"));
  session.unpark();
  assert.equal(FakeSocket.all.length, 3);
  attach({ detached: 60, resumed: true });
  mock.timers.tick(30_000);
  assert.equal(FakeSocket.all.length, 3);
});

// Who it is that comes back

function comeBack(more) {
  latest().onclose();
  mock.timers.tick(1000);
  attach({ resumed: true, viewer: 3, turn: 1, ...more });
}

test("who comes back says which viewer it was; who takes over does not", () => {
  session.start({ terminal: "t1", viewer: 2, turn: 0 });
  latest().onopen();
  assert.equal(latest().sent[0].resume.viewer, 2);
  latest().hears(welcome({ resumed: true, viewer: 3, turn: 1 }));
  assert.deepEqual(session.memory, { terminal: "t1", viewer: 3, turn: 1 });
  comeBack();
  assert.equal(latest().sent[0].resume.viewer, 3);
  session.park();
  mock.timers.tick(30_000);
  latest().onopen();
  assert.equal(latest().sent[0].resume.viewer, 3);
  latest().hears({ type: "error", code: "elsewhere", message: "" });
  assert.equal(last("ended").code, "elsewhere");
  const { length } = FakeSocket.all;
  mock.timers.tick(1_000_000);
  session.retryNow();
  assert.equal(FakeSocket.all.length, length);
  session.takeBack();
  latest().onopen();
  assert.equal("viewer" in latest().sent[0].resume, false);
});

test("a terminal of which somebody asks for by name is taken over", () => {
  session.start({ terminal: "t1" });
  latest().onopen();
  assert.deepEqual(latest().sent[0].resume, { terminal: "t1", output: 0 });
});

test("what was typed and not sent is dropped and shown where another one has typed, and so is the rest of the line",
  () => {
  session.start(null);
  attach({ viewer: 3, turn: 1 });
  type("rel");
  latest().hears({ type: "pong", id: 1, input: 3, room: 1000 });
  latest().onclose();
  type("oad ");
  mock.timers.tick(1000);
  attach({ resumed: true, viewer: 3, turn: 3, input: 6 });
  assert.deepEqual(last("dropped"), ["oad ", false]);
  type("in 5");
  type("\r");
  assert.equal(latest().typed, "");
  assert.deepEqual(events.filter(([name]) => name === "dropped").map(([, [text]]) => text), ["oad ", "in 5", "\r"]);
  type("show\r");
  assert.equal(latest().typed, "show\r");
});

test("the rest of a line is dropped, too, where nothing waited", () => {
  session.start(null);
  attach({ viewer: 3, turn: 1 });
  type("rel");
  latest().hears({ type: "pong", id: 1, input: 3, room: 1000 });
  comeBack({ turn: 3, input: 6 });
  type("oad\r");
  assert.equal(latest().typed, "");
  type("ok");
  assert.equal(latest().typed, "ok");
});

test("where nobody else has typed, what waits is sent", () => {
  session.start(null);
  attach({ viewer: 3, turn: 1 });
  latest().onclose();
  type("kept\r");
  mock.timers.tick(1000);
  attach({ resumed: true, viewer: 3, turn: 1 });
  assert.equal(latest().typed, "kept\r");
  assert.equal(last("dropped"), undefined);
});

test("a server that counts no turns shows by its input that somebody else has typed", () => {
  session.start(null);
  attach();
  type("rel");
  latest().hears({ type: "pong", id: 1, input: 3, room: 1000 });
  latest().onclose();
  type("oad in 5\r");
  mock.timers.tick(1000);
  attach({ resumed: true, input: 6 });
  assert.deepEqual(last("dropped"), ["oad in 5\r", false]);
  assert.equal(latest().typed, "");
  type("ls\r");
  assert.equal(latest().typed, "ls\r");
});

test("what never went out before the end is told with it, and answers of the emulator begin no line", () => {
  session.start(null);
  attach({ viewer: 3, turn: 1 });
  session.type(new TextEncoder().encode("\x1b[0n"), false);
  comeBack({ turn: 2, input: 4 });
  type("ls\r");
  assert.equal(latest().typed, "ls\r");
  latest().onclose();
  type("late");
  mock.timers.tick(1000);
  latest().onopen();
  latest().hears({ type: "error", code: "unknown-terminal", message: "" });
  assert.deepEqual(events.slice(-2).map(([name]) => name), ["ended", "dropped"]);
  assert.deepEqual(last("dropped"), ["late", true]);
});

test("who rests is looked after every minute", () => {
  session.start(null);
  attach({ detached: 600 });
  session.park();
  mock.timers.tick(60_000);
  assert.equal(FakeSocket.all.length, 2);
});

test("a terminal that was to be kept and is gone ended with its server; one that rests did not", () => {
  const over = { type: "error", code: "unknown-terminal", message: "" };
  session.start(null);
  attach({ detached: 600 });
  latest().onclose();
  mock.timers.tick(1000);
  latest().onopen();
  latest().hears(over);
  assert.equal(last("ended").isReturn, true);
  session.start(null);
  attach({ detached: 600 });
  session.park();
  session.lookAfter();
  latest().onopen();
  latest().hears(over);
  assert.equal(last("ended").isReturn, false);
  // Only what rests is looked after.
  session.start(null);
  attach({ detached: 600 });
  const { length } = FakeSocket.all;
  session.lookAfter();
  assert.equal(FakeSocket.all.length, length);
});
