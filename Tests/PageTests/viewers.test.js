// One terminal, several viewers: who types, what of the input counts, and what the page says of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Outgoing } from "../../static/js/connection/outgoing.js";
import { Presence } from "../../static/js/connection/presence.js";
import { describeViewer, initials, keyboardState } from "../../static/js/pane/keyboard-state.js";

const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => (data ? new TextDecoder().decode(data) : null);
const welcome = (more = {}) => ({ input: 0, room: 1000, viewer: 1, turn: 0, role: "type", ...more });

/** @returns {string} all that may be sent now */
function sent(outgoing) {
  let all = "";
  for (let piece = outgoing.take(); piece; piece = outgoing.take()) all += text(piece);
  return all;
}

function typing(more) {
  const outgoing = new Outgoing();
  outgoing.restart();
  assert.equal(outgoing.welcomed(welcome(more)), null);
  return outgoing;
}

test("the offsets of a viewer begin where its first welcome says", () => {
  const outgoing = typing({ input: 700, room: 4 });
  outgoing.type(bytes("abcdef"), true, true);
  assert.equal(sent(outgoing), "abcd");
  outgoing.confirm({ input: 704, room: 4 });
  assert.equal(sent(outgoing), "ef");
});

test("what is typed before the first welcome is sent after it, unless another one types", () => {
  for (const role of ["type", "watch"]) {
    const outgoing = new Outgoing();
    outgoing.restart();
    outgoing.type(bytes("early"), true, false);
    const dropped = text(outgoing.welcomed(welcome({ input: 30, role })));
    assert.deepEqual([sent(outgoing), dropped], role === "type" ? ["early", null] : ["", "early"]);
  }
});

test("what was on its way when the keyboard went is not typed, and told", () => {
  const outgoing = typing();
  outgoing.type(bytes("show version"), true, true);
  assert.equal(sent(outgoing), "show version");
  assert.equal(text(outgoing.changed({ role: "watch", turn: 1, input: 5, room: 0 })), "version");
  assert.equal(outgoing.isWatching, true);
  assert.equal(outgoing.type(bytes("x"), true, true), "watched");
  assert.equal(sent(outgoing), "");
});

test("nothing on its way is nothing to tell", () => {
  const outgoing = typing();
  assert.equal(outgoing.changed({ role: "watch", turn: 1, input: 0, room: 0 }), null);
  // The answer to input of a watcher, once more.
  assert.equal(outgoing.changed({ role: "watch", turn: 1, input: 0, room: 0 }), null);
});

test("who gets the keyboard back types from the offset that the server says", () => {
  const outgoing = typing({ input: 10 });
  outgoing.type(bytes("abc"), true, true);
  sent(outgoing);
  outgoing.changed({ role: "watch", turn: 1, input: 13, room: 0 });
  outgoing.confirm({ input: 13, room: 500 });
  outgoing.changed({ role: "type", turn: 2, input: 13, room: 2 });
  outgoing.type(bytes("xyz"), true, true);
  assert.equal(sent(outgoing), "xy");
  outgoing.confirm({ input: 15, room: 10 });
  assert.equal(sent(outgoing), "z");
});

test("an emulator answers nothing while another one types, nor what was asked of that one", () => {
  const outgoing = typing({ role: "watch" });
  assert.equal(outgoing.type(bytes("\x1b[?1;2c"), false, true), "watched");
  outgoing.changed({ role: "type", turn: 1, input: 0, room: 100 });
  assert.equal(outgoing.type(bytes("\x1b[?1;2c"), false, true), "watched");
  assert.equal(outgoing.type(bytes("a"), true, true), "taken");
  outgoing.answer();
  assert.equal(outgoing.type(bytes("\x1b[0n"), false, true), "taken");
  assert.equal(sent(outgoing), "a\x1b[0n");
});

test("who comes back as what it was goes on; where another one has typed, the rest is told instead", () => {
  for (const [turn, typed, dropped] of [[3, "c", null], [4, "", "c"]]) {
    const outgoing = typing({ turn: 3 });
    outgoing.type(bytes("abc"), true, true);
    sent(outgoing);
    assert.equal(text(outgoing.welcomed(welcome({ input: 2, turn }))), dropped);
    assert.equal(sent(outgoing), typed);
  }
});

