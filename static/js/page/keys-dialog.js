// The list of all keys that are the page's, or that go another way than one might think.

import { element, partsOf } from "./element.js";
import { sent, shortcuts } from "./key-table.js";

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
    parts.host.append(...sent.map(({ keys, name, bytes }) => row(keys, `${name}: ${JSON.stringify(bytes).slice(1, -1).replace("\\u001b", "ESC ")}`)));
    dialog.addEventListener("close", closed);
  }

  open() {
    this.#dialog.showModal();
  }
}
