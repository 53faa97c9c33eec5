// The rest of a line of which somebody else has typed in between.

const escape = 0x1b;
/** Ends a line that is typed: Enter, and what shells and consoles take for "not this line" (^C, ^D, ^U, ^Z, Esc). */
const ends = new Set([0x0d, 0x0a, 0x03, 0x04, 0x15, 0x1a, escape]);

/**
 * Knows whether a line is begun. Where somebody else has typed since, its rest means another thing than it did: what
 * is typed is held back up to the line's end, which is held back, too.
 */
export class LineGuard {
  #isBegun = false;
  #isHolding = false;

  /** Somebody else has typed. */
  interrupt() {
    this.#isHolding = this.#isBegun;
  }

  /** @param {Uint8Array} bytes typed by a person @returns {boolean} whether they are to go nowhere */
  holds(bytes) {
    // Esc with more behind it is a key.
    const end = bytes.length > 1 && bytes[0] === escape ? -1 : bytes.findLastIndex((byte) => ends.has(byte));
    this.#isBegun = end < bytes.length - 1;
    if (!this.#isHolding) return false;
    if (end >= 0) this.#isHolding = false;
    return true;
  }

  reset() {
    this.#isBegun = this.#isHolding = false;
  }
}
