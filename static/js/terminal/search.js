// Finds text in the emulator's buffer, history included, and shows where.

/**
 * @typedef {object} Match
 * @property {number} row in the buffer, the oldest line is 0
 * @property {number} column
 * @property {number} length in cells; it may go on in the next rows
 */

/** More than these are counted, but not highlighted one by one. */
const mostHighlights = 1000;

/** More than these, from the newest line on, are not counted either. */
const mostMatches = 100_000;

const isSame = (one, other) => one.row === other.row && one.column === other.column && one.length === other.length;
const keyOf = ({ row, column, length }) => `${row} ${column} ${length}`;

const colours = { match: "#665200", current: "#b35c00", ruler: "#c9a227" };

/** Goes over the cells of a line once, from places in its text: wide characters take two cells, joined ones none. */
class Cells {
  #buffer;
  #end;
  #row;
  #line;
  #column = -1;
  /** Where the cell's text begins, and the next one's. */
  #begin = 0;
  #next = 0;

  constructor(buffer, row, rows) {
    this.#buffer = buffer;
    this.#row = row;
    this.#end = row + rows;
    this.#line = buffer.getLine(row);
    this.#step();
  }

  /** Where a match lies; asked for from the left on. @param {number} start @param {number} end @returns {Match} */
  place(start, end) {
    while (this.#next <= start && this.#row < this.#end) this.#step();
    const [row, column] = [this.#row, this.#column];
    while (this.#begin < end && this.#row < this.#end) this.#step();
    return { row, column, length: (this.#row - row) * this.#line.length + this.#column - column };
  }

  /** To the next cell that holds something, or to where the row after the last one would begin. */
  #step() {
    this.#begin = this.#next;
    while (this.#row < this.#end) {
      this.#column += 1;
      if (this.#column >= this.#line.length) {
        this.#column = -1;
        this.#row += 1;
        if (this.#row < this.#end) this.#line = this.#buffer.getLine(this.#row);
        continue;
      }
      const cell = this.#line.getCell(this.#column);
      if (cell.getWidth() === 0) continue;
      this.#next = this.#begin + (cell.getChars().length || 1);
      return;
    }
    this.#column = 0;
    this.#next = Infinity;
  }
}

export class Search {
  #terminal;
  /** @type {RegExp | null} null where nothing is looked for */
  #pattern = null;
  /** @type {Match[]} from the top on */
  #matches = [];
  #current = -1;
  /**
   * The markers of those that are highlighted.
   *
   * @type {Map<Match, {marker: import("../../vendor/xterm.js").IMarker, isCurrent: boolean}>}
   */
  #highlights = new Map();
  /**
   * Where the screen began when it was looked at last, which moves with its line: what lies above does not change any
   * more.
   */
  #top = null;
  #topRow = 0;
  #type = "";

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
    try {
      const source = regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      this.#pattern = new RegExp(source, caseSensitive ? "gu" : "giu");
    } catch {
      return false;
    }
    this.#matches = this.#scan(0);
    this.#current = this.#nearest(shown);
    this.#highlight();
    this.#show();
    return true;
  }

  /**
   * Output has come: what is new is looked at. What somebody reads stays where it is.
   *
   * @param {boolean} isAllOther whether what was there before lies elsewhere, too
   */
  renew(isAllOther = false) {
    if (!this.#pattern) return;
    const shown = this.#matches[this.#current];
    const isOther = isAllOther || this.#type !== this.#terminal.buffer.active.type;
    const from = isOther ? -1 : this.#top?.line ?? -1;
    if (from < 0) {
      // Another screen, or its lines have been left behind long ago.
      this.#unhighlight();
      this.#matches = this.#scan(0);
      this.#current = this.#indexOf(shown);
    } else {
      const moved = from - this.#topRow;
      for (const match of this.#matches) match.row += moved;
      // A line that was broken begins above.
      let first = from;
      while (first > 0 && this.#terminal.buffer.active.getLine(first)?.isWrapped) first -= 1;
      const kept = this.#matches.filter(({ row }) => row >= 0 && row < first);
      const again = this.#matches.filter(({ row }) => row >= first);
      // What is still there is the same one, with its highlight.
      const before = new Map(again.map((match) => [keyOf(match), match]));
      const found = this.#scan(first).map((match) => before.get(keyOf(match)) ?? match);
      this.#matches = [...kept, ...found].slice(-mostMatches);
      this.#current = shown && shown.row >= 0 ? this.#indexOf(shown) : -1;
    }
    if (this.#current < 0) this.#current = this.#nearest();
    this.#highlight();
  }

  /** Shows the first match from a row on. @param {number} row */
  goTo(row) {
    const index = this.#matches.findIndex((match) => match.row >= row);
    if (index < 0) return;
    this.#current = index;
    this.#highlight();
    this.#show();
  }

  /** @param {1 | -1} step */
  move(step) {
    if (this.count === 0) return;
    this.#current = (this.#current + step + this.count) % this.count;
    this.#highlight();
    this.#show();
  }

  clear() {
    if (this.#terminal.buffer.active.type !== "normal" && this.#pattern) this.#terminal.clearSelection();
    this.#unhighlight();
    this.#top?.dispose();
    this.#top = this.#pattern = null;
    this.#matches = [];
    this.#current = -1;
  }

  #indexOf(match) {
    return match ? this.#matches.findIndex((each) => isSame(each, match)) : -1;
  }

  #nearest(shown) {
    if (this.count === 0) return -1;
    const same = this.#indexOf(shown);
    if (same >= 0) return same;
    const buffer = this.#terminal.buffer.active;
    const bottom = buffer.viewportY + this.#terminal.rows;
    const after = this.#matches.findIndex((each) => each.row >= bottom);
    return after < 0 ? this.count - 1 : Math.max(0, after - 1);
  }

  /** Lines that were only broken by the screen's width belong together. */
  #scan(first) {
    const buffer = this.#terminal.buffer.active;
    this.#top?.dispose();
    // The other screen has no history, and no markers: all of it is looked at each time.
    this.#top = buffer.type === "normal" ? this.#terminal.registerMarker(-buffer.cursorY) : null;
    this.#topRow = buffer.baseY;
    this.#type = buffer.type;
    const lines = [];
    let left = mostMatches;
    for (let end = buffer.length; end > first && left > 0; ) {
      let row = end - 1;
      while (row > first && buffer.getLine(row).isWrapped) row -= 1;
      const matches = this.#scanLine(row, end - row, left);
      lines.push(matches);
      left -= matches.length;
      end = row;
    }
    return lines.reverse().flat();
  }

  /** @param {number} most after which it stops */
  #scanLine(row, rows, most) {
    const buffer = this.#terminal.buffer.active;
    const pattern = this.#pattern;
    const parts = [];
    for (let each = row; each < row + rows; each += 1) {
      parts.push(buffer.getLine(each).translateToString(each === row + rows - 1));
    }
    const text = parts.join("");
    const matches = [];
    let cells = null;
    pattern.lastIndex = 0;
    for (let found = pattern.exec(text); found && matches.length < most; found = pattern.exec(text)) {
      // Not to the middle of a character: the next attempt would begin before it again, for ever.
      if (found[0] === "") pattern.lastIndex = found.index + (text.codePointAt(found.index) > 0xffff ? 2 : 1);
      else matches.push((cells ??= new Cells(buffer, row, rows)).place(found.index, found.index + found[0].length));
    }
    return matches;
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

  /** Highlights those around the one that is shown; what is highlighted already stays so. */
  #highlight() {
    const buffer = this.#terminal.buffer.active;
    const first = Math.max(0, Math.min(this.#current - mostHighlights / 2, this.count - mostHighlights));
    // The other screen of full-screen programs has no history to mark.
    const wanted = new Set(buffer.type === "normal" ? this.#matches.slice(first, first + mostHighlights) : []);
    const current = this.#matches[this.#current];
    for (const [match, { marker, isCurrent }] of this.#highlights) {
      if (wanted.has(match) && isCurrent === (match === current) && !marker.isDisposed) continue;
      marker.dispose();
      this.#highlights.delete(match);
    }
    const cursor = buffer.baseY + buffer.cursorY;
    for (const match of wanted) {
      if (!this.#highlights.has(match)) this.#mark(match, match.row - cursor, match === current);
    }
  }

  #mark(match, offset, isCurrent) {
    const marker = this.#terminal.registerMarker(offset);
    if (!marker) return;
    const decoration = this.#terminal.registerDecoration({
      marker, x: match.column, width: Math.min(match.length, this.#terminal.cols - match.column),
      backgroundColor: isCurrent ? colours.current : colours.match, foregroundColor: "#ffffff",
      overviewRulerOptions: { color: isCurrent ? colours.current : colours.ruler, position: "full" },
    });
    decoration?.onRender((element) => element.classList.add("search-match"));
    this.#highlights.set(match, { marker, isCurrent });
  }

  #unhighlight() {
    for (const { marker } of this.#highlights.values()) marker.dispose();
    this.#highlights.clear();
  }
}
