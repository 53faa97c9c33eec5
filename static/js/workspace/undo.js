// What was moved last can be moved back. Rules without looks.

import { panesOf } from "./layout-tree.js";

/** @typedef {import("./told.js").Tab} Tab */

/** So many moves are remembered. */
const most = 20;

const panesIn = (tabs) => tabs.flatMap(({ root }) => panesOf(root)).sort().join();

export class Undo {
  /** @type {Tab[][]} as it lay before, the latest last */
  #before = [];

  /** Something is about to be moved. @param {Tab[]} tabs */
  keep(tabs) {
    this.#before = [...this.#before, structuredClone(tabs)].slice(-most);
  }

  /**
   * Back to how the same panes lay before; what has come or gone since ends what is remembered.
   *
   * @param {Tab[]} tabs as they lie now
   * @returns {Tab[] | null} null where there is nothing to go back to
   */
  back(tabs) {
    const isSame = (each) => JSON.stringify(each) === JSON.stringify(tabs);
    while (this.#before.length > 0 && isSame(this.#before.at(-1))) this.#before.pop();
    const last = this.#before.pop();
    if (last && panesIn(last) === panesIn(tabs)) return last;
    this.#before = [];
    return null;
  }
}
