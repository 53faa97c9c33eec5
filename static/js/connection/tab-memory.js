// What a tab remembers over a reload: which terminal is its own.

/**
 * @typedef {import("./session.js").SessionMemory & {touched?: number}} PaneMemory when it was touched last, as Date.now
 */

/**
 * The memory of this tab for one address, in sessionStorage. A duplicated tab is born with a copy of it; so
 * the memory is taken out while the page is seen, and put back when it is hidden: a browser may discard a hidden tab
 * without a word. Where the storage is closed, or has something else in it, nothing is remembered.
 */
export class TabMemory {
  #key;

  /** @param {string} address */
  constructor(address) {
    this.#key = `webterm:${address}`;
  }

  /**
   * Takes the memory out.
   *
   * @returns {PaneMemory | null}
   */
  take() {
    try {
      const text = sessionStorage.getItem(this.#key);
      sessionStorage.removeItem(this.#key);
      const memory = JSON.parse(text);
      return typeof memory?.terminal === "string" ? memory : null;
    } catch {
      return null;
    }
  }

  /** @param {object | null | undefined} memory none where there is nothing to come back to */
  put(memory) {
    if (!memory) return;
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(memory));
    } catch {
      // A browser without storage opens another terminal after a reload.
    }
  }
}
