// Tells a person what they wait for in a terminal: that it prints, is quiet, rings, or has ended.

import { steady } from "../dom/steady.js";
import { say } from "../words/words.js";

/** @typedef {"prints" | "quiet" | "rings"} Wish */

/** What a host says by itself is told at most once in so many milliseconds, and cut after so many characters. */
const hostPause = 3000;
const longest = 200;
/** Controls, and what turns the direction of a text. */
const unseen = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * What a host wants to be told, of OSC 9 or 777.
 *
 * @param {number} code
 * @param {string} data
 * @returns {string} empty where it is something else, such as how far something is
 */
export function wordsOfHost(code, data) {
  const [kind, ...rest] = data.split(";");
  // OSC 9;4 and its like say how far something is.
  const ofNine = /^\d+$/.test(kind) && rest.length > 0 ? "" : data;
  const ofMore = kind === "notify" ? rest.filter(Boolean).join(": ") : "";
  const shown = (code === 777 ? ofMore : ofNine).replace(unseen, " ");
  return shown.trim().slice(0, longest);
}

export class Telling {
  #tell;
  /** @type {Set<Wish>} */
  #wishes = new Set();
  #seconds = 30;
  #timer = 0;
  #lastOfHost = -Infinity;

  /** @param {(words: string) => void} tell what has happened */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {Wish} wish */
  has(wish) {
    return this.#wishes.has(wish);
  }

  /**
   * @param {Wish} wish
   * @param {number} [seconds] for `quiet`
   * @returns {boolean} whether it is wanted now
   */
  toggle(wish, seconds = this.#seconds) {
    if (!this.#wishes.delete(wish)) this.#wishes.add(wish);
    this.#seconds = seconds;
    if (wish === "quiet") this.#wait();
    return this.#wishes.has(wish);
  }

  /** The host has said something new. */
  heard() {
    if (this.#wishes.delete("prints")) this.#tell(say("told.prints"));
    if (this.#wishes.has("quiet")) this.#wait();
  }

  rang() {
    if (this.#wishes.has("rings")) this.#tell(say("told.rings"));
  }

  ended() {
    if (this.#wishes.size > 0) this.#tell(say("told.over"));
    this.stop();
  }

  /** @param {string} words the host's own */
  hostSays(words) {
    const now = performance.now();
    if (!words || now - this.#lastOfHost < hostPause) return;
    this.#lastOfHost = now;
    this.#tell(say("told.says", { words }));
  }

  stop() {
    this.#wishes.clear();
    steady.clear(this.#timer);
  }

  #wait() {
    steady.clear(this.#timer);
    if (!this.#wishes.has("quiet")) return;
    this.#timer = steady.set(() => {
      this.#wishes.delete("quiet");
      this.#tell(say("told.quiet", { seconds: this.#seconds }));
    }, this.#seconds * 1000);
  }
}
