// Who is here with this page, who types, and how the keyboard goes from one to another.

import { element, partsOf } from "../dom/element.js";
import { Listeners } from "../dom/listeners.js";
import { listWords, say } from "../words/words.js";
import { describeViewer, initials, keyboardState } from "./keyboard-state.js";

/**
 * @typedef {import("../connection/messages.js").Viewer} Viewer
 * @typedef {import("../connection/messages.js").Link} Link
 * @typedef {import("../connection/messages.js").Note} Note
 *
 * @typedef {object} PeopleEvents
 * @property {() => void} changed who is here, who types, or what they said
 * @property {(shared: import("../connection/messages.js").Shared) => void} shared a link was made
 *
 * @typedef {object} PeopleTools
 * @property {import("../connection/session.js").Session} session
 * @property {import("../terminal/screen.js").Screen} screen
 * @property {boolean} mayType whether this page may type at all
 * @property {boolean} mayTake whether it need not ask for the keyboard
 * @property {(words: string, milliseconds?: number) => void} notice
 * @property {() => void} focus
 * @property {() => void} interrupt ends what is being typed by itself: this page types no more
 */

/** How long it is told that somebody has taken or given the keyboard, in milliseconds. */
const briefly = 6000;
/** So many notes are kept to be read again. */
const mostNotes = 50;

/**
 * Shows who is here, in two letters each.
 *
 * @param {HTMLElement} node a button
 * @param {People | null | undefined} people none where there is no terminal
 */
export function showChips(node, people) {
  const others = people?.viewers ?? [];
  node.hidden = others.length < 2;
  if (node.hidden) return;
  const own = people.viewer;
  const words = listWords(others.map((each) => describeViewer(each, own)));
  node.setAttribute("aria-label", say("people.here", { who: words }));
  node.title = words;
  const chips = others.map(({ viewer, who, role, sees }) => element("span", {
    class: `chip ${role === "type" ? "is-typing" : ""} ${sees ? "" : "is-away"} ${viewer === own ? "is-own" : ""}`,
    "aria-hidden": "true",
  }, initials(who)));
  node.replaceChildren(...chips);
}

export class People {
  #root;
  #chips;
  #bar;
  #parts;
  #tools;
  /** @type {Listeners<PeopleEvents>} */
  #listeners = new Listeners();
  #begun = 0;
  /** @type {Map<number, string>} */
  #asked = new Map();
  #hasAsked = false;
  #hadIt = false;
  #isWatching = false;
  #shown = "";

  /** @type {Viewer[]} who is here, this page included */
  viewers = [];
  /** @type {Note[]} what they said, the latest last */
  notes = [];
  /** @type {Link[]} */
  links = [];

  /**
   * @param {HTMLElement} root the pane's
   * @param {{here: HTMLElement, keyboard: HTMLElement}} parts
   * @param {PeopleTools} tools
   */
  constructor(root, { here, keyboard }, tools) {
    this.#root = root;
    this.#chips = here;
    this.#bar = keyboard;
    this.#parts = partsOf(keyboard);
    this.#tools = tools;
  }

  /** @param {Partial<PeopleEvents>} listener is told from now on */
  listen(listener) {
    this.#listeners.add(listener);
  }

  get viewer() {
    return this.#tools.session.presence.viewer;
  }

  get isWatching() {
    return this.#tools.session.presence.isWatching;
  }

  /** Whether the server knows who types and who watches. */
  get isKnown() {
    return this.#tools.session.presence.hasRoles;
  }

