// How long to wait before the next attempt.

/** Pauses that grow, with jitter so that many pages do not come back at the same moment. */
export class Backoff {
  static #first = 500;

  #longest;
  #attempts = 0;

  /** @param {number} longest pause, in milliseconds */
  constructor(longest = 15000) {
    this.#longest = longest;
  }

  /** The next pause, in milliseconds. */
  next() {
    const whole = Math.min(this.#longest, Backoff.#first * 2 ** this.#attempts);
    this.#attempts += 1;
    return whole / 2 + (Math.random() * whole) / 2;
  }

  reset() {
    this.#attempts = 0;
  }
}
