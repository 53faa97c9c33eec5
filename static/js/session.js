// A terminal as the page sees it: attached through one channel after another until it ends.

import { Acknowledger } from "./acknowledger.js";
import { Backoff } from "./backoff.js";
import { Channel } from "./channel.js";
import { InputBuffer } from "./input-buffer.js";

/**
 * @typedef {object} SessionEvents
 * @property {() => void} connecting
 * @property {(welcome: any) => void} attached
 * @property {(milliseconds: number) => void} roundTrip
 * @property {(retry: {at: number}) => void} lost the next attempt is at `retry.at` (performance.now)
 * @property {(end: {kind: string, [key: string]: any}) => void} ended for good
 */

export class Session {
  static #confirmPause = 1000;

  #url;
  #screen;
  #events;
  #channel = null;
  #input = new InputBuffer();
  #acknowledger = new Acknowledger((offset) => this.#channel?.acknowledge(offset));
  #backoff = new Backoff();
  #retryTimer = 0;
  #confirmTimer = 0;
  #terminal = "";
  /** The offset of the next output byte that is to arrive. */
  #received = 0;
  /** Output before this was on a screen of this tab. */
  #seen = 0;
  #isFresh = true;
  #isOver = false;

  /**
   * @param {string} url the page's own address
   * @param {import("./screen.js").Screen} screen
   * @param {SessionEvents} events
   */
  constructor(url, screen, events) {
    this.#url = url;
    this.#screen = screen;
    this.#events = events;
  }

  /** What the tab should remember; null where there is nothing to come back to. */
  get memory() {
    if (this.#isOver || !this.#terminal) return null;
    return { terminal: this.#terminal, seen: Math.max(this.#seen, this.#acknowledger.offset) };
  }

  get isAlive() {
    return !this.#isOver && this.#terminal !== "";
  }

  /**
   * Opens a terminal, or comes back to one that this tab had before.
   *
   * @param {{terminal: string, seen: number} | null} memory
   */
  start(memory) {
    this.#isOver = false;
    this.#terminal = memory?.terminal ?? "";
    this.#seen = memory?.seen ?? 0;
    this.#received = 0;
    this.#isFresh = true;
    this.#input.reset();
    this.#connect();
  }

  /** Attaches here again what another window has taken over. */
  takeBack() {
    this.#isOver = false;
    this.#connect();
  }

  /** @param {Uint8Array} bytes */
  type(bytes) {
    if (this.#isOver) return;
    this.#input.append(bytes);
    this.#sendInput();
  }

  /**
   * @param {number} cols
   * @param {number} rows
   */
  resize(cols, rows) {
    this.#channel?.resize(cols, rows);
  }

  /** Tries again at once, or makes sure that the connection is still one. */
  retryNow() {
    if (this.#retryTimer === 0) {
      this.#channel?.verify();
    } else {
      this.#cancelRetry();
      this.#connect();
    }
  }

  /** Ends the terminal. */
  close() {
    this.#channel?.close();
  }

  /** Lets go of everything without ending the terminal. */
  dispose() {
    this.#cancelRetry();
    this.#channel?.abandon();
    this.#acknowledger.stop();
    clearTimeout(this.#confirmTimer);
  }

  #connect() {
    this.#events.connecting();
    const resume = this.#terminal ? { resume: { terminal: this.#terminal, output: this.#received } } : {};
    const url = new URL(this.#url);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#channel = new Channel(
      url.href,
      { cols: this.#screen.cols, rows: this.#screen.rows, ...resume },
      {
        welcome: (welcome) => this.#welcomed(welcome),
        output: (bytes) => this.#output(bytes),
        input: ({ input, room }) => this.#confirmed(input, room),
        roundTrip: (milliseconds) => this.#events.roundTrip(milliseconds),
        end: (end) => this.#ended(end),
      },
    );
  }

  #welcomed(welcome) {
    this.#backoff.reset();
    this.#terminal = welcome.terminal;
    if (this.#isFresh) {
      this.#screen.repaint(this.#seen - welcome.output);
      this.#input.startAt(welcome.input);
    }
    this.#isFresh = false;
    this.#received = welcome.output;
    this.#acknowledger.restart(welcome.output, welcome.window);
    this.#input.rewind(welcome.input, welcome.room);
    this.#events.attached(welcome);
    this.#sendInput();
  }

  #output(bytes) {
    this.#received += bytes.length;
    const channel = this.#channel;
    this.#screen.write(bytes, () => {
      // What an earlier channel brought is counted by where this one began.
      if (channel === this.#channel) this.#acknowledger.processed(bytes.length);
    });
  }

  #sendInput() {
    if (!this.#channel?.isOpen) return;
    for (let bytes = this.#input.take(); bytes; bytes = this.#input.take()) this.#channel.input(bytes);
    if (this.#input.isPending) this.#confirmTimer ||= setTimeout(() => this.#confirm(), Session.#confirmPause);
  }

  #confirm() {
    this.#confirmTimer = 0;
    this.#channel?.ping();
  }

  #confirmed(input, room) {
    this.#input.confirm(input, room);
    this.#sendInput();
  }

  #ended(end) {
    this.#acknowledger.stop();
    this.#seen = Math.max(this.#seen, this.#acknowledger.offset);
    if (end.kind === "lost" || end.kind === "goaway") {
      this.#retryIn(end.kind === "goaway" ? end.retry : this.#backoff.next(), end);
    } else {
      this.#isOver = true;
      this.#events.ended(end);
    }
  }

  async #retryIn(milliseconds, end) {
    this.#events.lost({ at: performance.now() + milliseconds });
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = 0;
      this.#connect();
    }, milliseconds);
    if (end.kind === "lost" && !end.wasOpen) await this.#askWhy();
  }

  /** A page cannot see why a handshake failed: its own address tells, and renews the cookie. */
  async #askWhy() {
    let response;
    try {
      response = await fetch(this.#url, { cache: "no-store", headers: { Accept: "text/plain" } });
    } catch {
      return;
    }
    if (response.ok || response.status >= 500 || this.#retryTimer === 0) return;
    this.#cancelRetry();
    this.#isOver = true;
    this.#events.ended({ kind: "error", code: "refused", message: (await response.text()).trim() });
  }

  #cancelRetry() {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = 0;
  }
}