test("random changes of the keyboard lose and double no byte", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state % limit;
  };
  const outgoing = typing();
  // The server, as short as can be: it takes what comes while this viewer types.
  let [host, base, role, turn, onItsWay, told, all, next] = ["", 0, "type", 0, "", "", "", 0];
  for (let step = 0; step < 20_000; step += 1) {
    const what = random(5);
    if (what < 2) {
      const word = String.fromCharCode(0x4e00 + (next++ % 5000));
      const outcome = outgoing.type(bytes(word), true, true);
      assert.equal(outcome, role === "type" ? "taken" : "watched", `seed ${seed}`);
      if (outcome === "taken") all += word;
      onItsWay += sent(outgoing);
    } else if (what === 2) {
      host += onItsWay;
      base += bytes(onItsWay).length;
      onItsWay = "";
      outgoing.confirm({ input: base, room: role === "type" ? random(3000) + 30 : 0 });
      onItsWay += sent(outgoing);
    } else if (what === 3) {
      role = role === "type" ? "watch" : "type";
      turn += 1;
      // What was on its way when the keyboard went is dropped.
      onItsWay = "";
      told += text(outgoing.changed({ role, turn, input: base, room: role === "type" ? 3000 : 0 })) ?? "";
    } else {
      // The channel breaks, and this viewer comes back.
      onItsWay = "";
      told += text(outgoing.welcomed(welcome({ input: base, room: role === "type" ? 3000 : 0, turn, role }))) ?? "";
      onItsWay += sent(outgoing);
    }
  }
  host += onItsWay + (text(outgoing.takeBack()) ?? "").slice(onItsWay.length);
  const both = [...host, ...told].sort();
  assert.deepEqual(both, [...all].sort(), `seed ${seed}`);
});

class FakeScreen {
  cols = 100;
  rows = 30;
  isHeld = false;
  room = { cols: 100, rows: 30 };
  held = undefined;
  written = [];
  hold(size) {
    this.held = size;
  }
  write(_, processed) {
    this.written.push(processed);
  }
}

function presence(more) {
  const [screen, outgoing, said] = [new FakeScreen(), new Outgoing(), []];
  outgoing.restart();
  const one = new Presence(screen, outgoing, (message) => said.push(message));
  outgoing.welcomed(welcome(more));
  one.welcomed(welcome({ cols: 80, rows: 24, ...more }));
  return { screen, outgoing, said, one };
}

test("a watcher's terminal keeps its size, a typist's only where it is another one than the window's", () => {
  assert.deepEqual(presence({ role: "watch", cols: 100, rows: 30 }).screen.held, { cols: 100, rows: 30 });
  assert.deepEqual(presence({ cols: 80, rows: 24 }).screen.held, { cols: 80, rows: 24 });
  assert.equal(presence({ cols: 100, rows: 30 }).screen.held, undefined);
  const { screen, one } = presence({ role: "watch" });
  one.take({ type: "size", cols: 132, rows: 43 });
  assert.deepEqual(screen.held, { cols: 132, rows: 43 });
  one.fitToWindow();
  assert.equal(screen.held, null);
});

test("a server that knows no roles holds nothing, and is told nothing of them", () => {
  const { screen, said, one } = presence({ role: undefined, cols: undefined, rows: undefined });
  one.sees = false;
  assert.deepEqual([screen.held, said, one.hasRoles], [undefined, [], false]);
});

test("a hello says whose size it is, and what the page would like to be", () => {
  const { screen, one } = presence({ cols: 100, rows: 30 });
  assert.deepEqual(one.hello, { cols: 100, rows: 30 });
  screen.cols = 80;
  one.introduce("watch", "Bea");
  assert.deepEqual(one.hello, { cols: 100, rows: 30, as: "watch", name: "Bea" });
});

test("whether the page is in sight is said once, and again to a new channel", () => {
  const { said, one } = presence();
  one.sees = true;
  assert.deepEqual(said, []);
  one.sees = false;
  one.sees = false;
  one.welcomed(welcome());
  assert.deepEqual(said, [{ type: "sees", sees: false }, { type: "sees", sees: false }]);
});

test("who watches keeps the terminal at its size, though the bar takes room", () => {
  const { screen, one } = presence({ cols: 100, rows: 30 });
  one.take({ type: "role", role: "watch", turn: 1, by: "a", input: 0, room: 0 });
  assert.deepEqual(screen.held, { cols: 100, rows: 30 });
});

