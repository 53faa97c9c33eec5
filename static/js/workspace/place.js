// A place in the workspace: where a terminal is shown, from the moment that somebody wants it.

import { rememberPlace } from "../directory/recent.js";
import { partsOf } from "../dom/element.js";
import { MessageBar } from "../pane/message-bar.js";
import { Pane } from "../pane/pane.js";
import { say } from "../words/words.js";
import { drag } from "./dragging.js";

/** How important what happens where nobody looks is. */
const ranks = ["", "output", "bell", "over"];

/**
 * @typedef {object} PlaceEvents
 * @property {() => void} changed its name, title, state or mark is another one
 * @property {() => boolean} isWatched whether somebody looks at the page
 * @property {(mark: "bell" | "over") => void} happened
 * @property {() => void} focused
 * @property {() => boolean} isToldOnce
 * @property {() => boolean} enteredForAll
 * @property {() => void} attached
 * @property {() => void} wanted to be in front
 * @property {() => void} close wanted
 * @property {(where: {path: string, name: string}) => void} opens another terminal, beside it
 * @property {(text: string) => boolean} typed
 * @property {(text: string) => Promise<boolean>} pasted
 */

/** So long after it was opened a terminal greets, in milliseconds. */
const greeting = 5000;

/** What went wrong, for people. */
function wordsOf(error) {
  // It is the browser's way to say that nobody answered.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return say("serverSilent");
  }
  return error instanceof SyntaxError ? say("place.unreadable") : error.message;
}

export class Place {
  #events;
  #desk;
  #message;
  /** The element's children as they were before anything was made of them. */
  #pristine;
  #isOpening = false;
  /** When another terminal was opened here, as performance.now. */
  #opened = -Infinity;

  /** The host's title. */
  title = "";
  state = "connecting";
  /** Its device's, by the configuration's rules; empty for none. */
  color = "";
  /** What has happened here while nobody looked. */
  mark = "";
  /** When it was seen last, as performance.now; Infinity while it is. */
  seen = 0;
  /** @type {Pane | null} null until the server has said what it is */
  pane = null;

  /**
   * @param {string} id
   * @param {{path: string, name: string}} where
   * @param {HTMLElement} element the pane's root, in the document
   * @param {import("../page/desk.js").Desk} desk
   * @param {PlaceEvents} events
   */
  constructor(id, { path, name }, element, desk, events) {
    this.id = id;
    this.path = path;
    this.name = name;
    this.element = element;
    this.#desk = desk;
    this.#events = events;
    this.#pristine = element.cloneNode(true);
    this.#furnish();
  }

  #furnish() {
    const parts = partsOf(this.element);
    parts.target.textContent = this.name;
    this.#message = new MessageBar(parts.message);
    parts.closePane.addEventListener("click", () => this.#events.close());
    this.element.querySelector(".pane-head").addEventListener("dragstart", (event) => drag(event, "pane", this.id));
  }

  /** For the memory. */
  get kept() {
    return { path: this.path, name: this.name };
  }

  get isAlive() {
    return this.pane?.session.isAlive ?? false;
  }

  get isVisible() {
    return this.seen === Infinity;
  }

  set isVisible(isVisible) {
    if (this.pane) this.pane.isInSight = isVisible;
    this.seen = isVisible ? Infinity : this.isVisible ? performance.now() : this.seen;
  }

  /**
   * Asks the server what it is, and opens its terminal.
   *
   * @param {string | import("../connection/tab-memory.js").PaneMemory | undefined} terminal one that is there already,
   *   or what is remembered of it
   * @param {boolean} mayBeOver whether another one is opened where that one is over
   */
  async open(terminal, mayBeOver = true) {
    // Pressed twice, it is still one terminal that is wanted.
    if (this.#isOpening || this.pane) return;
    this.#isOpening = true;
    try {
      const data = await this.#ask();
      this.#message.hide();
      if (this.element.isConnected) this.#show(data, terminal, mayBeOver);
    } catch (error) {
      this.#fail(error, terminal, mayBeOver);
    } finally {
      this.#isOpening = false;
    }
  }

  async #ask() {
    const response = await fetch(this.path, { cache: "no-store", headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error((await response.text()).trim() || response.statusText);
    return response.json();
  }

  #show(data, terminal, mayBeOver) {
    this.name = data.name;
    this.element.dataset.color = this.color = data.color ?? "";
    partsOf(this.element).target.textContent = `${data.name} ${data.user}`;
    // It is measured where it will be, whether it is in front or not.
    const isHidden = this.element.hidden;
    this.element.hidden = false;
    try {
      const pane = new Pane(this.element, { ...data, path: this.path }, this.#desk, this.#around);
      pane.listen(this.#heard);
      this.pane = pane;
      pane.isInSight = this.isVisible;
      if (!terminal) this.#opened = performance.now();
      pane.start(typeof terminal === "string" ? { terminal } : terminal ?? null, mayBeOver);
    } finally {
      this.element.hidden = isHidden;
    }
    this.#events.changed();
    this.#events.attached();
  }

  focus() {
    if (this.pane) this.pane.focus();
    else this.element.querySelector("button:not([hidden])")?.focus();
  }

  dispose() {
    if (this.pane) this.pane.dispose();
    else this.element.remove();
  }

  #fail(error, terminal, mayBeOver) {
    this.state = "ended";
    if (!this.element.isConnected) return;
    // What was begun is taken away: the next attempt finds what this one has found.
    this.pane?.letGo();
    this.pane = null;
    this.element.replaceChildren(...this.#pristine.cloneNode(true).childNodes);
    this.#furnish();
    const words = wordsOf(error);
    this.#message.end(say("place.unavailable"), words, [
      { label: say("tryAgain"), run: () => this.open(terminal, mayBeOver) },
      { label: say("close"), run: () => this.#events.close() },
    ]);
    this.#events.changed();
  }

  #happened(mark) {
    if (mark !== "output") this.#events.happened(mark);
    // What a terminal says before anybody has typed there, just after it was opened, is its greeting.
    if (mark === "output" && !this.pane?.wasTyped && performance.now() - this.#opened < greeting) return;
    if ((this.isVisible && this.#events.isWatched()) || ranks.indexOf(mark) <= ranks.indexOf(this.mark)) return;
    this.mark = mark;
    this.#events.changed();
  }

  /** What it hears of its pane. @returns {Partial<import("../pane/around.js").PaneEvents>} */
  get #heard() {
    return {
      changed: (state) => {
        this.state = state;
        this.#events.changed();
      },
      titled: (title) => {
        this.title = title;
        this.#events.changed();
      },
      rang: () => this.#happened("bell"),
      produced: () => this.#happened("output"),
      ended: () => this.#happened("over"),
      attached: () => this.#events.attached(),
      arrived: () => rememberPlace(this.pane.data),
      focused: () => this.#events.focused(),
      peopled: () => this.#events.changed(),
      wanted: () => this.#events.wanted(),
    };
  }

  /** @returns {import("../pane/around.js").Surroundings} */
  get #around() {
    return {
      takesTyped: (text) => this.#events.typed(text),
      takesPasted: (text) => this.#events.pasted(text),
      takesEnter: () => this.pane.hasEndedWithServer && this.#events.enteredForAll(),
      isToldOnce: () => this.#events.isToldOnce(),
      ways: [{ label: say("place.close"), run: () => this.#events.close() }],
      opens: (where) => this.#events.opens(where),
    };
  }
}
