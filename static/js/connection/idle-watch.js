// Warns before the server ends a terminal in which nothing is typed.

import { steady } from "../dom/steady.js";

/** Counts down the last part of the time that the server grants. */
export class IdleWatch {
  static #longestWarning = 60;
  /** How often the warning counts, in milliseconds. */
  static #step = 500;

  #seconds;
  #warn;
  #clear;
  /**
   * When the visitor last did something, as performance.now; the server counts from there, whatever the connection
   * does.
   */
  #touched = 0;
  #timer = 0;
  #isWarning = false;

  /**
   * @param {number} seconds that the server waits; 0 is for ever
   * @param {(secondsLeft: number) => void} warn called again and again at the end
   * @param {() => void} clear called when there is no reason to warn any more
   */
  constructor(seconds, warn, clear) {
    this.#seconds = seconds;
    this.#warn = warn;
    this.#clear = clear;
  }

  /** For how long nothing was done, in milliseconds. */
  get quiet() {
    return performance.now() - this.#touched;
  }

  /**
   * Watches.
   *
   * @param {number | null} quiet for how many milliseconds nothing was done already; null where the time just goes on
   */
  start(quiet) {
    if (this.#seconds === 0) return;
    if (quiet !== null) this.#touched = performance.now() - quiet;
    this.#look();
  }

  /** Something was typed. */
  touch() {
    this.#touched = performance.now();
    this.#calm();
  }

  stop() {
    steady.clear(this.#timer);
    this.#timer = 0;
    this.#calm();
  }

  #look() {
    steady.clear(this.#timer);
    const left = this.#seconds - this.quiet / 1000;
    const warning = Math.min(IdleWatch.#longestWarning, this.#seconds / 2);
    // Whatever is typed until then, it is looked at again.
    this.#timer = steady.set(() => this.#look(), left > warning ? (left - warning) * 1000 : IdleWatch.#step);
    if (left > warning) return this.#calm();
    this.#isWarning = true;
    this.#warn(Math.max(0, Math.ceil(left)));
  }

  #calm() {
    if (this.#isWarning) this.#clear();
    this.#isWarning = false;
  }
}
