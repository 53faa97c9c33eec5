// The elements of one line.

import { element } from "../page/element.js";
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
 * @param {{isStarred: boolean, isLive: boolean, showsGroup: boolean, last: (way: import("./devices.js").Way) => object | undefined}} state
 * @param {{star: () => void, ask: (way: import("./devices.js").Way) => void}} told
 */
export function deviceRow(device, { isStarred, isLive, showsGroup, last }, told) {
  const star = element("button", { type: "button", class: "star", "aria-pressed": String(isStarred), "aria-label": `Star ${device.title}` }, isStarred ? "★" : "☆");
  star.addEventListener("click", told.star);
  const notes = [
    ...(device.name === device.title ? [] : [device.name]),
    ...(showsGroup && device.group ? [device.group] : []),
    ...Object.values(device.labels),
  ];
  const live = isLive ? [element("span", { class: "live", title: "You have a terminal open here", role: "img", "aria-label": "open" })] : [];
  const ways = device.ways.map((way) => wayElement(device, way, last(way), () => told.ask(way)));
  return element(
    "li", { class: "device" }, star,
    element("span", { class: "title" }, device.title, ...live),
    element("span", { class: "notes" }, notes.join(" · ")),
    element("span", { class: "ways" }, ...(ways.length > 0 ? ways : [element("small", {}, "nothing can be reached here")])));
}

/** Where a way leads without a question; null where there is one. */
export function directPath(device, way) {
  return way.user === null || way.port === null ? null : pathOf({ target: device.name, ...way });
}

/** A link, which a browser can open elsewhere, too; where there is a choice, it leads to where one was last, and a click asks. */
function wayElement(device, way, last, ask) {
  const direct = directPath(device, way);
  const href = direct ?? (last ? pathOf({ target: device.name, method: way.method, user: last.user, port: last.port }) : null);
  const label = `${way.method} ${device.title}`;
  if (href === null) {
    const button = element("button", { type: "button", class: "way", "aria-label": label }, way.method);
    button.addEventListener("click", ask);
    return button;
  }
  const link = element("a", { class: "way", href, "aria-label": label }, way.method);
  link.addEventListener("click", (event) => {
    if (direct !== null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    ask();
  });
  return link;
}
