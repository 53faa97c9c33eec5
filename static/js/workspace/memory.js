// What a browser tab remembers of its workspace over a reload, and the layouts that a browser keeps under names.

import { readKept, writeKept } from "../dom/kept.js";
import { isTree, panesOf } from "./layout-tree.js";

/**
 * @typedef {object} KeptTab
 * @property {string} name that somebody gave it; empty for none
 * @property {import("./layout-tree.js").Node} root its leaves are keys of `places`
 * @property {string} active pane
 *
 * @typedef {object} KeptWorkspace
 * @property {KeptTab[]} tabs
 * @property {number} active which tab is in front
 * @property {Record<string, {path: string, name: string}>} places what the panes show
 */

const workspaceStore = "webterm:workspace";
const terminalStore = "webterm:workspace-terminals";
const layoutStore = "webterm:layouts";
const deskStore = "webterm:desk";

/** An address of ours, and of nobody else. */
const isPath = (path) => typeof path === "string" && /^remote\/[^?#]+$/.test(path) && !path.includes("//")
  && !path.includes("..");

/** @param {any} value @returns {KeptWorkspace | null} null where it is none, or has nothing in it */
export function wellFormed(value) {
  const places = Object.entries(value?.places ?? {}).filter(([, place]) => isPath(place?.path));
  const known = new Map(places.map(([key, { path, name }]) =>
    [key, { path, name: typeof name === "string" ? name : path }]));
  const tabs = (Array.isArray(value?.tabs) ? value.tabs : [])
    .filter((tab) => isTree(tab?.root) && panesOf(tab.root).every((pane) => known.has(pane)))
    .map(({ name, root, active }) => ({
      name: typeof name === "string" ? name : "", root,
      active: panesOf(root).includes(active) ? active : panesOf(root)[0],
    }));
  const all = tabs.flatMap(({ root }) => panesOf(root));
  // One pane in two places is none that could be drawn.
  if (tabs.length === 0 || new Set(all).size !== all.length) return null;
  const active = Number.isInteger(value.active) && value.active >= 0 && value.active < tabs.length ? value.active : 0;
  return { tabs, active, places: Object.fromEntries(known) };
}

/** @param {"sessionStorage" | "localStorage"} storage by name: where it is closed, its name alone throws */
function read(storage, key) {
  try {
    return JSON.parse(globalThis[storage].getItem(key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    globalThis[storage].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    // A browser without storage forgets.
    return false;
  }
}

export class WorkspaceMemory {
  /** What was kept last, as JSON: hosts change their titles all the time, and nothing of that is kept. */
  #kept = "";

  /** @returns {KeptWorkspace | null} */
  get layout() {
    return wellFormed(read("sessionStorage", workspaceStore));
  }

  set layout(kept) {
    const text = JSON.stringify(kept);
    if (text === this.#kept) return;
    this.#kept = text;
    write("sessionStorage", workspaceStore, kept);
    // An empty desk is none to come back to.
    if (kept.tabs.length > 0) write("localStorage", deskStore, { desk: kept, at: Date.now() });
  }

  /** The desk that this browser had last, in whatever window. @returns {{desk: KeptWorkspace, at: number} | null} */
  get lastDesk() {
    const kept = read("localStorage", deskStore);
    const desk = wellFormed(kept?.desk);
    return desk && Number.isFinite(kept.at) ? { desk, at: kept.at } : null;
  }

  /**
   * Takes out which terminals the panes had. A tab that is duplicated is born with a copy of the storage, so they are
   * in it only while nobody sees the page.
   *
   * @returns {Record<string, string | import("../connection/tab-memory.js").PaneMemory>} terminals by pane
   */
  takeTerminals() {
    const kept = read("sessionStorage", terminalStore);
    try {
      sessionStorage.removeItem(terminalStore);
    } catch {
      // There was nothing to take.
    }
    return Object.fromEntries(
      Object.entries(kept ?? {}).filter(([, kept]) => typeof (kept?.terminal ?? kept) === "string"));
  }

  putTerminals(terminals) {
    write("sessionStorage", terminalStore, terminals);
  }
}

/** Layouts with names, in this browser. */
export class NamedLayouts {
  /** @returns {{name: string, layout: KeptWorkspace}[]} by name */
  get all() {
    return Object.entries(readKept(layoutStore) ?? {})
      .map(([name, kept]) => ({ name, layout: wellFormed(kept) }))
      .filter(({ layout }) => layout)
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @returns {boolean} false where this browser keeps nothing */
  put(name, layout) {
    return writeKept(layoutStore, { ...(readKept(layoutStore) ?? {}), [name]: layout });
  }

  remove(name) {
    const { [name]: _, ...others } = readKept(layoutStore) ?? {};
    writeKept(layoutStore, others);
  }
}
