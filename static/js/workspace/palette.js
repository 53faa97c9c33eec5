// One field for everything: devices, open terminals, what can be done, snippets.

import { WordIndex } from "../directory/find.js";
import { isComposing } from "../dom/composing.js";
import { element, partsOf } from "../dom/element.js";
import { PressGuard } from "../dom/press-guard.js";
import { known, say } from "../words/words.js";

/**
 * @typedef {object} Entry
 * @property {string} kind what "kind.KIND" says; a method is called as it is
 * @property {string} name
 * @property {string} [notes]
 * @property {string} [keys]
 * @property {(how: "open" | "split") => void} run
 */

/** More are not drawn: whoever wants them types another letter. */
const mostShown = 60;

/** @param {string} kind */
export const kindWords = (kind) => known(`kind.${kind}`) ?? kind;

/** @param {Entry} one @param {Entry} other */
const isSame = (one, other) => ["kind", "name", "notes"].every((part) => one[part] === other[part]);

/** @param {MouseEvent | KeyboardEvent} event @returns {"open" | "split" | "another"} */
const howOf = (event) => (event.shiftKey ? "split" : event.ctrlKey || event.metaKey ? "another" : "open");

export class Palette {
  #dialog;
  #parts;
  #guard;
  #leads;
  #index = null;
  #shown = [];
  #current = 0;
  /** Which time it was opened: what comes late for another time is not shown. */
  #opening = 0;

  /**
   * @param {HTMLDialogElement} dialog with the parts `find`, `list` and `count`
   * @param {() => void} closed told where nothing was chosen
   * @param {(event: KeyboardEvent) => (() => void) | null} leads where a key leads to that is pressed in it: nowhere is
   *   null
   */
  constructor(dialog, closed, leads) {
    this.#dialog = dialog;
    this.#leads = leads;
    this.#parts = partsOf(dialog);
    this.#guard = new PressGuard(this.#parts.list);
    this.#parts.find.addEventListener("input", () => this.#show());
    dialog.addEventListener("keydown", (event) => this.#pressed(event));
    dialog.addEventListener("close", () => !dialog.open && dialog.returnValue === "" && closed());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  }

  /**
   * @param {() => Entry[]} entries
   * @param {string} placeholder
   * @returns {() => void} to be called where there are others now: they are shown while it is open, and what is chosen
   *   stays so
   */
  open(entries, placeholder) {
    this.#set(entries());
    this.#parts.find.placeholder = placeholder;
    this.#parts.find.setAttribute("aria-label", placeholder);
    this.#parts.find.value = "";
    this.#show();
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#parts.find.focus();
    const opening = (this.#opening += 1);
    return () => this.#guard.change("entries", () => {
      if (this.#dialog.open && opening === this.#opening) this.#renew(entries());
    });
  }

  #renew(entries) {
    const chosen = this.#shown[this.#current];
    this.#set(entries);
    this.#show();
    const again = chosen ? this.#shown.findIndex((entry) => isSame(entry, chosen)) : -1;
    if (again > 0) this.#setCurrent(again);
  }

  #set(entries) {
    this.#index = new WordIndex(entries, ({ name, notes, kind }) => [name, notes ?? "", kindWords(kind)]);
  }

  #show() {
    const found = this.#index.find(this.#parts.find.value.trim());
    this.#shown = found.slice(0, mostShown);
    const count = found.length;
    const none = count === 0 ? say("nothingCalledSo") : "";
    this.#parts.count.textContent = count > mostShown ? say("positionOf", { position: mostShown, count }) : none;
    this.#parts.list.replaceChildren(...this.#shown.map((entry, index) => this.#option(entry, index)));
    this.#setCurrent(0);
  }

  #option({ kind, name, notes, keys }, index) {
    const option = element(
      "li", { role: "option", id: `palette-${index}` },
      element("span", { class: "palette-kind" }, kindWords(kind)), element("span", { class: "palette-name" }, name),
      element("span", { class: "palette-notes" }, notes ?? ""), ...(keys ? [element("kbd", {}, keys)] : []));
    option.addEventListener("click", (event) => this.#run(index, howOf(event)));
    return option;
  }

  #setCurrent(index) {
    this.#current = index;
    [...this.#parts.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    this.#parts.find.setAttribute("aria-activedescendant", this.#shown.length > 0 ? `palette-${index}` : "");
    this.#parts.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    if (isComposing(event)) return;
    const { length } = this.#shown;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    const to = event.key in steps ? this.#current + steps[event.key] : undefined;
    if (to !== undefined && length > 0) {
      this.#setCurrent(event.key.startsWith("Arrow") ? (to + length) % length : Math.max(0, Math.min(length - 1, to)));
    }
    else if (event.key === "Enter") this.#run(this.#current, howOf(event));
    else {
      const go = this.#leads(event);
      if (!go) return;
      this.#dialog.close("chosen");
      go();
    }
    event.preventDefault();
  }

  #run(index, how) {
    const entry = this.#shown[index];
    if (!entry) return;
    this.#dialog.close("chosen");
    entry.run(how);
  }
}
