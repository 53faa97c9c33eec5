// What a browser remembers of the directory: stars, and which groups are folded.

import { writeKept } from "../dom/kept.js";

/** A set of texts that outlives the page, where the browser lets it; other tabs of the browser have the same one. */
export class Shelf {
  #store;
  #texts = new Set();

  /**
   * @param {string} store its name in localStorage
   * @param {() => void} changed told when another tab has changed it
   */
  constructor(store, changed = () => {}) {
    this.#store = store;
    this.#load();
    addEventListener("storage", ({ key }) => {
      if (key !== store && key !== null) return;
      this.#load();
      changed();
    });
  }

  has(text) {
    return this.#texts.has(text);
  }

  toggle(text) {
    // What another tab has put there just now stays.
    this.#load();
    if (!this.#texts.delete(text)) this.#texts.add(text);
    writeKept(this.#store, [...this.#texts]);
  }

  #load() {
    let texts;
    try {
      texts = JSON.parse(localStorage.getItem(this.#store) ?? "[]");
    } catch {
      // Without a storage it is what this page knows.
      return;
    }
    this.#texts = new Set(Array.isArray(texts) ? texts : []);
  }
}
