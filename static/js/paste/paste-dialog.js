// Asks whether a risky text is really to be pasted.

import { element, partsOf, whenClosed } from "../dom/element.js";
import { listWords, say } from "../words/words.js";
import { readablePace } from "./paced-paste.js";
import { asPlainText, hasHidden, lineCount, pieces } from "./paste-text.js";

export class PasteDialog {
  static #longestPreview = 2000;

  #dialog;
  #parts;

  /** @param {HTMLDialogElement} dialog with the parts `text`, `words`, `plain`, `pace`, `lineDelay` and `waitFor` */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#parts = partsOf(dialog);
    this.#parts.waitFor.addEventListener("input", () => this.#checkPattern());
  }

  #checkPattern() {
    const { waitFor } = this.#parts;
    try {
      new RegExp(waitFor.value);
      waitFor.setCustomValidity("");
    } catch {
      waitFor.setCustomValidity(say("paste.noPattern"));
    }
  }

  /**
   * @param {string} text
   * @param {{isBracketed: boolean, pace: import("./paced-paste.js").Pace, names?: string[]}} about whether the host's
   *   prompt waits for a key after a paste, the pace to begin with, and who gets it where that is more than the
   *   terminal in front
   * @returns {Promise<{text: string, pace: import("./paced-paste.js").Pace} | null>} what is to be pasted; null is
   *   nothing
   */
  async ask(text, { isBracketed, pace, names = [] }) {
    const { words, text: preview, plain, lineDelay, waitFor } = this.#parts;
    const lines = lineCount(text);
    const into = names.length > 0
      ? say("paste.several", { count: names.length, names: listWords(names) }) : say("paste.theTerminal");
    const whatFor = isBracketed && names.length === 0 ? ""
      : lines > 1 || /[\r\n]/.test(text) ? say("paste.lines", { count: lines, into })
      : names.length > 0 ? say("paste.this", { into }) : "";
    preview.replaceChildren(...pieces(text.slice(0, PasteDialog.#longestPreview)).map((piece) =>
      piece.isHidden ? element("mark", {}, piece.text) : piece.text));
    if (text.length > PasteDialog.#longestPreview) preview.append("…");
    plain.hidden = !hasHidden(text);
    this.#parts.pace.hidden = lines < 2;
    const readable = readablePace(pace);
    words.textContent = [
      whatFor, hasHidden(text) ? say("paste.hidden") : "",
      readable !== pace ? say("paste.unreadable", { pattern: pace.waitFor }) : "",
    ].filter(Boolean).join(" ");
    lineDelay.value = String(readable.lineDelay ?? 0);
    waitFor.value = readable.waitFor ?? "";
    this.#checkPattern();
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    const answer = { paste: text, plain: asPlainText(text) }[await whenClosed(this.#dialog)];
    const chosen = {
      lineDelay: Number(lineDelay.value) || 0, characterDelay: pace.characterDelay, waitFor: waitFor.value,
    };
    return answer === undefined ? null : { text: answer, pace: chosen };
  }
}
