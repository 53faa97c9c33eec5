// Warns before the server ends a terminal in which nothing is typed.

/** Counts down the last part of the time that the server grants. */
export class IdleWatch {
  static #longestWarning = 60;

  #seconds;
  #warn;
  #clear;
  /** When the visitor last did something; the server counts from there, whatever the connection does. */
  #touched = 0;
  #timer = 0;
  #isWarning = false;

  /**
   * @param {number} seconds that the server waits; 0 is for ever
   * @param {(secondsLeft: number) => void} warn called every second at the end
   * @param {() => void} clear called when there is no reason to warn any more
   */
  constructor(seconds, warn, clear) {
    this.#seconds = seconds;
    this.#warn = warn;
    this.#clear = clear;
  }

  /**
   * Watches.
   *
   * @param {boolean} isAnew whether a terminal begins; else it is the one from before, and the time goes on
   */
  start(isAnew) {
    if (this.#seconds === 0) return;
    if (isAnew) this.touch();
    this.#timer ||= setInterval(() => this.#look(), 500);
  }

  /** Something was typed. */
  touch() {
    this.#touched = performance.now();
    this.#calm();
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#calm();
  }

  #look() {
    const left = this.#seconds - (performance.now() - this.#touched) / 1000;
    if (left > Math.min(IdleWatch.#longestWarning, this.#seconds / 2)) return;
    this.#isWarning = true;
    this.#warn(Math.max(0, Math.ceil(left)));
  }

  #calm() {
    if (this.#isWarning) this.#clear();
    this.#isWarning = false;
  }
}
