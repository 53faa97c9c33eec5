// Selecting and copying by keys: a cursor that goes over the screen and its history.

import { say } from "../words/words.js";

/** @typedef {{column: number, row: number}} Spot */

const isWord = (text) => /[\p{L}\p{N}_]/u.test(text);

/**
 * Where a key leads.
 *
 * @param {string} key as KeyboardEvent.key
 * @param {Spot} at
 * @param {{cols: number, rows: number, length: number, text: (row: number) => string}} buffer
 * @param {boolean} isFar with Ctrl: to the next word, or the buffer's ends
 * @returns {Spot | null} null where it leads nowhere
 */
export function spotAfter(key, { column, row }, { cols, rows, length, text }, isFar) {
  const last = length - 1;
  const clamp = (value) => Math.max(0, Math.min(last, value));
  const line = text(row).padEnd(cols);
  const wordOnRight = () => {
    let next = column;
    while (next < cols - 1 && isWord(line[next])) next += 1;
    while (next < cols - 1 && !isWord(line[next])) next += 1;
    return { column: next, row };
  };
  const wordOnLeft = () => {
    let next = column;
    while (next > 0 && !isWord(line[next - 1])) next -= 1;
    while (next > 0 && isWord(line[next - 1])) next -= 1;
    return { column: next, row };
  };
  switch (key) {
    case "ArrowLeft":
    case "h":
      if (isFar) return wordOnLeft();
      return column > 0 ? { column: column - 1, row } : row > 0 ? { column: cols - 1, row: row - 1 } : null;
    case "ArrowRight":
    case "l":
      if (isFar) return wordOnRight();
      return column < cols - 1 ? { column: column + 1, row } : row < last ? { column: 0, row: row + 1 } : null;
    case "b": return wordOnLeft();
    case "w": return wordOnRight();
    case "ArrowUp":
    case "k": return { column, row: clamp(row - 1) };
    case "ArrowDown":
    case "j": return { column, row: clamp(row + 1) };
    case "PageUp": return { column, row: clamp(row - rows + 1) };
    case "PageDown": return { column, row: clamp(row + rows - 1) };
    case "Home":
    case "0": return { column: 0, row: isFar ? 0 : row };
    case "End":
    case "$":
      if (isFar) return { column: cols - 1, row: last };
      return { column: Math.max(0, text(row).trimEnd().length - 1), row };
    case "g": return { column: 0, row: 0 };
    case "G": return { column: 0, row: last };
    default: return null;
  }
}

/**
 * What is between two spots, both included.
 *
 * @param {Spot} one @param {Spot} other @param {number} cols
 * @returns {{column: number, row: number, length: number}}
 */
export function between(one, other, cols) {
  const [first, last] = [one, other].sort((a, b) => a.row - b.row || a.column - b.column);
  return { ...first, length: (last.row - first.row) * cols + last.column - first.column + 1 };
}

export class SelectMode {
  #terminal;
  #element;
  #told;
  #signal;
  /** @type {Spot} */
  #at = { column: 0, row: 0 };
  /** Where the selection began. @type {Spot | null} */
  #from = null;
  #isOn = false;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   * @param {HTMLElement} element around it
   * @param {{copy: () => boolean, notice: (words: string, milliseconds?: number) => void}} told
   * @param {AbortSignal} signal ends it
   */
  constructor(terminal, element, told, signal) {
    this.#terminal = terminal;
    this.#element = element;
    this.#told = told;
    this.#signal = signal;
    element.addEventListener("keydown", (event) => this.#isOn && this.#pressed(event), { capture: true, signal });
    for (const event of ["mousedown", "focusout"]) element.addEventListener(event, () => this.leave(false), { signal });
  }

  /** Begins where the cursor is, or at the lowest line that is shown. */
  enter() {
    if (this.#signal.aborted) return;
    const { active } = this.#terminal.buffer;
    const cursor = active.baseY + active.cursorY;
    const isShown = cursor < active.viewportY + this.#terminal.rows;
    const row = isShown ? cursor : active.viewportY + this.#terminal.rows - 1;
    this.#at = { column: Math.min(active.cursorX, this.#terminal.cols - 1), row };
    this.#from = null;
    this.#isOn = true;
    this.#element.classList.add("is-selecting");
    this.#told.notice(say("selectHint"), Infinity);
    this.#show();
  }

  leave(isCleared = true) {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#element.classList.remove("is-selecting");
    if (isCleared) this.#terminal.clearSelection();
    this.#told.notice("");
  }

  #pressed(event) {
    const { key, ctrlKey, shiftKey, altKey, metaKey } = event;
    if (["Shift", "Control", "Alt", "Meta"].includes(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (altKey || metaKey) return;
    if (key === "Escape" || key === "q") return this.leave();
    if (key === "Enter" || key === "y") return this.#copy();
    if (key === " " || key === "v") this.#from = this.#from ? null : { ...this.#at };
    const next = spotAfter(key, this.#at, this.#buffer, ctrlKey);
    if (next && shiftKey && key.length > 1) this.#from ??= { ...this.#at };
    if (next) this.#at = next;
    this.#show();
  }

  get #buffer() {
    const { buffer, cols, rows } = this.#terminal;
    const { active } = buffer;
    return { cols, rows, length: active.length, text: (row) => active.getLine(row)?.translateToString(false) ?? "" };
  }

  #copy() {
    const isSelected = this.#from !== null && this.#told.copy();
    this.leave();
    if (isSelected) this.#told.notice(say("copied"), 2000);
  }

  #show() {
    const { column, row, length } = between(this.#from ?? this.#at, this.#at, this.#terminal.cols);
    this.#terminal.select(column, row, length);
    const { viewportY } = this.#terminal.buffer.active;
    if (this.#at.row < viewportY) this.#terminal.scrollToLine(this.#at.row);
    if (this.#at.row >= viewportY + this.#terminal.rows) {
      this.#terminal.scrollToLine(this.#at.row - this.#terminal.rows + 1);
    }
  }
}
