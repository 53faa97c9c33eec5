// A terminal as the page sees it: attached through one channel after another until it ends.

import { Backoff } from "./backoff.js";
import { Channel } from "./channel.js";
import { Incoming } from "./incoming.js";
import { Outgoing } from "./outgoing.js";
import { Presence } from "./presence.js";
import { Listeners } from "../dom/listeners.js";
import { steady } from "../dom/steady.js";
import { numberWords, say } from "../words/words.js";
import { whyRefused } from "./why-refused.js";

/**
 * @typedef {{terminal: string, viewer?: number, turn?: number, reset?: number}} SessionMemory by which number the
 *   server knows this page in the terminal, how often another one had begun to type there, and where in the output it
 *   was reset
 *
 * @typedef {object} SessionEvents
 * @property {() => void} connecting
 * @property {(welcome: import("./messages.js").Welcome) => void} attached
 * @property {(milliseconds: number) => void} roundTrip
 * @property {(loss: {since: number, at: number, until: number, isStopping: boolean}) => void} lost out of reach since
 *   `since`; the next attempt is at `at`, and the terminal waits until `until` (all as performance.now), where the
 *   server has not said that it stops
 * @property {(bytes: Uint8Array, isNew: boolean) => void} heard from the host; what anybody has been shown before is
 *   not new
 * @property {(words: string, kind?: string) => void} notice from the server, not from the host
 * @property {(message: import("./messages.js").People) => void} people who is here, who types, and what they say
 * @property {() => void} watched what was typed goes nowhere: another one types
 * @property {(size: string) => void} skipped so much of the output, after an interrupt
 * @property {(bytes: number) => void} pending so much is typed and waits for a connection
 * @property {() => void} refusedByServer the server is there, answers the page, and takes no connection from it
 * @property {() => void} refused what was typed goes nowhere
 * @property {(bytes: Uint8Array, isOver: boolean, isHeld?: boolean) => void} dropped what was typed here was not sent:
 *   the terminal is over, somebody else has typed meanwhile, or nothing is taken now
 * @property {(end: import("./messages.js").End) => void} ended for good
 */

/** @param {number} bytes */
const kilobytes = (bytes) => say("kilobytes", { count: numberWords(Math.max(1, Math.round(bytes / 1000))) });

export class Session {
  static #confirmPause = 1000;
  /** A terminal that rests is looked after so often: what has happened there is told no later. */
  static #longestRest = 15000;
  /** A terminal that waits for less than this is not let go of, in milliseconds. */
  static #leastPatience = 10000;
  /** How long it stays when it has only come to say that it is still there. */
  static #passing = 2000;
  /** So many are no accident. */
  static #clearlyRefused = 2;

  #url;
  #screen;
  /** @type {Listeners<SessionEvents>} */
  #listeners = new Listeners();
  /** @type {Channel | null} */
  #channel = null;
  #outgoing = new Outgoing();
  #incoming;
  #backoff = new Backoff();
  #retryTimer = 0;
  #confirmTimer = 0;
  #terminal = "";
  /** Since when the terminal is out of reach; null where it is not. */
  #lostSince = null;
  /** The server has said that it goes away: what it keeps then, only it knows. */
  #isStopping = false;
  /** How long it waits for us then, in milliseconds. */
  #patience = Infinity;
  #mayBeOver = false;
  #isOver = false;
  /** How often in a row the server has refused a connection and answered the page. */
  #refusals = 0;
  /** It has a channel only to say that it is still there. */
  #isPassing = false;

