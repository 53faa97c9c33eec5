// A small dialog that asks: for a name, for what a snippet lacks, or what is to become of a terminal.

import { element, partsOf, whenClosed } from "../dom/element.js";
import { say } from "../words/words.js";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} [words]
 * @property {{name: string, label: string, value?: string, mistake?: (value: string) => string | null}[]} [fields]
 * @property {{value: string, label: string}[]} answers the first is what Enter means
 */

export class AskDialog {
  #dialog;
  #parts;

  /** @param {HTMLDialogElement} dialog with the parts `title`, `words`, `fields`, `problem` and `answers` */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#parts = partsOf(dialog);
  }

  /**
   * @param {Question} question
   * @returns {Promise<{answer: any, values: Record<string, string>} | null>} null where nobody wanted to answer
   */
  async ask({ title, words = "", fields = [], answers }) {
    const { title: heading, words: text, fields: list, problem, answers: row } = this.#parts;
    heading.textContent = title;
    text.textContent = words;
    text.hidden = words === "";
    problem.textContent = "";
    const inputs = fields.map(({ name, value = "" }) => {
      const input = element("input", {
        id: `ask-${name}`, autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      });
      input.value = value;
      return input;
    });
    list.replaceChildren(
      ...fields.flatMap(({ name, label }, index) => [element("label", { for: `ask-${name}` }, label), inputs[index]]));
    row.replaceChildren(
      ...answers.map(({ value, label }, index) =>
        element("button", { type: "submit", value, class: index === 0 ? "primary" : "" }, label)),
      element("button", { type: "submit", value: "", formnovalidate: "" }, say("cancel")));
    const check = (event) => {
      if (event.submitter?.value === "") return;
      const mistakes = fields.map(({ mistake }, index) => mistake?.(inputs[index].value) ?? null);
      const wrong = mistakes.findIndex((each) => each !== null);
      inputs.forEach((input, index) => input.setAttribute("aria-invalid", String(mistakes[index] !== null)));
      problem.textContent = mistakes[wrong] ?? "";
      if (wrong < 0) return;
      event.preventDefault();
      inputs[wrong].focus();
    };
    this.#dialog.returnValue = "";
    const form = this.#dialog.querySelector("form");
    form.addEventListener("submit", check);
    this.#dialog.showModal();
    (inputs[0] ?? row.firstElementChild).focus();
    inputs[0]?.select();
    const answer = await whenClosed(this.#dialog);
    form.removeEventListener("submit", check);
    const values = Object.fromEntries(fields.map(({ name }, index) => [name, inputs[index].value]));
    return answer === "" ? null : { answer, values };
  }
}
