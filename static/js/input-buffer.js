// Input that the server may not have yet.

/**
 * Keeps every byte of input until the server has it, and says which may be sent now.
 *
 *     confirmed       sent            typed
 *        │ may be lost │ waits for room │
 */
export class InputBuffer {
  static #largestPiece = 65536;

  /** Pieces from `#confirmed` on. @type {Uint8Array[]} */
  #pieces = [];
  #confirmed = 0;
  #sent = 0;
  #typed = 0;
  #granted = 0;

  /** Whether the server may still lack something. */
  get isPending() {
    return this.#confirmed < this.#typed;
  }

  /** @param {Uint8Array} bytes */
  append(bytes) {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#typed += bytes.length;
  }

  /**
   * The server has `input` bytes and takes `room` more.
   *
   * @param {number} input
   * @param {number} room
   */
  confirm(input, room) {
    this.#granted = input + room;
    let excess = input - this.#confirmed;
    while (excess > 0 && this.#pieces.length > 0) {
      const first = this.#pieces[0];
      if (first.length <= excess) {
        this.#pieces.shift();
      } else {
        this.#pieces[0] = first.subarray(excess);
      }
      const dropped = Math.min(first.length, excess);
      this.#confirmed += dropped;
      excess -= dropped;
    }
    this.#sent = Math.max(this.#sent, this.#confirmed);
  }

  /**
   * A new channel: whatever the server has not got is to be sent again.
   *
   * @param {number} input bytes that the server has
   * @param {number} room
   */
  rewind(input, room) {
    this.confirm(input, room);
    this.#sent = this.#confirmed;
  }

  /** A new terminal: nothing was typed into it yet. */
  reset() {
    this.#pieces = [];
    this.#confirmed = this.#sent = this.#typed = this.#granted = 0;
  }

  /**
   * A terminal that lived before this page: the server has bytes that this page never typed.
   *
   * @param {number} input
   */
  startAt(input) {
    this.#pieces = [];
    this.#confirmed = this.#sent = this.#typed = input;
  }

  /**
   * Takes what may be sent now, one message at a time.
   *
   * @returns {Uint8Array | null}
   */
  take() {
    let skip = this.#sent - this.#confirmed;
    const room = Math.min(this.#granted - this.#sent, InputBuffer.#largestPiece);
    if (room <= 0) return null;
    for (const piece of this.#pieces) {
      if (skip < piece.length) {
        const bytes = piece.subarray(skip, skip + room);
        this.#sent += bytes.length;
        return bytes;
      }
      skip -= piece.length;
    }
    return null;
  }
}
