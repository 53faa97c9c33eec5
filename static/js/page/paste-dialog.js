// Asks whether a risky text is really to be pasted.

import { element, partsOf } from "./element.js";
import { asPlainText, hasHidden, lineCount, pieces } from "./paste-text.js";

export class PasteDialog {
  static #longestPreview = 2000;

  #dialog;
  #parts;
  #characterDelay;

  /**
   * @param {HTMLDialogElement} dialog with the parts `text`, `words`, `plain`, `pace`, `lineDelay` and `waitFor`
   * @param {import("./paced-paste.js").Pace} pace to begin with
   */
  constructor(dialog, pace) {
    this.#dialog = dialog;
    this.#parts = partsOf(dialog);
    this.#characterDelay = pace.characterDelay;
    this.#parts.lineDelay.value = String(pace.lineDelay ?? 0);
    this.#parts.waitFor.value = pace.waitFor ?? "";
    this.#parts.waitFor.addEventListener("input", () => this.#checkPattern());
  }

  /** @returns {import("./paced-paste.js").Pace} as it was chosen last */
  get pace() {
    const { lineDelay, waitFor } = this.#parts;
    return { lineDelay: Number(lineDelay.value) || 0, characterDelay: this.#characterDelay, waitFor: waitFor.value };
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
   * @param {boolean} isBracketed whether the host's prompt waits for a key after a paste
   * @returns {Promise<string | null>} what is to be pasted; null is nothing
   */
  ask(text, isBracketed) {
    const { words, text: preview, plain } = this.#parts;
    const lines = lineCount(text);
    const whatFor = isBracketed ? "" : lines > 1
      ? `${lines} lines would be typed into the terminal, and each carried out at once. `
      : /[\r\n]/.test(text) ? "1 line would be typed into the terminal, and carried out at once. " : "";
    words.textContent = whatFor + (hasHidden(text) ? "The text holds characters that cannot be seen: they are marked." : "");
    preview.replaceChildren(...pieces(text.slice(0, PasteDialog.#longestPreview)).map((piece) =>
      piece.isHidden ? element("mark", {}, piece.text) : piece.text));
    if (text.length > PasteDialog.#longestPreview) preview.append("…");
    plain.hidden = !hasHidden(text);
    this.#parts.pace.hidden = lines < 2;
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      const answers = { paste: text, plain: asPlainText(text) };
      this.#dialog.addEventListener("close", () => resolve(answers[this.#dialog.returnValue] ?? null), { once: true });
    });
  }
}
