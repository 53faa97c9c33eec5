// One's own snippets: made, changed, taken to another browser and back.

import { element, partsOf } from "../dom/element.js";
import { saveText } from "../terminal/save.js";
import { say } from "../words/words.js";
import { readSnippets } from "./snippets.js";

export class SnippetDialog {
  #dialog;
  #parts;
  #snippets;
  /** Which one is being changed; empty is a new one. */
  #former = "";

  /**
   * @param {HTMLDialogElement} dialog with the parts `list`, `form`, `name`, `text`, `groups`, `problem`, `export` and
   *   `import`
   * @param {import("./snippets.js").Snippets} snippets
   * @param {() => void} closed
   */
  constructor(dialog, snippets, closed) {
    this.#dialog = dialog;
    this.#parts = partsOf(dialog);
    this.#snippets = snippets;
    dialog.addEventListener("close", closed);
    this.#parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#put();
    });
    this.#parts.export.addEventListener(
      "click", () => saveText("snippets.json", `${JSON.stringify(snippets.own, null, 2)}\n`));
    this.#parts.import.addEventListener("change", () => this.#import());
  }

  open() {
    this.#edit({ name: "", text: "", groups: [] });
    this.#show();
    this.#dialog.showModal();
    this.#parts.name.focus();
  }

  #show() {
    this.#parts.list.replaceChildren(...this.#snippets.all.map((each) => this.#item(each)));
  }

  #item(snippet) {
    const { name, text, isShared } = snippet;
    const words = element("span", { class: "snippet-words" }, element("strong", {}, name), element("code", {}, text));
    if (isShared) return element("li", {}, words, element("small", {}, say("everybodys")));
    const button = (label, words) => element("button", { type: "button", "aria-label": label }, words);
    const change = button(say("snippets.changeOne", { name }), say("snippets.change"));
    const remove = button(say("snippets.removeOne", { name }), say("snippets.remove"));
    change.addEventListener("click", () => {
      this.#edit(snippet);
      this.#parts.name.focus();
    });
    remove.addEventListener("click", () => {
      this.#snippets.remove(name);
      this.#show();
      this.#parts.name.focus();
    });
    return element("li", {}, words, change, remove);
  }

  #edit({ name, text, groups }) {
    this.#former = name;
    this.#parts.name.value = name;
    this.#parts.text.value = text;
    this.#parts.groups.value = groups.join(", ");
    this.#parts.problem.textContent = "";
  }

  #put() {
    const [name, text] = [this.#parts.name.value.trim(), this.#parts.text.value];
    const groups = this.#parts.groups.value.split(",").map((each) => each.trim()).filter(Boolean);
    this.#parts.problem.textContent =
      name === "" ? say("snippets.needsName") : text === "" ? say("snippets.needsText") : "";
    if (this.#parts.problem.textContent) return;
    const isKept = this.#snippets.put({ name, text, groups }, this.#former || name);
    this.#edit({ name: "", text: "", groups: [] });
    if (!isKept) this.#parts.problem.textContent = say("keepsNothing");
    this.#show();
  }

  async #import() {
    const [file] = this.#parts.import.files;
    if (!file) return;
    try {
      for (const each of readSnippets(await file.text())) this.#snippets.put(each);
      this.#parts.problem.textContent = "";
    } catch (error) {
      this.#parts.problem.textContent = say("snippets.fileProblem", { file: file.name, problem: error.message });
    }
    this.#parts.import.value = "";
    this.#show();
  }
}
