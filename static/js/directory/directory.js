// The directory: all devices, one line each, found and opened by a few keys.

import { devicesOf, leadsTo, pathOf } from "./devices.js";
import { Finder } from "./find.js";
import { lineForm } from "./line-form.js";
import { recentPlaces } from "./recent.js";
import { deviceRow, directPath, headingRow } from "./row-element.js";
import { RowList } from "./row-list.js";
import { allRows, foundRows } from "./rows.js";
import { Shelf } from "./shelf.js";

export class Directory {
  #devices;
  #finder;
  #terminals;
  #find;
  #count;
  #list;
  #rows = [];
  #current = null;
  /** Where one was lately, as it was when the rows were made. */
  #recent = [];
  /** Where somebody is asked for a user or a port. */
  #asked = null;
  #stars = new Shelf("webterm:stars");
  #folds = new Shelf("webterm:folds");

  /**
   * @param {{find: HTMLInputElement, count: HTMLElement, scroller: HTMLElement, list: HTMLElement}} parts
   * @param {object[]} targets
   * @param {() => {target: string, method: string, port: number}[]} terminals the visitor's own live ones
   */
  constructor({ find, count, scroller, list }, targets, terminals) {
    this.#devices = devicesOf(targets);
    this.#finder = new Finder(this.#devices);
    this.#terminals = terminals;
    this.#find = find;
    this.#count = count;
    this.#list = new RowList(scroller, list, (row) => this.#element(row));
    find.addEventListener("input", () => {
      this.#asked = null;
      this.show();
      this.#setCurrent(find.value.trim() ? this.#next(-1, 1) : null);
      scroller.scrollTop = 0;
    });
    find.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  /** Shows what there is now. */
  show() {
    const query = this.#find.value.trim();
    const found = query ? this.#finder.find(query) : this.#devices;
    this.#recent = recentPlaces();
    this.#rows = query ? foundRows(found, this.#stars) : allRows(found, this.#stars, this.#lately(), this.#folds);
    this.#list.set(this.#rows);
    const words = `${found.length} ${found.length === 1 ? "device" : "devices"}`;
    this.#count.textContent = query ? `${words} of ${this.#devices.length}` : words;
  }

  #element(row) {
    if (row.kind === "heading") {
      return headingRow(row, () => {
        this.#folds.toggle(row.key.slice(1));
        this.#setCurrent(null);
        this.show();
      });
    }
    const { device } = row;
    const node = deviceRow(device, {
      isStarred: this.#stars.has(device.key),
      isLive: this.#terminals().some((place) => leadsTo(device, place)),
      showsGroup: !row.key.startsWith("group "),
      last: (way) => this.#last(device, way),
    }, {
      star: () => {
        this.#stars.toggle(device.key);
        this.#setCurrent(null);
        this.show();
      },
      ask: (way) => this.#ask(this.#rows.indexOf(row), way),
    });
    if (this.#asked?.key === row.key) node.querySelector(".ways").replaceWith(this.#form(device, this.#asked.way));
    return node;
  }

  /** The devices where one was lately. */
  #lately() {
    return this.#recent.flatMap((place) => this.#devices.find((device) => leadsTo(device, place)) ?? []);
  }

  #last(device, way) {
    return this.#recent.find((place) => place.method === way.method && leadsTo({ ...device, ways: [way] }, place));
  }

  // Opening

  #form(device, way) {
    const last = this.#last(device, way) ?? {};
    const path = (place) => pathOf({ target: device.name, method: way.method, ...place });
    return lineForm(device, way, last, {
      path,
      open: (place, inNewTab) => this.#go(path(place), inNewTab),
      close: () => {
        const index = this.#rows.findIndex(({ key }) => key === this.#asked?.key);
        this.#asked = null;
        this.#find.focus();
        this.#list.renew(index);
      },
    });
  }

  #ask(index, way) {
    const before = this.#rows.findIndex(({ key }) => key === this.#asked?.key);
    this.#asked = { key: this.#rows[index].key, way };
    if (before >= 0) this.#list.renew(before);
    this.#setCurrent(index);
    this.#list.renew(index);
    const field = this.#list.elementAt(index)?.querySelector("input");
    field?.focus();
    field?.select();
  }

  #go(path, inNewTab) {
    if (inNewTab) window.open(path, "_blank", "noopener");
    else location.assign(path);
  }

  #open(inNewTab) {
    const index = this.#current ?? this.#next(-1, 1);
    const row = this.#rows[index];
    if (row?.kind !== "device" || row.device.ways.length === 0) return;
    const { device } = row;
    // The way that was taken last, else the first.
    const place = this.#recent.find((each) => leadsTo(device, each));
    const way = device.ways.find(({ method }) => method === place?.method) ?? device.ways[0];
    const path = directPath(device, way);
    if (path === null) this.#ask(index, way);
    else this.#go(path, inNewTab);
  }

  // Keys

  #key(event) {
    const steps = { ArrowDown: [1, 1], ArrowUp: [-1, -1], PageDown: [this.#list.page, 1], PageUp: [-this.#list.page, -1] }[event.key];
    if (steps) {
      const [step, direction] = steps;
      const from = this.#current ?? (direction > 0 ? -1 : this.#rows.length);
      const to = Math.max(0, Math.min(this.#rows.length - 1, from + step));
      this.#setCurrent(this.#next(to - direction, direction) ?? this.#next(to + direction, -direction));
    } else if (event.key === "Enter") {
      this.#open(event.ctrlKey || event.metaKey);
    } else if (event.key === "Escape" && this.#find.value) {
      this.#find.value = "";
      this.#setCurrent(null);
      this.show();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The next device's row from there; null where there is none. */
  #next(from, direction) {
    for (let index = from + direction; index >= 0 && index < this.#rows.length; index += direction) {
      if (this.#rows[index].kind === "device") return index;
    }
    return null;
  }

  #setCurrent(index) {
    this.#current = index;
    this.#list.setCurrent(index);
    const row = this.#rows[index];
    if (row?.kind === "device") this.#count.textContent = `${row.device.title}, ${this.#rows.filter(({ kind }) => kind === "device").length} devices`;
  }
}
