// What the bar says about the connection, and notices above the screen.

export class Status {
  #state;
  #roundTrip;
  #notice;
  #noticeTimer = 0;
  #changed;

  /**
   * @param {{state: HTMLElement, roundTrip: HTMLElement, notice: HTMLElement}} elements
   * @param {(state: string) => void} changed
   */
  constructor({ state, roundTrip, notice }, changed) {
    this.#changed = changed;
    this.#state = state;
    this.#roundTrip = roundTrip;
    this.#notice = notice;
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

  /**
   * @param {string} words shown above the screen without covering it; none takes them away
   * @param {number} milliseconds after which they go by themselves; 0 is never
   */
  notice(words, milliseconds = 0) {
    clearTimeout(this.#noticeTimer);
    if (milliseconds > 0) this.#noticeTimer = setTimeout(() => this.notice(""), milliseconds);
    this.#notice.textContent = words;
    this.#notice.hidden = words === "";
  }
}
