// The list of all keys that are the page's, or that go another way than one might think.

import { isComposing } from "../dom/composing.js";
import { element, partsOf } from "../dom/element.js";
import { say } from "../words/words.js";
import { chordOf, isFree, keyWords } from "./chords.js";
import { keyless, sent, shortcuts } from "./key-table.js";
import { specialNames } from "./special-keys.js";

/** Bytes for people: `ESC [1;3A`, or a number where there is only one. */
function spell(bytes) {
  return bytes.length === 1 ? bytes.charCodeAt(0).toString(16).padStart(2, "0") : bytes.replace("\x1b", "ESC ");
}

const row = (keys, name) => element("tr", {}, element("th", { scope: "row" }, ...keys), element("td", {}, name));

const rowOf = (keys, name) => row([element("kbd", {}, keyWords(keys))], name);

export class KeysDialog {
  #dialog;
  #parts;
  #keys;
  #can;
  /** Whose keys are pressed next. */
  #asked = null;
  #problem = "";

  /**
   * @param {HTMLDialogElement} dialog with the parts `page` and `host`
   * @param {import("./key-choices.js").KeyChoices} keys
   * @param {{can: (action: string) => boolean, closed: () => void}} told which of the actions there are here
   */
  constructor(dialog, keys, { can, closed }) {
    this.#dialog = dialog;
    this.#keys = keys;
    this.#can = can;
    this.#parts = partsOf(dialog);
    this.#parts.host.append(
      ...sent.map(({ keys, name, bytes }) => rowOf(keys, say("sent.line", { name, bytes: spell(bytes) }))),
      ...specialNames.map(({ keys, name }) => rowOf(keys, name)));
    dialog.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    dialog.addEventListener("close", () => {
      this.#asked = null;
      closed();
    });
  }

  open() {
    this.#show();
    this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
  }

  #show() {
    const own = [...shortcuts, ...keyless].filter(({ action }) => this.#can(action));
    this.#parts.page.replaceChildren(
      ...own.map((each) => this.#row(each)),
      rowOf(say("keys.menuKey"), say("keys.menuDoes")));
  }

  #row({ action, keys, name }) {
    const isAsked = this.#asked === action;
    const chosen = this.#keys.get(action);
    const current = chosen ? keyWords(chosen) : this.#standardWords(action, keys) || say("none");
    const words = isAsked ? this.#problem || say("keys.press") : current;
    const change = element(
      "button", { type: "button", "data-action": action, "aria-label": say("keys.change", { name }) }, words);
    change.addEventListener("click", () => this.#ask(action));
    const standard = element(
      "button", { type: "button", "aria-label": say("keys.standardFor", { name }) }, say("keys.standard"));
    standard.addEventListener("click", () => {
      this.#keys.set(action, null);
      this.#show();
    });
    // Ctrl+Shift+V is the browser's: nobody else can do what it does.
    if (action === "browser") return rowOf(keys, name);
    return row([change, ...(chosen ? [" ", standard] : [])], name);
  }

  /** Where everything has the keys of the bar, they lead to it when they are pressed again there. */
  #isTwice(action) {
    return action === "bar" && this.#can("palette");
  }

  #standardWords(action, keys) {
    return this.#isTwice(action) ? say("keys.twice", { keys: keyWords(keys) }) : keyWords(keys);
  }

  #ask(action, problem = "") {
    this.#asked = action;
    this.#problem = problem;
    this.#show();
    this.#parts.page.querySelector(`[data-action="${action}"]`)?.focus();
  }

  #pressed(event) {
    if (!this.#asked || isComposing(event)) return;
    const chord = chordOf(event);
    event.stopPropagation();
    if (event.key === "Tab") return;
    event.preventDefault();
    if (event.key === "Escape") return this.#finish(null);
    if (chord === null) return;
    const other = [...shortcuts, ...keyless].find(({ action, keys }) =>
      action !== this.#asked && this.#can(action)
      && (this.#keys.get(action) ?? (this.#isTwice(action) ? "" : keys)) === chord);
    if (!isFree(chord)) {
      this.#ask(this.#asked, say("keys.isHosts", { chord: keyWords(chord) }));
    }
    else if (other) this.#ask(this.#asked, say("keys.taken", { chord: keyWords(chord), name: other.name }));
    else this.#finish(chord);
  }

  #finish(chord) {
    const action = this.#asked;
    this.#asked = null;
    if (chord) this.#keys.set(action, chord);
    this.#show();
  }
}
