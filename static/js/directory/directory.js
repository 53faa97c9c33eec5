// The directory: all devices, one line each, found and opened by a few keys.

import { isComposing } from "../dom/composing.js";
import { PressGuard } from "../dom/press-guard.js";
import { say } from "../words/words.js";
import { leadsTo, pathOf } from "./devices.js";
import { FacetBar } from "./facet-bar.js";
import { narrowed } from "./facets.js";
import { WordIndex, wordsOfDevice } from "./find.js";
import { howOf, lineForm } from "./line-form.js";
import { recentPlaces } from "./recent.js";
import { deviceRow, directPath, headingRow } from "./row-element.js";
import { RowList } from "./row-list.js";
import { allRows, foundRows } from "./rows.js";
import { Shelf } from "./shelf.js";

/**
 * @typedef {object} DirectoryParts
 * @property {HTMLInputElement} find
 * @property {HTMLElement} count
 * @property {HTMLElement} scroller
 * @property {HTMLElement} list
 * @property {HTMLElement} [facets] where labels are chosen by
 *
 * @typedef {"here" | "split" | "tab"} How in the workspace, beside what is in front there, or by itself
 *
 * @typedef {object} DirectoryTold
 * @property {() => {target: string, method: string, port: number, by?: string, since?: Date}[]} terminals live ones:
 *   the visitor's own, and those of others
 * @property {(path: string, how: How, device: import("./devices.js").Device) => void} open
 * @property {(device: import("./devices.js").Device, way: import("./devices.js").Way, how: How) => void} [ask] for a
 *   user or a port, where the line has no room for fields
 * @property {(event: DragEvent, key: string) => void} [drag] a device
 * @property {() => void} [leave] Esc, where there is nothing to take back
 */

export class Directory {
  #devices = [];
  #finder = null;
  #told;
  #facets;
  #find;
  #count;
  #list;
  #guard;
  #rows = [];
  /** How many are shown, in words. */
  #counted = "";
  /** @type {number | null} */
  #current = null;
  /** Where one was lately, as it was when the rows were made. */
  #recent = [];
  /** Where somebody is asked for a user or a port. */
  #asked = null;
  #stars = new Shelf("webterm:stars", () => this.#shelved());
  #folds = new Shelf("webterm:folds", () => this.#shelved());

  /** Devices that have come while somebody was asked something. */
  #waiting = null;

