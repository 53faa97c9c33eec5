// What the directory shows, line by line: what is starred, where one was lately, and a tree of groups.

import { say } from "../words/words.js";

/**
 * @typedef {{kind: "heading", key: string, title: string, count: number, isFolded: boolean, depth: number}
 *   | {kind: "device", key: string, device: import("./devices.js").Device, depth: number}} Row
 *
 * @typedef {{title: string, path: string, groups: Map<string, Group>, devices: import("./devices.js").Device[]}} Group
 */

/** Of where one was lately, this much is shown above the rest. */
const mostLately = 5;

/** @returns {Row} */
const rowOf = (device, section = "", depth = 0) =>
  ({ kind: "device", key: `${section}:${device.key}`, device, depth });

/** @returns {Row[]} */
function section(key, title, devices, folds) {
  if (devices.length === 0) return [];
  const isFolded = folds.has(key);
  return [
    { kind: "heading", key: `#${key}`, title, count: devices.length, isFolded, depth: 0 },
    ...(isFolded ? [] : devices.map((device) => rowOf(device, key))),
  ];
}

/** @returns {Group} */
const groupOf = (title, path) => ({ title, path, groups: new Map(), devices: [] });

/** Groups within groups, as their names have them: "Hall 2/Rack 7". @returns {Group} that holds all of them */
function treeOf(devices) {
  const root = groupOf("", "");
  const known = new Map();
  for (const device of devices) {
    let group = known.get(device.group);
    if (!group) {
      group = root;
      for (const title of device.group.split("/")) {
        const path = group === root ? title : `${group.path}/${title}`;
        if (!group.groups.has(title)) group.groups.set(title, groupOf(title, path));
        group = group.groups.get(title);
      }
      known.set(device.group, group);
    }
    group.devices.push(device);
  }
  return root;
}

const countOf = ({ groups, devices }) =>
  [...groups.values()].reduce((sum, each) => sum + countOf(each), devices.length);

/** @returns {Row[]} a group's heading, and what is below it */
function groupRows(group, depth, folds, others) {
  // A group that holds nothing but one other is one line with it.
  let [{ title }, last] = [group, group];
  while (last.devices.length === 0 && last.groups.size === 1) {
    [last] = last.groups.values();
    title += `/${last.title}`;
  }
  const key = `group ${last.path}`;
  const isFolded = folds.has(key);
  const heading = {
    kind: /** @type {const} */ ("heading"), key: `#${key}`, title: title || others, count: countOf(last), isFolded,
    depth,
  };
  if (isFolded) return [heading];
  return [
    heading, ...last.devices.map((device) => rowOf(device, key, depth)),
    ...[...last.groups.values()].flatMap((each) => groupRows(each, depth + 1, folds, others)),
  ];
}

/**
 * Everything: stars first, then lately, then all by their groups.
 *
 * @param {import("./devices.js").Device[]} devices
 * @param {{has: (key: string) => boolean}} stars
 * @param {import("./devices.js").Device[]} recent
 * @param {{has: (key: string) => boolean}} folds
 * @returns {Row[]}
 */
export function allRows(devices, stars, recent, folds) {
  const starred = devices.filter(({ key }) => stars.has(key));
  const lately = [...new Set(recent)].filter((device) => !stars.has(device.key)).slice(0, mostLately);
  const isPlain = devices.every(({ group }) => group === "");
  const rest = isPlain && starred.length === 0 && lately.length === 0
    ? devices.map((device) => rowOf(device))
    : [...treeOf(devices).groups.values()]
      .flatMap((group) => groupRows(group, 0, folds, say(isPlain ? "allDevices" : "otherDevices")));
  return [
    ...section("starred", say("starred"), starred, folds), ...section("lately", say("lately"), lately, folds), ...rest,
  ];
}

/** What was found, those with a star first. @returns {Row[]} */
export function foundRows(devices, stars) {
  return [...devices.filter(({ key }) => stars.has(key)), ...devices.filter(({ key }) => !stars.has(key))]
    .map((device) => rowOf(device));
}
