// Copying and pasting, by keys, mouse and at a host's wish.

/** A page that did not come over https has no clipboard of its own: the browser's old command helps out. */
function copyByCommand(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  return isDone;
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

/** More than one line, or something that is no text: a plain prompt would carry it out at once. */
const isRisky = (text) => /[\r\n]./s.test(text) || /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text);

export class Clipboard {
  #terminal;
  #settings;
  #events;
  #stop = new AbortController();
  #isSelecting = false;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal open
   * @param {import("../settings/settings.js").Settings} settings
   * @param {{confirm: (text: string) => Promise<boolean>, notice: (words: string) => void}} events
   */
  constructor(terminal, settings, events) {
    this.#terminal = terminal;
    this.#settings = settings;
    this.#events = events;
    const options = { capture: true, signal: this.#stop.signal };
    terminal.element.addEventListener("paste", (event) => this.#pasted(event), options);
    terminal.element.addEventListener("contextmenu", (event) => this.#rightButton(event), options);
    terminal.onSelectionChange(() => (this.#isSelecting = true));
    document.addEventListener("mouseup", () => this.#selected(), options);
    terminal.parser.registerOscHandler(52, (data) => this.#hostCopies(data));
  }

  dispose() {
    this.#stop.abort();
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
      this.#events.notice("The browser does not let this page read the clipboard: paste with Ctrl+Shift+V.");
      return;
    }
    await this.paste(text);
  }

  /** @param {string} text */
  async paste(text) {
    if (text === "") return;
    const asks = this.#settings.get("confirmPaste") && !this.#terminal.modes.bracketedPasteMode && isRisky(text);
    if (asks && !(await this.#events.confirm(text))) return;
    this.#terminal.paste(text);
    this.#terminal.focus();
  }

  #pasted(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.paste(event.clipboardData?.getData("text/plain") ?? "");
  }

  /** With Shift the browser's own menu is to be had; a host that listens to the mouse gets its button. */
  #rightButton(event) {
    if (event.shiftKey || this.#terminal.modes.mouseTrackingMode !== "none") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.pointerType === "touch") return;
    this.pasteClipboard();
  }

  #selected() {
    if (!this.#isSelecting) return;
    this.#isSelecting = false;
    // The selection is complete only after the emulator has heard of the button, too.
    if (this.#settings.get("copyOnSelect")) setTimeout(() => this.copySelection());
  }

  /** A host may put text on the clipboard where that is wanted; reading it is never allowed. */
  #hostCopies(data) {
    const [, content = ""] = data.split(";");
    if (content === "?" || !this.#settings.get("hostCopies")) return true;
    try {
      const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      this.#copy(new TextDecoder().decode(bytes), "The host has copied text to the clipboard.");
    } catch {
      // Not base64: nothing to copy.
    }
    return true;
  }

  async #copy(text, words = "") {
    const isDone = await copy(text);
    if (!isDone) this.#events.notice("The browser does not let this page copy.");
    else if (words) this.#events.notice(words);
  }
}
