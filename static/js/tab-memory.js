// What a tab remembers over a reload: which terminal is its own, and what of it was seen.

/**
 * The memory of this tab for one address, in sessionStorage. A duplicated tab is born with a copy of it; so
 * the memory is taken out while the page lives, and put back when it goes.
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
   * @returns {{terminal: string, seen: number} | null}
   */
  take() {
    const text = sessionStorage.getItem(this.#key);
    sessionStorage.removeItem(this.#key);
    return text ? JSON.parse(text) : null;
  }

  /** @param {{terminal: string, seen: number}} memory */
  put(memory) {
    sessionStorage.setItem(this.#key, JSON.stringify(memory));
  }
}
