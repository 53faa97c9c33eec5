// The fields in which a label's value is chosen.

import { element } from "../dom/element.js";
import { say } from "../words/words.js";
import { facetsOf } from "./facets.js";

export class FacetBar {
  #element;
  #changed;

  /** What is chosen. @type {Map<string, string>} values by label */
  chosen = new Map();

  /** @param {HTMLElement} element @param {() => void} changed */
  constructor(element, changed) {
    this.#element = element;
    this.#changed = changed;
  }

  /** There are other devices: what is chosen stays, where there is still such a one. */
  show(devices) {
    const facets = facetsOf(devices);
    for (const [label, value] of this.chosen) {
      const facet = facets.find((each) => each.label === label);
      if (!facet?.values.some((each) => each.value === value)) this.chosen.delete(label);
    }
    this.#element.hidden = facets.length === 0;
    this.#element.replaceChildren(...facets.map((facet) => this.#field(facet)));
  }

  /** Nothing is chosen. @returns {boolean} whether something was */
  clear() {
    if (this.chosen.size === 0) return false;
    this.chosen.clear();
    for (const select of this.#element.querySelectorAll("select")) this.#mark(select, "");
    return true;
  }

  #field({ label, values }) {
    const select = element("select", {}, element("option", { value: "" }, say("anyValue")),
      ...values.map(({ value, count }, index) =>
        element("option", { value: String(index + 1) }, `${value} (${count})`)));
    select.addEventListener("change", () => {
      const chosen = values[Number(select.value) - 1];
      if (chosen) this.chosen.set(label, chosen.value);
      else this.chosen.delete(label);
      this.#mark(select, select.value);
      this.#changed();
    });
    const index = values.findIndex(({ value }) => value === this.chosen.get(label));
    this.#mark(select, index < 0 ? "" : String(index + 1));
    return element("label", { class: "facet" }, element("span", {}, label), select);
  }

  #mark(select, value) {
    select.value = value;
    select.classList.toggle("is-chosen", value !== "");
  }
}
