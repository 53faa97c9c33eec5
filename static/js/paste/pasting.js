// All that is put into a terminal at once: pastes and snippets, at the pace of its line.

import { partsOf } from "../dom/element.js";
import { say } from "../words/words.js";
import { Clipboard } from "./clipboard.js";
import { PacedPaste, isPaced } from "./paced-paste.js";
import { lineCount } from "./paste-text.js";

/** Prompts are ASCII in every set: they are looked for in the bytes. */
const promptDecoder = new TextDecoder("latin1");

/**
 * @typedef {object} PastingEvents
 * @property {(text: string) => Promise<boolean>} pasted true where it has gone another way
 * @property {(words: string, milliseconds?: number) => void} notice
 * @property {() => void} done what went out at a pace has gone
 */

/** Shows how far a paced paste is, and stops it. */
class PastingBar {
  #element;
  #parts;

  /**
   * @param {HTMLElement} element with the parts `progress`, `words` and `stop`
   * @param {() => void} stop
   */
  constructor(element, stop) {
    this.#element = element;
    this.#parts = partsOf(element);
    this.#parts.stop.addEventListener("click", stop);
  }

  /** @param {number} sent lines @param {number} total */
  show(sent, total) {
    this.#element.hidden = false;
    this.#parts.progress.value = sent;
    this.#parts.progress.max = total;
    this.#parts.words.textContent = say("pasting.line", { sent, total });
  }

  hide() {
    this.#element.hidden = true;
  }
}

export class Pasting {
  #terminal;
  #pace;
  #paced;
  #clipboard;
  /** What the emulator types now is for this terminal alone, whoever else is typed to. */
  #isForItAlone = false;
  /** What was typed while a paste went out. */
  #held = "";
  #events;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal open
   * @param {HTMLElement} element the bar of a paste
   * @param {import("./paced-paste.js").Pace} pace the line's
   * @param {{settings: import("../settings/settings.js").Settings, pasteDialog:
   *   import("./paste-dialog.js").PasteDialog}} desk
   * @param {PastingEvents} events
   */
  constructor(terminal, element, pace, { settings, pasteDialog }, events) {
    this.#terminal = terminal;
    this.#pace = pace;
    this.#events = events;
    const bar = new PastingBar(element, () => this.#paced.stop());
    this.#paced = new PacedPaste({
      send: (text) => this.#alone(() => terminal.input(text)),
      progress: (sent, total) => bar.show(sent, total),
      done: () => {
        bar.hide();
        events.done();
        this.#letGo();
      },
    });
    this.#clipboard = new Clipboard(terminal, settings, {
      confirm: async (text, isBracketed) => {
        const answer = await pasteDialog.ask(text, { isBracketed, pace: this.#pace });
        if (answer) this.#pace = answer.pace;
        return answer?.text ?? null;
      },
      takesElsewhere: (text) => events.pasted(text),
      paced: (text) => {
        if (!isPaced(this.#pace) || lineCount(text) < 2) return false;
        this.#paced.start(text, this.#pace);
        return true;
      },
      notice: (words) => events.notice(words, 5000),
    });
  }

  get isForItAlone() {
    return this.#isForItAlone;
  }

  /**
   * Takes a paste that nobody has to be asked about.
   *
   * @param {string} text
   * @param {import("./paced-paste.js").Pace} pace
   */
  take(text, pace = this.#pace) {
    if (isPaced(pace) && lineCount(text) > 1) this.#paced.start(text, pace);
    else this.#alone(() => this.#terminal.paste(text));
  }

  /** Types a text as if it were a person. @param {string} text */
  type(text) {
    if (isPaced(this.#pace)) this.#paced.start(text, this.#pace);
    else this.#alone(() => this.#terminal.input(text.replace(/\r\n|\n/g, "\r")));
  }

  copySelection() {
    return this.#clipboard.copySelection();
  }

  pasteClipboard() {
    return this.#clipboard.pasteClipboard();
  }

  /** The host has said something: its prompt may be in it. @param {Uint8Array} bytes */
  heard(bytes) {
    if (this.#paced.isOn) this.#paced.heard(promptDecoder.decode(bytes));
  }

  /** Whether a paste goes out at a pace just now. */
  get isOn() {
    return this.#paced.isOn;
  }

  /**
   * A person types while a paste goes out: the keys wait until it is through, as they would behind a line. Esc
   * and ^C stop it, and ^C goes to the host, too.
   *
   * @param {string} text
   * @returns {boolean} whether that is all there is to do with it now
   */
  holds(text) {
    if (!this.#paced.isOn || this.#isForItAlone) return false;
    if (text === "\x1b" || text === "\x03") {
      this.#held = "";
      this.#paced.stop();
      return text === "\x1b";
    }
    this.#held += text;
    return true;
  }

  #letGo() {
    const held = this.#held;
    this.#held = "";
    if (held) this.#terminal.input(held);
  }

  /** It cannot go on, and is not to be taken for whole. */
  interrupt() {
    if (!this.#paced.isOn) return;
    const { sent, total } = this.#paced.progress;
    this.stop();
    this.#events.notice(say("pasteStopped", { sent, total }), Infinity);
  }

  /** What has not gone out stays here. */
  stop() {
    this.#held = "";
    this.#paced.stop();
  }

  dispose() {
    this.stop();
    this.#clipboard.dispose();
  }

  /** @param {() => void} type makes the emulator type, at once */
  #alone(type) {
    this.#isForItAlone = true;
    type();
    this.#isForItAlone = false;
  }
}
