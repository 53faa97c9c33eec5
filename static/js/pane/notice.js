// Words above the screen that go by themselves, or when somebody has read them.

/** Long enough to be read, in milliseconds. */
const usual = 12000;

export class Notice {
  #element;
  #text;
  #timer = 0;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} text in it
   * @param {HTMLElement} close a button in it
   * @param {AbortSignal} signal ends it
   */
  constructor(element, text, close, signal) {
    this.#element = element;
    this.#text = text;
    close.addEventListener("click", () => this.hide(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /**
   * @param {string} words take the place of the former ones; none takes them away
   * @param {number} milliseconds after which they go; Infinity is only when somebody hides them, or what they warn of
   *   is over
   */
  show(words, milliseconds = usual) {
    clearTimeout(this.#timer);
    this.#text.textContent = words;
    this.#element.hidden = words === "";
    if (words && milliseconds !== Infinity) this.#timer = setTimeout(() => this.hide(), milliseconds);
  }

  hide() {
    this.show("");
  }
}