  /**
   * @param {string} url the page's own address
   * @param {import("../terminal/screen.js").Screen} screen
   * @param {Partial<SessionEvents>} listener
   */
  constructor(url, screen, listener = {}) {
    this.#url = url;
    this.#screen = screen;
    this.#listeners.add(listener);
    this.presence = new Presence(screen, this.#outgoing, (message) => this.#channel?.say(message));
    this.#incoming = new Incoming(screen, {
      acknowledge: (offset) => this.#channel?.acknowledge(offset),
      heard: (bytes, isNew) => this.#listeners.tell("heard", bytes, isNew),
    });
  }

  /** @param {Partial<SessionEvents>} listener is told from now on */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** What the tab should remember; null where there is nothing to come back to. */
  get memory() {
    if (!this.isAlive) return null;
    const reset = this.#incoming.resetAt;
    return { terminal: this.#terminal, ...this.#outgoing.known, ...(reset ? { reset } : {}) };
  }

  get isAlive() {
    return !this.#isOver && this.#terminal !== "";
  }

  /**
   * Opens a terminal, or comes back to one that this tab had before.
   *
   * @param {SessionMemory | null} memory with a viewer it is a return, which takes the terminal from nobody
   * @param {boolean} mayBeOver whether a terminal that is over by now is no matter: then another one begins
   */
  start(memory, mayBeOver = false) {
    this.#isOver = false;
    this.#mayBeOver = mayBeOver;
    this.#terminal = memory?.terminal ?? "";
    this.#incoming.restart(memory?.reset ?? 0);
    this.#lostSince = null;
    this.#patience = Infinity;
    this.#outgoing.restart(memory);
    this.#connect();
  }

  /** Attaches here again what another window has taken over, and typed into. */
  takeBack() {
    this.#isOver = false;
    this.#outgoing.restart();
    this.#connect();
  }

  /**
   * What is typed while there is no connection is kept, up to a few screens.
   *
   * @param {Uint8Array} bytes
   * @param {boolean} isByPerson else the emulator answers
   */
  type(bytes, isByPerson = true) {
    const isOpen = this.#channel?.isOpen ?? false;
    const outcome = this.#isOver ? "full" : this.#outgoing.type(bytes, isByPerson, isOpen);
    if (outcome === "held") this.#listeners.tell("dropped", bytes, false);
    else if (outcome === "full") this.#listeners.tell("refused");
    else if (outcome === "watched" && isByPerson) this.#listeners.tell("watched");
    else if (isOpen) this.#sendInput();
    else if (outcome === "taken") this.#listeners.tell("pending", this.#outgoing.pending);
  }

  /**
   * @param {number} cols
   * @param {number} rows
   */
  resize(cols, rows) {
    this.#channel?.resize(cols, rows);
  }

  /**
   * What has room in this window is told, where the terminal has a size of its own.
   *
   * @param {number} cols
   * @param {number} rows
   */
  tellRoom(cols, rows) {
    if (this.presence.isWatching) this.#channel?.resize(cols, rows);
  }

  /** Switches off what the host's output has switched on, here and after a reload. */
  reset() {
    this.#incoming.reset();
  }

  /** Sends a break on the line; where it knows none, the server says so. */
  sendBreak() {
    this.#channel?.sendBreak();
  }

  /**
   * What is typed goes to so many terminals at once, as the visitor wants it.
   *
   * @param {number} count 0 is to this one alone
   */
  tellSending(count) {
    this.#channel?.tellSending(count);
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

  /** Whether the channel can be let go of for a while. */
  get canPark() {
    return this.isAlive && this.#lostSince === null && this.#patience >= Session.#leastPatience
      && this.#patience !== Infinity;
  }

  /** Lets go of the channel, and comes back by itself before the terminal would be ended for that. */
  park() {
    this.#channel?.abandon();
    this.#channel = null;
    this.#incoming.stop();
    this.#cancelRetry();
    this.#retryTimer = steady.set(() => this.lookAfter(), Math.min(this.#patience / 2, Session.#longestRest));
  }

  /** Comes by for a moment where it rests: something may have happened. */
  lookAfter() {
    if (this.#channel !== null || this.#retryTimer === 0) return;
    this.#cancelRetry();
    this.#isPassing = true;
    this.#connect();
  }

  /** Comes back to where it was. */
  unpark() {
    // Asleep, or lost while it was only passing: nobody else would connect. What is connecting now, or open, stays.
    const isDue = this.#retryTimer !== 0 && !this.#channel?.isOpen;
    this.#isPassing = false;
    this.#cancelRetry();
    if (isDue) this.#connect();
  }

  /** Lets go of everything without ending the terminal. */
  dispose() {
    this.#cancelRetry();
    this.#channel?.abandon();
    this.#incoming.stop();
    clearTimeout(this.#confirmTimer);
  }

  #connect() {
    this.#listeners.tell("connecting");
    // Who comes back says who it was: another viewer that is there by now keeps the terminal.
    const viewer = this.presence.viewer ? { viewer: this.presence.viewer } : {};
    const place = { terminal: this.#terminal, output: this.#incoming.received, ...viewer };
    const resume = this.#terminal ? { resume: place } : {};
    const url = new URL(this.#url);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#channel = new Channel(
      url.href,
      { ...this.presence.hello, ...resume },
      {
        welcome: (welcome) => this.#welcomed(welcome),
        output: (bytes) => this.#incoming.take(bytes),
        skip: (message) => this.#skipped(message),
        input: (room) => this.#confirmed(room),
        people: (message) => this.#heardOfPeople(message),
        roundTrip: (milliseconds) => this.#listeners.tell("roundTrip", milliseconds),
        notice: (words, kind) => this.#listeners.tell("notice", words, kind),
        end: (end) => this.#ended(end),
      },
    );
  }

  #welcomed(welcome) {
    this.#mayBeOver = false;
    this.#refusals = 0;
    this.#backoff.reset();
    this.#terminal = welcome.terminal;
    this.#lostSince = null;
    this.#isStopping = false;
    this.#patience = welcome.detached * 1000;
    this.#incoming.begin(welcome);
    const dropped = this.#outgoing.welcomed(welcome);
    this.presence.welcomed(welcome);
    this.#listeners.tell("attached", welcome);
    if (dropped) this.#listeners.tell("dropped", dropped, false);
    this.#sendInput();
    if (this.#isPassing) this.#retryTimer = steady.set(() => this.park(), Session.#passing);
  }

  /** @param {import("./messages.js").People} message */
  #heardOfPeople(message) {
    const dropped = this.presence.take(message);
    // What the host has asked so far was for the former typist, though it may not have come here yet.
    if (message.type === "role") this.#incoming.after(message.seen ?? 0, () => this.#outgoing.answer());
    this.#listeners.tell("people", message);
    if (dropped) this.#listeners.tell("dropped", dropped, false);
    this.#sendInput();
  }

  /** @param {import("./messages.js").Skip} skip */
  #skipped(skip) {
    const size = kilobytes(skip.missed);
    this.#incoming.skip(skip, say("skipped", { size }));
    this.#listeners.tell("skipped", size);
  }

  #sendInput() {
    if (!this.#channel?.isOpen) return;
    for (let bytes = this.#outgoing.take(); bytes; bytes = this.#outgoing.take()) this.#channel.input(bytes);
    if (this.#outgoing.pending > 0) this.#confirmTimer ||= setTimeout(() => this.#confirm(), Session.#confirmPause);
  }

  #confirm() {
    this.#confirmTimer = 0;
    this.#channel?.ping();
  }

  /** @param {import("./messages.js").Room} room */
  #confirmed(room) {
    const dropped = this.#outgoing.confirm(room);
    if (dropped) this.#listeners.tell("dropped", dropped, false, true);
    this.#sendInput();
  }

  #ended(end) {
    this.#incoming.stop();
    if (end.kind === "lost" || end.kind === "goaway") {
      this.#retryIn(end.kind === "goaway" ? end.retry : this.#backoff.next(), end);
    } else if (end.code === "elsewhere" && this.presence.hasRoles) {
      // Another page came back as this viewer: this one looks on as a new one.
      this.#outgoing.restart();
      this.presence.introduce("watch");
      this.#connect();
    } else if (end.code === "unknown-terminal" && this.#mayBeOver) {
      this.start(null);
    } else {
      // It was to be kept for us, and is gone: the server is another one, as far as one can know here.
      const isKept = !this.#isPassing && this.#lostSince !== null
        && performance.now() - this.#lostSince < this.#patience;
      this.#finish({ ...end, isReturn: this.#outgoing.isReturning && isKept && end.code === "unknown-terminal" });
    }
  }

  #finish(end) {
    this.#isOver = true;
    const dropped = this.#outgoing.takeBack();
    this.#listeners.tell("ended", end);
    if (dropped.length > 0) this.#listeners.tell("dropped", dropped, true);
  }

  async #retryIn(milliseconds, end) {
    const now = performance.now();
    this.#lostSince ??= now;
    this.#isStopping ||= end.kind === "goaway";
    this.#listeners.tell("lost", {
      since: this.#lostSince, at: now + milliseconds, until: this.#lostSince + this.#patience,
      isStopping: this.#isStopping,
    });
    this.#retryTimer = steady.set(() => {
      this.#retryTimer = 0;
      this.#connect();
    }, milliseconds);
    if (end.kind === "lost" && !end.wasOpen) await this.#askWhy();
  }

  /** A page cannot see why a handshake failed: its own address tells, and renews the cookie. */
  async #askWhy() {
    const attempt = this.#retryTimer;
    const end = await whyRefused(this.#url);
    // It is tried again already, or nobody asks any more.
    if (this.#retryTimer === 0 || this.#retryTimer !== attempt) return;
    if (end.kind === "error") {
      this.#cancelRetry();
      return this.#finish(end);
    }
    // Once, it may be the network that came back in between.
    this.#refusals = end.kind === "answered" ? this.#refusals + 1 : 0;
    if (this.#refusals >= Session.#clearlyRefused) this.#listeners.tell("refusedByServer");
  }

  #cancelRetry() {
    steady.clear(this.#retryTimer);
    this.#retryTimer = 0;
  }
}
