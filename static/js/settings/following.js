// What follows a person who has logged in: what this browser keeps is kept by the server, too, and what was changed in
// another browser is taken from there.

import { keptEvent } from "../dom/kept.js";

/**
 * @typedef {{changed: number, text: string}} Kept a text, and when it was changed, in Unix milliseconds
 *
 * @typedef {object} Server
 * @property {(message: object) => void} say
 *
 * @typedef {object} Browser
 * @property {Pick<Storage, "getItem" | "setItem">} storage
 * @property {(store: string, text: string) => void} changed tells the page that a text was changed elsewhere
 */

const store = "webterm:following";
/** The server keeps no longer text, in bytes. */
const longest = 32768;
/** Changes within so long are told together, in milliseconds. */
const pause = 500;

const both = (here, there) => ({ ...there, ...here });

/**
 * By its name at the server: where it is kept here, and what becomes of two that were changed in two places.
 *
 * @type {Record<string, {store: string, join: (here: any, there: any) => any}>}
 */
const things = {
  settings: { store: "webterm:settings", join: both },
  stars: { store: "webterm:stars", join: (here, there) => [...new Set([...there, ...here])] },
  layouts: { store: "webterm:layouts", join: both },
  snippets: {
    store: "webterm:snippets",
    join: (here, there) => Object.values(both(byName(here), byName(there))),
  },
  keys: { store: "webterm:keys", join: both },
};

const byName = (list) => Object.fromEntries(list.map((each) => [each.name, each]));

/** @returns {string} of two that can be read; the server's where they are not of one kind */
function joined(join, here, there) {
  try {
    return JSON.stringify(join(JSON.parse(here), JSON.parse(there)));
  } catch {
    return there;
  }
}

export class Following {
  #login;
  #server;
  #browser;
  /** Whether the server has said all that it keeps. */
  #isKnown = false;
  #timer = 0;
  /** What was told by this connection, by name: it may not have come. @type {Record<string, string>} */
  #told = {};

  /**
   * @param {string} login who it is
   * @param {Server} server
   * @param {Browser} browser
   */
  constructor(login, server, browser) {
    this.#login = login;
    this.#server = server;
    this.#browser = browser;
  }

  /** There is a connection, perhaps another one: the server is asked what it keeps. */
  begin() {
    this.#isKnown = false;
    this.#told = {};
    this.#server.say({ type: "preferences" });
  }

  /** @param {{type: string, name?: string, changed?: number, text?: string}} message */
  hear(message) {
    if (message.type === "preference") this.#heard(message);
    if (message.type === "preferences") {
      this.#isKnown = true;
      this.tell();
    }
  }

  /** Something was changed here, or in another tab; it is told a little later. */
  changedHere() {
    this.#timer ||= Number(setTimeout(() => this.tell(), pause));
  }

  /** Tells the server what it does not have. */
  tell() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!this.#isKnown) return;
    const marks = this.#marks;
    for (const [name, thing] of Object.entries(things)) {
      const text = this.#text(thing.store);
      if (text === null || text === marks[name]?.text || text === this.#told[name]) continue;
      if (new TextEncoder().encode(text).length > longest) continue;
      const changed = Math.max(Date.now(), (marks[name]?.changed ?? 0) + 1);
      this.#server.say({ type: "preference", name, changed, text });
      this.#told[name] = text;
    }
  }

  /** @param {{name?: string, changed?: number, text?: string}} preference */
  #heard({ name = "", changed = 0, text = "" }) {
    const thing = things[name];
    if (!thing) return;
    const marks = this.#marks;
    const [here, mark] = [this.#text(thing.store), marks[name]];
    marks[name] = { changed, text };
    this.#marks = marks;
    // It is what was told from here, what was known, or what is here already.
    if ([this.#told[name], mark?.text, here].includes(text)) return;
    const isChangedHere = here !== null && here !== mark?.text && !this.#isOfAnother;
    this.#put(thing.store, isChangedHere ? joined(thing.join, here, text) : text);
    if (isChangedHere) this.changedHere();
  }

  /** What this browser keeps for another person is nothing of this person's. */
  get #isOfAnother() {
    const login = this.#read()?.before ?? null;
    return login !== null && login !== this.#login;
  }

  #read() {
    try {
      return JSON.parse(this.#browser.storage.getItem(store) ?? "null");
    } catch {
      return null;
    }
  }

  /** What the server has, as it has said. @returns {Record<string, Kept>} */
  get #marks() {
    const kept = this.#read();
    return kept?.login === this.#login ? (kept.marks ?? {}) : {};
  }

  set #marks(marks) {
    const kept = this.#read();
    // Who was here before this one: what is here of theirs is not joined with this one's.
    const before = kept?.login === this.#login ? kept.before : kept?.login;
    try {
      this.#browser.storage.setItem(store, JSON.stringify({ login: this.#login, before, marks }));
    } catch {
      // A browser without storage has nothing that could follow.
    }
  }

  #text(place) {
    try {
      return this.#browser.storage.getItem(place);
    } catch {
      return null;
    }
  }

  #put(place, text) {
    try {
      this.#browser.storage.setItem(place, text);
    } catch {
      return;
    }
    this.#browser.changed(place, text);
  }
}

/**
 * Begins to follow in this page.
 *
 * @param {string} login who it is; nothing follows where there is none
 * @param {{say: (message: object) => void, follow: (listener: object) => void}} news
 */
export function follow(login, news) {
  if (!login) return;
  let storage;
  try {
    storage = localStorage;
  } catch {
    return;
  }
  const following = new Following(login, news, {
    storage,
    // The page's own parts hear of it as of another tab's change.
    changed: (key, newValue) => dispatchEvent(new StorageEvent("storage", { key, newValue, storageArea: storage })),
  });
  addEventListener(keptEvent, () => following.changedHere());
  // What is told in the last moment goes out before the page does.
  addEventListener("pagehide", () => following.tell());
  news.follow({ opened: () => following.begin(), preference: (message) => following.hear(message) });
}
