// What a workspace can begin with, beside one device: what was here before, and whole groups. Rules without looks.

import { pathOf } from "../directory/devices.js";
import { directPath } from "../directory/row-element.js";
import { arrange, panesOf, remove } from "./layout-tree.js";

/**
 * @typedef {import("./memory.js").KeptWorkspace} KeptWorkspace
 * @typedef {import("../directory/devices.js").Device} Device
 */

/** So many panes have room in one tab. */
const mostPanes = 16;
/** Larger groups are none that anybody looks at as a whole. */
const mostInGroup = 64;

/** Where it leads without a question; null where every way has one. @param {Device} device */
const pathTo = (device) => device.ways.map((way) => directPath(device, way)).find((path) => path !== null) ?? null;

/**
 * Groups that can be opened as a whole: those with some devices that ask nothing.
 *
 * @param {Device[]} devices
 * @returns {{group: string, devices: Device[]}[]} in the order of the devices
 */
export function openGroups(devices) {
  /** @type {Map<string, Device[]>} */
  const groups = new Map();
  for (const device of devices) {
    if (device.group === "" || pathTo(device) === null) continue;
    if (!groups.has(device.group)) groups.set(device.group, []);
    groups.get(device.group).push(device);
  }
  return [...groups].map(([group, members]) => ({ group, devices: members }))
    .filter(({ devices: { length } }) => length > 1 && length <= mostInGroup);
}

/**
 * Devices beside each other, in as many tabs as they need.
 *
 * @param {string} name of the tabs
 * @param {Device[]} devices
 * @returns {KeptWorkspace}
 */
export function gridOf(name, devices) {
  const keys = devices.map((_, index) => `g${index}`);
  const count = Math.ceil(keys.length / mostPanes);
  const each = Math.ceil(keys.length / count);
  const tabs = Array.from({ length: count }, (_, index) => keys.slice(index * each, (index + 1) * each))
    .map((panes, index) => ({
      name: count > 1 ? `${name} (${index + 1})` : name, root: arrange(panes, "grid"), active: panes[0],
    }));
  const places = Object.fromEntries(
    devices.map((device, index) => [keys[index], { path: pathTo(device), name: device.title }]));
  return { tabs, active: 0, places };
}

/**
 * A desk that was here before, with the terminals that wait for it. What is open in another window stays there.
 *
 * @param {KeptWorkspace} desk
 * @param {any[]} own terminals of the visitor that live
 * @returns {{layout: KeptWorkspace | null, terminals: Record<string, string>}} null where all is open elsewhere
 */
export function broughtBack(desk, own) {
  const waiting = own.filter(({ attached }) => !attached);
  const elsewhere = new Set(own.filter(({ attached }) => attached).map(pathOf));
  /** @type {Record<string, string>} */
  const terminals = {};
  const gone = new Set();
  for (const pane of desk.tabs.flatMap(({ root }) => panesOf(root))) {
    const { path } = desk.places[pane];
    const index = waiting.findIndex((each) => pathOf(each) === path);
    if (index >= 0) [{ id: terminals[pane] }] = waiting.splice(index, 1);
    else if (elsewhere.has(path)) gone.add(pane);
  }
  const tabs = desk.tabs.flatMap((tab) => {
    const left = [...gone].reduce((root, pane) => root && remove(root, pane), tab.root);
    return left ? [{ ...tab, root: left, active: gone.has(tab.active) ? panesOf(left)[0] : tab.active }] : [];
  });
  const layout = tabs.length > 0 ? { ...desk, tabs, active: Math.min(desk.active, tabs.length - 1) } : null;
  return { layout, terminals };
}
