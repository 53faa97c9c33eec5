// The visitor's own terminals: to be attached to here, or ended.

import { attachFragment, workspaceAddress } from "../connection/addresses.js";
import { Channel } from "../connection/channel.js";
import { element } from "../dom/element.js";
import { PressGuard } from "../dom/press-guard.js";
import { pathOf } from "./devices.js";

const wordsOf = (place) =>
  `${place.method} ${place.user}@${place.name ?? `${place.title ?? place.target}:${place.port}`}`;

export class OwnTerminals {
  #parts;
  #changed;
  #guard;

  /**
   * @param {{section: HTMLElement, list: HTMLElement}} parts
   * @param {object[]} terminals
   * @param {() => void} changed told when one is over
   */
  constructor(parts, terminals, changed) {
    this.#parts = parts;
    this.all = terminals;
    this.#changed = changed;
    this.#guard = new PressGuard(parts.section);
    this.#show();
  }

  /** There are others now. @param {object[]} terminals */
  set(terminals) {
    const words = (list) => JSON.stringify(list.map(({ id, attached }) => [id, attached]));
    const isSame = words(terminals) === words(this.all);
    this.all = terminals;
    // Whoever is about to press a button finds it where it was.
    if (!isSame) this.#guard.change("terminals", () => this.#show());
  }

  #show() {
    this.#parts.list.replaceChildren(...this.all.map((each) => this.#item(each)));
    this.#parts.section.hidden = this.all.length === 0;
  }

  #item(each) {
    const path = pathOf(each);
    const words = wordsOf(each);
    const end = element("button", { type: "button", "aria-label": `End ${words}` }, "End");
    const state = element("small", {}, each.attached ? "open in a window" : "waiting for you");
    end.addEventListener("click", () => {
      end.disabled = true;
      endTerminal(path, each.id, (isOver) => {
        if (isOver) {
          this.all = this.all.filter((other) => other !== each);
          this.#show();
          return this.#changed();
        }
        state.textContent = "could not be ended: the server did not answer";
        end.disabled = false;
      });
    });
    const href = path + attachFragment(each.id);
    const attach = element("a", { class: "button primary", href, "aria-label": `Attach to ${words}` }, "Attach");
    attach.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      location.assign(workspaceAddress({ path, terminal: each.id }));
    });
    return element(
      "li", {},
      element("span", { class: "place" }, words, state),
      attach,
      end,
    );
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
