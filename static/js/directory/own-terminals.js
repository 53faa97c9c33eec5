// The visitor's own terminals: to be attached to here, one or all, or ended.

import { attachFragment, workspaceAddress, workspaceAddressOfAll } from "../connection/addresses.js";
import { Channel } from "../connection/channel.js";
import { element } from "../dom/element.js";
import { PressGuard } from "../dom/press-guard.js";
import { say } from "../words/words.js";
import { pathOf } from "./devices.js";

/** More than these are folded. */
const mostUnfolded = 5;

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const deviceOf = ({ name, title, target, port }) => name ?? `${title ?? target}:${port}`;
/** Where nobody is told a name, none is shown. */
const addressOf = ({ method, user }) => (user === "console" ? method : `${method} ${user}`);
const wordsOf = (place) => `${place.method} ${place.user}@${deviceOf(place)}`;

/** As people count; terminals of one device in the order of their age. @param {any[]} terminals the oldest first */
export const sorted = (terminals) => terminals.toSorted((a, b) => collator.compare(deviceOf(a), deviceOf(b)));

/**
 * @typedef {object} OwnParts
 * @property {HTMLElement} section
 * @property {HTMLElement} list
 * @property {HTMLElement} title
 * @property {HTMLElement} all attaches to all of them
 * @property {HTMLElement} more shows those that are folded, or folds them
 */

export class OwnTerminals {
  #parts;
  #changed;
  #guard;
  #isUnfolded = false;

  /**
   * @param {OwnParts} parts
   * @param {object[]} terminals
   * @param {() => void} changed told when one is over
   */
  constructor(parts, terminals, changed) {
    this.#parts = parts;
    this.all = sorted(terminals);
    this.#changed = changed;
    this.#guard = new PressGuard(parts.section);
    parts.all.addEventListener("click", () => location.assign(workspaceAddressOfAll(
      this.all.map((each) => ({ path: pathOf(each), terminal: each.id })))));
    parts.more.addEventListener("click", () => {
      this.#isUnfolded = !this.#isUnfolded;
      this.#show();
    });
    this.#show();
  }

  /** There are others now. @param {object[]} terminals */
  set(terminals) {
    const words = (list) => JSON.stringify(list.map(({ id, attached }) => [id, attached]));
    const all = sorted(terminals);
    const isSame = words(all) === words(this.all);
    this.all = all;
    // Whoever is about to press a button finds it where it was.
    if (!isSame) this.#guard.change("terminals", () => this.#show());
  }

  #show() {
    const { section, list, title, all, more } = this.#parts;
    const { length } = this.all;
    const isLong = length > mostUnfolded;
    const shown = isLong && !this.#isUnfolded ? this.all.slice(0, mostUnfolded) : this.all;
    list.replaceChildren(...shown.map((each) => this.#item(each)));
    section.hidden = length === 0;
    title.replaceChildren(say("openTerminals"), element("small", {}, String(length)));
    all.hidden = length < 2;
    more.hidden = !isLong;
    more.setAttribute("aria-expanded", String(this.#isUnfolded));
    more.textContent = this.#isUnfolded ? say("showFewer") : say("showMore", { count: length - shown.length });
  }

  #item(each) {
    const path = pathOf(each);
    const named = { terminal: wordsOf(each) };
    const end = element("button", { type: "button", "aria-label": say("endTerminal", named) }, say("end"));
    const state = element("span", { class: "state" }, say(each.attached ? "openInWindow" : "waitingForYou"));
    end.addEventListener("click", () => {
      end.disabled = true;
      endTerminal(path, each.id, (isOver) => {
        if (isOver) {
          this.all = this.all.filter((other) => other !== each);
          this.#show();
          return this.#changed();
        }
        state.textContent = say("couldNotEnd");
        end.disabled = false;
      });
    });
    const href = path + attachFragment(each.id);
    const attach = element("a", { class: "title", href, "aria-label": say("attachTo", named) }, deviceOf(each));
    attach.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      location.assign(workspaceAddress({ path, terminal: each.id }));
    });
    const dot = element(
      "span", { class: each.attached ? "dot is-open" : "dot is-waiting", "aria-hidden": "true" });
    return element(
      "li", {}, dot, attach, element("span", { class: "address" }, addressOf(each)), state,
      element("span", { class: "attach", "aria-hidden": "true" }, say("attach")), end);
  }
}

/** @param {(isOver: boolean) => void} done told false where the server did not say that it is over */
function endTerminal(path, terminal, done) {
  const channel = new Channel(
    new URL(path, document.baseURI).href.replace(/^http/, "ws"),
    { cols: 80, rows: 24, resume: { terminal, output: 0 } },
    {
      welcome: () => channel.close(),
      end: ({ kind, code }) => done(kind === "exit" || code === "unknown-terminal"),
    },
  );
}
