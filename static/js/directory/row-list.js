// A long list of which only what is in sight is there, in columns where there is room.

/** Rows beyond the edges that are there as well. */
const margin = 8;

/** @template {{key: string | number, kind?: string}} Row a heading, by its kind, has a line of its own */
export class RowList {
  #scroller;
  #list;
  #make;
  /** @type {Row[]} */
  #rows = [];
  /** Where each row is. @type {{line: number, column: number}[]} */
  #positions = [];
  /** The first row of each line, and behind them how many rows there are. @type {number[]} */
  #starts = [0];
  #columns = 1;
  /** What was measured last, in px: whoever asks a browser while something changes has it lay out everything. */
  #measured = { row: 32, column: 600, width: 0, height: 0, offset: 0 };
  #scrollTop = 0;
  /** @type {Map<number, HTMLElement>} */
  #shown = new Map();
  #current = null;

  /**
   * @param {HTMLElement} scroller what scrolls; it holds the list
   * @param {HTMLElement} list its `--row` is a line's height, its `--column` the least width of a column, both in px
   * @param {(row: Row) => HTMLElement} make an element for a row
   */
  constructor(scroller, list, make) {
    this.#scroller = scroller;
    this.#list = list;
    this.#make = make;
    scroller.addEventListener("scroll", () => {
      this.#scrollTop = scroller.scrollTop;
      this.#draw();
    }, { passive: true });
    const observer = new ResizeObserver(() => this.#resized());
    // What stands above the list may grow, too.
    for (const each of [scroller, ...scroller.children]) observer.observe(each);
    this.#measure();
  }

  #measure() {
    const style = getComputedStyle(this.#list);
    const length = (name) => parseFloat(style.getPropertyValue(name));
    this.#measured = {
      row: length("--row"), column: length("--column"), width: this.#list.clientWidth,
      height: this.#scroller.clientHeight, offset: this.#list.offsetTop,
    };
  }

