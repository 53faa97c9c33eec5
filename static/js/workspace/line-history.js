// Lines that were sent before, for arrows up and down.

/** More than these are forgotten. */
const most = 200;

export class LineHistory {
  /** @type {string[]} the newest last */
  #lines = [];
  /** How far back one has gone; 0 is the line that is being written. */
  #back = 0;
  #written = "";

  /** @param {string} line that was sent */
  add(line) {
    this.#back = 0;
    if (line === "" || line === this.#lines.at(-1)) return;
    this.#lines.push(line);
    if (this.#lines.length > most) this.#lines.shift();
  }

  /**
   * @param {1 | -1} step to an older one, or back to a newer one
   * @param {string} shown what is in the field
   * @returns {string} what is to be in it
   */
  step(step, shown) {
    if (this.#back === 0) this.#written = shown;
    this.#back = Math.max(0, Math.min(this.#lines.length, this.#back + step));
    return this.#back === 0 ? this.#written : this.#lines.at(-this.#back);
  }
}
