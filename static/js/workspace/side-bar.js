// The directory at the side of the workspace: the same list, to open and to drag from.

import { Directory } from "../directory/directory.js";
import { fetchDevicesSoon } from "../directory/fetch-devices.js";
import { say } from "../words/words.js";
import { drag } from "./dragging.js";

const store = "webterm:side";

/**
 * @typedef {import("../directory/devices.js").Device} Device
 *
 * @typedef {object} SideTold
 * @property {(path: string, how: "here" | "split" | "tab", device: Device) => void} open
 * @property {(device: Device, way: import("../directory/devices.js").Way, how: "here" | "split" | "tab") => void} ask
 * @property {() => Promise<Device[]>} devices what there is
 * @property {import("./live.js").Live} live
 * @property {() => void} back to the terminal in front
 */

export class SideBar {
  #element;
  #parts;
  #told;
  /** @type {Directory | null} null until it is seen for the first time */
  #directory = null;

  /**
   * @param {HTMLElement} element
   * @param {{find: HTMLInputElement, count: HTMLElement, scroller: HTMLElement, list: HTMLElement}} parts
   * @param {SideTold} told
   */
  constructor(element, parts, told) {
    this.#element = element;
    this.#parts = parts;
    this.#told = told;
  }

  /** Shows it where this browser had it last. Where it would cover all, it waits to be asked for. */
  restore() {
    let wasShown = false;
    try {
      wasShown = localStorage.getItem(store) === "shown";
    } catch {
      // A browser without storage shows none.
    }
    if (wasShown && !this.#coversAll) this.#show();
  }

  /** Shows it, and leads there; where one is in it already, hides it. */
  toggle() {
    const isIn = this.#element.contains(document.activeElement);
    if (this.#element.hidden || !isIn) {
      this.#keep("shown");
      this.#show().then(() => this.#parts.find.focus());
    } else this.hide();
  }

  hide() {
    this.#keep("hidden");
    this.#element.hidden = true;
    this.#told.back();
  }

  /** @param {string} key @returns {Device | undefined} one that was dragged from here */
  deviceOf(key) {
    return this.#directory?.deviceOf(key);
  }

  get #coversAll() {
    return matchMedia("(max-width: 640px)").matches;
  }

  #keep(state) {
    try {
      localStorage.setItem(store, state);
    } catch {
      // A browser without storage forgets.
    }
  }

  async #show() {
    this.#element.hidden = false;
    if (this.#directory) return;
    const leaving = (run) => (...details) => {
      if (this.#coversAll) this.hide();
      run(...details);
    };
    const directory = this.#directory = new Directory(this.#parts, [], {
      terminals: () => this.#told.live.all,
      open: leaving(this.#told.open), ask: leaving(this.#told.ask),
      drag: (event, key) => drag(event, "device", key), leave: () => this.#told.back(),
    });
    this.#told.live.follow({
      terminals: () => directory.renewTerminals(),
      devices: async () => (directory.devices = await fetchDevicesSoon()),
    });
    try {
      directory.devices = await this.#told.devices();
    } catch {
      this.#parts.count.textContent = say("serverSilent");
    }
  }
}
