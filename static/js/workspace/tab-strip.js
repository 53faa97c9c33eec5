// The row of tabs: which there are, what happens in them, and dragging them about.

import { element } from "../dom/element.js";
import { listWords, say } from "../words/words.js";
import { drag, droppedIn, isDragged } from "./dragging.js";

/**
 * @typedef {object} TabLook
 * @property {string} id
 * @property {string} name the device's, or what somebody called it
 * @property {string} title the host's
 * @property {string} state of its connection
 * @property {string} mark `output`, `bell`, `over` or nothing
 * @property {number} count of panes
 * @property {string} color of its device; empty for none
 * @property {boolean} isActive
 * @property {boolean} isSending
 */

export class TabStrip {
  #list;
  #told;
  /** What pressed here last: two taps of a finger are two taps. */
  #pointer = "mouse";

  /**
   * @param {HTMLElement} list
   * @param {{show: (id: string) => void, close: (id: string) => void, rename: (id: string) => void, move: (id: string,
   *   before: string | null) => void, takePane: (pane: string, before: string | null) => void, wanted: (device: string,
   *   before: string | null) => void}} told
   */
  constructor(list, told) {
    this.#list = list;
    this.#told = told;
    list.addEventListener("pointerdown", ({ pointerType }) => (this.#pointer = pointerType));
    list.addEventListener("dragover", (event) => {
      if (isDragged(event)) event.preventDefault();
    });
    list.addEventListener("drop", (event) => {
      const [tab, pane, device] = [droppedIn(event, "tab"), droppedIn(event, "pane"), droppedIn(event, "device")];
      if (!tab && !pane && !device) return;
      event.preventDefault();
      if (device) told.wanted(device, this.#after(event.clientX));
      else if (tab) told.move(tab, this.#after(event.clientX));
      else told.takePane(pane, this.#after(event.clientX));
    });
  }

  /**
   * Shows tabs as they are now. What is there stays where it is: somebody may be pressing it, and hosts change their
   * titles all the time.
   *
   * @param {TabLook[]} tabs
   */
  show(tabs) {
    const there = new Map(this.#all.map((tab) => [tab.dataset.tab, tab]));
    const wanted = tabs.map(({ id }) => there.get(id) ?? this.#make(id));
    const isSame = wanted.length === there.size && wanted.every((tab, index) => tab === this.#list.children[index]);
    if (!isSame) {
      const focused = /** @type {HTMLElement | null} */ (document.activeElement);
      this.#list.replaceChildren(...wanted);
      if (this.#list.contains(focused)) focused.focus();
    }
    const before = this.#list.querySelector(".is-active");
    tabs.forEach((look, index) => this.#update(wanted[index], look));
    const active = this.#list.querySelector(".is-active");
    if (!isSame || active !== before) active?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  get #all() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  #make(id) {
    const show = element(
      "button", { type: "button", class: "tab-name" },
      element("span", { class: "tab-state" }), element("span", { class: "tab-device" }),
      element("span", { class: "tab-count" }),
      element("span", { class: "tab-title" }));
    show.addEventListener("click", () => this.#told.show(id));
    show.addEventListener("dblclick", () => this.#pointer !== "touch" && this.#told.rename(id));
    const close = element("button", { type: "button", class: "tab-close" }, "✕");
    close.addEventListener("click", () => this.#told.close(id));
    const tab = element("li", { "data-tab": id, draggable: "true", class: "tab" }, show, close);
    tab.addEventListener("dragstart", (event) => {
      drag(event, "tab", id);
    });
    tab.addEventListener("auxclick", (event) => event.button === 1 && this.#told.close(id));
    return tab;
  }

  #update(tab, { name, title, state, mark, count, color, isActive, isSending }) {
    const [show, close] = tab.children;
    const [dot, device, number, host] = show.children;
    const label = listWords(
      [name, ...(count > 1 ? [say("paneCount", { count })] : []), ...(mark ? [say(`mark.${mark}`)] : [])]);
    show.setAttribute("aria-label", label);
    show.title = title ? `${name} – ${title}` : name;
    if (isActive) show.setAttribute("aria-current", "true");
    else show.removeAttribute("aria-current");
    close.setAttribute("aria-label", say("closeTab", { name }));
    dot.dataset.state = state;
    number.hidden = count <= 1;
    for (const [node, text] of [[device, name], [number, String(count)], [host, title]]) {
      if (node.textContent !== text) node.textContent = text;
    }
    tab.dataset.mark = mark;
    tab.dataset.color = color;
    tab.classList.toggle("is-active", isActive);
    tab.classList.toggle("is-sending", isSending);
  }

  /** The tab before which a place in the strip is; null is the end. */
  #after(x) {
    const after = this.#all.find((tab) => {
      const { left, width } = tab.getBoundingClientRect();
      return x < left + width / 2;
    });
    return after?.dataset.tab ?? null;
  }
}
