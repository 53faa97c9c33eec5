// What follows a login: two browsers that change things in any order, with cuts, come to have the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Following } from "../../static/js/settings/following.js";

/** As the server keeps it: the later change wins, and all are told. */
class Server {
  values = new Map();
  pages = new Set();

  take(page, message) {
    if (message.type === "preferences") {
      for (const name of this.values.keys()) page.queue.push(this.telling(name));
      page.queue.push({ type: "preferences" });
      return;
    }
    const { name, changed, text } = message;
    const kept = this.values.get(name);
    if (kept && kept.changed >= changed) return page.queue.push(this.telling(name));
    this.values.set(name, { changed, text });
    for (const each of this.pages) each.queue.push(this.telling(name));
  }

  telling(name) {
    return { type: "preference", name, ...this.values.get(name) };
  }
}

class Page {
  queue = [];
  said = [];
  told = [];

  constructor(server, login, storage = new Map()) {
    this.server = server;
    this.storage = storage;
    this.following = new Following(login, { say: (message) => this.said.push(message) }, {
      storage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, text) => storage.set(key, text) },
      changed: (store) => this.told.push(store),
    });
  }

  connect() {
    this.server.pages.add(this);
    this.queue = [];
    this.said = [];
    this.following.begin();
    return this;
  }

  cut() {
    this.server.pages.delete(this);
    this.queue = [];
    this.said = [];
  }

  /** Something of what is on its way arrives. */
  step() {
    if (this.said.length > 0) return this.server.take(this, this.said.shift());
    if (this.queue.length > 0) this.following.hear(this.queue.shift());
  }

  get isBusy() {
    return this.said.length > 0 || this.queue.length > 0;
  }

  get stars() {
    return JSON.parse(this.storage.get("webterm:stars") ?? "[]");
  }

  set stars(stars) {
    this.storage.set("webterm:stars", JSON.stringify(stars));
  }
}

function settle(...pages) {
  while (pages.some(({ isBusy }) => isBusy)) for (const page of pages) page.step();
}

test("what was changed in one browser is there in the next", () => {
  const server = new Server();
  const first = new Page(server, "alice").connect();
  settle(first);
  first.stars = ["sw1"];
  first.following.tell();
  settle(first);
  const second = new Page(server, "alice").connect();
  settle(first, second);
  assert.deepEqual(second.stars, ["sw1"]);
  assert.deepEqual(second.told, ["webterm:stars"]);
  second.stars = [];
  second.following.tell();
  settle(first, second);
  assert.deepEqual(first.stars, []);
});

test("what a browser had before is joined with what is kept, and neither is lost", () => {
  const server = new Server();
  const first = new Page(server, "alice");
  first.stars = ["sw1"];
  first.storage.set("webterm:settings", '{"theme":"dark"}');
  const second = new Page(server, "alice");
  second.stars = ["sw2"];
  second.storage.set("webterm:settings", '{"bell":"off"}');
  for (const page of [first, second]) {
    page.connect();
    settle(first, second);
  }
  first.following.tell();
  second.following.tell();
  settle(first, second);
  assert.deepEqual(first.stars.toSorted(), ["sw1", "sw2"]);
  assert.deepEqual(second.stars.toSorted(), ["sw1", "sw2"]);
  assert.deepEqual(JSON.parse(first.storage.get("webterm:settings")), { theme: "dark", bell: "off" });
});

test("who logs in after another person at one browser gets nothing of theirs", () => {
  const server = new Server();
  const storage = new Map();
  const first = new Page(server, "alice", storage).connect();
  first.stars = ["alice's"];
  settle(first);
  first.following.tell();
  settle(first);
  first.cut();
  const others = new Server();
  others.values.set("stars", { changed: 5, text: '["bob\'s"]' });
  const second = new Page(others, "bob", storage).connect();
  settle(second);
  assert.deepEqual(second.stars, ["bob's"]);
  assert.equal(others.values.get("stars").text, '["bob\'s"]');
});

test("what was unstarred again while the first change was on its way stays so", () => {
  const server = new Server();
  const page = new Page(server, "alice").connect();
  settle(page);
  page.stars = ["sw1"];
  page.following.tell();
  page.stars = [];
  settle(page);
  page.following.tell();
  settle(page);
  assert.deepEqual(page.stars, []);
  assert.equal(server.values.get("stars").text, "[]");
});

test("a text that is too long stays here", () => {
  const server = new Server();
  const page = new Page(server, "alice").connect();
  page.stars = ["ä".repeat(20000)];
  settle(page);
  assert.equal(server.values.size, 0);
});

test("in any order, with cuts, all come to have the same", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let round = 0; round < 200; round += 1) {
    const server = new Server();
    const pages = [0, 1, 2].map(() => new Page(server, "alice").connect());
    for (let step = 0; step < 60; step += 1) {
      const page = pages[random(3)];
      const what = random(10);
      if (what === 0) page.cut();
      else if (what === 1 && !server.pages.has(page)) page.connect();
      else if (what === 2) page.stars = [`${random(5)}`, `round ${round}, ${step}`];
      else if (what === 3) page.following.tell();
      else if (server.pages.has(page)) page.step();
    }
    for (const page of pages) if (!server.pages.has(page)) page.connect();
    for (let again = 0; again < 4; again += 1) {
      settle(...pages);
      for (const page of pages) page.following.tell();
    }
    settle(...pages);
    const kept = server.values.get("stars")?.text ?? "[]";
    for (const page of pages) assert.equal(JSON.stringify(page.stars), kept, `seed ${seed}, round ${round}`);
  }
});
