// What goes to the host: by whom it may be typed, what the server may lack of it, and whose line it is.

import { InputBuffer } from "./input-buffer.js";
import { LineGuard } from "./line-guard.js";

/**
 * @typedef {import("./messages.js").Role} Role
 * @typedef {"taken" | "held" | "watched" | "full"} Outcome `held`: the rest of a line that somebody else has typed
 *   into; `watched`: this viewer does not type; `full`: too much waits for a connection
 */

/** One viewer's input. Its offsets are its own: they begin where its first welcome says. */
export class Outgoing {
  /** Bytes that may be typed while there is no connection. */
  static #mostPending = 4096;

  #input = new InputBuffer();
  #guard = new LineGuard();
  /** Which viewer of the terminal this page is; 0 where the server has not said. */
  #viewer = 0;
  /** How often the one who types there has changed; null where the server has not said. @type {number | null} */
  #turn = null;
  /** @type {Role} */
  #role = "type";
  /** There was a channel to this terminal before. */
  #isReturning = false;
  /** Whether what the host asks now is answered here: it may have asked while another one typed. */
  #mayAnswer = true;

  get viewer() {
    return this.#viewer;
  }

  get isWatching() {
    return this.#role === "watch";
  }

  get isReturning() {
    return this.#isReturning;
  }

  /** How much the server may still lack, in bytes. */
  get pending() {
    return this.#input.pending;
  }

  /** For the memory. @returns {{viewer?: number, turn?: number}} */
  get known() {
    return this.#viewer ? { viewer: this.#viewer, turn: this.#turn ?? undefined } : {};
  }

  /** Another terminal begins, or another viewer of one. @param {{viewer?: number, turn?: number} | null} known */
  restart(known = null) {
    this.#viewer = known?.viewer ?? 0;
    this.#turn = known?.turn ?? null;
    this.#role = "type";
    this.#mayAnswer = true;
    this.#isReturning = false;
    this.#input.reset();
    this.#guard.reset();
  }

  /**
   * @param {Uint8Array} bytes
   * @param {boolean} isByPerson else the emulator answers
   * @param {boolean} isOpen whether there is a connection
   * @returns {Outcome}
   */
  type(bytes, isByPerson, isOpen) {
    if (this.isWatching || (!isByPerson && !this.#mayAnswer)) return "watched";
    if (isByPerson && this.#guard.holds(bytes)) return "held";
    if (!isOpen && this.#input.pending + bytes.length > Outgoing.#mostPending) return "full";
    this.#input.append(bytes);
    return "taken";
  }

  /** What may be sent now, one message at a time. @returns {Uint8Array | null} */
  take() {
    return this.isWatching ? null : this.#input.take();
  }

  /**
   * @param {import("./messages.js").Room} room
   * @returns {Uint8Array | null} what was typed here and is not taken, since the room for it was taken back; null where
   *   nothing was
   */
  confirm({ input, room }) {
    const dropped = this.#input.isRefused(input, room) ? this.#input.takeBack(input) : null;
    if (dropped) this.#input.rewind(input, room);
    else this.#input.confirm(input, room);
    return dropped?.length ? dropped : null;
  }

  /**
   * A channel begins.
   *
   * @param {import("./messages.js").Welcome} welcome
   * @returns {Uint8Array | null} what was typed here and is not sent, since somebody else has typed; null where nobody
   *   has
   */
  welcomed({ input, room, viewer = 0, turn = null, role = "type" }) {
    // A server that counts no turns shows it by input that did not come from here.
    const isCounted = turn !== null && this.#turn !== null;
    const isOthers = isCounted ? turn !== this.#turn : this.#isReturning && input > this.#input.sent;
    const isLost = isOthers || role === "watch";
    const dropped = isLost ? this.#input.takeBack(Math.min(input, this.#input.sent)) : null;
    if (isOthers) this.#guard.interrupt();
    this.#input.rewind(input, room);
    this.#viewer = viewer;
    this.#turn = turn;
    this.#role = role;
    this.#mayAnswer = role === "type";
    this.#isReturning = true;
    return dropped && (dropped.length > 0 || role === "type") ? dropped : null;
  }

  /**
   * Another one types from now on, or this viewer does.
   *
   * @param {import("./messages.js").RoleChange} change
   * @returns {Uint8Array | null} what was typed here and never came to the host; null where nothing was
   */
  changed({ role, turn, input, room }) {
    const dropped = role === "watch" ? this.#input.takeBack(Math.min(input, this.#input.sent)) : null;
    if (role === "type" && this.#role === "watch") {
      this.#guard.reset();
      this.#mayAnswer = false;
    }
    if (role === "watch" || this.#role === "watch") this.#input.rewind(input, room);
    else this.#input.confirm(input, room);
    this.#role = role;
    this.#turn = turn;
    return dropped?.length ? dropped : null;
  }

  /** The screen has read all that the host said before this viewer types: what it asks now is for here. */
  answer() {
    this.#mayAnswer = !this.isWatching;
  }

  /** The terminal is over. @returns {Uint8Array} what never went out */
  takeBack() {
    return this.#input.takeBack(this.#input.sent);
  }
}
