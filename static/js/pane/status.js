// What the bar says about the connection.

export class Status {
  #state;
  #roundTrip;
  #changed;

  /**
   * @param {{state: HTMLElement, roundTrip: HTMLElement}} elements
   * @param {(state: string) => void} changed
   */
  constructor({ state, roundTrip }, changed) {
    this.#changed = changed;
    this.#state = state;
    this.#roundTrip = roundTrip;
  }

  /**
   * @param {"connecting" | "connected" | "lost" | "ended"} state
   * @param {string} words
   */
  show(state, words) {
    this.#state.dataset.state = state;
    this.#state.textContent = words;
    if (state !== "connected") this.#roundTrip.textContent = "";
    this.#changed(state);
  }

  /** @param {number} milliseconds */
  roundTrip(milliseconds) {
    this.#roundTrip.textContent = `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  }
}
