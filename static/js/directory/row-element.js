// The elements of one line.

import { element } from "../dom/element.js";
import { say, timeWords } from "../words/words.js";
import { addressOf, pathOf } from "./devices.js";
import { alarmsOf, lineStateOf } from "./line-state.js";

/** @typedef {import("./devices.js").Device} Device @typedef {import("./devices.js").Way} Way */

/** So many labels stand in a line; the tool tip of its name has them all. */
const mostPills = 4;

/** @param {{title: string, count: number, isFolded: boolean, depth: number}} row */
export function headingRow({ title, count, isFolded, depth }, toggle) {
  const button = element(
    "button", { type: "button", class: "fold", "aria-expanded": String(!isFolded) },
    title, element("small", {}, String(count)));
  button.addEventListener("click", toggle);
  return indented(element("li", { class: "heading" }, button), depth);
}

function indented(node, depth) {
  node.style.setProperty("--depth", String(depth));
  return node;
}

/**
 * @typedef {object} RowState
 * @property {boolean} isStarred
 * @property {{by?: string, since?: Date, port?: number, line?: import("./news.js").Line,
 *   alarm?: {name: string, at: number}}[]} terminals
 * @property {boolean} showsGroup
 * @property {number} depth how far below the first groups it is
 * @property {(way: Way) => {user: string, port: number} | undefined} last
 * @property {Way | null} usual the way that its name leads to
 *
 * @typedef {object} RowEvents
 * @property {() => void} star
 * @property {(way: Way, how: "here" | "split") => void} open
 */

/**
 * @param {Device} device
 * @param {RowState} state
 * @param {RowEvents} told
 */
export function deviceRow(device, { isStarred, terminals, showsGroup, depth, last, usual }, told) {
  const star = element("button", {
    type: "button", class: "star", "aria-pressed": String(isStarred),
    "aria-label": say("starDevice", { device: device.title }),
  }, isStarred ? "★" : "☆");
  star.addEventListener("click", told.star);
  const labels = Object.entries(device.labels);
  const pills = [
    ...(showsGroup && device.group ? [element("span", { class: "pill is-group" }, device.group)] : []),
    ...labels.slice(0, mostPills).map(([label, value]) =>
      element("span", { class: "pill", title: `${label}: ${value}` }, value)),
  ];
  const about = [device.title, device.group, ...labels.map(([label, value]) => `${label}: ${value}`)];
  const title = linkTo(device, usual, { class: "title", title: about.filter(Boolean).join("\n") }, last, told);
  title.textContent = device.title;
  const address = addressOf(device);
  const ways = device.ways.map((way) => {
    const link = linkTo(device, way, { class: "way", "aria-label": `${way.method} ${device.title}` }, last, told);
    link.textContent = way.method;
    return link;
  });
  const node = element(
    "li", { class: "device" }, dotOf(terminals), title,
    ...(address ? [element("span", { class: "address" }, address)] : []), ...alarmsOf(terminals),
    ...lineStateOf(terminals), ...useOf(terminals),
    element("span", { class: "pills" }, ...pills),
    element("span", { class: "ways" },
      ...(ways.length > 0 ? ways : [element("small", {}, say("nothingReached"))])),
    ...(usual ? [besideElement(device, usual, told)] : []), star);
  if (device.color) node.dataset.color = device.color;
  return indented(node, depth);
}

/** Who has a terminal there, by shape and colour: a dot is one's own, a square somebody else's. */
function dotOf(terminals) {
  if (terminals.some(({ by }) => by === undefined)) {
    return element(
      "span", { class: "dot live", title: say("ownTerminalHere"), role: "img", "aria-label": say("isOpen") });
  }
  const isUsed = terminals.some(({ by }) => by);
  return element("span", { class: isUsed ? "dot is-others" : "dot", "aria-hidden": "true" });
}

/** Who else is there. */
function useOf(terminals) {
  const [first, ...rest] = terminals.filter(({ by }) => by);
  if (!first) return [];
  const about = { who: first.by, time: timeWords(first.since), count: rest.length };
  // A console is older than the visit.
  const words = first.line
    ? say(rest.length > 0 ? "inUseLineAndMore" : "inUseLine", about)
    : say(rest.length > 0 ? "inUseAndMore" : "inUse", about);
  return [element("span", { class: "in-use" }, words)];
}

/** Where a way leads without a question; null where there is one. @param {Device} device @param {Way} way */
export function directPath(device, way) {
  return way.user === null || way.port === null ? null : pathOf({ target: device.name, ...way });
}

/**
 * A link, which a browser can open elsewhere, too; where there is a choice, it leads to where one was last, and a click
 * asks. With Shift it is opened beside what is there.
 *
 * @param {Device} device
 * @param {Way | null} way
 * @param {Record<string, string>} attributes
 */
function linkTo(device, way, attributes, last, { open }) {
  if (way === null) return element("span", attributes);
  const place = last(way);
  const href = directPath(device, way)
    ?? (place ? pathOf({ target: device.name, method: way.method, user: place.user, port: place.port }) : null);
  const link = href === null
    ? element("button", { type: "button", ...attributes }) : element("a", { href, ...attributes });
  link.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open(way, event.shiftKey ? "split" : "here");
  });
  return link;
}

function besideElement(device, way, { open }) {
  const label = say("openBeside", { device: device.title });
  const button = element("button", {
    type: "button", class: "beside", "aria-label": label, title: say("besideHint"),
  }, "◫");
  button.addEventListener("click", () => open(way, "split"));
  return button;
}
