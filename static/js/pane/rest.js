// A pane out of sight rests: its channel is let go of, and it comes back where it was.

export class Rest {
  #session;
  #report;
  #isOn = false;

  /**
   * @param {import("../connection/session.js").Session} session
   * @param {import("./connection-report.js").ConnectionReport} report
   */
  constructor(session, report) {
    this.#session = session;
    this.#report = report;
  }

  get isOn() {
    return this.#isOn;
  }

  /** Keeps the offset only, until it is looked at. */
  begin() {
    if (this.#isOn || !this.#session.canPark) return;
    this.#isOn = true;
    this.#session.park();
    this.#report.parked();
  }

  /** Has a channel again. */
  end() {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#session.unpark();
  }

  /** Something may have happened where it rests. */
  lookAfter() {
    if (this.#isOn) this.#session.lookAfter();
  }

  /** The network is another one, or the machine slept. */
  retryNow() {
    if (!this.#isOn) this.#session.retryNow();
  }
}