test("what was sent into a room that was taken back is shown, and never sent again", () => {
  const outgoing = new Outgoing();
  outgoing.restart();
  outgoing.welcomed(welcome({ input: 0, room: 100 }));
  for (const piece of ["abc", "def", "g"]) {
    outgoing.type(bytes(piece), true, true);
    if (piece !== "g") sent(outgoing);
  }
  assert.equal(text(outgoing.confirm({ input: 3, room: 0 })), "defg");
  assert.equal(outgoing.confirm({ input: 3, room: 50 }), null);
  outgoing.type(bytes("h"), true, true);
  assert.equal(sent(outgoing), "h");
  assert.equal(outgoing.confirm({ input: 4, room: 49 }), null);
  assert.equal(outgoing.pending, 0);
});

test("room that shrinks by what has come takes nothing back", () => {
  const outgoing = new Outgoing();
  outgoing.restart();
  outgoing.welcomed(welcome({ input: 0, room: 6 }));
  outgoing.type(bytes("abcdef"), true, true);
  assert.equal(sent(outgoing), "abcdef");
  assert.equal(outgoing.confirm({ input: 2, room: 4 }), null);
  assert.equal(outgoing.confirm({ input: 6, room: 0 }), null);
});

const viewer = (number, who, role, more = {}) => ({
  viewer: number, who, role, since: 1, cols: 80, rows: 24, sees: true, ...more,
});
const situation = (more) => ({
  isWatching: true, viewer: 2, viewers: [viewer(1, "alice", "type"), viewer(2, "bob", "watch")], begun: 0,
  asked: new Map(),
  hasAsked: false, hadIt: false, mayType: true, mayTake: false, held: null, ...more,
});
const choices = (more) => keyboardState(situation(more))?.choices.map(([choice]) => choice) ?? null;

test("who watches asks; who need not ask takes; who has asked waits", () => {
  assert.equal(keyboardState(situation()).words, "Watching alice");
  assert.deepEqual(choices(), ["ask"]);
  assert.deepEqual(choices({ mayTake: true }), ["take", "ask"]);
  assert.deepEqual(choices({ hasAsked: true }), []);
  assert.deepEqual(choices({ mayType: false }), []);
  assert.deepEqual(choices({ viewers: [viewer(2, "bob", "watch")] }), ["take"]);
});

test("who is about to take it sees what the server knows", () => {
  assert.equal(keyboardState(situation({ begun: 7 })).more, "alice has begun a line (7 characters).");
  assert.equal(keyboardState(situation({ begun: 1 })).more, "alice has begun a line (1 character).");
  const away = [viewer(1, "alice", "type", { sees: false }), viewer(2, "bob", "watch")];
  assert.equal(keyboardState(situation({ viewers: away })).more, "alice does not look at it now.");
});

test("another window of one's own is called so, and gives the keyboard back", () => {
  const own = keyboardState(situation({
    viewers: [viewer(1, "bob", "type"), viewer(2, "bob", "watch")], mayTake: true, hadIt: true,
  }));
  assert.deepEqual([own.words, own.choices], ["Typed in another window", [["take", "Take the keyboard back"]]]);
});

test("who types is asked, then told of another size, else nothing", () => {
  const asked = new Map([[2, "bob"], [3, "eve"]]);
  const state = keyboardState(situation({ isWatching: false, viewer: 1, asked }));
  assert.deepEqual([state.words, state.more], ["bob asks for the keyboard.", "And 1 more."]);
  assert.deepEqual(choices({ isWatching: false, viewer: 1, asked }), ["give", "deny"]);
  assert.deepEqual(choices({ isWatching: false, viewer: 1, held: { cols: 80, rows: 24 } }), ["fit"]);
  assert.equal(choices({ isWatching: false, viewer: 1 }), null);
});

test("two letters say who it is", () => {
  const expected = [["alice", "AL"], ["visitor 12", "V1"], ["ops: Bea Meyer", "BM"], ["a.b@c", "AB"], ["李明", "李明"],
    ["", "?"]];
  for (const [who, letters] of expected) assert.equal(initials(who), letters, who);
  assert.equal(describeViewer(viewer(2, "bob", "watch", { sees: false }), 2), "you watch, away");
  assert.equal(describeViewer(viewer(1, "alice", "type"), 2), "alice types");
});
