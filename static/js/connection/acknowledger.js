// Tells the server how much output the screen has processed.

import { steady } from "../dom/steady.js";

/**
 * Reports at most every 10 ms, or as soon as a good part of the window is waiting for it. The echoes of a few keys are
 * nothing that a window waits for: they are reported together, so that somebody who types does not cost the server a
 * message for each key.
 */
export class Acknowledger {
  static #pause = 10;
  static #longPause = 250;
  /** Less than this, in bytes, is reported after the long pause. */
  static #little = 256;

  #processed = 0;
  #reported = 0;
  #timer = 0;
  #isLongPause = false;
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
    const waiting = this.#processed - this.#reported;
    if (waiting >= this.#impatience) {
      this.#flush();
    } else {
      this.#wait(waiting < Acknowledger.#little);
    }
  }

  #wait(isLongPause) {
    if (this.#timer && (isLongPause || !this.#isLongPause)) return;
    this.stop();
    this.#isLongPause = isLongPause;
    this.#timer = steady.set(() => this.#flush(), isLongPause ? Acknowledger.#longPause : Acknowledger.#pause);
  }

  stop() {
    steady.clear(this.#timer);
    this.#timer = 0;
  }

  #flush() {
    this.stop();
    if (this.#processed === this.#reported) return;
    this.#reported = this.#processed;
    this.#report(this.#processed);
  }
}
