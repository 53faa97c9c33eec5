// What stands where no terminal is open: the ways to one.

import { element, partsOf } from "../dom/element.js";
import { kindWords } from "./palette.js";

export class EmptyView {
  #parts;
  #starts;
  #wasEmpty = false;

  /**
   * @param {HTMLElement} view with the parts `find` and `starts`
   * @param {() => import("./palette.js").Entry[]} starts
   * @param {() => void} find a device
   */
  constructor(view, starts, find) {
    this.#parts = partsOf(view);
    this.#starts = starts;
    this.#parts.find.addEventListener("click", find);
  }

  /** What one can begin with is asked for when it becomes empty. @param {boolean} isEmpty */
  update(isEmpty) {
    if (isEmpty && !this.#wasEmpty) {
      this.#parts.starts.replaceChildren(...this.#starts().map(({ kind, name, notes, run }) => {
        const button = element(
          "button", { type: "button" }, element("span", { class: "palette-kind" }, kindWords(kind)), name,
          element("small", {}, notes ?? ""));
        button.addEventListener("click", () => run("open"));
        return element("li", {}, button);
      }));
    }
    this.#wasEmpty = isEmpty;
  }
}
