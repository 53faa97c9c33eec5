// Asks whether a risky text is really to be pasted.

import { partsOf } from "./element.js";

export class PasteDialog {
  static #longestPreview = 2000;

  #dialog;
  #preview;
  #words;

  /** @param {HTMLDialogElement} dialog with the parts `text` and `words` */
  constructor(dialog) {
    this.#dialog = dialog;
    ({ text: this.#preview, words: this.#words } = partsOf(dialog));
  }

  /**
   * @param {string} text
   * @returns {Promise<boolean>}
   */
  ask(text) {
    const lines = text.split(/\r\n|\r|\n/).length;
    this.#words.textContent = lines > 1
      ? `${lines} lines would be typed into the terminal, and each carried out at once.`
      : "The text holds control characters.";
    // Control characters are shown as the pictures that Unicode has for them.
    this.#preview.textContent = text
      .slice(0, PasteDialog.#longestPreview)
      .replace(/[\x00-\x08\x0b-\x1f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)));
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    return new Promise((resolve) => {
      this.#dialog.addEventListener("close", () => resolve(this.#dialog.returnValue === "paste"), { once: true });
    });
  }
}
