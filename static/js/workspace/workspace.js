// The workspace: tabs, each with panes beside each other; which is in front, and what a reload brings back.

import { neighbour, panesOf, rename } from "./layout-tree.js";
import { dress, lookOf } from "./looks.js";
import { breakOut, exchange, makeEqual, merge, moveBeside, sortTab, tabOf, withNew, without } from "./moves.js";
import { Place } from "./place.js";
import { SplitView } from "./split-view.js";
import { overForGood } from "./start-all.js";
import { TabStrip } from "./tab-strip.js";
import { Undo } from "./undo.js";

/** So many hidden terminals keep their channels. */
const mostHidden = 64;

/** @typedef {import("./told.js").Tab} Tab */

export class Workspace {
  #parts;
  #desk;
  #memory;
  #told;
  #strip;
  #view;
  /** @type {Tab[]} */
  #tabs = [];
  /** @type {Map<string, Place>} by pane */
  #places = new Map();
  /** The tab in front. @type {Tab | null} */
  #active = null;
  /** What was closed, the latest last. @type {{path: string, name: string, terminal?: string}[]} */
  #closed = [];
  #undo = new Undo();
  #lastID = 0;
  #timer = 0;
  #isWatched = true;

  /**
   * @param {{tabs: HTMLElement, panes: HTMLElement, pane: HTMLTemplateElement, empty: HTMLElement}} parts
   * @param {import("../page/desk.js").Desk} desk
   * @param {import("./memory.js").WorkspaceMemory} memory
   * @param {import("./told.js").WorkspaceTold} told
   */
  constructor(parts, desk, memory, told) {
    this.#parts = parts;
    this.#desk = desk;
    this.#memory = memory;
    this.#told = told;
    this.#strip = new TabStrip(parts.tabs, {
      show: (id) => this.#show(this.#tabs.find((tab) => tab.id === id)),
      close: (id) => this.#closeTab(this.#tabs.find((tab) => tab.id === id)),
      rename: (id) => this.rename(this.#tabs.find((tab) => tab.id === id)),
      move: (id, before) => {
        this.#tabs = sortTab(this.#tabs, id, before);
        this.#draw();
      },
      takePane: (id, before) => this.breakOut(this.#places.get(id), before),
      wanted: (device, before) => told.wanted(device, { before }),
    });
    this.#view = new SplitView(parts.panes, {
      changed: (root) => {
        this.#active.root = root;
        this.#draw();
      },
      dropped: (id, pane, side) => this.#merge(id, pane, side),
      moved: (id, pane, side) => this.#rearrange((tabs) => moveBeside(tabs, id, pane, side), id),
      evened: () => this.makeEqual(),
      wanted: (device, pane, side) => told.wanted(device, pane === null ? {} : { pane, side }),
    });
  }

  /** Whether somebody looks at it. */
  get isWatched() {
    return this.#isWatched;
  }

  set isWatched(isWatched) {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.renew();
  }

  /** @returns {Place[]} all of them, from the first tab's on */
  get places() {
    return this.#tabs.flatMap(({ root }) => panesOf(root)).map((id) => this.#places.get(id));
  }

  /** The place that has the keys. @returns {Place | null} */
  get current() {
    return this.#places.get(this.#active?.active) ?? null;
  }

  /** What its tab is called. @param {Place} place */
  tabNameOf({ id }) {
    return this.#nameOf(this.#tabs.find(({ root }) => panesOf(root).includes(id)));
  }

  /** For the memory, and for a name. @returns {import("./memory.js").KeptWorkspace} */
  get layout() {
    return {
      tabs: this.#tabs.map(({ name, root, active }) => ({ name, root, active })),
      active: Math.max(0, this.#tabs.indexOf(this.#active)),
      places: Object.fromEntries([...this.#places].map(([id, place]) => [id, place.kept])),
    };
  }

  /** Which terminals the panes have. @returns {Record<string, import("../connection/tab-memory.js").PaneMemory>} */
  get terminals() {
    return Object.fromEntries(this.places.filter(({ isAlive }) => isAlive).map(({ id, pane }) => [id, pane.memory]));
  }

  /**
   * Opens a terminal.
   *
   * @param {{path: string, name?: string, terminal?: string}} where
   * @param {import("./told.js").How} how in a tab of its own, beside the one in front, or where it was dropped
   */
  open({ path, name = path.split("/").slice(1, 3).join(" "), terminal }, how = "open") {
    const held = terminal && this.places.find(({ pane }) => pane?.session.memory?.terminal === terminal);
    if (held) return this.show(held);
    const id = this.#newID();
    this.#tabs = withNew(this.#tabs, this.#active, id, how, { id: `t${this.#newID()}`, name: "" });
    this.#active = tabOf(this.#tabs, id);
    const place = this.#makePlace(id, { path, name });
    this.#show(this.#active);
    place.open(terminal, !terminal);
  }

  /**
   * Opens all of a layout, in tabs behind those that are there.
   *
   * @param {import("./memory.js").KeptWorkspace} layout
   * @param {Record<string, string | import("../connection/tab-memory.js").PaneMemory>} terminals that its panes had
   */
  openLayout({ tabs, active, places }, terminals = {}) {
    const ids = new Map(Object.keys(places).map((key) => [key, this.#newID()]));
    const first = this.#tabs.length;
    for (const { name, root, active } of tabs) {
      this.#addTab({ name, root: rename(root, (key) => ids.get(key)), active: ids.get(active) });
    }
    for (const [key, place] of Object.entries(places)) {
      if (this.#tabs.some(({ root }) => panesOf(root).includes(ids.get(key)))) this.#makePlace(ids.get(key), place);
    }
    // Each tab lies where it will be while its terminals learn their size.
    for (const tab of this.#tabs.slice(first)) this.#lay(tab);
    this.#show(this.#tabs[first + active] ?? this.#tabs[first]);
    for (const [key, id] of ids) this.#places.get(id)?.open(terminals[key]);
  }

  /** The place of a terminal that is not over. @param {string} path @returns {Place | undefined} */
  placeAt(path) {
    return this.places.find((place) => place.path === path && place.state !== "ended");
  }

  /** Brings a place to the front. @param {Place} place */
  show(place) {
    const tab = this.#tabs.find(({ root }) => panesOf(root).includes(place.id));
    if (tab.active !== place.id) tab.isLarge = false;
    tab.active = place.id;
    this.#show(tab);
  }

  /** @param {1 | -1} step */
  step(step) {
    if (this.#tabs.length > 0) this.#show(this.#tabs.at((this.#tabs.indexOf(this.#active) + step) % this.#tabs.length));
  }

  /** @param {"left" | "right" | "up" | "down"} towards */
  moveFocus(towards) {
    const next = this.#active && neighbour(this.#active.root, this.#active.active, towards);
    if (next) this.show(this.#places.get(next));
  }

  /** One pane has all the room, or all have theirs again. */
  toggleLarge() {
    if (!this.#active) return;
    this.#active.isLarge = !this.#active.isLarge && panesOf(this.#active.root).length > 1;
    this.#show(this.#active);
  }

  /**
   * @param {Place | null} place
   * @param {"end" | "leave"} [known] what is to become of it
   * @returns {Promise<boolean>} false where it stays
   */
  async close(place = this.current, known = undefined) {
    if (!place) return true;
    const wish = known ?? (place.isAlive ? await this.#told.askClose(place) : "leave");
    if (wish === null) {
      place.focus();
      return false;
    }
    if (wish === "end") place.pane?.session.close();
    if (this.#places.get(place.id) !== place) return true;
    this.#closed.push({
      ...place.kept, terminal: wish === "leave" && place.isAlive ? place.pane.memory.terminal : undefined,
    });
    this.#forget(place);
    this.#told.sending().update();
    this.#show(this.#active);
    return true;
  }

  /** Takes a pane out, and what showed it. */
  #forget(place) {
    const index = this.#tabs.indexOf(tabOf(this.#tabs, place.id));
    this.#tabs = without(this.#tabs, place.id);
    if (!this.#tabs.includes(this.#active)) this.#active = this.#tabs[index] ?? this.#tabs[index - 1] ?? null;
    this.#places.delete(place.id);
    place.dispose();
  }

  /** What was closed last is opened again: what was left to itself is the same terminal. */
  reopen() {
    const last = this.#closed.pop();
    if (last) this.open(last);
  }

  get canReopen() {
    return this.#closed.length > 0;
  }

  /** Gives a pane a tab of its own. @param {Place | null} place @param {string | null} before which tab */
  breakOut(place = this.current, before = null) {
    const tab = { id: `t${this.#newID()}`, name: "" };
    if (place) this.#rearrange((tabs) => breakOut(tabs, place.id, tab, before), place.id);
  }

  /** Puts the pane in front and another one into each other's place. @param {Place} place */
  swapWith(place) {
    const { current } = this;
    if (current && current !== place) this.#rearrange((tabs) => exchange(tabs, current.id, place.id), current.id);
  }

  /** All panes of the tab in front have the same room. */
  makeEqual() {
    if (this.#active) this.#rearrange((tabs) => (makeEqual(this.#active), tabs), this.#active.active);
  }

  #rearrange(change, pane) {
    this.#undo.keep(this.#tabs);
    this.#tabs = change(this.#tabs);
    this.#show(tabOf(this.#tabs, pane) ?? this.#active);
  }

  /** What was moved last is moved back. */
  undoMove() {
    const [before, pane] = [this.#undo.back(this.#tabs), this.#active?.active];
    if (before) this.#tabs = before;
    if (before) this.#show(tabOf(before, pane) ?? before[0]);
  }

  /** How they look, for a list. @returns {{look: import("./tab-strip.js").TabLook, show: () => void}[]} */
  get tabs() {
    return this.#tabs.map((tab) => ({ look: this.#look(tab), show: () => this.#show(tab) }));
  }

  /** @param {number} index of a tab, from 0; -1 is the last one */
  showTab(index) {
    const tab = this.#tabs.at(index);
    if (tab) this.#show(tab);
  }

  /** The next tab in which something rang or ended. */
  showMarked() {
    const from = this.#tabs.indexOf(this.#active) + 1;
    const inOrder = [...this.#tabs.slice(from), ...this.#tabs.slice(0, from)];
    const tab = inOrder.find((each) => ["bell", "over"].includes(this.#look(each).mark));
    if (tab) this.#show(tab);
  }

  /** Starts all anew that are over, or only those. */
  startAll(panes = overForGood(this.places)) {
    for (const pane of panes) pane.startAnew();
    this.current?.focus();
  }

  async rename(tab = this.#active) {
    if (!tab) return;
    const name = await this.#told.askName(tab, this.#nameOf(tab));
    if (name !== null) tab.name = name.trim();
    this.#show(this.#active);
  }

  /** Draws what has changed, soon: hosts may change their titles all the time. */
  renew() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      this.#draw();
    }, 50);
  }

  // Inside

  #newID() {
    this.#lastID += 1;
    return `p${this.#lastID}`;
  }

  #addTab({ name, root, active }) {
    const tab = { id: `t${this.#newID()}`, name, root, active, isLarge: false };
    this.#tabs.push(tab);
    this.#active = tab;
  }

  #makePlace(id, where) {
    const element = this.#parts.pane.content.firstElementChild.cloneNode(true);
    this.#parts.panes.append(element);
    const place = new Place(id, where, element, this.#desk, {
      changed: () => this.renew(),
      isWatched: () => this.#isWatched,
      happened: (mark) => this.#told.happened(mark),
      isToldOnce: () => this.#places.size > 1,
      enteredForAll: () => this.#told.enteredForAll(),
      focused: () => this.#focused(place),
      attached: () => {
        this.#told.sending().attached(id);
        if (this.current === place && !document.querySelector("dialog[open]") && this.#mayTakeFocus()) place.focus();
      },
      close: () => this.close(place),
      opens: (where) => this.open(where, "split"),
      wanted: () => this.show(place),
      typed: (text) => this.#told.sending().typed(id, text),
      pasted: (text) => this.#told.sending().pasted(id, text),
    });
    this.#places.set(id, place);
    return place;
  }

  /** Whoever types somewhere else, is not disturbed. */
  #mayTakeFocus() {
    const holder = document.activeElement;
    return holder === document.body || holder === null
      || (this.#parts.panes.contains(holder) && !holder.closest(".search"));
  }

  #focused(place) {
    const tab = this.#active;
    if (!tab || tab.active === place.id || !panesOf(tab.root).includes(place.id)) return;
    tab.active = place.id;
    this.#draw();
  }

  /** Asks once, whatever there is in it. */
  async #closeTab(tab) {
    const places = panesOf(tab.root).map((id) => this.#places.get(id));
    const alive = places.filter(({ isAlive }) => isAlive);
    const wish = alive.length > 1 ? await this.#told.askCloseAll(this.#nameOf(tab), alive.length) : undefined;
    if (wish === null) return this.current?.focus();
    for (const place of places) if (!(await this.close(place, wish))) return;
  }

  /** Puts all that a tab holds beside a pane of the one in front. */
  #merge(id, pane, side) {
    this.#rearrange((tabs) => merge(tabs, id, this.#active, pane, side), pane);
  }

  #show(tab) {
    this.#active = tab;
    this.#draw();
    if (tab) this.current?.focus();
  }

  /** Puts the panes of a tab in their places without looking at it. */
  #lay({ root, active, isLarge }) {
    const own = new Map(panesOf(root).map((id) => [id, this.#places.get(id).element]));
    this.#view.show(root, own, isLarge ? active : null);
  }

  #draw() {
    const tab = this.#active;
    const visible = new Set(!tab ? [] : tab.isLarge ? [tab.active] : panesOf(tab.root));
    for (const place of this.#places.values()) {
      place.isVisible = visible.has(place.id);
      if (place.isVisible && this.#isWatched) place.mark = "";
      if (place.isVisible) place.pane?.rest.end();
    }
    const hidden = [...this.#places.values()].filter(({ isVisible }) => !isVisible).sort((a, b) => b.seen - a.seen);
    for (const place of hidden.slice(mostHidden)) if (!this.#told.sending().has(place.id)) place.pane?.rest.begin();
    const elements = new Map([...this.#places].map(([id, { element }]) => [id, element]));
    this.#view.show(tab?.root ?? null, elements, tab?.isLarge ? tab.active : null);
    dress(this.places, tab, visible.size > 1, (id) => this.#told.sending().has(id));
    this.#strip.show(this.#tabs.map((each) => this.#look(each)));
    this.#parts.empty.hidden = this.#tabs.length > 0;
    this.#memory.layout = this.layout;
    this.#told.drawn(this.places);
    this.#told.inFront(this.current);
  }

  /** How a tab looks in the strip. @returns {import("./tab-strip.js").TabLook} */
  #look(tab) {
    return lookOf(tab, this.#nameOf(tab), panesOf(tab.root).map((id) => this.#places.get(id)), {
      isActive: tab === this.#active, isSending: (id) => this.#told.sending().has(id),
    });
  }

  #nameOf({ name, active }) {
    return name || this.#places.get(active).name;
  }
}
