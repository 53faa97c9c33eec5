// A paste at the pace of a line that cannot take more: line by line, with pauses, or when the prompt is back.

import { steady } from "../dom/steady.js";

/**
 * @typedef {object} Pace
 * @property {number} [lineDelay] milliseconds after each line
 * @property {number} [characterDelay] milliseconds after each character
 * @property {string} [waitFor] a regular expression: the prompt that comes after a line
 */

/** @param {Pace} pace whether it says anything */
export const isPaced = (pace) => Boolean(pace.lineDelay || pace.characterDelay || pace.waitFor);

/** Where the prompt cannot be looked for, a line has so many milliseconds. */
const careful = 500;

/** @param {string} [pattern] @returns {RegExp | null} null where this browser cannot read it, or there is none */
function read(pattern) {
  try {
    return pattern ? new RegExp(pattern) : null;
  } catch {
    return null;
  }
}

/**
 * A pattern may come from a server that reads it otherwise: without it a pause does what the prompt would have done.
 *
 * @param {Pace} pace @returns {Pace} that this browser can keep
 */
export function readablePace(pace) {
  if (!pace.waitFor || read(pace.waitFor)) return pace;
  return { ...pace, waitFor: "", lineDelay: Math.max(careful, pace.lineDelay ?? 0) };
}

/** What a host says about colours and places is no text. */
const plain = (text) => text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, "");

export class PacedPaste {
  #events;
  #pace = {};
  #prompt = null;
  #pieces = [];
  #total = 0;
  #heard = "";
  #isWaiting = false;
  #timer = 0;

  /**
   * @param {{send: (text: string) => void, progress: (sent: number, total: number) => void, done: () => void}} events
   */
  constructor(events) {
    this.#events = events;
  }

  get isOn() {
    return this.#pieces.length > 0 || this.#isWaiting || this.#timer !== 0;
  }

  /** How many lines have gone out, and of how many. @returns {{sent: number, total: number}} */
  get progress() {
    return { sent: this.#total - this.#pieces.length, total: this.#total };
  }

  /**
   * @param {string} text
   * @param {Pace} pace
   */
  start(text, pace) {
    this.stop();
    this.#pace = readablePace(pace);
    this.#prompt = read(this.#pace.waitFor);
    const lines = text.replace(/\r\n|\n/g, "\r").match(/[^\r]*\r|[^\r]+$/g) ?? [];
    this.#total = lines.length;
    this.#pieces = lines.map((line) => (pace.characterDelay ? [...line] : [line]));
    this.#next();
  }

  /** What the host has said: its prompt may be in it. @param {string} text */
  heard(text) {
    if (!this.#isWaiting) return;
    this.#heard += text;
    // An echo of the line's own characters is none: the prompt stands on a line of its own.
    const lines = plain(this.#heard).split(/[\r\n]+/);
    if (lines.length < 2 || !this.#prompt.test(lines.at(-1))) return;
    this.#isWaiting = false;
    this.#goOn(this.#pace.lineDelay ?? 0);
  }

  /** Drops what has not gone out. */
  stop() {
    steady.clear(this.#timer);
    this.#timer = 0;
    const wasOn = this.isOn;
    this.#pieces = [];
    this.#isWaiting = false;
    if (wasOn) this.#events.done();
  }

  #next() {
    this.#timer = 0;
    const line = this.#pieces[0];
    if (!line) return this.#events.done();
    const piece = line.shift();
    const isWhole = line.length === 0;
    if (isWhole) this.#pieces.shift();
    if (isWhole && this.#prompt && piece.endsWith("\r")) {
      this.#heard = "";
      this.#isWaiting = true;
    }
    this.#events.send(piece);
    this.#events.progress(this.#total - this.#pieces.length, this.#total);
    if (this.#isWaiting) return;
    this.#goOn(isWhole ? this.#pace.lineDelay ?? 0 : this.#pace.characterDelay);
  }

  #goOn(pause) {
    this.#timer = steady.set(() => this.#next(), pause);
  }
}
