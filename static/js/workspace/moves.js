// Panes that go elsewhere: beside another one, into a tab of their own, into each other's place. Rules without looks.

import { even, leaf, panesOf, remove, split, swap } from "./layout-tree.js";

/** @typedef {import("./told.js").Tab} Tab */

/** @param {Tab[]} tabs @param {string} pane @returns {Tab | undefined} */
export const tabOf = (tabs, pane) => tabs.find(({ root }) => panesOf(root).includes(pane));

/** Another one gets the keys where that one had them. @param {Tab} tab @param {string} pane @returns {string} */
function heir({ root, active }, pane) {
  const order = panesOf(root);
  const index = order.indexOf(pane);
  return active === pane ? order[index + 1] ?? order[index - 1] ?? pane : active;
}

/** @param {Tab[]} tabs @param {string} pane @returns {Tab[]} without it, and without a tab that has nothing else */
export function without(tabs, pane) {
  const tab = tabOf(tabs, pane);
  const root = tab && remove(tab.root, pane);
  if (!tab) return tabs;
  if (root === null) return tabs.filter((each) => each !== tab);
  Object.assign(tab, { active: heir(tab, pane), root, isLarge: false });
  return [...tabs];
}

/**
 * @param {Tab[]} tabs
 * @param {string} id of the one that is moved
 * @param {string | null} before null is the end
 * @returns {Tab[]}
 */
export function sortTab(tabs, id, before) {
  const moved = tabs.find((tab) => tab.id === id);
  if (!moved || id === before) return tabs;
  const others = tabs.filter((tab) => tab !== moved);
  return others.toSpliced(before === null ? others.length : others.findIndex((tab) => tab.id === before), 0, moved);
}

/**
 * Gives a pane a tab of its own.
 *
 * @param {Tab[]} tabs
 * @param {string} pane
 * @param {{id: string, name: string}} tab where it is to be, with nothing in it
 * @param {string | null} before which tab it comes; null is behind the one it came from, or at the end where that is
 *   gone
 * @returns {Tab[]} the same where it is alone already
 */
export function breakOut(tabs, pane, tab, before = null) {
  const from = tabOf(tabs, pane);
  if (!from || (panesOf(from.root).length === 1 && before === null)) return tabs;
  const left = without(tabs, pane);
  const index = before === null ? left.indexOf(from) + 1 || left.length : left.findIndex(({ id }) => id === before);
  const whole = Object.assign(tab, { root: leaf(pane), active: pane, isLarge: false });
  return left.toSpliced(index < 0 ? left.length : index, 0, whole);
}

/**
 * Puts a new pane where it is wanted.
 *
 * @param {Tab[]} tabs
 * @param {Tab | null} active the one in front
 * @param {string} pane
 * @param {import("./told.js").How} how
 * @param {{id: string, name: string}} tab for a pane by itself, with nothing in it
 * @returns {Tab[]}
 */
export function withNew(tabs, active, pane, how, tab) {
  const drop = typeof how === "object" ? how : {};
  const beside = drop.pane ? tabOf(tabs, drop.pane) : how === "open" || how === drop ? null : active;
  if (!beside) {
    const whole = Object.assign(tab, { root: leaf(pane), active: pane, isLarge: false });
    const index = tabs.findIndex(({ id }) => id === drop.before);
    return tabs.toSpliced(index < 0 ? tabs.length : index, 0, whole);
  }
  const isRow = drop.pane ? ["left", "right"].includes(drop.side) : how !== "below";
  const isBefore = ["left", "up"].includes(drop.side);
  beside.root = split(beside.root, drop.pane ?? beside.active, isRow ? "row" : "column", leaf(pane), isBefore);
  Object.assign(beside, { active: pane, isLarge: false });
  return tabs;
}

/**
 * Puts a pane beside another one, in whatever tab that is.
 *
 * @param {Tab[]} tabs
 * @param {string} pane
 * @param {string} other
 * @param {"left" | "right" | "up" | "down" | "middle"} side of the other one; in the middle they take each other's
 *   place
 * @returns {Tab[]}
 */
export function moveBeside(tabs, pane, other, side) {
  const [from, to] = [tabOf(tabs, pane), tabOf(tabs, other)];
  if (!from || !to || pane === other) return tabs;
  if (side === "middle") return exchange(tabs, pane, other);
  const left = without(tabs, pane);
  const direction = side === "left" || side === "right" ? "row" : "column";
  to.root = split(to.root, other, direction, leaf(pane), side === "left" || side === "up");
  Object.assign(to, { active: pane, isLarge: false });
  return left;
}

/** @param {Tab[]} tabs @param {string} one @param {string} other @returns {Tab[]} with the two in each other's place */
export function exchange(tabs, one, other) {
  for (const tab of tabs) {
    const had = tab.active;
    tab.root = swap(tab.root, one, other);
    // The keys stay with the pane in its tab, and with the place between tabs.
    if (!panesOf(tab.root).includes(had)) tab.active = had === one ? other : one;
  }
  return tabs;
}

/** Gives all panes of a tab the same room, or the tab's own arrangement where they have it. @param {Tab} tab */
export function makeEqual(tab) {
  Object.assign(tab, { root: even(tab.root), isLarge: false });
}

/**
 * Puts all that a tab holds beside a pane of another one.
 *
 * @param {Tab[]} tabs
 * @param {string} id the tab's that goes
 * @param {Tab} into
 * @param {string} pane of that one
 * @param {"left" | "right" | "up" | "down"} side of the pane
 * @returns {Tab[]}
 */
export function merge(tabs, id, into, pane, side) {
  const moved = tabs.find((tab) => tab.id === id);
  if (!moved || moved === into) return tabs;
  const direction = side === "left" || side === "right" ? "row" : "column";
  into.root = split(into.root, pane, direction, moved.root, side === "left" || side === "up");
  Object.assign(into, { active: moved.active, isLarge: false });
  return tabs.filter((tab) => tab !== moved);
}
