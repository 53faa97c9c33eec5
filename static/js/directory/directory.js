// The directory: all devices, one line each, found and opened by a few keys.

import { workspaceAddress } from "../connection/addresses.js";
import { isComposing } from "../dom/composing.js";
import { PressGuard } from "../dom/press-guard.js";
import { leadsTo, pathOf } from "./devices.js";
import { WordIndex, wordsOfDevice } from "./find.js";
import { howOf, lineForm } from "./line-form.js";
import { recentPlaces } from "./recent.js";
import { deviceRow, directPath, headingRow } from "./row-element.js";
import { RowList } from "./row-list.js";
import { allRows, foundRows } from "./rows.js";
import { Shelf } from "./shelf.js";

export class Directory {
  #devices = [];
  #finder = null;
  #terminals;
  #find;
  #count;
  #list;
  #guard;
  #rows = [];
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
   * @param {{find: HTMLInputElement, count: HTMLElement, scroller: HTMLElement, list: HTMLElement}} parts
   * @param {import("./devices.js").Device[]} devices
   * @param {() => {target: string, method: string, port: number, by?: string, since?: Date}[]} terminals live ones: the
   *   visitor's own, and those of others
   */
  constructor({ find, count, scroller, list }, devices, terminals) {
    this.#take(devices);
    this.#terminals = terminals;
    this.#find = find;
    this.#count = count;
    this.#list = new RowList(scroller, list, (row) => this.#element(row));
    this.#guard = new PressGuard(list);
    find.addEventListener("input", () => {
      this.#asked = null;
      this.show();
      this.#setCurrent(find.value.trim() ? this.#next(-1, 1) : null);
      scroller.scrollTop = 0;
    });
    find.addEventListener("keydown", (event) => this.#key(event));
    this.show();
  }

  get isEmpty() {
    return this.#devices.length === 0;
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
    // What is shown first needs no index; the first key finds it made.
    (globalThis.requestIdleCallback ?? setTimeout)(() => this.#index);
  }

  get #index() {
    return (this.#finder ??= new WordIndex(this.#devices, wordsOfDevice));
  }

  /** Shows what there is now. */
  show() {
    const query = this.#find.value.trim();
    const found = query ? this.#index.find(query) : this.#devices;
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
      terminals: this.#terminals().filter((place) => leadsTo(device, place)),
      showsGroup: !row.key.startsWith("group "),
      last: (way) => this.#last(device, way),
    }, {
      star: () => {
        this.#stars.toggle(device.key);
        this.#setCurrent(null);
        this.show();
      },
      ask: (way) => this.#ask(this.#rows.indexOf(row), way),
      open: (path) => this.#go(path, "here"),
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
      open: (place, how) => this.#go(path(place), how),
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

  /**
   * @param {string} path
   * @param {"here" | "split" | "tab"} how in the workspace, beside what is in front there, or by itself
   */
  #go(path, how) {
    if (how === "tab") window.open(path, "_blank", "noopener");
    else location.assign(workspaceAddress({ path, isSplit: how === "split" }));
  }

  #open(how) {
    const index = this.#current ?? this.#next(-1, 1);
    const row = this.#rows[index];
    if (row?.kind !== "device" || row.device.ways.length === 0) return;
    const { device } = row;
    // The way that was taken last, else the first.
    const place = this.#recent.find((each) => leadsTo(device, each));
    const way = device.ways.find(({ method }) => method === place?.method) ?? device.ways[0];
    const path = directPath(device, way);
    if (path === null) this.#ask(index, way);
    else this.#go(path, how);
  }

  // Keys

  #key(event) {
    if (isComposing(event)) return;
    const { page } = this.#list;
    const steps = { ArrowDown: [1, 1], ArrowUp: [-1, -1], PageDown: [page, 1], PageUp: [-page, -1] }[event.key];
    if (steps) {
      const [step, direction] = steps;
      const from = this.#current ?? (direction > 0 ? -1 : this.#rows.length);
      const to = Math.max(0, Math.min(this.#rows.length - 1, from + step));
      this.#setCurrent(this.#next(to - direction, direction) ?? this.#next(to + direction, -direction));
    } else if (event.key === "Enter") {
      this.#open(howOf(event));
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
    const count = this.#rows.filter(({ kind }) => kind === "device").length;
    if (row?.kind === "device") this.#count.textContent = `${row.device.title}, ${count} devices`;
  }
}
