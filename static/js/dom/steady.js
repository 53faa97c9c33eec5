// Timers that come when they should, in a hidden tab, too.

/** A browser counts no further, in milliseconds: a timer beyond that comes at once. */
const longest = 2 ** 31 - 1;

/**
 * A browser lets the timers of a hidden page come once a second, and after some minutes once a minute. Those of a
 * worker are let come: one is made when a timer is waited for by a page that is hidden, and asked for no more than
 * that.
 */
class SteadyTimers {
  /** @type {Map<number, {run: () => void, due: number, isLong: boolean, own: any}>} */
  #waiting = new Map();
  #lastID = 0;
  /** @type {Worker | null | undefined} null where the browser gives none */
  #worker;
  #isListening = false;

  /**
   * @param {() => void} run
   * @param {number} pause in milliseconds
   * @returns {number} what ``clear`` takes; never 0
   */
  set(run, pause) {
    const id = (this.#lastID += 1);
    this.#waiting.set(id, { run, due: performance.now() + pause, isLong: pause > longest, own: undefined });
    this.#listen();
    this.#wait(id, pause);
    return id;
  }

  /** @param {number} id of one that may have come already, or 0 */
  clear(id) {
    const timer = this.#waiting.get(id);
    if (!timer) return;
    clearTimeout(timer.own);
    this.#waiting.delete(id);
  }

  get #isHidden() {
    return globalThis.document?.visibilityState === "hidden";
  }

  #listen() {
    if (this.#isListening || !globalThis.document) return;
    this.#isListening = true;
    document.addEventListener("visibilitychange", () => {
      if (this.#isHidden) for (const id of this.#waiting.keys()) this.#entrust(id);
    });
  }

  #wait(id, pause) {
    this.#waiting.get(id).own = setTimeout(() => this.#fire(id), Math.min(longest, pause));
    if (this.#isHidden) this.#entrust(id);
  }

  #entrust(id) {
    if (this.#worker === undefined) this.#worker = this.#make();
    const left = this.#waiting.get(id).due - performance.now();
    this.#worker?.postMessage({ id, pause: Math.min(longest, Math.max(0, left)) });
  }

  #make() {
    try {
      const worker = new Worker(new URL("static/js/dom/steady-worker.js", document.baseURI));
      worker.onmessage = ({ data }) => this.#fire(data);
      // Without it the page's own timers come late, as they would have.
      worker.onerror = () => (this.#worker = null);
      return worker;
    } catch {
      return null;
    }
  }

  #fire(id) {
    const timer = this.#waiting.get(id);
    if (!timer) return;
    const left = timer.due - performance.now();
    if (timer.isLong && left > 0) {
      clearTimeout(timer.own);
      return this.#wait(id, left);
    }
    this.clear(id);
    timer.run();
  }
}

/** The page's. */
export const steady = new SteadyTimers();
