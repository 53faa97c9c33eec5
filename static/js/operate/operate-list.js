// The operator's list: every terminal, one line each; found, sorted, and acted on by a few keys.

import { RowList } from "../directory/row-list.js";
import { isComposing } from "../dom/composing.js";
import { PressGuard } from "../dom/press-guard.js";
import { say } from "../words/words.js";
import { terminalRow, watchPath } from "./row-element.js";

/** What comes within so long is shown together, in milliseconds. */
const pause = 250;

/** @typedef {import("./terminals.js").OperatedTerminal} OperatedTerminal */

export class OperateList {
  #terminals;
  #parts;
  #acts;
  /** @type {RowList<OperatedTerminal>} */
  #list;
  #guard;
  /** @type {OperatedTerminal[]} */
  #rows = [];
  /** The key of the terminal that keys mean; it stays the same one wherever its row goes. @type {number | null} */
  #current = null;
  /** @type {import("./terminals.js").Order} */
  #order = { column: "who", isDescending: false };
  #timer = 0;

  /**
   * @param {{find: HTMLInputElement, count: HTMLElement, scroller: HTMLElement, list: HTMLElement,
   *   columns: HTMLElement}} parts
   * @param {import("./terminals.js").Terminals} terminals
   * @param {{message: (terminal: OperatedTerminal) => void, end: (terminal: OperatedTerminal) => void}} acts
   */
  constructor(parts, terminals, acts) {
    this.#parts = parts;
    this.#terminals = terminals;
    this.#acts = acts;
    this.#list = new RowList(parts.scroller, parts.list, (row) => this.#element(row));
    this.#guard = new PressGuard(parts.list);
    parts.find.addEventListener("input", () => {
      this.#current = null;
      this.show();
      this.#list.scrollTo(0);
    });
    parts.find.addEventListener("keydown", (event) => this.#key(event));
    parts.list.addEventListener("click", ({ target }) => {
      const row = this.#rows[this.#list.indexOf(target)];
      if (row && row.key !== this.#current) this.#choose(row.key);
    });
    for (const button of this.#columns) {
      button.addEventListener("click", () => this.#sort(button.dataset.column));
    }
  }

  /** @returns {HTMLButtonElement[]} */
  get #columns() {
    return [...this.#parts.columns.querySelectorAll("button")];
  }

  /** Something was told. */
  changed() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#guard.change("terminals", () => this.show());
    }, pause);
  }

  /** Time goes by: what grows by itself is shown anew. */
  renew() {
    this.#guard.change("figures", () => this.#list.renewAll());
  }

  /** Shows what there is now. */
  show() {
    const before = new Set(this.#rows);
    const query = this.#parts.find.value.trim();
    this.#rows = this.#terminals.find(query, this.#order, Date.now());
    const index = this.#index;
    if (index === null) this.#current = null;
    // What has the focus keeps it, and what is selected stays so: elements stay where nothing has changed.
    this.#list.set(this.#rows, true);
    this.#list.renewAll((row) => !before.has(row));
    this.#list.markCurrent(index);
    const found = say("operate.count", { count: this.#rows.length });
    this.#parts.count.textContent = query ? say("operate.found", { found, count: this.#terminals.count }) : found;
    for (const button of this.#columns) {
      const isOurs = button.dataset.column === this.#order.column;
      button.setAttribute("aria-pressed", String(isOurs));
      button.dataset.sorted = isOurs ? (this.#order.isDescending ? "down" : "up") : "";
    }
  }

  /** To where one types. */
  focus() {
    this.#parts.find.focus();
  }

  #sort(column) {
    this.#order = { column, isDescending: this.#order.column === column && !this.#order.isDescending };
    this.show();
  }

  #element(terminal) {
    return terminalRow(terminal, { isCurrent: terminal.key === this.#current, now: Date.now() }, {
      message: () => this.#acts.message(terminal),
      end: () => this.#acts.end(terminal),
    });
  }

  get #index() {
    const index = this.#rows.findIndex(({ key }) => key === this.#current);
    return index < 0 ? null : index;
  }

  #choose(key) {
    const before = this.#index;
    this.#current = key;
    const index = this.#index;
    if (before !== null) this.#list.renew(before);
    this.#list.setCurrent(index);
    if (index !== null) this.#list.renew(index);
  }

  #key(event) {
    if (isComposing(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: this.#list.page, PageUp: -this.#list.page }[event.key];
    const terminal = this.#current === null ? undefined : this.#terminals.get(this.#current);
    if (step) {
      const from = this.#index ?? (step > 0 ? -1 : this.#rows.length);
      const row = this.#rows[Math.max(0, Math.min(this.#rows.length - 1, from + step))];
      if (row) this.#choose(row.key);
    } else if (event.key === "Enter" && event.altKey) {
      if (terminal) this.#acts.message(terminal);
    } else if (event.key === "Enter") {
      const shown = terminal ?? this.#rows[0];
      if (shown && (event.ctrlKey || event.metaKey)) open(watchPath(shown), "_blank", "noopener");
      else if (shown) location.assign(watchPath(shown));
    } else if (event.key === "Delete" && event.ctrlKey) {
      if (terminal) this.#acts.end(terminal);
    } else if (event.key === "Escape" && this.#parts.find.value) {
      this.#parts.find.value = "";
      this.show();
    } else {
      return;
    }
    event.preventDefault();
  }
}
