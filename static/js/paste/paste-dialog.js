// Asks whether a risky text is really to be pasted.

import { element, partsOf, whenClosed } from "../dom/element.js";
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
      waitFor.setCustomValidity("This is no pattern: a regular expression is meant.");
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
    const into = names.length > 0 ? `${names.length} terminals (${names.join(", ")})` : "the terminal";
    const whatFor = isBracketed && names.length === 0 ? "" : lines > 1
      ? `${lines} lines would be typed into ${into}, and each carried out at once. `
      : /[\r\n]/.test(text) ? `1 line would be typed into ${into}, and carried out at once. `
      : names.length > 0 ? `This would be typed into ${into}. ` : "";
    const hidden = hasHidden(text) ? "The text holds characters that cannot be seen: they are marked." : "";
    words.textContent = whatFor + hidden;
    preview.replaceChildren(...pieces(text.slice(0, PasteDialog.#longestPreview)).map((piece) =>
      piece.isHidden ? element("mark", {}, piece.text) : piece.text));
    if (text.length > PasteDialog.#longestPreview) preview.append("…");
    plain.hidden = !hasHidden(text);
    this.#parts.pace.hidden = lines < 2;
    const readable = readablePace(pace);
    if (readable !== pace) {
      words.textContent += ` This browser cannot read the prompt's pattern (${pace.waitFor}): `
        + "a pause after each line stands for it.";
    }
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