  /**
   * @param {DirectoryParts} parts
   * @param {import("./devices.js").Device[]} devices
   * @param {DirectoryTold} told
   */
  constructor({ find, count, scroller, list, facets }, devices, told) {
    this.#told = told;
    this.#facets = facets ? new FacetBar(facets, () => this.#looked()) : null;
    this.#take(devices);
    this.#find = find;
    this.#count = count;
    this.#list = new RowList(scroller, list, (row) => this.#element(row));
    this.#guard = new PressGuard(list);
    find.addEventListener("input", () => this.#looked());
    list.addEventListener("dragstart", (event) => {
      const row = this.#rows[this.#list.indexOf(event.target)];
      if (row?.kind === "device") told.drag?.(event, row.device.key);
    });
    find.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  get isEmpty() {
    return this.#devices.length === 0;
  }

  /** Something else is looked for. */
  #looked() {
    // A line that asked, asks no more.
    const isKept = this.#asked === null;
    this.#asked = null;
    this.#list.scrollTo(0);
    this.#current = null;
    this.#list.setCurrent(null);
    this.show(isKept);
    this.#setCurrent(this.#find.value.trim() ? this.#next(-1, 1) : null);
  }

  /** @param {string} key @returns {import("./devices.js").Device | undefined} */
  deviceOf(key) {
    return this.#devices.find((device) => device.key === key);
  }

  /**
   * There are others now. Whoever is typing or pressing is not disturbed.
   *
   * @param {import("./devices.js").Device[]} devices
   */
  set devices(devices) {
    this.#guard.change("devices", () => {
      if (this.#asked) {
        this.#waiting = devices;
        return;
      }
      this.#take(devices);
      this.#setCurrent(null);
      this.show();
    });
  }

  /** Shows anew who is where. */
  renewTerminals() {
    this.#guard.change("terminals", () => this.#list.renewAll());
  }

  /** Another tab has starred or folded something. */
  #shelved() {
    this.#guard.change("shelves", () => {
      if (this.#asked) return;
      const key = this.#rows[this.#current]?.key;
      this.show();
      const again = this.#rows.findIndex((row) => row.key === key);
      this.#setCurrent(again < 0 ? null : again);
    });
  }

  #take(devices) {
    this.#waiting = null;
    this.#devices = devices;
    this.#finder = null;
    this.#facets?.show(devices);
    // What is shown first needs no index; the first key finds it made.
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.#index);
  }

  get #index() {
    return (this.#finder ??= new WordIndex(this.#devices, wordsOfDevice));
  }

  /** Shows what there is now. @param {boolean} isKept whether nothing is known anew of any device */
  show(isKept = false) {
    const query = this.#find.value.trim();
    const chosen = this.#facets?.chosen ?? new Map();
    const found = narrowed(query ? this.#index.find(query) : this.#devices, chosen);
    this.#recent = recentPlaces();
    this.#rows = query ? foundRows(found, this.#stars) : allRows(found, this.#stars, this.#lately(found), this.#folds);
    this.#list.set(this.#rows, isKept);
    this.#counted = say("deviceCount", { count: found.length });
    this.#count.textContent = query || chosen.size > 0
      ? say("positionOf", { position: this.#counted, count: this.#devices.length }) : this.#counted;
  }

  #element(row) {
    if (row.kind === "heading") return headingRow(row, () => this.#fold(row.key, null));
    const { device } = row;
    const node = deviceRow(device, {
      isStarred: this.#stars.has(device.key),
      terminals: this.#told.terminals().filter((place) => leadsTo(device, place)),
      showsGroup: !row.key.startsWith("group "),
      depth: row.depth,
      last: (way) => this.#last(device, way),
      usual: this.#usual(device),
    }, {
      star: () => {
        this.#stars.toggle(device.key);
        this.#setCurrent(null);
        this.show();
      },
      open: (way, how) => this.#goTo(this.#rows.findIndex(({ key }) => key === row.key), way, how),
    });
    node.draggable = this.#told.drag !== undefined;
    if (this.#asked?.key === row.key) node.querySelector(".ways").replaceWith(this.#form(device, this.#asked.way));
    return node;
  }

  #fold(key, current) {
    this.#folds.toggle(key.slice(1));
    this.show();
    this.#setCurrent(current);
  }

  /** The devices where one was lately. */
  #lately(devices) {
    return this.#recent.flatMap((place) => devices.find((device) => leadsTo(device, place)) ?? []);
  }

  /** The way that was taken last, else the first; null where nothing can be reached. */
  #usual(device) {
    const place = this.#recent.find((each) => leadsTo(device, each));
    return device.ways.find(({ method }) => method === place?.method) ?? device.ways[0] ?? null;
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
      open: (place, how) => this.#told.open(path(place), how, device),
      close: () => {
        const index = this.#rows.findIndex(({ key }) => key === this.#asked?.key);
        this.#asked = null;
        this.#find.focus();
        if (this.#waiting) this.devices = this.#waiting;
        else this.#list.renew(index);
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

  #goTo(index, way, how) {
    const { device } = this.#rows[index];
    const path = directPath(device, way);
    if (path !== null) this.#told.open(path, how, device);
    else if (this.#told.ask) this.#told.ask(device, way, how);
    else this.#ask(index, way);
  }

  #open(how) {
    const index = this.#current ?? this.#next(-1, 1);
    const row = this.#rows[index];
    if (row?.kind === "heading") return this.#fold(row.key, index);
    const way = row && this.#usual(row.device);
    if (way) this.#goTo(index, way, how);
  }

  // Keys

  #key(event) {
    if (isComposing(event)) return;
    const { page } = this.#list;
    const lines = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
    const side = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (lines) {
      const from = this.#current;
      if (from !== null) this.#setCurrent(this.#list.below(from, lines));
      else this.#setCurrent(lines > 0 ? this.#next(-1, 1) : this.#next(this.#rows.length, -1));
    } else if (side) {
      if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey || !this.#aside(side)) return;
    } else if (event.key === "Enter") {
      this.#open(howOf(event));
    } else if (event.key === "Escape" && (this.#find.value || this.#facets?.clear())) {
      this.#find.value = "";
      this.show();
      this.#setCurrent(null);
    } else if (event.key === "Escape" && this.#told.leave) {
      this.#told.leave();
    } else {
      return;
    }
    event.preventDefault();
  }

  /**
   * To the device beside it; folds and unfolds a group, and leads from a device to its group. The caret in the field
   * goes first.
   *
   * @param {1 | -1} side
   * @returns {boolean} false where the key is the field's
   */
  #aside(side) {
    const { value, selectionEnd } = this.#find;
    const [current, row] = [this.#current, this.#rows[this.#current]];
    if (!row || selectionEnd !== value.length) return false;
    const next = this.#list.beside(current, side);
    if (next !== null) this.#setCurrent(next);
    else if (row.kind === "heading" && row.isFolded === side > 0) this.#fold(row.key, current);
    else if (row.kind === "device" && side < 0 && value === "") {
      const heading = this.#rows.findLastIndex(({ kind }, index) => index < current && kind === "heading");
      if (heading >= 0) this.#setCurrent(heading);
    } else return false;
    return true;
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
    if (row?.kind === "device") this.#count.textContent = `${row.device.title}, ${this.#counted}`;
    if (row?.kind === "heading") this.#count.textContent = `${row.title}, ${say("deviceCount", { count: row.count })}`;
  }
}
