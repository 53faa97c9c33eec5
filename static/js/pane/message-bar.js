// The bar under the screen: what happened to the terminal, and what can be done about it.

import { partsOf } from "../dom/element.js";
import { say } from "../words/words.js";

/**
 * @typedef {object} Action
 * @property {string} label
 * @property {string} [name] said aloud instead
 * @property {() => void} run
 */

/** Covers nothing of the screen and takes no key from anybody. */
export class MessageBar {
  /** Nobody means the key that they were about to press for the host. */
  static #pause = 700;

  #element;
  #title;
  #text;
  #pending;
  #actions;
  #main = null;
  #hint = null;
  #timer = 0;
  /** What Enter will do, when the pause is over. @type {Action | null} */
  #meant = null;
  #folded;

  /**
   * @param {HTMLElement} element with the parts `title`, `text`, `pending` and `actions`
   * @param {() => void} left told when it is hidden by somebody, or left by Esc
   */
  constructor(element, left = () => {}) {
    this.#element = element;
    this.#folded = left;
    element.addEventListener("keydown", (event) => event.key === "Escape" && left());
    ({ title: this.#title, text: this.#text, pending: this.#pending, actions: this.#actions } = partsOf(element));
  }

  /**
   * Says that the terminal is out of reach for the moment.
   *
   * @param {string} title
   * @param {string} text
   * @param {Action[]} actions
   */
  wait(title, text, actions) {
    this.#show("waiting", title, text, actions);
  }

  /**
   * Says that the terminal is over. The first action is what Enter does in the terminal, after a moment.
   *
   * @param {string} title
   * @param {string} text
   * @param {Action[]} actions
   */
  end(title, text, actions) {
    this.#show("over", title, text, actions);
    this.#meant = actions[0];
    this.#arm();
  }

  #arm() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#main = this.#meant;
      this.#hint.textContent = say("key.Enter");
    }, MessageBar.#pause);
  }

  /** Out of sight; the terminal stays over, and the next Enter shows it again. */
  fold() {
    this.#main = null;
    this.#hint.textContent = "";
    const hadFocus = this.#element.contains(document.activeElement);
    this.#element.hidden = true;
    if (hadFocus) this.#folded();
  }

  /** Leads to the first of what can be done. @returns {boolean} false where there is nothing */
  focus() {
    if (this.#meant && this.#element.hidden) this.unfold();
    const button = this.#actions.querySelector("button");
    if (!button || this.#element.hidden) return false;
    button.focus();
    return true;
  }

  /** In sight again. */
  unfold() {
    this.#element.hidden = false;
    this.#arm();
  }

  /** Whether it says that the terminal is out of reach. */
  get isWaiting() {
    return !this.#element.hidden && this.#element.dataset.state === "waiting";
  }

  /** @param {string} text takes the place of the former one */
  setText(text) {
    this.#text.textContent = text;
  }

  /** @param {number} bytes typed that wait for the connection */
  showPending(bytes) {
    this.#pending.textContent = bytes === 0 ? "" : say("kept", { count: bytes });
  }

  /** @param {string} words typed before the end, that never went out */
  showUnsent(words) {
    this.#pending.textContent = words ? say("notTypedAnyMore", { text: words }) : "";
  }

  /** What was typed goes nowhere: visibly so. */
  refuse() {
    this.#element.classList.remove("is-refusing");
    // Without a layout between them the browser would not begin anew.
    void this.#element.offsetWidth;
    this.#element.classList.add("is-refusing");
  }

  /** Enter was typed in the terminal. */
  takeEnter() {
    if (this.#meant && this.#element.hidden) this.unfold();
    else if (this.#main) this.#main.run();
    else this.refuse();
  }

  hide() {
    this.#disarm();
    this.#element.hidden = true;
    this.showPending(0);
  }

  /** Waits for nothing more. */
  dispose() {
    this.#disarm();
  }

  #disarm() {
    clearTimeout(this.#timer);
    this.#main = this.#meant = null;
  }

  #show(state, title, text, actions) {
    this.#disarm();
    // Nothing is kept for what is over.
    if (state === "over") this.showPending(0);
    this.#element.dataset.state = state;
    this.#title.textContent = title;
    this.#text.textContent = text;
    this.#hint = document.createElement("kbd");
    this.#actions.replaceChildren(...actions.map((action, index) => this.#button(action, index === 0)));
    this.#element.classList.remove("is-refusing");
    this.#element.hidden = false;
  }

  #button({ label, name, run }, isMain) {
    const button = document.createElement("button");
    button.type = "button";
    if (name) button.setAttribute("aria-label", name);
    button.classList.toggle("primary", isMain);
    button.append(isMain ? `${label} ` : label);
    if (isMain) button.append(this.#hint);
    button.addEventListener("click", run);
    return button;
  }
}
