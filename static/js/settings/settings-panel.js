// The panel in which settings are changed; each takes effect, and is kept, at once.

import { element, partsOf } from "../dom/element.js";
import { say } from "../words/words.js";
import { fields } from "./settings.js";

export class SettingsPanel {
  #dialog;
  #form;
  #settings;
  #controls = new Map();
  /** The page has its words from the server: another language is there when it is loaded again. */
  #reload;
  #languageAtLoad;

  /**
   * @param {HTMLDialogElement} dialog with the parts `fields`, `keys` and `reset`
   * @param {import("./settings.js").Settings} settings
   * @param {{keys: () => void, closed: () => void}} told the keys are wanted, which have a list of their own
   */
  constructor(dialog, settings, { keys, closed }) {
    const parts = partsOf(dialog);
    this.#dialog = dialog;
    this.#form = parts.fields;
    this.#settings = settings;
    this.#languageAtLoad = settings.get("language");
    const reload = element("button", { type: "button" }, say("loadAgain"));
    reload.addEventListener("click", () => location.reload());
    this.#reload = element("p", { class: "panel-hint", role: "status" }, `${say("settings.loadForLanguage")} `, reload);
    for (const section of new Set(fields.map((field) => field.section))) this.#form.append(this.#section(section));
    parts.keys.addEventListener("click", () => {
      dialog.close();
      keys();
    });
    parts.reset.addEventListener("click", () => settings.reset());
    this.#dialog.addEventListener("close", closed);
    settings.follow(() => this.#show());
  }

  open() {
    this.#dialog.showModal();
  }

  #section(section) {
    const title = element("h2", { id: `settings-${section}` }, say(`section.${section}`));
    const rows = fields.filter((field) => field.section === section).flatMap((field) => this.#row(field));
    return element(
      "section", { "aria-labelledby": title.id }, title, element("div", { class: "panel-fields" }, ...rows));
  }

  #row(field) {
    const control = this.#control(field);
    control.id = `setting-${field.key}`;
    control.addEventListener("change", () => {
      this.#settings.set(field.key, this.#valueOf(field, control));
      // What was not valid goes back to what is in force.
      this.#show();
    });
    this.#controls.set(field.key, control);
    const label = document.createElement("label");
    label.htmlFor = control.id;
    label.textContent = field.label;
    return field.key === "language" ? [label, control, this.#reload] : [label, control];
  }

  #control(field) {
    if (field.choices) {
      const select = document.createElement("select");
      select.append(...field.choices.map(([value, words]) => new Option(words, value)));
      return select;
    }
    const input = document.createElement("input");
    input.type = typeof field.standard === "boolean" ? "checkbox" : field.range ? "number" : "text";
    if (field.range) [input.min, input.max] = field.range.map(String);
    return input;
  }

  #valueOf(field, control) {
    if (control.type === "checkbox") return control.checked;
    return control.type === "number" ? control.valueAsNumber : control.value;
  }

  #show() {
    for (const field of fields) {
      const control = this.#controls.get(field.key);
      const value = this.#settings.get(field.key);
      if (control.type === "checkbox") control.checked = value;
      else control.value = String(value);
    }
    this.#reload.hidden = this.#settings.get("language") === this.#languageAtLoad;
  }
}
