// How tabs and panes look, of what happens in them.

import { partsOf } from "../dom/element.js";
import { say } from "../words/words.js";
import { panesOf } from "./layout-tree.js";

/**
 * @typedef {import("./tab-strip.js").TabLook} TabLook
 * @typedef {import("./told.js").Tab} Tab
 */

/**
 * How a tab looks: the worst of what its panes are.
 *
 * @param {{id: string, active: string}} tab
 * @param {string} name
 * @param {{id: string, title: string, state: string, mark: string, color: string}[]} places of its panes
 * @param {{isActive: boolean, isSending: (id: string) => boolean}} now
 * @returns {TabLook}
 */
export function lookOf({ id, active }, name, places, { isActive, isSending }) {
  const front = places.find((place) => place.id === active);
  const first = (values, of) => values.find((value) => places.some((place) => of(place) === value));
  return {
    id, name, isActive, isSending: places.some((place) => isSending(place.id)), count: places.length,
    title: front?.title ?? "", color: front?.color || places.find(({ color }) => color)?.color || "",
    state: first(["ended", "lost", "connecting", "connected"], ({ state }) => state) ?? "connecting",
    mark: first(["over", "bell", "output"], ({ mark }) => mark) ?? "",
  };
}

/**
 * Panes are marked, in front, beside others, sent to.
 *
 * @param {import("./place.js").Place[]} places all of them
 * @param {Tab | null} tab the one in front
 * @param {boolean} isSplit whether several of its panes are shown
 * @param {(id: string) => boolean} isSending
 */
export function dress(places, tab, isSplit, isSending) {
  places.forEach(({ id, name, element, mark }, index) => {
    element.setAttribute("aria-label", say("terminalNumber", { number: index + 1, name }));
    element.dataset.mark = mark;
    element.classList.toggle("is-active", id === tab?.active);
    element.classList.toggle("is-split", isSplit || Boolean(tab?.isLarge));
    element.classList.toggle("is-sending", isSending(id));
    const isLarge = tab?.isLarge && id === tab.active;
    partsOf(element).large.textContent = isLarge ? say("oneOf", { count: panesOf(tab.root).length }) : "";
  });
}
