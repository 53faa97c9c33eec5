// A long list of which only what is in sight is there.

/** Rows beyond the edges that are there as well. */
const margin = 8;

export class RowList {
  #scroller;
  #list;
  #make;
  #rows = [];
  #shown = new Map();
  #current = null;

  /**
   * @param {HTMLElement} scroller what scrolls; it holds the list
   * @param {HTMLElement} list
   * @param {(row: import("./rows.js").Row) => HTMLElement} make an element for a row
   */
  constructor(scroller, list, make) {
    this.#scroller = scroller;
    this.#list = list;
    this.#make = make;
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    new ResizeObserver(() => this.#draw()).observe(scroller);
  }

  get #height() {
    return parseFloat(getComputedStyle(this.#list).getPropertyValue("--row"));
  }

  /** Shows other rows; elements are made anew. */
  set(rows) {
    this.#rows = rows;
    for (const node of this.#shown.values()) node.remove();
    this.#shown.clear();
    this.#list.style.blockSize = `${rows.length * this.#height}px`;
    this.#draw();
  }

  /** Makes another row the one that keys mean, and brings it into sight. */
  setCurrent(index) {
    this.#current = index;
    for (const [at, node] of this.#shown) this.#mark(node, at);
    if (index === null) return;
    const [top, height, offset] = [index * this.#height, this.#height, this.#list.offsetTop];
    const { scrollTop, clientHeight } = this.#scroller;
    if (top + offset < scrollTop) this.#scroller.scrollTop = top + offset - height;
    if (top + offset + height > scrollTop + clientHeight) {
      this.#scroller.scrollTop = top + offset + 2 * height - clientHeight;
    }
    this.#draw();
  }

  /** How many rows are in sight. */
  get page() {
    return Math.max(1, Math.floor(this.#scroller.clientHeight / this.#height) - 1);
  }

  /** The element of a row that is in sight. */
  elementAt(index) {
    return this.#shown.get(index);
  }

  /** Makes all elements anew but the one in which somebody is. */
  renewAll() {
    for (const [index, node] of this.#shown) if (!node.contains(document.activeElement)) this.renew(index);
  }

  /** Makes a row's element anew. */
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
    const node = this.#make(this.#rows[index]);
    node.style.insetBlockStart = `${index * this.#height}px`;
    node.setAttribute("aria-setsize", String(this.#rows.length));
    node.setAttribute("aria-posinset", String(index + 1));
    this.#mark(node, index);
    return node;
  }

  #draw() {
    const height = this.#height;
    const top = this.#scroller.scrollTop - this.#list.offsetTop;
    const first = Math.max(0, Math.floor(top / height) - margin);
    const last = Math.min(this.#rows.length, Math.ceil((top + this.#scroller.clientHeight) / height) + margin);
    for (const [index, node] of this.#shown) {
      // What has the focus stays: somebody is typing there.
      if ((index >= first && index < last) || node.contains(document.activeElement)) continue;
      node.remove();
      this.#shown.delete(index);
    }
    for (let index = first; index < last; index++) {
      if (this.#shown.has(index)) continue;
      const node = this.#place(index);
      const next = [...this.#shown.keys()].filter((at) => at > index).sort((a, b) => a - b)[0];
      this.#list.insertBefore(node, next === undefined ? null : this.#shown.get(next));
      this.#shown.set(index, node);
    }
  }
}
