// Tells the server how much output the screen has processed.

/** Reports at most every 10 ms, or as soon as a good part of the window is waiting for it. */
export class Acknowledger {
  static #pause = 10;

  #processed = 0;
  #reported = 0;
  #timer = 0;
  #impatience = Infinity;
  #report;

  /** @param {(offset: number) => void} report called with the offset of the next byte to be processed */
  constructor(report) {
    this.#report = report;
  }

  /** The offset up to which the screen has processed output. */
  get offset() {
    return this.#processed;
  }

  /**
   * Begins anew at an offset that the server knows already.
   *
   * @param {number} offset
   * @param {number} window bytes that the server sends without being told
   */
  restart(offset, window) {
    this.stop();
    this.#processed = this.#reported = offset;
    this.#impatience = window / 4;
  }

  /** @param {number} bytes that the screen has just finished processing */
  processed(bytes) {
    this.#processed += bytes;
    if (this.#processed - this.#reported >= this.#impatience) {
      this.#flush();
    } else {
      this.#timer ||= setTimeout(() => this.#flush(), Acknowledger.#pause);
    }
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #flush() {
    this.stop();
    if (this.#processed === this.#reported) return;
    this.#reported = this.#processed;
    this.#report(this.#processed);
  }
}
