// The workspace: tabs, each with panes beside each other; which is in front, and what a reload brings back.

import { arrange, leaf, neighbour, panesOf, remove, rename, split } from "./layout-tree.js";
import { Place } from "./place.js";
import { SplitView } from "./split-view.js";
import { TabStrip } from "./tab-strip.js";

/** So many hidden terminals keep their channels. */
const mostHidden = 64;

/**
 * @typedef {{id: string, name: string, root: import("./layout-tree.js").Node, active: string, isLarge: boolean}} Tab
 *
 * @typedef {object} WorkspaceTold
 * @property {(place: Place) => Promise<"end" | "leave" | null>} askClose what is to become of a live terminal
 * @property {(tab: Tab, name: string) => Promise<string | null>} askName
 * @property {() => import("./sending.js").Sending} sending
 * @property {(mark: "bell" | "over") => void} happened somewhere
 * @property {() => boolean} enteredForAll Enter in one that ended with others; true where it was for all
 * @property {(places: Place[]) => void} drawn whatever has changed
 * @property {(place: Place | null) => void} inFront another one is in front, or is called otherwise
 */

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
  #lastID = 0;
  #timer = 0;
  #isWatched = true;

  /**
   * @param {{tabs: HTMLElement, panes: HTMLElement, pane: HTMLTemplateElement, empty: HTMLElement}} parts
   * @param {import("../page/desk.js").Desk} desk
   * @param {import("./memory.js").WorkspaceMemory} memory
   * @param {WorkspaceTold} told
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
      move: (id, before) => this.#moveTab(id, before),
    });
    this.#view = new SplitView(parts.panes, {
      changed: (root) => {
        this.#active.root = root;
        this.#draw();
      },
      dropped: (id, pane, side) => this.#merge(id, pane, side),
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

  /** Which terminals the panes have. @returns {Record<string, import("../page/pane.js").PaneMemory>} */
  get terminals() {
    return Object.fromEntries(this.places.filter(({ isAlive }) => isAlive).map(({ id, pane }) => [id, pane.memory]));
  }

  // What can be done

  /**
   * Opens a terminal.
   *
   * @param {{path: string, name?: string, terminal?: string}} where
   * @param {"open" | "split" | "right" | "below"} how in a tab of its own, or beside the one in front
   */
  open({ path, name = path.split("/").slice(1, 3).join(" "), terminal }, how = "open") {
    const held = terminal && this.places.find(({ pane }) => pane?.session.memory?.terminal === terminal);
    if (held) return this.show(held);
    const id = this.#newID();
    if (how === "open" || !this.#active) this.#addTab({ name: "", root: leaf(id), active: id });
    else {
      const tab = this.#active;
      tab.root = split(tab.root, tab.active, how === "below" ? "column" : "row", leaf(id));
      Object.assign(tab, { active: id, isLarge: false });
    }
    const place = this.#makePlace(id, { path, name });
    this.#show(this.#active);
    place.open(terminal, !terminal);
  }

  /**
   * Opens all of a layout, in tabs behind those that are there.
   *
   * @param {import("./memory.js").KeptWorkspace} layout
   * @param {Record<string, string | import("../page/pane.js").PaneMemory>} terminals that its panes had
   */
  openLayout({ tabs, active, places }, terminals = {}) {
    const ids = new Map(Object.keys(places).map((key) => [key, this.#newID()]));
    const first = this.#tabs.length;
    for (const { name, root, active } of tabs) this.#addTab({ name, root: rename(root, (key) => ids.get(key)), active: ids.get(active) });
    for (const [key, place] of Object.entries(places)) if (this.#tabs.some(({ root }) => panesOf(root).includes(ids.get(key)))) this.#makePlace(ids.get(key), place);
    // Each tab lies where it will be while its terminals learn their size.
    for (const tab of this.#tabs.slice(first)) this.#lay(tab);
    this.#show(this.#tabs[first + active] ?? this.#tabs[first]);
    for (const [key, id] of ids) this.#places.get(id)?.open(terminals[key]);
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

  /** @returns {Promise<boolean>} false where somebody wants it to stay */
  async close(place = this.current) {
    if (!place) return true;
    const wish = place.isAlive ? await this.#told.askClose(place) : "leave";
    if (wish === null) {
      place.focus();
      return false;
    }
    if (wish === "end") place.pane.session.close();
    const tab = this.#tabs.find(({ root }) => panesOf(root).includes(place.id));
    if (!tab) return true;
    const order = panesOf(tab.root);
    const root = remove(tab.root, place.id);
    this.#places.delete(place.id);
    place.dispose();
    if (root === null) {
      const index = this.#tabs.indexOf(tab);
      this.#tabs.splice(index, 1);
      if (this.#active === tab) this.#active = this.#tabs[index] ?? this.#tabs[index - 1] ?? null;
    } else {
      const index = order.indexOf(place.id);
      if (tab.active === place.id) tab.active = order[index + 1] ?? order[index - 1];
      Object.assign(tab, { root, isLarge: false });
    }
    this.#told.sending().update();
    this.#show(this.#active);
    return true;
  }

  /** Starts all anew that are over. */
  startAll() {
    for (const { pane } of this.places) pane?.startAnew();
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
      typed: (text) => this.#told.sending().typed(id, text),
      pasted: (text) => this.#told.sending().pasted(id, text),
    });
    this.#places.set(id, place);
    return place;
  }

  /** Whoever types somewhere else, is not disturbed. */
  #mayTakeFocus() {
    const holder = document.activeElement;
    return holder === document.body || holder === null || this.#parts.panes.contains(holder) && !holder.closest(".search");
  }

  #focused(place) {
    const tab = this.#active;
    if (!tab || tab.active === place.id || !panesOf(tab.root).includes(place.id)) return;
    tab.active = place.id;
    this.#draw();
  }

  async #closeTab(tab) {
    for (const id of panesOf(tab.root)) if (!(await this.close(this.#places.get(id)))) return;
  }

  #moveTab(id, before) {
    const moved = this.#tabs.find((tab) => tab.id === id);
    if (!moved || id === before) return;
    const others = this.#tabs.filter((tab) => tab !== moved);
    const index = before === null ? others.length : others.findIndex((tab) => tab.id === before);
    this.#tabs = others.toSpliced(index, 0, moved);
    this.#draw();
  }

  /** Puts all that a tab holds beside a pane of the one in front. */
  #merge(id, pane, side) {
    const moved = this.#tabs.find((tab) => tab.id === id);
    const tab = this.#active;
    if (!moved || moved === tab) return;
    tab.root = split(tab.root, pane, side === "left" || side === "right" ? "row" : "column", moved.root, side === "left" || side === "up");
    Object.assign(tab, { active: moved.active, isLarge: false });
    this.#tabs = this.#tabs.filter((each) => each !== moved);
    this.#show(tab);
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
      if (place.isVisible) place.pane?.unpark();
    }
    const hidden = [...this.#places.values()].filter(({ isVisible }) => !isVisible).sort((a, b) => b.seen - a.seen);
    for (const place of hidden.slice(mostHidden)) if (!this.#told.sending().has(place.id)) place.pane?.park();
    this.#view.show(tab?.root ?? null, new Map([...this.#places].map(([id, { element }]) => [id, element])), tab?.isLarge ? tab.active : null);
    const isSplit = visible.size > 1;
    this.places.forEach(({ name, element }, index) => element.setAttribute("aria-label", `Terminal ${index + 1}: ${name}`));
    for (const { id, element, mark } of this.#places.values()) {
      element.dataset.mark = mark;
      element.classList.toggle("is-active", id === tab?.active);
      element.classList.toggle("is-split", isSplit || Boolean(tab?.isLarge));
      element.classList.toggle("is-sending", this.#told.sending().has(id));
    }
    this.#strip.show(this.#tabs.map((each) => this.#look(each)));
    this.#parts.empty.hidden = this.#tabs.length > 0;
    this.#memory.layout = this.layout;
    this.#told.drawn(this.places);
    this.#told.inFront(this.current);
  }

  #nameOf({ name, active }) {
    return name || this.#places.get(active).name;
  }

  #look(tab) {
    const ids = panesOf(tab.root);
    const places = ids.map((id) => this.#places.get(id));
    const front = this.#places.get(tab.active);
    const worst = ["ended", "lost", "connecting", "connected"].find((state) => places.some((place) => place.state === state));
    return {
      id: tab.id, name: this.#nameOf(tab), title: front.title, state: worst ?? "connecting", count: ids.length,
      mark: ["over", "bell", "output"].find((mark) => places.some((place) => place.mark === mark)) ?? "",
      isActive: tab === this.#active, isSending: ids.some((id) => this.#told.sending().has(id)),
    };
  }
}

/**
 * A layout of the configuration as the workspace has its own.
 *
 * @param {{tabs: {name: string, arrange: "grid" | "row" | "column", panes: string[]}[]}} shared
 * @returns {import("./memory.js").KeptWorkspace}
 */
export function fromConfiguration({ tabs }) {
  const places = {};
  const kept = tabs.map(({ name, arrange: arrangement, panes }, tab) => {
    const keys = panes.map((address, index) => {
      const key = `${tab}.${index}`;
      const [target, method, user, port] = address.split("/");
      places[key] = { path: `remote/${target}/${method}/${encodeURIComponent(user)}/${port}`, name: target };
      return key;
    });
    return { name, root: arrange(keys, arrangement), active: keys[0] };
  });
  return { tabs: kept, active: 0, places };
}
