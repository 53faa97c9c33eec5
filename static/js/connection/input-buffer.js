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

  /** How many bytes were sent, since the terminal began. */
  get sent() {
    return this.#sent;
  }

  /** How much the server may still lack, in bytes. */
  get pending() {
    return this.#typed - this.#confirmed;
  }

  /**
   * Whether the server takes less than was sent: it has taken its room back.
   *
   * @param {number} input
   * @param {number} room
   */
  isRefused(input, room) {
    return this.#sent > this.#confirmed && input + room < this.#sent;
  }

  /** @param {Uint8Array} bytes */
  append(bytes) {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#typed += bytes.length;
  }

  /**
   * The server has `input` bytes and takes `room` more. Where that is less than was sent, what was sent
   * behind `input` is dropped there (`isRefused`).
   *
   * @param {number} input
   * @param {number} room
   */
  confirm(input, room) {
    this.#granted = input + room;
    this.#drop(Math.min(input, this.#typed) - this.#confirmed);
    this.#sent = Math.max(this.#sent, this.#confirmed);
  }

  #drop(bytes) {
    while (bytes > 0) {
      const first = this.#pieces[0];
      const dropped = Math.min(first.length, bytes);
      if (dropped === first.length) {
        this.#pieces.shift();
      } else {
        this.#pieces[0] = first.subarray(dropped);
      }
      this.#confirmed += dropped;
      bytes -= dropped;
    }
  }

  /**
   * A new channel: whatever the server has not got is to be sent again. Where it has more than was ever sent from here,
   * somebody else has typed meanwhile: then nobody can say what came of what was on its way, and what was not goes on
   * from there.
   *
   * @param {number} input bytes that the server has
   * @param {number} room
   */
  rewind(input, room) {
    if (input > this.#sent) {
      this.#drop(this.#sent - this.#confirmed);
      this.#typed += input - this.#confirmed;
      this.#confirmed = input;
    }
    this.confirm(input, room);
    this.#sent = this.#confirmed;
  }

  /**
   * Takes out all that the server may still lack.
   *
   * @param {number} input bytes that the server has
   * @returns {Uint8Array}
   */
  takeBack(input) {
    this.#drop(Math.min(input, this.#typed) - this.#confirmed);
    const bytes = new Uint8Array(this.pending);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    this.reset();
    return bytes;
  }

  /** Forgets everything: another terminal begins, or one that somebody else has typed into. */
  reset() {
    this.#pieces = [];
    this.#confirmed = this.#sent = this.#typed = this.#granted = 0;
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
