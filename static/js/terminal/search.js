// Finds text in the emulator's buffer, history included, and shows where.

/**
 * @typedef {object} Match
 * @property {number} row in the buffer, the oldest line is 0
 * @property {number} column
 * @property {number} length in cells; it may go on in the next rows
 */

/** More than these are counted, but not highlighted one by one. */
const mostHighlights = 1000;

export class Search {
  #terminal;
  #matches = [];
  #current = -1;
  #decorations = [];
  #colours = { match: "#665200", current: "#b35c00" };

  /** @param {import("../../vendor/xterm.js").Terminal} terminal */
  constructor(terminal) {
    this.#terminal = terminal;
  }

  get count() {
    return this.#matches.length;
  }

  /** Which match is shown, from 1; 0 is none. */
  get position() {
    return this.#current + 1;
  }

  /**
   * Finds all matches; the one shown becomes the last one before or on the screen.
   *
   * @param {string} text
   * @param {{caseSensitive?: boolean, regex?: boolean}} options
   * @returns {boolean} false where a regular expression is not well-formed
   */
  find(text, { caseSensitive = false, regex = false } = {}) {
    const shown = this.#matches[this.#current];
    this.clear();
    if (text === "") return true;
    let pattern;
    try {
      const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      pattern = new RegExp(source, caseSensitive ? "gu" : "giu");
    } catch {
      return false;
    }
    this.#matches = this.#scan(pattern);
    this.#current = this.#nearest(shown);
    this.#highlight();
    this.#show();
    return true;
  }

  /** @param {1 | -1} step */
  move(step) {
    if (this.count === 0) return;
    this.#current = (this.#current + step + this.count) % this.count;
    this.#highlight();
    this.#show();
  }

  clear() {
    this.#unhighlight();
    this.#matches = [];
    this.#current = -1;
  }

  #nearest(shown) {
    if (this.count === 0) return -1;
    if (shown) {
      const same = this.#matches.findIndex((each) => each.row === shown.row && each.column === shown.column);
      if (same >= 0) return same;
    }
    const buffer = this.#terminal.buffer.active;
    const bottom = buffer.viewportY + this.#terminal.rows;
    const after = this.#matches.findIndex((each) => each.row >= bottom);
    return after < 0 ? this.count - 1 : Math.max(0, after - 1);
  }

  /** Lines that were only broken by the screen's width belong together. */
  #scan(pattern) {
    const buffer = this.#terminal.buffer.active;
    const matches = [];
    for (let row = 0; row < buffer.length; ) {
      let rows = 1;
      while (buffer.getLine(row + rows)?.isWrapped) rows += 1;
      let text = "";
      for (let each = row; each < row + rows; each += 1) text += buffer.getLine(each).translateToString(each === row + rows - 1);
      pattern.lastIndex = 0;
      for (let found = pattern.exec(text); found; found = pattern.exec(text)) {
        if (found[0] === "") pattern.lastIndex += 1;
        else matches.push(this.#place(row, rows, found.index, found.index + found[0].length));
      }
      row += rows;
    }
    return matches;
  }

  /** From places in the text to cells: wide characters take two, joined ones none. */
  #place(row, rows, start, end) {
    const buffer = this.#terminal.buffer.active;
    let index = 0;
    let from = null;
    for (let each = row; each < row + rows; each += 1) {
      const line = buffer.getLine(each);
      for (let column = 0; column < line.length; column += 1) {
        const cell = line.getCell(column);
        if (cell.getWidth() === 0) continue;
        if (index >= start && from === null) from = { row: each, column };
        if (index >= end) return { ...from, length: (each - from.row) * line.length + column - from.column };
        index += cell.getChars().length || 1;
      }
    }
    from ??= { row, column: 0 };
    return { ...from, length: (row + rows - from.row) * this.#terminal.cols - from.column };
  }

  #show() {
    const match = this.#matches[this.#current];
    if (!match) return;
    const { type, viewportY } = this.#terminal.buffer.active;
    if (type !== "normal") this.#terminal.select(match.column, match.row, match.length);
    if (match.row < viewportY || match.row >= viewportY + this.#terminal.rows) {
      this.#terminal.scrollToLine(Math.max(0, match.row - Math.floor(this.#terminal.rows / 2)));
    }
  }

  #highlight() {
    this.#unhighlight();
    const buffer = this.#terminal.buffer.active;
    // The other screen of full-screen programs has no history to mark.
    if (buffer.type !== "normal") return;
    const cursor = buffer.baseY + buffer.cursorY;
    const first = Math.max(0, Math.min(this.#current - mostHighlights / 2, this.count - mostHighlights));
    this.#matches.slice(first, first + mostHighlights).forEach((match, index) => {
      const marker = this.#terminal.registerMarker(match.row - cursor);
      const decoration = marker && this.#terminal.registerDecoration({
        marker, x: match.column, width: Math.min(match.length, this.#terminal.cols - match.column),
        backgroundColor: first + index === this.#current ? this.#colours.current : this.#colours.match,
        foregroundColor: "#ffffff",
      });
      if (decoration) decoration.onRender((element) => element.classList.add("search-match"));
      if (marker) this.#decorations.push(marker);
    });
  }

  #unhighlight() {
    if (this.#terminal.buffer.active.type !== "normal") this.#terminal.clearSelection();
    for (const marker of this.#decorations) marker.dispose();
    this.#decorations = [];
  }
}