  /** Which actions there are none of now. @returns {string[]} */
  get impossible() {
    if (!this.isKnown) return ["people", "note", "keyboard", "release", "fit"];
    return [
      ...(this.#state === null || this.#state.choices.length === 0 ? ["keyboard"] : []),
      ...(this.isWatching ? ["release"] : []), ...(this.#tools.screen.isHeld && !this.isWatching ? [] : ["fit"]),
    ];
  }

  /** A channel begins. */
  attached() {
    this.#isWatching = this.isWatching;
    this.#hadIt ||= !this.isWatching;
    if (this.isWatching) this.#tools.interrupt();
    this.#asked.clear();
    this.#hasAsked = false;
    this.#show();
  }

  /** It is over, or out of reach: what was known of others is not known any more. */
  detached() {
    this.viewers = [];
    this.#asked.clear();
    this.#show();
  }

  /** @param {import("../connection/messages.js").People} message */
  take(message) {
    if (message.type === "viewers") this.#seen(message);
    if (message.type === "role") this.#turned(message);
    if (message.type === "asked") this.#asked.set(message.viewer, message.who);
    if (message.type === "denied") this.#denied();
    if (message.type === "note") this.#noted(message);
    if (message.type === "links") this.links = message.links;
    if (message.type === "shared") this.#listeners.tell("shared", message);
    this.#show();
  }

  /** A key was pressed here, and another one has the keyboard. */
  refuse() {
    this.#bar.classList.remove("is-refusing");
    // Without a layout between them the browser would not begin anew.
    void this.#bar.offsetWidth;
    this.#bar.classList.add("is-refusing");
  }

  /** Does what the bar offers first: takes the keyboard, asks for it, or gives it. */
  act() {
    const [first] = this.#state?.choices ?? [];
    if (first) this.#do(first[0]);
  }

  /** @param {number} viewer who types from now on */
  give(viewer) {
    this.#asked.delete(viewer);
    this.say({ type: "give", viewer });
    this.#show();
  }

  /** Types no more. */
  release() {
    this.say({ type: "release" });
  }

  /** @param {string} text to everybody here, never to the host */
  note(text) {
    this.say({ type: "note", text });
  }

  fit() {
    this.#tools.session.presence.fitToWindow();
    this.#show();
  }

  /** @param {import("../connection/messages.js").FromPage} message */
  say(message) {
    this.#tools.session.presence.say(message);
  }

  get #state() {
    if (!this.isKnown) return null;
    const { cols, rows, isHeld } = this.#tools.screen;
    return keyboardState({
      isWatching: this.isWatching, viewer: this.viewer, viewers: this.viewers, begun: this.#begun, asked: this.#asked,
      hasAsked: this.#hasAsked, hadIt: this.#hadIt, mayType: this.#tools.mayType, mayTake: this.#tools.mayTake,
      held: isHeld ? { cols, rows } : null,
    });
  }

  #seen({ viewers, begun }) {
    this.viewers = viewers;
    this.#begun = begun;
    const there = new Set(viewers.map(({ viewer }) => viewer));
    for (const viewer of this.#asked.keys()) if (!there.has(viewer)) this.#asked.delete(viewer);
    // No other viewer minds whose size the terminal has.
    const isAlone = !viewers.some(({ viewer }) => viewer !== this.viewer);
    if (isAlone && !this.isWatching && this.#tools.screen.isHeld) this.fit();
  }

  /** @param {import("../connection/messages.js").RoleChange} change */
  #turned({ role, by }) {
    this.#hasAsked = false;
    this.#asked.clear();
    const wasWatching = this.#isWatching;
    this.#isWatching = role === "watch";
    this.#hadIt ||= role === "type";
    if (role === "watch") this.#tools.interrupt();
    if (wasWatching === this.#isWatching) return;
    const taken = by ? say("people.taken", { who: by }) : say("people.takenByOther");
    this.#tools.notice(role === "type" ? say("people.youTypeNow") : taken, briefly);
    if (role === "type" && this.#root.contains(document.activeElement)) this.#tools.focus();
    // The bar of a watcher is gone, and with it what made the window smaller.
    if (role === "type") this.#tools.screen.letGoOfOwn(() => this.#show());
  }

  #denied() {
    this.#hasAsked = false;
    this.#tools.notice(say("people.denied"), briefly);
  }

  #noted(note) {
    this.notes = [...this.notes, note].slice(-mostNotes);
    this.#tools.notice(say("people.said", { who: note.who, text: note.text }), Infinity);
  }

  /** @param {import("./keyboard-state.js").Choice} choice */
  #do(choice) {
    const [viewer] = this.#asked.keys();
    if (choice === "take") {
      // The keyboard of a typist whose page is gone is still that one's, though it is not here.
      this.say(this.#tools.mayTake ? { type: "control", force: true } : { type: "control" });
    }
    if (choice === "ask") {
      this.#hasAsked = true;
      this.say({ type: "control" });
    }
    if (choice === "give") this.give(viewer);
    if (choice === "deny") {
      this.#asked.delete(viewer);
      this.say({ type: "deny", viewer });
    }
    if (choice === "fit") this.fit();
    this.#show();
    this.#tools.focus();
  }

  #show() {
    const state = this.#state;
    showChips(this.#chips, this);
    this.#root.classList.toggle("is-watching", this.isKnown && this.isWatching);
    this.#bar.classList.toggle("is-floating", !this.isWatching);
    this.#bar.hidden = state === null;
    // What is there stays: somebody may be about to press it.
    const words = JSON.stringify(state);
    if (state && words !== this.#shown) {
      this.#parts.words.textContent = state.words;
      this.#parts.more.textContent = state.more;
      this.#parts.choices.replaceChildren(...state.choices.map(([choice, label], index) => {
        const button = element("button", { type: "button", class: index === 0 ? "primary" : "" }, label);
        button.addEventListener("click", () => this.#do(choice));
        return button;
      }));
    }
    this.#shown = words;
    this.#listeners.tell("changed");
  }
}
