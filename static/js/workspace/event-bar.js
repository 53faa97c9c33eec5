// One event, one bar: what happened to several terminals at once is told and answered once.

import { MessageBar } from "../pane/message-bar.js";
import { say } from "../words/words.js";
import { endedWithServer } from "./start-all.js";

/**
 * @typedef {object} EventActions
 * @property {() => void} retry all that are out of reach
 * @property {() => void} startAll that ended with the server
 * @property {() => void} choose each says what can be done with it
 * @property {() => void} back to the terminal in front
 */

export class EventBar {
  #message;
  #actions;
  /** What is said now, so that it is said once: a kind, and of how many. */
  #said = { kind: "", count: 0 };
  /** The kind that was hidden or answered: it is not said again where only fewer are left of it. */
  #answered = "";
  /** How many had ended with the server when they were counted last. */
  #endedCount = 0;

  /**
   * @param {HTMLElement} element as of a message
   * @param {EventActions} actions
   */
  constructor(element, actions) {
    this.#message = new MessageBar(element, () => actions.back());
    this.#actions = actions;
  }

  /** @param {import("./place.js").Place[]} places as they are now */
  update(places) {
    const lost = places.filter(({ pane }) => pane?.isLost).length;
    const ended = endedWithServer(places).length;
    if (ended === 0 || ended > this.#endedCount) this.#answered = "";
    this.#endedCount = ended;
    if (lost > 1) this.#say("lost", lost, () => this.#lost(lost));
    else if (ended > 1 && this.#answered !== "ended") this.#say("ended", ended, () => this.#ended(ended));
    else this.#say("", 0, () => this.#message.hide());
  }

  /** Enter in a terminal that ended with the others. @returns {boolean} whether it was meant for all */
  takeEnter() {
    if (this.#said.kind !== "ended") return false;
    this.#message.takeEnter();
    return true;
  }

  #say(kind, count, show) {
    if (kind === this.#said.kind && count === this.#said.count) return;
    this.#said = { kind, count };
    show();
  }

  #answer(run) {
    this.#answered = this.#said.kind;
    this.#say("", 0, () => this.#message.hide());
    run();
  }

  #lost(count) {
    const words = say("events.lost", { count });
    this.#message.wait(say("events.lostTitle"), words, [{ label: say("tryNow"), run: () => this.#actions.retry() }]);
  }

  #ended(count) {
    this.#message.end(say("events.backTitle"), say("events.ended", { count }), [
      { label: say("events.startAll"), run: () => this.#answer(() => this.#actions.startAll()) },
      { label: say("events.choose"), run: () => this.#answer(() => this.#actions.choose()) },
      { label: say("hide"), name: say("hideMessage"), run: () => this.#answer(() => this.#actions.back()) },
    ]);
  }
}
