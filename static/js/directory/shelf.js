// What a browser remembers of the directory: stars, and which groups are folded.

/** A set of texts that outlives the page, where the browser lets it. */
export class Shelf {
  #store;
  #texts;

  /** @param {string} store its name in localStorage */
  constructor(store) {
    this.#store = store;
    try {
      const texts = JSON.parse(localStorage.getItem(store) ?? "[]");
      this.#texts = new Set(Array.isArray(texts) ? texts : []);
    } catch {
      this.#texts = new Set();
    }
  }

  has(text) {
    return this.#texts.has(text);
  }

  toggle(text) {
    if (!this.#texts.delete(text)) this.#texts.add(text);
    try {
      localStorage.setItem(this.#store, JSON.stringify([...this.#texts]));
    } catch {
      // A browser without storage forgets.
    }
  }
}
