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
 * @property {Way[]} ways
 */

function onlyUser({ users, console: isConsole }) {
  const literal = users.find((pattern) => !pattern.includes("*"));
  if (isConsole) return allowsUser(nobody, { users }) ? nobody : literal ?? null;
  return users.length === 1 ? literal ?? null : null;
}

function way(rules, ports) {
  const isOne = ports.length === 1 && ports[0][0] === ports[0][1];
  return { ...rules, ports, port: isOne ? ports[0][0] : null, user: onlyUser(rules) };
}

/** The ports of a method that have no name. */
function unnamed({ ports, lines }) {
  return ports.filter(([first, last]) => first !== last || lines[first] === undefined);
}

/** @returns {Device[]} as many for a target as it has named lines, and one for whatever has no name */
function devicesOfTarget({ name, title, group, labels, methods }) {
  const common = { name, group, labels };
  const lines = new Map();
  const rest = [];
  for (const rules of methods) {
    for (const [port, words] of Object.entries(rules.lines)) {
      const key = `${name}/${words}`;
      if (!lines.has(key)) lines.set(key, { ...common, key, title: words, ways: [] });
      lines.get(key).ways.push(way(rules, [[Number(port), Number(port)]]));
    }
    const ports = unnamed(rules);
    if (ports.length > 0) rest.push(way(rules, ports));
  }
  const whole = { ...common, key: name, title, ways: rest };
  return rest.length > 0 || lines.size === 0 ? [whole, ...lines.values()] : [...lines.values()];
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** @returns {Device[]} by group and title; those without a group come last */
export function devicesOf(targets) {
  return targets.flatMap(devicesOfTarget).sort((a, b) =>
    Number(a.group === "") - Number(b.group === "") || collator.compare(a.group, b.group) || collator.compare(a.title, b.title));
}

/** @param {{target: string, method: string, port: number}} place */
export function leadsTo(device, place) {
  return device.name === place.target && device.ways.some((way) =>
    way.method === place.method && way.ports.some(([first, last]) => place.port >= first && place.port <= last));
}

/** The address of a terminal, from the site's beginning. */
export function pathOf({ target, method, user, port }) {
  return `remote/${target}/${method}/${encodeURIComponent(user)}/${port}`;
}
