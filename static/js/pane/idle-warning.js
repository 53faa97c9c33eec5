// Says in time that a terminal ends in which nothing is typed.

import { IdleWatch } from "../connection/idle-watch.js";
import { say } from "../words/words.js";

export class IdleWarning {
  #seconds;
  #watch;
  /** When it was touched last, as Date.now, where that is known from before; null where it begins here. */
  #lastTouch = /** @type {number | null} */ (null);
  /** The terminal was attached here before: whatever comes is a return to it. */
  #isKnown = false;

  /**
   * @param {number} seconds that the server waits; 0 is for ever
   * @param {(words: string, milliseconds?: number) => void} notice
   */
  constructor(seconds, notice) {
    this.#seconds = seconds;
    const warn = (left) => notice(say("idleWarning", { seconds: left }), Infinity);
    this.#watch = new IdleWatch(seconds, warn, () => notice(""));
  }

  /** When it was touched last, as Date.now. */
  get touched() {
    return Date.now() - Math.round(this.#watch.quiet);
  }

  /** Another terminal is to come. @param {number | null} touched when it was touched last, where that is known */
  expect(touched) {
    this.#isKnown = false;
    this.#lastTouch = touched;
  }

  /**
   * The server counts from when it was touched last, and says how much is left where it can; an attachment is no touch.
   *
   * @param {import("../connection/messages.js").Welcome} welcome
   */
  attached({ idle }) {
    const told = typeof idle === "number" ? Math.max(0, this.#seconds - idle) * 1000 : null;
    const since = this.#lastTouch === null ? 0 : Math.max(0, Date.now() - this.#lastTouch);
    this.#watch.start(told ?? (this.#isKnown ? null : since));
    this.#isKnown = true;
  }

  touch() {
    this.#watch.touch();
  }

  stop() {
    this.#watch.stop();
  }
}
