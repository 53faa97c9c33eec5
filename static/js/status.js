// What the page says about the connection: the bar, and what is laid over the screen.

export class Status {
  #state = document.getElementById("state");
  #roundTrip = document.getElementById("round-trip");
  #notice = document.getElementById("notice");
  #overlay = document.getElementById("overlay");
  #title = document.getElementById("overlay-title");
  #text = document.getElementById("overlay-text");
  #actions = document.getElementById("overlay-actions");
  #keys = null;
  #noticeTimer = 0;

  /**
   * @param {"connecting" | "connected" | "lost" | "ended"} state
   * @param {string} words
   */
  show(state, words) {
    this.#state.dataset.state = state;
    this.#state.textContent = words;
    if (state !== "connected") this.#roundTrip.textContent = "";
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

  /**
   * Lays a message over the screen.
   *
   * @param {string} title
   * @param {string} text
   * @param {{label: string, key: string, run: () => void}[]} actions the first one is the main one
   */
  overlay(title, text, actions) {
    this.clearOverlay();
    this.#title.textContent = title;
    this.#text.textContent = text;
    this.#actions.replaceChildren(...actions.map((action, index) => this.#button(action, index === 0)));
    this.#overlay.hidden = false;
    this.#keys = new AbortController();
    document.addEventListener("keydown", (event) => this.#pressed(event, actions), {
      capture: true,
      signal: this.#keys.signal,
    });
    this.#actions.querySelector("button")?.focus();
  }

  /** @param {string} text takes the place of the overlay's */
  overlayText(text) {
    this.#text.textContent = text;
  }

  clearOverlay() {
    this.#keys?.abort();
    this.#keys = null;
    this.#overlay.hidden = true;
  }

  #button({ label, key, run }, isMain) {
    const button = document.createElement("button");
    button.type = "button";
    button.classList.toggle("primary", isMain);
    const hint = document.createElement("kbd");
    hint.textContent = key;
    button.append(`${label} `, hint);
    button.addEventListener("click", run);
    return button;
  }

  #pressed(event, actions) {
    const action = actions.find(({ key }) => key === event.key);
    if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    action.run();
  }
}
