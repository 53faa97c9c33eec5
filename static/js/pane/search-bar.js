// The search's controls: a field, options, next and previous, how many there are.

import { isComposing } from "../dom/composing.js";
import { partsOf } from "../dom/element.js";
import { Search } from "../terminal/search.js";
import { say } from "../words/words.js";

export class SearchBar {
  static #pause = 150;

  #element;
  #text;
  #count;
  #case;
  #regex;
  #terminal;
  #search;
  #closed;
  #timer = 0;
  #isAllOther = false;
  #disposables;
  #stop = new AbortController();

  /**
   * @param {HTMLElement} element with the parts `text`, `count`, `case`, `regex`, `next`, `previous` and `close`
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   * @param {() => void} closed
   */
  constructor(element, terminal, closed) {
    const parts = partsOf(element);
    this.#element = element;
    ({ text: this.#text, count: this.#count, case: this.#case, regex: this.#regex } = parts);
    this.#terminal = terminal;
    this.#search = new Search(terminal);
    this.#closed = closed;
    const options = { signal: this.#stop.signal };
    this.#text.addEventListener("input", () => this.#find(), options);
    for (const toggle of [this.#case, this.#regex]) {
      toggle.addEventListener("click", () => {
        toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
        this.#find();
      }, options);
    }
    this.#element.addEventListener("keydown", (event) => this.#pressed(event), options);
    parts.next.addEventListener("click", () => this.#move(1), options);
    parts.previous.addEventListener("click", () => this.#move(-1), options);
    parts.close.addEventListener("click", () => this.close(), options);
    this.#disposables = [
      terminal.onWriteParsed(() => this.#renewSoon()),
      // Lines are broken elsewhere now.
      terminal.onResize(() => this.#renewSoon(true)),
    ];
  }

  get isOpen() {
    return !this.#element.hidden;
  }

  open() {
    this.#element.hidden = false;
    this.#text.focus();
    this.#text.select();
    if (this.#text.value) this.#find();
  }

  /** @param {string} text @param {number} row where it was found */
  openAt(text, row) {
    this.#element.hidden = false;
    this.#text.value = text;
    for (const toggle of [this.#case, this.#regex]) toggle.setAttribute("aria-pressed", "false");
    this.#find();
    this.#search.goTo(row);
    this.#tell();
    this.#text.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.#element.hidden = true;
    this.#search.clear();
    this.#closed();
  }

  dispose() {
    this.#stop.abort();
    clearTimeout(this.#timer);
    for (const each of this.#disposables) each.dispose();
    this.#search.clear();
  }

  #find() {
    // Where they lie in all of it, beside the scroll bar.
    this.#terminal.options.overviewRulerWidth = 10;
    const options = { caseSensitive: this.#isOn(this.#case), regex: this.#isOn(this.#regex) };
    const isWellFormed = this.#search.find(this.#text.value, options);
    this.#text.setAttribute("aria-invalid", String(!isWellFormed));
    this.#tell();
    if (!isWellFormed) this.#count.textContent = say("search.noPattern");
  }

  /** New output is looked at, but not with every line. @param {boolean} isAllOther where everything lies elsewhere */
  #renewSoon(isAllOther = false) {
    if (!this.isOpen || this.#text.value === "") return;
    this.#isAllOther ||= isAllOther;
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      if (!this.isOpen) return;
      this.#search.renew(this.#isAllOther);
      this.#isAllOther = false;
      this.#tell();
    }, SearchBar.#pause);
  }

  #move(step) {
    this.#search.move(step);
    this.#tell();
  }

  #tell() {
    const { count, position } = this.#search;
    const words = count === 0 ? say("none") : say("positionOf", { position, count });
    this.#count.textContent = this.#text.value === "" ? "" : words;
  }

  #isOn(toggle) {
    return toggle.getAttribute("aria-pressed") === "true";
  }

  #pressed(event) {
    if (isComposing(event)) return;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.#text) this.#move(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
