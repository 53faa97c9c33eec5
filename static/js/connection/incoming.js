// What comes from the host in one channel after another: where it is in the output, and how far the screen is with it.

import { Acknowledger } from "./acknowledger.js";

/**
 * @typedef {object} IncomingEvents
 * @property {(offset: number) => void} acknowledge the screen has processed all before that offset
 * @property {(bytes: Uint8Array, isNew: boolean) => void} heard what anybody has been shown before is not new
 */

export class Incoming {
  #screen;
  #events;
  #acknowledger;
  /** The offset of the next byte that is to arrive. */
  #received = 0;
  /** What was sent to anybody before this offset is not new. */
  #seen = 0;
  /** Where in the output the terminal was reset here, last. */
  #resetAt = 0;
  /** What is due when the screen has processed all before an offset. @type {{offset: number, then: () => void}[]} */
  #due = [];
  /** Counts the channels: what an earlier one brought is counted by where the next one began. */
  #channel = 0;

  /**
   * @param {import("../terminal/screen.js").Screen} screen
   * @param {IncomingEvents} events
   */
  constructor(screen, events) {
    this.#screen = screen;
    this.#events = events;
    this.#acknowledger = new Acknowledger((offset) => events.acknowledge(offset));
  }

  /** The offset of the next byte that is to arrive. */
  get received() {
    return this.#received;
  }

  /** Where in the output the terminal was reset here; 0 is nowhere. */
  get resetAt() {
    return this.#resetAt;
  }

  /** Another terminal begins. @param {number} resetAt where it was reset before the page was loaded */
  restart(resetAt) {
    this.#received = 0;
    this.#resetAt = resetAt;
  }

  /** A channel begins. @param {import("./messages.js").Welcome} welcome */
  begin({ output, seen, window, screen, sizes }) {
    this.#channel += 1;
    this.#due = [];
    // Whatever anybody was sent before has had its answers.
    const relative = sizes.map(([offset, cols, rows]) => [offset - output, cols, rows]);
    this.#screen.repaint(screen, Math.max(0, seen - output), relative);
    this.#received = output;
    this.#seen = seen;
    this.#acknowledger.restart(output, window);
  }

  /** The channel is over, or rests. */
  stop() {
    this.#acknowledger.stop();
  }

  /**
   * Does something when the screen has processed all before an offset, which may not have come yet.
   *
   * @param {number} offset
   * @param {() => void} then
   */
  after(offset, then) {
    this.#due.push({ offset, then });
    this.#settle();
  }

  /** What is due here is done in its place among what is written. */
  #settle() {
    const done = this.#due.filter(({ offset }) => offset <= this.#received);
    this.#due = this.#due.filter(({ offset }) => offset > this.#received);
    for (const { then } of done) this.#screen.write(new Uint8Array(), then);
  }

  /**
   * Output will not come: the screen as it is behind it comes instead.
   *
   * @param {import("./messages.js").Skip} skip
   * @param {string} words for the line between
   */
  skip({ output, missed, screen }, words) {
    const channel = this.#channel;
    this.#received = output;
    this.#screen.skip(words, screen);
    // It counts as processed when all that came before it is.
    this.#screen.write(new Uint8Array(), () => {
      if (channel === this.#channel) this.#acknowledger.processed(missed);
    });
    this.#settle();
  }

  /** @param {Uint8Array} message of a painting, or output */
  take(message) {
    const bytes = this.#screen.paint(message);
    // Behind what was there when the terminal was reset here, it is again.
    const old = this.#resetAt - this.#received;
    const isResetIn = old > 0 && old <= bytes.length;
    if (isResetIn) {
      this.#show(bytes.subarray(0, old));
      this.#screen.resetModes();
    }
    this.#show(isResetIn ? bytes.subarray(old) : bytes);
  }

  /** Switches off what the host's output has switched on, here and after a reload. */
  reset() {
    this.#resetAt = this.#received;
    this.#screen.resetModes();
  }

  #show(bytes) {
    if (bytes.length === 0) return;
    // What is due within them is done between.
    const due = Math.min(...this.#due.map(({ offset }) => offset - this.#received));
    if (due < bytes.length) {
      this.#show(bytes.subarray(0, due));
      return this.#show(bytes.subarray(due));
    }
    this.#received += bytes.length;
    this.#events.heard(bytes, this.#received > this.#seen);
    const channel = this.#channel;
    this.#screen.write(bytes, () => {
      if (channel === this.#channel) this.#acknowledger.processed(bytes.length);
    });
    this.#settle();
  }
}
