// The list of all keys that are the page's, or that go another way than one might think.

import { element, partsOf } from "./element.js";
import { sent, shortcuts } from "./key-table.js";

/** Bytes for people: `ESC [1;3A`, or a number where there is only one. */
function spell(bytes) {
  return bytes.length === 1 ? bytes.charCodeAt(0).toString(16).padStart(2, "0") : bytes.replace("\x1b", "ESC ");
}

export class KeysDialog {
  #dialog;

  /**
   * @param {HTMLDialogElement} dialog with the parts `page` and `host`
   * @param {() => void} closed
   */
  constructor(dialog, closed) {
    this.#dialog = dialog;
    const parts = partsOf(dialog);
    const row = (keys, name) => element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, keys)), element("td", {}, name));
    parts.page.append(...shortcuts.map(({ keys, name }) => row(keys, name)), row("Menu", "Menu: copy, paste, search, keys, save, settings"));
    parts.host.append(...sent.map(({ keys, name, bytes }) => row(keys, `${name}: ${spell(bytes)}`)));
    dialog.addEventListener("close", closed);
  }

  open() {
    this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
  }
}
