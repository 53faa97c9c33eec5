// Which keys a person has given to an action, kept in this browser.

import { readKept, writeKept } from "../dom/kept.js";
import { isFree } from "./chords.js";

const store = "webterm:keys";

export class KeyChoices {
  /** @type {Record<string, string>} chords by action */
  #chosen = {};
  #listeners = new Set();

  constructor() {
    this.#load();
    addEventListener("storage", (event) => {
      if (event.key !== store && event.key !== null) return;
      this.#load();
      this.#tell();
    });
  }

  /** @param {string} action @returns {string | undefined} */
  get(action) {
    return this.#chosen[action];
  }

  /** @param {string} action @param {string | null} chord null is back to the standard */
  set(action, chord) {
    if (chord === null) delete this.#chosen[action];
    else this.#chosen[action] = chord;
    // A browser without storage keeps them for this page only.
    writeKept(store, this.#chosen);
    this.#tell();
  }

  /** @param {() => void} listener */
  follow(listener) {
    this.#listeners.add(listener);
  }

  #load() {
    const kept = Object.entries(readKept(store) ?? {});
    // What was broken is the standard.
    this.#chosen = Object.fromEntries(kept.filter(([, chord]) => typeof chord === "string" && isFree(chord)));
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}
