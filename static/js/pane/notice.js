// Words above the screen that go by themselves, or when somebody has read them.

import { say } from "../words/words.js";

/** Long enough to be read, in milliseconds. */
const usual = 12000;

export class Notice {
  #element;
  #text;
  #timer = 0;
  /** What it says that was not typed. */
  #unsent = "";

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
    this.#unsent = "";
    this.#text.textContent = words;
    this.#element.hidden = words === "";
    if (words && milliseconds !== Infinity) this.#timer = setTimeout(() => this.hide(), milliseconds);
  }

  /**
   * What was typed here was not sent: somebody can type it again.
   *
   * @param {string} text
   * @param {"taken" | "meanwhile" | "held"} why another one has the keyboard, or has typed; or none looks on who has to
   */
  unsent(text, why) {
    const all = this.#unsent + text;
    const words = { taken: "notTyped.taken", meanwhile: "notTyped.meanwhile", held: "notTyped.held" }[why];
    this.show(all ? say(words, { text: all }) : say("othersTyped"), Infinity);
    this.#unsent = all;
  }

  /** @param {string} words the server's, not the host's @param {string} [kind] */
  says(words, kind) {
    if (kind === "operator") this.show(say("operatorSays", { words }), Infinity);
    else this.show(words);
  }

  hide() {
    this.show("");
  }
}
