// What was there before this page came: a painted screen, and history in the sizes that the screen had.

/**
 * @typedef {object} ReplayEvents
 * @property {(bytes: Uint8Array) => Uint8Array | string} decode output, as the emulator takes it
 * @property {(bytes: Uint8Array) => Uint8Array | string} decodePainting a painting, likewise
 * @property {() => void} ended
 */

/**
 * Shows what happened before. Its questions are not answered, and while it lasts the emulator has the size that the
 * screen had at each byte; then it takes its own again.
 */
export class Replay {
  #terminal;
  #events;
  /** Bytes of a painting that are still to come. */
  #paintingLeft = 0;
  /** Bytes of history that are still to come. */
  #oldLeft = 0;
  /** Sizes still to be taken: after how many bytes of history, columns, rows. @type {number[][]} */
  #sizes = [];
  #isSilent = false;
  #isOn = false;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   * @param {ReplayEvents} events
   */
  constructor(terminal, events) {
    this.#terminal = terminal;
    this.#events = events;
  }

  /** Whether what the emulator reads now was said to somebody else, so that it is not answered. */
  get isSilent() {
    return this.#isSilent;
  }

  /** Whether the emulator's size is not its own. */
  get isOn() {
    return this.#isOn;
  }

  /**
   * @param {number} painting bytes that paint a screen, in UTF-8, come first
   * @param {number} old bytes of history follow
   * @param {number[][]} sizes after how many bytes of history the screen had which size: count, columns, rows
   */
  begin(painting, old, sizes) {
    this.#paintingLeft = painting;
    this.#oldLeft = old;
    this.#sizes = painting + old > 0 ? [...sizes] : [];
    this.#isOn = painting + old > 0;
    if (this.#isOn) this.#takeSizes(0);
  }

  /**
   * Writes what of the bytes is old.
   *
   * @param {Uint8Array} bytes
   * @returns {Uint8Array} the rest
   */
  write(bytes) {
    const old = Math.min(this.#oldLeft, bytes.length);
    let done = 0;
    while (done < old) {
      const next = this.#sizes.length > 0 ? Math.min(this.#sizes[0][0], old - done) : old - done;
      this.#writeSilently(this.#events.decode(bytes.subarray(done, done + next)));
      done += next;
      this.#oldLeft -= next;
      for (const size of this.#sizes) size[0] -= next;
      this.#takeSizes(0);
    }
    if (this.#isOn && this.#paintingLeft === 0 && this.#oldLeft === 0) this.#end();
    return bytes.subarray(old);
  }

  /**
   * Writes what of the bytes is a painting.
   *
   * @param {Uint8Array} bytes
   * @returns {Uint8Array} the rest
   */
  paint(bytes) {
    const count = Math.min(this.#paintingLeft, bytes.length);
    if (count === 0) return bytes;
    this.#paintingLeft -= count;
    this.#writeSilently(this.#events.decodePainting(bytes.subarray(0, count)));
    if (this.#paintingLeft === 0 && this.#oldLeft === 0) this.#end();
    return bytes.subarray(count);
  }

  /** In the emulator's own order: what was written before is not history, even where it is not read yet. */
  #writeSilently(data) {
    this.#terminal.write("", () => (this.#isSilent = true));
    this.#terminal.write(data, () => (this.#isSilent = false));
  }

  #takeSizes(after) {
    while (this.#sizes.length > 0 && this.#sizes[0][0] <= after) {
      const [, cols, rows] = this.#sizes.shift();
      this.#terminal.write("", () => this.#terminal.resize(cols, rows));
    }
  }

  #end() {
    this.#sizes = [];
    this.#terminal.write("", () => {
      this.#isOn = false;
      this.#events.ended();
    });
  }
}
