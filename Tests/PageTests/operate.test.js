// The operators' list: what is told, found and sorted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Terminals, idleOf } from "../../static/js/operate/terminals.js";
import { bytesInWords, secondsInWords } from "../../static/js/operate/figures.js";

const terminal = (key, more = {}) => ({
  key, id: `a-${key}`, who: "alice", address: "192.0.2.1", name: `sw${key}`, target: "rack", method: "telnet",
  user: "console", port: 7000 + key, since: 100 + key, idle: 0, output: 0, input: 0, viewers: 1, up: true, ...more });
const keys = (list) => list.map(({ key }) => key);
const byWho = { column: "who", isDescending: false };

test("what is told is there, what is over is not, and the whole takes the place of all", () => {
  const all = new Terminals();
  all.take({ whole: true, terminals: [terminal(1), terminal(2)], over: [] }, 0);
  all.take({ whole: false, terminals: [terminal(3), terminal(2, { who: "bob" })], over: [1] }, 0);
  assert.deepEqual(keys(all.find("", byWho, 0)), [3, 2]);
  assert.equal(all.get(2).who, "bob");
  all.take({ whole: true, terminals: [terminal(9)], over: [] }, 0);
  assert.deepEqual([all.count, keys(all.find("", byWho, 0))], [1, [9]]);
});

test("every word must stand somewhere, in whatever case", () => {
  const all = new Terminals();
  const down = terminal(3, { up: false, address: "2001:db8::5" });
  all.take({ whole: true, terminals: [terminal(1), terminal(2, { who: "Bob" }), down], over: [] }, 0);
  assert.deepEqual(keys(all.find("bob", byWho, 0)), [2]);
  assert.deepEqual(keys(all.find("ALICE sw", byWho, 0)), [1, 3]);
  assert.deepEqual(keys(all.find("db8 down", byWho, 0)), [3]);
  assert.deepEqual(keys(all.find("console@rack:7002", byWho, 0)), [2]);
  assert.deepEqual(keys(all.find("alice bob", byWho, 0)), []);
});

test("each column sorts both ways, numbers in names by their value, and what is alike by age", () => {
  const all = new Terminals();
  all.take({ whole: true, terminals: [
    terminal(1, { name: "sw10", output: 5, idle: 7, viewers: 2 }), terminal(2, { name: "sw2", output: 9, idle: 3 }),
    terminal(3, { name: "sw2", input: 20, idle: 1 }),
  ], over: [] }, 0);
  const find = (column, isDescending = false) => keys(all.find("", { column, isDescending }, 0));
  assert.deepEqual(find("line"), [2, 3, 1]);
  assert.deepEqual(find("line", true), [1, 2, 3]);
  assert.deepEqual(find("bytes"), [1, 2, 3]);
  assert.deepEqual(find("idle", true), [1, 2, 3]);
  assert.deepEqual(find("viewers", true), [1, 2, 3]);
  assert.deepEqual(find("since", true), [3, 2, 1]);
});

test("whatever order was asked for before, the next one is right", () => {
  const seed = Math.floor(Math.random() * 1e9);
  let state = seed;
  const chance = (most) => (state = (state * 1103515245 + 12345) % 2 ** 31) % most;
  const all = new Terminals();
  const columns = ["who", "line", "from", "since", "idle", "bytes", "viewers"];
  for (let step = 0; step < 300; step++) {
    const [key, gone] = [chance(60), chance(60)];
    const told = terminal(key, { who: `w${chance(5)}`, idle: chance(9), output: chance(99), viewers: chance(3) });
    all.take({ whole: step === 150, terminals: [told], over: gone === key ? [] : [gone] }, step * 10);
    const order = { column: columns[chance(7)], isDescending: chance(2) === 1 };
    const fresh = new Terminals();
    const found = all.find("", order, 5000);
    assert.equal(found.length, all.count, `seed ${seed}`);
    for (const each of found) fresh.take({ whole: false, terminals: [each], over: [] }, each.told);
    assert.deepEqual(keys(found), keys(fresh.find("", order, 5000)), `seed ${seed}`);
  }
});

test("idleness grows by itself", () => {
  const all = new Terminals();
  all.take({ whole: true, terminals: [terminal(1, { idle: 5 })], over: [] }, 1000);
  assert.equal(idleOf(all.get(1), 1000), 5);
  assert.equal(idleOf(all.get(1), 11000), 15);
  assert.equal(idleOf(all.get(1), 0), 5);
});

test("figures are short", () => {
  const bytes = [0, 999, 1000, 1500, 123456, 5e9].map(bytesInWords);
  assert.deepEqual(bytes, ["0 B", "999 B", "1 KB", "1.5 KB", "123 KB", "5 GB"]);
  assert.deepEqual(
    [0, 59.9, 60, 3600, 90061, 172800].map(secondsInWords), ["0 s", "59 s", "1 min", "1 h", "25 h", "2 days"]);
});
