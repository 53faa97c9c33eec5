// What can be reached, as people think of it: a named line of a console server is a device of its own.

import { allowsUser } from "./rules.js";

/** What an address has for a user where nobody is told one. */
const nobody = "console";

/**
 * @typedef {object} Way how a device is reached
 * @property {string} method
 * @property {number[][]} ports first and last of each range
 * @property {Record<string, string>} lines names by port
 * @property {string[]} users patterns
 * @property {number | null} port the only one
 * @property {string | null} user the only one, or what stands for nobody's name
 *
 * @typedef {object} Device
 * @property {string} key never twice
 * @property {string} title
 * @property {string} name the target's
 * @property {string} group
 * @property {Record<string, string>} labels
 * @property {string} color by the configuration's rules; empty for none
 * @property {Way[]} ways
 */

function onlyUser({ users, console: isConsole }) {
  const literal = users.find((pattern) => !pattern.includes("*"));
  if (isConsole) return allowsUser(nobody, { users }) ? nobody : literal ?? null;
  return users.length === 1 ? literal ?? null : null;
}

function way({ method, users, lines, console }, ports) {
  const [[first, last]] = ports;
  const isOne = ports.length === 1 && first === last;
  return { method, users, lines, console, ports, port: isOne ? first : null, user: onlyUser({ users, console }) };
}

/** The ports of a method that have no name. */
function unnamed({ ports, lines }) {
  return ports.filter(([first, last]) => first !== last || lines[first] === undefined);
}

/** Nobody's names. */
const none = {};

/** @returns {Device[]} as many for a target as it has named lines, and one for whatever has no name */
function devicesOfTarget({ name, title = name, group = "", labels = none, color = "", methods }) {
  const named = new Map();
  const rest = [];
  // What is as it is mostly, is left out.
  for (const { method, ports, users, lines = none, console = false } of methods) {
    const rules = { method, ports, users, lines, console };
    if (lines !== none) {
      for (const [port, words] of Object.entries(lines)) {
        if (!named.has(words)) {
          named.set(words, { name, group, labels, color, key: `${name}/${words}`, title: words, ways: [] });
        }
        named.get(words).ways.push(way(rules, [[Number(port), Number(port)]]));
      }
    }
    const left = lines === none ? ports : unnamed(rules);
    if (left.length > 0) rest.push(way(rules, left));
  }
  const whole = { name, group, labels, color, key: name, title, ways: rest };
  return rest.length > 0 || named.size === 0 ? [whole, ...named.values()] : [...named.values()];
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @returns {Device[]} by group and title; those without a group come last */
export function devicesOf(targets) {
  // Comparing names as people do takes its time: a group's name is compared once, not with each of its devices.
  const devices = targets.flatMap(devicesOfTarget);
  const groups = new Map(devices.map(({ group }) => [group, []]));
  for (const device of devices) groups.get(device.group).push(device);
  return [...groups.keys()]
    .sort((a, b) => Number(a === "") - Number(b === "") || collator.compare(a, b))
    .flatMap((group) => groups.get(group).sort((a, b) => collator.compare(a.title, b.title)));
}

/** @param {{target: string, method: string, port: number}} place */
export function leadsTo(device, place) {
  return device.name === place.target && device.ways.some((way) =>
    way.method === place.method && way.ports.some(([first, last]) => place.port >= first && place.port <= last));
}

/**
 * What stands behind its name, dimly: the target and the port of a line, or the target's name where it has a title.
 *
 * @param {Device} device
 */
export function addressOf({ name, title, ways }) {
  const ports = [...new Set(ways.map(({ port }) => port))];
  if (title !== name && ports.length === 1 && ports[0] !== null && ways[0].lines[ports[0]] === title) {
    return `${name}:${ports[0]}`;
  }
  return title === name ? "" : name;
}

/** The address of a terminal, from the site's beginning. */
export function pathOf({ target, method, user, port }) {
  return `remote/${target}/${method}/${encodeURIComponent(user)}/${port}`;
}