  get #height() {
    return this.#measured.row;
  }

  /**
   * Shows other rows.
   *
   * @param {Row[]} rows
   * @param {boolean} isKept whether elements of rows that were shown before are as they have to be
   */
  set(rows, isKept = false) {
    const before = isKept ? new Map([...this.#shown].map(([index, node]) => [this.#rows[index].key, node])) : null;
    const old = this.#shown;
    this.#rows = rows;
    this.#shown = new Map();
    this.#arrange();
    const [first, last] = this.#inSight;
    for (let index = first; index < last; index++) {
      const node = before?.get(rows[index].key);
      if (node) this.#put(node, index);
      this.#shown.set(index, node ?? this.#place(index));
    }
    // What is moved is laid out anew: elements that stay in their order stay where they are.
    const kept = new Set(this.#shown.values());
    for (const node of old.values()) if (!kept.has(node)) node.remove();
    let next = this.#list.firstElementChild;
    for (const node of kept) {
      if (node === next) next = next.nextElementSibling;
      else this.#list.insertBefore(node, next);
    }
  }

  #resized() {
    this.#measure();
    if (this.#roomFor() !== this.#columns) {
      this.#arrange();
      for (const [index, node] of this.#shown) this.#lay(node, index);
    }
    this.#draw();
  }

  #roomFor() {
    return Math.max(1, Math.floor(this.#measured.width / this.#measured.column) || 1);
  }

  /** A heading has a line of its own; devices fill theirs from the left. */
  #arrange() {
    this.#columns = this.#roomFor();
    [this.#positions, this.#starts] = [[], []];
    let column = this.#columns;
    this.#rows.forEach(({ kind }, index) => {
      if (kind === "heading" || column === this.#columns) {
        this.#starts.push(index);
        column = 0;
      }
      this.#positions.push({ line: this.#starts.length - 1, column });
      column = kind === "heading" ? this.#columns : column + 1;
    });
    const lines = this.#starts.length;
    this.#starts.push(this.#rows.length);
    this.#list.style.blockSize = `${lines * this.#height}px`;
  }

  /** Says where the row is that keys mean. @param {number | null} index */
  markCurrent(index) {
    const before = this.#current;
    this.#current = index;
    for (const at of [before, index]) if (this.#shown.has(at)) this.#mark(this.#shown.get(at), at);
  }

  /** Makes another row the one that keys mean, and brings it into sight. @param {number | null} index */
  setCurrent(index) {
    this.markCurrent(index);
    if (index === null) return;
    const { row, offset, height } = this.#measured;
    const top = this.#positions[index].line * row + offset;
    if (top < this.#scrollTop) this.scrollTo(top - row);
    else if (top + row > this.#scrollTop + height) this.scrollTo(top + 2 * row - height);
  }

  /** @param {number} top in px */
  scrollTo(top) {
    if (top === this.#scrollTop) return;
    this.#scroller.scrollTop = top;
    this.#scrollTop = this.#scroller.scrollTop;
    this.#draw();
  }

  /** How many lines are in sight. */
  get page() {
    return Math.max(1, Math.floor(this.#measured.height / this.#height) - 1);
  }

  /**
   * The row that lies so many lines below, or above: the first or last one where there are not so many.
   *
   * @param {number} index
   * @param {number} lines
   */
  below(index, lines) {
    const { line, column } = this.#positions[index];
    const to = Math.max(0, Math.min(this.#starts.length - 2, line + lines));
    return Math.min(this.#starts[to] + column, this.#starts[to + 1] - 1);
  }

  /** The row beside it in the same line; null where there is none. @param {number} index @param {1 | -1} step */
  beside(index, step) {
    return this.#positions[index + step]?.line === this.#positions[index].line ? index + step : null;
  }

  /** The element of a row that is in sight. @param {number} index */
  elementAt(index) {
    return this.#shown.get(index);
  }

  /** Which row that is, or is in; -1 is none. @param {EventTarget} target */
  indexOf(target) {
    const found = [...this.#shown].find(([, node]) => node.contains(/** @type {Node} */ (target)));
    return found ? found[0] : -1;
  }

  /**
   * Makes elements anew but the one in which somebody types; what has the focus has it again.
   *
   * @param {(row: Row) => boolean} isStale which are not as they have to be
   */
  renewAll(isStale = () => true) {
    const focused = document.activeElement;
    for (const [index, node] of this.#shown) {
      if (!isStale(this.#rows[index])) continue;
      if (!node.contains(focused)) this.renew(index);
      else if (!focused.matches("form *")) {
        this.renew(index);
        const again = this.#shown.get(index).getElementsByClassName(focused.className)[0];
        /** @type {HTMLElement | undefined} */ (again)?.focus({ preventScroll: true });
      }
    }
  }

  /** Makes a row's element anew. @param {number} index */
  renew(index) {
    const old = this.#shown.get(index);
    if (!old) return;
    const node = this.#place(index);
    old.replaceWith(node);
    this.#shown.set(index, node);
  }

  #mark(node, index) {
    if (index === this.#current) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
  }

  #place(index) {
    return this.#put(this.#make(this.#rows[index]), index);
  }

  #put(node, index) {
    this.#lay(node, index);
    for (const [name, value] of [["aria-setsize", this.#rows.length], ["aria-posinset", index + 1]]) {
      if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
    }
    this.#mark(node, index);
    return node;
  }

  #lay(node, index) {
    const { line, column } = this.#positions[index];
    const width = 100 / (this.#rows[index].kind === "heading" ? 1 : this.#columns);
    Object.assign(node.style, {
      insetBlockStart: `${line * this.#height}px`, insetInlineStart: `${column * width}%`, inlineSize: `${width}%`,
    });
  }

  /** The first row that has to be there, and the one behind the last. @returns {[number, number]} */
  get #inSight() {
    const { row, offset, height } = this.#measured;
    const [top, more] = [this.#scrollTop - offset, Math.ceil(margin / this.#columns)];
    const start = (line) => this.#starts[Math.max(0, Math.min(this.#starts.length - 1, line))];
    return [start(Math.floor(top / row) - more), start(Math.ceil((top + height) / row) + more)];
  }

  #draw() {
    const [first, last] = this.#inSight;
    for (const [index, node] of this.#shown) {
      // What has the focus stays: somebody is typing there.
      if ((index >= first && index < last) || node.contains(document.activeElement)) continue;
      node.remove();
      this.#shown.delete(index);
    }
    const there = [...this.#shown.keys()].sort((a, b) => a - b);
    for (let index = first; index < last; index++) {
      if (this.#shown.has(index)) continue;
      const node = this.#place(index);
      const next = there.find((at) => at > index);
      this.#list.insertBefore(node, next === undefined ? null : this.#shown.get(next));
      this.#shown.set(index, node);
    }
  }
}
