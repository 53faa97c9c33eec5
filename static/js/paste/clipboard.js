// Copying and pasting, by keys, mouse and at a host's wish.

import { say } from "../words/words.js";
import { harmless, isRisky } from "./paste-text.js";

/** A page that did not come over https has no clipboard of its own: the browser's old command helps out. */
function copyByCommand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  // Whoever has copied goes on where they were.
  before?.focus({ preventScroll: true });
  return isDone;
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

export class Clipboard {
  /** A middle button's paste comes within so many milliseconds. */
  static #afterClick = 300;

  #terminal;
  #settings;
  #events;
  #stop = new AbortController();
  #isSelecting = false;
  #selection;
  #osc;
  /** Until when a middle button's paste is not ours, as performance.now: the host has its click. */
  #hostsButton = 0;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal open
   * @param {import("../settings/settings.js").Settings} settings
   * @param {{confirm: (text: string, isBracketed: boolean) => Promise<string | null>, takesElsewhere: (text: string) =>
   *   Promise<boolean>, paced: (text: string) => boolean, notice: (words: string, milliseconds?: number) => void}}
   *   events
   */
  constructor(terminal, settings, events) {
    this.#terminal = terminal;
    this.#settings = settings;
    this.#events = events;
    const options = { capture: true, signal: this.#stop.signal };
    terminal.element.addEventListener("paste", (event) => this.#pasted(event), options);
    terminal.element.addEventListener("beforeinput", (event) => this.#inserted(event), options);
    terminal.element.addEventListener("mousedown", (event) => this.#pressed(event), options);
    terminal.element.addEventListener("dragover", (event) => event.preventDefault(), options);
    terminal.element.addEventListener("drop", (event) => this.#dropped(event), options);
    this.#selection = terminal.onSelectionChange(() => (this.#isSelecting = true));
    document.addEventListener("mouseup", (event) => {
      if (event.button === 1 && this.#hostsButton) this.#hostsButton = performance.now() + Clipboard.#afterClick;
      this.#selected();
    }, options);
    this.#osc = terminal.parser.registerOscHandler(52, (data) => this.#hostCopies(data));
  }

  dispose() {
    this.#stop.abort();
    this.#selection.dispose();
    this.#osc.dispose();
  }

  /** Copies what is selected; false where nothing is. */
  copySelection() {
    const text = this.#terminal.getSelection();
    if (text === "") return false;
    this.#copy(text);
    return true;
  }

  /** Pastes what is on the clipboard, where the browser lets the page read it. */
  async pasteClipboard() {
    let text;
    try {
      text = await navigator.clipboard.readText();
    } catch {
      this.#events.notice(say("mayNotRead"), 8000);
      return;
    }
    await this.paste(text);
  }

  /** Every way of pasting ends here. @param {string} pasted */
  async paste(pasted) {
    let text = harmless(pasted);
    const isBracketed = this.#terminal.modes.bracketedPasteMode;
    if (text && (await this.#events.takesElsewhere(text))) return;
    if (this.#settings.get("confirmPaste") && isRisky(text, isBracketed)) {
      text = await this.#events.confirm(text, isBracketed);
    }
    if (text && !this.#events.paced(text)) this.#terminal.paste(text);
    this.#terminal.focus();
  }

  /**
   * One gesture does one thing: a host that listens to the mouse has its middle button, and with Shift it is the
   * page's.
   */
  #pressed({ button, shiftKey }) {
    const isHosts = button === 1 && this.#terminal.modes.mouseTrackingMode !== "none" && !shiftKey;
    this.#hostsButton = isHosts ? Infinity : 0;
  }

  /** Some browsers put a text into the emulator's field without a paste event, as the middle button does. */
  #inserted(event) {
    if (!["insertFromPaste", "insertFromDrop", "insertFromYank"].includes(event.inputType)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (performance.now() < this.#hostsButton) return;
    this.paste(event.data ?? event.dataTransfer?.getData("text/plain") ?? "");
  }

  #dropped(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.paste(event.dataTransfer?.getData("text/plain") ?? "");
  }

  #pasted(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (performance.now() < this.#hostsButton) return;
    this.paste(event.clipboardData?.getData("text/plain") ?? "");
  }

  /** The emulator hears of the button after us, and says then whether something is selected that was not before. */
  #selected() {
    setTimeout(() => {
      const isNew = this.#isSelecting;
      this.#isSelecting = false;
      if (isNew && this.#settings.get("copyOnSelect")) this.copySelection();
    });
  }

  /** A host may put text on the clipboard where that is wanted; reading it is never allowed. */
  #hostCopies(data) {
    const [, content = ""] = data.split(";");
    if (content === "?" || !this.#settings.get("hostCopies")) return true;
    try {
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      this.#copy(new TextDecoder().decode(bytes), say("hostCopied"));
    } catch {
      // Not base64: nothing to copy.
    }
    return true;
  }

  async #copy(text, words = "") {
    const isDone = await copy(text);
    if (!isDone) this.#events.notice(say("mayNotCopy"));
    else if (words) this.#events.notice(words);
  }
}
