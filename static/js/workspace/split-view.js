// Puts the panes of a tab where its layout has them, with lines between them that can be moved.

import { element } from "../dom/element.js";
import { say } from "../words/words.js";
import { droppedIn, isDragged, isPaneDragged } from "./dragging.js";
import { dividers, moveDivider, rectangles } from "./layout-tree.js";

/** A key moves a line by this, in parts of its split. */
const step = 0.02;

const percent = (part) => `${(part * 100).toFixed(4)}%`;

/** So far from its middle, in parts of a pane, a pane that is dropped changes places with it. */
const middle = 0.2;

/** @typedef {"left" | "right" | "up" | "down"} Side */

const whole = { x: 0, y: 0, width: 1, height: 1 };

export class SplitView {
  #element;
  #changed;
  #evened;
  #root = null;
  #lines = [];
  /** Of what the lines are, as JSON. */
  #drawn = "";
  #drop = element("div", { class: "drop-place", hidden: "" });

  /**
   * @param {HTMLElement} container of all panes, those that are hidden, too
   * @param {{changed: (root: import("./layout-tree.js").Node) => void, dropped: (tab: string, pane: string, side: Side)
   *   => void, moved: (dragged: string, pane: string, side: Side | "middle") => void, evened: () => void, wanted:
   *   (device: string, pane: string | null, side: Side) => void}} told
   */
  constructor(container, { changed, dropped, moved, evened, wanted }) {
    this.#element = container;
    this.#changed = changed;
    this.#evened = evened;
    container.append(this.#drop);
    container.addEventListener("dragover", (event) => {
      const place = isDragged(event) && this.#placeOf(event);
      if (!place) return;
      event.preventDefault();
      const { side, pane } = place;
      const { x, y, width, height } = pane === null ? whole : rectangles(this.#root).get(pane);
      const [isAcross, isDown] = [side === "left" || side === "right", side === "up" || side === "down"];
      this.#lay(this.#drop, {
        x: side === "right" ? x + width / 2 : x, y: side === "down" ? y + height / 2 : y,
        width: isAcross ? width / 2 : width, height: isDown ? height / 2 : height,
      });
      this.#drop.hidden = false;
    }, { capture: true });
    container.addEventListener("dragleave", (event) => {
      if (!container.contains(/** @type {Node} */ (event.relatedTarget))) this.#drop.hidden = true;
    });
    container.addEventListener("drop", (event) => {
      const place = isDragged(event) && this.#placeOf(event);
      this.#drop.hidden = true;
      if (!place) return;
      event.preventDefault();
      // It is no text for a terminal.
      event.stopPropagation();
      const [tab, pane] = [droppedIn(event, "tab"), droppedIn(event, "pane")];
      const device = droppedIn(event, "device");
      if (device) wanted(device, place.pane, place.side);
      else if (tab) dropped(tab, place.pane, place.side);
      else if (pane) moved(pane, place.pane, place.side);
    }, { capture: true });
  }

  /**
   * @param {import("./layout-tree.js").Node | null} root
   * @param {Map<string, HTMLElement>} elements of all panes
   * @param {string | null} large the only one to be shown; null is all
   */
  show(root, elements, large) {
    this.#root = root;
    const all = root === null ? new Map() : rectangles(root);
    const places = root === null || large === null ? all : new Map([[large, { x: 0, y: 0, width: 1, height: 1 }]]);
    for (const [pane, node] of elements) {
      const place = places.get(pane);
      node.hidden = !place;
      if (place) this.#lay(node, place);
    }
    // Lines that are where they were stay: somebody may hold one.
    const drawn = JSON.stringify([root, large]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    for (const line of this.#lines) line.remove();
    this.#lines = root === null || large !== null ? [] : dividers(root).map((each) => this.#line(each));
    // Before the panes: Tab belongs to what runs in a terminal, and leads no further.
    this.#element.prepend(...this.#lines);
  }

  #lay(node, { x, y, width, height }) {
    Object.assign(node.style, { left: percent(x), top: percent(y), width: percent(width), height: percent(height) });
  }

  #line({ path, index, direction, place, within, share }) {
    const isRow = direction === "row";
    const line = element("div", {
      class: `divider is-${direction}`, role: "separator", tabindex: "0", "aria-label": say("lineBetweenPanes"),
      "aria-orientation": isRow ? "vertical" : "horizontal", "aria-valuenow": String(Math.round(share * 100)),
    });
    this.#lay(line, place);
    const move = (to) => {
      this.#root = moveDivider(this.#root, path, index, to);
      this.#changed(this.#root);
      // The lines were made anew: the one that was held is the same one by its place.
      const isSame = (each) => each.index === index && each.path.join() === path.join();
      this.#lines.at(dividers(this.#root).findIndex(isSame))?.focus();
    };
    line.addEventListener("keydown", (event) => {
      const [along, across] = isRow ? [step, 0] : [0, step];
      const by = { ArrowLeft: -along, ArrowRight: along, ArrowUp: -across, ArrowDown: across }[event.key];
      if (!by) return;
      event.preventDefault();
      move(share + by);
    });
    line.addEventListener("dblclick", () => this.#evened());
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const box = this.#element.getBoundingClientRect();
      const stop = new AbortController();
      const options = { signal: stop.signal };
      addEventListener("pointermove", ({ clientX, clientY }) => {
        const at = isRow ? (clientX - box.left) / box.width : (clientY - box.top) / box.height;
        move(isRow ? (at - within.x) / within.width : (at - within.y) / within.height);
      }, options);
      for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => stop.abort(), options);
    });
    return line;
  }

  /** Over which pane something is dragged, and at which of its sides. */
  /** @param {DragEvent} event @returns {{pane: string | null, side: any} | null} a side, or `middle` */
  #placeOf(event) {
    const { clientX, clientY } = event;
    // Where nothing is yet, a device gets all the room.
    if (!this.#root) return { pane: null, side: "middle" };
    const box = this.#element.getBoundingClientRect();
    const [x, y] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    const found = [...rectangles(this.#root)]
      .find(([, each]) => x >= each.x && x <= each.x + each.width && y >= each.y && y <= each.y + each.height);
    if (!found) return null;
    const [pane, each] = found;
    const [across, down] = [(x - each.x) / each.width - 0.5, (y - each.y) / each.height - 0.5];
    if (isPaneDragged(event) && Math.max(Math.abs(across), Math.abs(down)) < middle) return { pane, side: "middle" };
    const side = Math.abs(across) > Math.abs(down) ? (across > 0 ? "right" : "left") : down > 0 ? "down" : "up";
    return { pane, side };
  }
}
