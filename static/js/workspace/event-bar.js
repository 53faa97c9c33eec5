// One event, one bar: what happened to several terminals at once is told and answered once.

import { MessageBar } from "../page/message-bar.js";

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
  /** What is said now, so that it is said once. */
  #said = "";
  /** What somebody has hidden or answered is not said again. */
  #answered = "";

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
    const ended = places.filter(({ pane }) => pane?.hasEndedWithServer).length;
    if (lost === 0 && ended === 0) this.#answered = "";
    if (lost > 1) this.#say(`lost ${lost}`, () => this.#lost(lost));
    else if (ended > 1) this.#say(`ended ${ended}`, () => this.#ended(ended));
    else this.#say("", () => this.#message.hide());
  }

  /** Enter in a terminal that ended with the others. @returns {boolean} whether it was meant for all */
  takeEnter() {
    if (!this.#said.startsWith("ended") || this.#said === this.#answered) return false;
    this.#message.takeEnter();
    return true;
  }

  #say(words, show) {
    if (words === this.#said) return;
    this.#said = words;
    if (words === this.#answered && words) return;
    show();
  }

  #answer(run) {
    this.#answered = this.#said;
    this.#message.hide();
    run();
  }

  #lost(count) {
    const words = `${count} terminals are out of reach, and are tried again and again. What is typed waits for them.`;
    this.#message.wait("Connection lost.", words, [{ label: "Try now", run: () => this.#actions.retry() }]);
  }

  #ended(count) {
    this.#message.end("The server is back.", `${count} terminals ended with it.`, [
      { label: "Start all", run: () => this.#answer(() => this.#actions.startAll()) },
      { label: "Choose", run: () => this.#answer(() => this.#actions.choose()) },
      { label: "Hide", name: "Hide (close the message)", run: () => this.#answer(() => this.#actions.back()) },
    ]);
  }
}
