// Searching in all panes at once: hits by device, and the way to each.

import { isComposing } from "../dom/composing.js";
import { element, partsOf } from "../dom/element.js";
import { wholeLines } from "../terminal/lines.js";
import { numberWords, say } from "../words/words.js";

/** So many of one pane are shown, and of all of them. */
const mostOfOne = 20;
const mostShown = 200;
/** How long it looks before something else may happen, in milliseconds. */
const slice = 8;
const typingPause = 150;

/**
 * @typedef {object} Hit
 * @property {import("./place.js").Place} place
 * @property {string} text the whole line
 * @property {number} row where it began when it was found
 * @property {import("../../vendor/xterm.js").IMarker | null} marker goes with the line
 */

/**
 * What of a line is shown: its hit, and something around it.
 *
 * @param {string} line
 * @param {string} query
 * @param {number} around so many characters before it
 * @returns {[string, string, string]} before, the hit, behind
 */
export function excerpt(line, query, around = 40) {
  const at = line.toLowerCase().indexOf(query.toLowerCase());
  const from = Math.max(0, at - around);
  const end = at + query.length;
  return [(from > 0 ? "…" : "") + line.slice(from, at), line.slice(at, end), line.slice(end, end + 120)];
}

export class FindAll {
  #dialog;
  #parts;
  #told;
  /** @type {Hit[]} */
  #hits = [];
  #current = 0;
  /** Which search it is: an older one ends. */
  #number = 0;
  #timer = 0;

  /**
   * @param {HTMLDialogElement} dialog with the parts `find`, `list` and `count`
   * @param {{places: () => import("./place.js").Place[], show: (hit: Hit, query: string) => void, back: () => void}}
   *   told
   */
  constructor(dialog, told) {
    this.#dialog = dialog;
    this.#parts = partsOf(dialog);
    this.#told = told;
    this.#parts.find.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(), typingPause);
    });
    dialog.addEventListener("keydown", (event) => this.#pressed(event));
    dialog.addEventListener("close", () => {
      this.#number += 1;
      this.#forget();
      if (dialog.returnValue === "") told.back();
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  }

  open() {
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#parts.find.focus();
    this.#parts.find.select();
    this.#search();
  }

  get #query() {
    return this.#parts.find.value;
  }

  #forget() {
    for (const { marker } of this.#hits) marker?.dispose();
    this.#hits = [];
  }

  /** Looks through all of them, a little at a time. */
  async #search() {
    const number = (this.#number += 1);
    this.#forget();
    this.#current = 0;
    this.#parts.list.replaceChildren();
    this.#parts.count.textContent = "";
    const query = this.#query.toLowerCase();
    if (query.trim() === "") return;
    let [lines, until] = [0, performance.now() + slice];
    for (const place of this.#told.places()) {
      const found = [];
      for (const { row, text } of place.pane ? wholeLines(place.pane.screen.terminal.buffer.active) : []) {
        lines += 1;
        if (text.toLowerCase().includes(query)) found.push(this.#hit(place, row, text));
        if (found.length === mostOfOne) break;
        if (performance.now() < until) continue;
        await new Promise((resolve) => setTimeout(resolve));
        if (number !== this.#number) return found.forEach(({ marker }) => marker?.dispose());
        until = performance.now() + slice;
      }
      this.#add(found);
      if (this.#hits.length >= mostShown) break;
    }
    const devices = new Set(this.#hits.map(({ place }) => place)).size;
    const words = say("findAll.linesIn", {
      lines: say("findAll.lines", { count: this.#hits.length }), panes: say("findAll.panes", { count: devices }),
    });
    const nothing = say("findAll.nothing", { lines: numberWords(lines) });
    this.#parts.count.textContent = this.#hits.length === 0 ? nothing : words;
  }

  #hit(place, row, text) {
    const { terminal } = place.pane.screen;
    const { active } = terminal.buffer;
    const marker = active.type === "normal"
      ? terminal.registerMarker(row - active.baseY - active.cursorY) ?? null : null;
    return { place, row, text, marker };
  }

  #add(found) {
    const first = this.#hits.length;
    this.#hits.push(...found);
    this.#parts.list.append(...found.map((hit, index) => this.#option(hit, first + index, index === 0)));
    if (first === 0 && found.length > 0) this.#setCurrent(0);
  }

  #option({ place, text }, index, isFirst) {
    const [before, hit, behind] = excerpt(text, this.#query, innerWidth < 640 ? 8 : 40);
    const option = element(
      "li", { role: "option", id: `hit-${index}` },
      element("span", { class: "palette-kind hit-device" }, isFirst ? place.name : ""),
      element("span", { class: "hit-line" }, before, element("mark", {}, hit), behind));
    option.setAttribute("aria-label", say("findAll.hit", { name: place.name, text: text.trim() }));
    option.addEventListener("click", () => this.#run(index));
    return option;
  }

  #setCurrent(index) {
    this.#current = index;
    [...this.#parts.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    this.#parts.find.setAttribute("aria-activedescendant", `hit-${index}`);
    this.#parts.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    if (isComposing(event)) return;
    const { length } = this.#hits;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    if (event.key in steps && length > 0) {
      this.#setCurrent(Math.max(0, Math.min(length - 1, this.#current + steps[event.key])));
    } else if (event.key === "Enter") this.#run(this.#current);
    else return;
    event.preventDefault();
  }

  #run(index) {
    const hit = this.#hits[index];
    if (!hit) return;
    const row = hit.marker && !hit.marker.isDisposed ? hit.marker.line : hit.row;
    const query = this.#query;
    this.#dialog.close("chosen");
    this.#told.show({ ...hit, row }, query);
  }
}
