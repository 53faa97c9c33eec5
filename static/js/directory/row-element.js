// The elements of one line.

import { element } from "../dom/element.js";
import { pathOf } from "./devices.js";

/** @param {{title: string, count: number, isFolded: boolean}} row */
export function headingRow({ title, count, isFolded }, toggle) {
  const button = element(
    "button", { type: "button", class: "fold", "aria-expanded": String(!isFolded) },
    title, element("small", {}, String(count)));
  button.addEventListener("click", toggle);
  return element("li", { class: "heading" }, button);
}

/**
 * @param {import("./devices.js").Device} device
 * @param {{isStarred: boolean, terminals: {by?: string, since?: Date}[], showsGroup: boolean, last: (way:
 *   import("./devices.js").Way) => object | undefined}} state
 * @param {{star: () => void, ask: (way: import("./devices.js").Way) => void, open: (path: string) => void}} told
 */
export function deviceRow(device, { isStarred, terminals, showsGroup, last }, told) {
  const star = element("button", {
    type: "button", class: "star", "aria-pressed": String(isStarred), "aria-label": `Star ${device.title}`,
  }, isStarred ? "★" : "☆");
  star.addEventListener("click", told.star);
  const notes = [
    ...(device.name === device.title ? [] : [device.name]),
    ...(showsGroup && device.group ? [device.group] : []),
    ...Object.values(device.labels),
  ];
  const live = terminals.some(({ by }) => by === undefined)
    ? [element("span", { class: "live", title: "You have a terminal open here", role: "img", "aria-label": "open" })]
    : [];
  const ways = device.ways.map((way) => wayElement(device, way, last(way), told));
  return element(
    "li", { class: "device" }, star,
    element("span", { class: "title" }, device.title, ...live),
    element("span", { class: "notes" }, ...useOf(terminals), notes.join(" · ")),
    element("span", { class: "ways" },
      ...(ways.length > 0 ? ways : [element("small", {}, "nothing can be reached here")])));
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });

/** Who else is there. */
function useOf(terminals) {
  const [first, ...rest] = terminals.filter(({ by }) => by !== undefined);
  if (!first) return [];
  const more = rest.length > 0 ? ` and ${rest.length} more` : "";
  return [element("span", { class: "in-use" }, `in use by ${first.by} since ${clock.format(first.since)}${more}`)];
}

/** Where a way leads without a question; null where there is one. */
export function directPath(device, way) {
  return way.user === null || way.port === null ? null : pathOf({ target: device.name, ...way });
}

/**
 * A link, which a browser can open elsewhere, too; where there is a choice, it leads to where one was last, and a click
 * asks.
 */
function wayElement(device, way, last, { ask, open }) {
  const direct = directPath(device, way);
  const href = direct
    ?? (last ? pathOf({ target: device.name, method: way.method, user: last.user, port: last.port }) : null);
  const label = `${way.method} ${device.title}`;
  if (href === null) {
    const button = element("button", { type: "button", class: "way", "aria-label": label }, way.method);
    button.addEventListener("click", () => ask(way));
    return button;
  }
  const link = element("a", { class: "way", href, "aria-label": label }, way.method);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (direct === null) ask(way);
    else open(direct);
  });
  return link;
}
