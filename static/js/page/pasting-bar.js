// Shows how far a paced paste is, and stops it.

import { partsOf } from "./element.js";

export class PastingBar {
  #element;
  #parts;

  /**
   * @param {HTMLElement} element with the parts `progress`, `words` and `stop`
   * @param {() => void} stop
   */
  constructor(element, stop) {
    this.#element = element;
    this.#parts = partsOf(element);
    this.#parts.stop.addEventListener("click", stop);
  }

  /** @param {number} sent lines @param {number} total */
  show(sent, total) {
    this.#element.hidden = false;
    this.#parts.progress.value = sent;
    this.#parts.progress.max = total;
    this.#parts.words.textContent = `Line ${sent} of ${total}`;
  }

  hide() {
    this.#element.hidden = true;
  }
}
