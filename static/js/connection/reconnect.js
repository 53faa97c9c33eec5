// Tries again and again to reach a console whose device has hung up: it may be starting anew.

import { Backoff } from "./backoff.js";
import { steady } from "../dom/steady.js";

export class Reconnect {
  /** A connection that lasts so long is one. */
  static #proof = 3000;

  #events;
  #backoff = new Backoff(30000);
  #timer = 0;
  #isOn = false;

  /** @param {{attempt: () => void, waiting: (at: number) => void, done: () => void}} events `at` as performance.now */
  constructor(events) {
    this.#events = events;
  }

  get isOn() {
    return this.#isOn;
  }

  start() {
    this.#isOn = true;
    this.#backoff.reset();
    this.#attempt();
  }

  /** The terminal has ended again; false where nobody tries any more. */
  ended() {
    if (!this.#isOn) return false;
    steady.clear(this.#timer);
    const pause = this.#backoff.next();
    this.#events.waiting(performance.now() + pause);
    this.#timer = steady.set(() => this.#attempt(), pause);
    return true;
  }

  /** Nobody tries any more. */
  stop() {
    this.#isOn = false;
    steady.clear(this.#timer);
  }

  #succeed() {
    this.stop();
    this.#events.done();
  }

  #attempt() {
    steady.clear(this.#timer);
    this.#events.attempt();
    this.#timer = steady.set(() => this.#succeed(), Reconnect.#proof);
  }
}
