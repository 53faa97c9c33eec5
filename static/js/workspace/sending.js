// Typing into several terminals at once.

import { isComposing } from "../dom/composing.js";
import { element, partsOf } from "../dom/element.js";
import { harmless, isRisky } from "../paste/paste-text.js";
import { listWords, say } from "../words/words.js";
import { Answers } from "./answers.js";
import { LineHistory } from "./line-history.js";

/** A second Esc within this many milliseconds ends it. */
const doubleEscape = 600;

/** Cursor keys as another terminal would send them. */
const cursorKey = /^\x1b[O[]([ABCDHF])$/;

/**
 * @typedef {object} Member
 * @property {string} id
 * @property {string} name
 * @property {string} tab what its tab is called
 * @property {boolean} isInSight
 * @property {boolean} isStarred its device
 * @property {import("../pane/pane.js").Pane | null} pane
 *
 * @typedef {object} SendingParts
 * @property {HTMLDialogElement} dialog with the parts `members`, `sets`, `all`, `none` and `start`
 * @property {HTMLElement} bar with the parts `words`, `line`, `answers`, `keys` and `end`
 */

export class Sending {
  #dialog;
  #choice;
  #bar;
  #parts;
  #desk;
  #told;
  /** @type {Set<string>} */
  #ids = new Set();
  #isKeyByKey = false;
  #history = new LineHistory();
  #answers = new Answers();
  #lastEscape = -Infinity;

  /**
   * @param {SendingParts} parts
   * @param {import("../page/desk.js").Desk} desk
   * @param {{members: () => Member[], changed: () => void, back: () => void, show: (id: string) => void}} told
   */
  constructor({ dialog, bar }, desk, told) {
    this.#dialog = dialog;
    this.#choice = partsOf(dialog);
    this.#bar = bar;
    this.#parts = partsOf(bar);
    this.#desk = desk;
    this.#told = told;
    const tick = (isOn) => this.#choice.members.querySelectorAll("input").forEach((box) => (box.checked = isOn));
    this.#choice.all.addEventListener("click", () => tick(true));
    this.#choice.none.addEventListener("click", () => tick(false));
    dialog.addEventListener("close", () => {
      if (dialog.open) return;
      const ids = [...this.#choice.members.querySelectorAll("input:checked")].map((box) => box.value);
      if (dialog.returnValue === "start" && ids.length > 0) this.#start(ids);
      else told.back();
    });
    this.#parts.line.addEventListener("keydown", (event) => this.#pressed(event));
    // A field of one line makes one line of what is pasted; whatever way it comes, it is looked at before.
    this.#parts.line.addEventListener("paste", (event) => this.#inserted(event, event.clipboardData));
    this.#parts.line.addEventListener("drop", (event) => this.#inserted(event, event.dataTransfer));
    this.#parts.line.addEventListener("beforeinput", (event) => {
      if (/^insertFrom(Paste|Drop|Yank)/.test(event.inputType)) this.#inserted(event, event.dataTransfer, event.data);
    });
    this.#parts.keys.addEventListener("click", () => this.#setKeyByKey(!this.#isKeyByKey));
    this.#parts.end.addEventListener("click", () => this.end());
  }

  get isOn() {
    return this.#ids.size > 0;
  }

  has(id) {
    return this.#ids.has(id);
  }

  /** Asks which. */
  open() {
    const all = this.#told.members();
    const groups = new Map(all.map(({ tab }) => [tab, all.filter((each) => each.tab === tab)]));
    this.#choice.members.replaceChildren(...[...groups].map(([tab, members]) => element(
      "fieldset", {}, element("legend", {}, tab),
      ...members.map(({ id, name, pane }) => {
        const box = element("input", { type: "checkbox", value: id });
        box.checked = this.#ids.size === 0 ? Boolean(pane?.session.isAlive) : this.#ids.has(id);
        box.disabled = !pane?.session.isAlive;
        return element("label", {}, box, ` ${name}`);
      }))));
    this.#choice.sets.replaceChildren(...this.#sets(all).map(({ name, ids }) => {
      const button = element("button", { type: "button" }, name, element("small", {}, ` ${ids.size}`));
      button.addEventListener("click", () => this.#choice.members.querySelectorAll("input:enabled")
        .forEach((box) => (box.checked = ids.has(box.value))));
      return button;
    }));
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    this.#choice.members.querySelector("input:enabled")?.focus();
  }

  /** What can be ticked at once: stars, and groups of devices. */
  #sets(all) {
    const alive = all.filter(({ pane }) => pane?.session.isAlive);
    const idsOf = (members) => new Set(members.map(({ id }) => id));
    const groups = new Set(alive.map(({ pane }) => pane.data.group).filter(Boolean));
    return [
      { name: say("starred"), ids: idsOf(alive.filter(({ isStarred }) => isStarred)) },
      ...[...groups].map((group) => ({
        name: group, ids: idsOf(alive.filter(({ pane }) => pane.data.group === group)),
      })).filter(({ ids }) => ids.size > 1),
    ].filter(({ ids }) => ids.size > 0 && ids.size < alive.length);
  }

  end() {
    if (!this.isOn) return;
    this.#forgetAnswers();
    const members = this.#members;
    this.#ids = new Set();
    for (const { pane } of members) pane?.session.tellSending(0);
    this.#bar.hidden = true;
    this.#told.changed();
    this.#told.back();
  }

  /** Panes have come or gone. */
  update() {
    if (!this.isOn) return;
    const there = new Set(this.#told.members().map(({ id }) => id));
    const gone = [...this.#ids].filter((id) => !there.has(id));
    for (const id of gone) this.#ids.delete(id);
    if (!this.isOn) this.#bar.hidden = true;
    else if (gone.length > 0) this.#tell();
  }

  /** A pane has a channel again: what is said of it has to be said anew. */
  attached(id) {
    if (this.has(id)) this.#told.members().find((each) => each.id === id)?.pane?.session.tellSending(this.#ids.size);
  }

  /**
   * Something was typed in a pane.
   *
   * @param {string} id the pane's
   * @param {string} text
   * @returns {boolean} whether that is all there is to do
   */
  typed(id, text) {
    if (!this.#isKeyByKey || !this.has(id)) return false;
    if (text === "\x1b" && this.#isSecondEscape()) {
      this.end();
      return true;
    }
    this.#toAll(text, id);
    return false;
  }

  /**
   * @param {string} id the pane's
   * @param {string} text
   * @returns {Promise<boolean>} whether that is all there is to do
   */
  async pasted(id, text) {
    if (!this.#isKeyByKey || !this.has(id)) return false;
    await this.#paste(text, this.#members.find((each) => each.id === id).pane.data.paste);
    this.#told.back();
    return true;
  }

  /** Asks once, with all names. */
  async #paste(text, pace) {
    const names = this.#members.map(({ name }) => name);
    const answer = await this.#desk.pasteDialog.ask(text, { isBracketed: false, pace, names });
    if (answer) for (const { pane } of this.#members) pane.takePaste(answer.text, answer.pace);
  }

  /** Lines are lines, and are asked about; one that says what it does goes into the field. */
  async #inserted(event, data, text = data?.getData("text/plain") ?? "") {
    const pasted = harmless(text ?? "");
    if (pasted === text && !isRisky(pasted, false)) return;
    event.preventDefault();
    // What is there already belongs before it.
    const { line } = this.#parts;
    const [start, end] = [line.selectionStart, line.selectionEnd];
    const whole = line.value.slice(0, start) + pasted + line.value.slice(end);
    if (!isRisky(whole, false)) return line.setRangeText(pasted, start, end, "end");
    if (this.#members.length === 0) return;
    line.value = "";
    await this.#paste(whole, this.#members[0].pane.data.paste);
    if (this.#bar.hidden) return;
    line.focus();
    // The dialog gives back the focus, but not the place where it was.
    line.setSelectionRange(0, line.value.length);
  }

  /** What is to be typed into a pane goes to all, where it is one of them. @returns {Member[]} */
  membersFor(id) {
    return this.has(id) ? this.#members : [];
  }

  get #members() {
    return this.#told.members().filter(({ id, pane }) => this.#ids.has(id) && pane && !pane.isOver);
  }

  #start(ids) {
    const before = this.#members;
    this.#ids = new Set(ids);
    this.#forgetAnswers();
    for (const { id, pane } of before) if (!this.has(id)) pane.session.tellSending(0);
    this.#setKeyByKey(false);
    this.#bar.hidden = false;
    this.#told.changed();
    this.#tell();
    this.#parts.line.focus();
  }

  #tell() {
    this.showCount();
    const members = this.#members;
    for (const { pane } of members) {
      pane.rest.end();
      pane.session.tellSending(members.length);
    }
  }

  /** Says to how many it goes, and how many of them are out of sight. */
  showCount() {
    if (!this.isOn) return;
    const members = this.#members;
    const hidden = members.filter(({ isInSight }) => !isInSight).length;
    const to = say("sending.to", { count: members.length });
    const words = hidden > 0 ? say("sending.hidden", { words: to, count: hidden }) : to;
    if (this.#parts.words.textContent !== words) this.#parts.words.textContent = words;
    this.#parts.words.title = listWords(members.map(({ name }) => name));
  }

  #forgetAnswers() {
    this.#answers.stop();
    this.#parts.answers.replaceChildren();
  }

  /** Sends a line, and says what comes back. */
  #sendLine(line) {
    this.#forgetAnswers();
    const members = this.#members;
    const ears = members.map(({ id, pane }) => ({ id, terminal: pane.screen.terminal }));
    this.#answers.listen(ears, line, ({ same, different }) => {
      const names = new Map(members.map(({ id, name }) => [id, name]));
      const counts = { same: same.length, different: different.length };
      const words = say(different.length === 0 ? "sending.same" : "sending.different", counts);
      this.#parts.answers.replaceChildren(words, ...different.map((id) => {
        const button = element("button", { type: "button" }, names.get(id));
        button.addEventListener("click", () => this.#told.show(id));
        return button;
      }));
    });
    this.#toAll(`${line}\r`);
  }

  #setKeyByKey(isOn) {
    if (isOn) this.#forgetAnswers();
    this.#isKeyByKey = isOn;
    this.#parts.keys.setAttribute("aria-pressed", String(isOn));
    this.#parts.line.disabled = isOn;
    if (isOn) this.#told.back();
    else if (!this.#bar.hidden) this.#parts.line.focus();
  }

  #toAll(text, except = "") {
    for (const { id, pane } of this.#members) {
      const { applicationCursorKeysMode: isApplication } = pane.screen.terminal.modes;
      if (id !== except) pane.takeTyped(text.replace(cursorKey, (_, key) => `\x1b${isApplication ? "O" : "["}${key}`));
    }
  }

  #isSecondEscape() {
    const before = this.#lastEscape;
    this.#lastEscape = performance.now();
    return this.#lastEscape - before < doubleEscape;
  }

  get #hasSelection() {
    const { selectionStart, selectionEnd } = this.#parts.line;
    return selectionStart !== selectionEnd;
  }

  #pressed(event) {
    if (isComposing(event)) return;
    const former = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") {
      this.#history.add(this.#parts.line.value);
      this.#sendLine(this.#parts.line.value);
      this.#parts.line.value = "";
    } else if (former) {
      this.#parts.line.value = this.#history.step(former, this.#parts.line.value);
    } else if (event.key === "c" && event.ctrlKey && !this.#hasSelection) {
      // What a shell's line would do: what was begun is dropped, here and there.
      this.#toAll("\x03");
      this.#parts.line.value = "";
    } else if (event.key === "Escape") {
      if (this.#isSecondEscape()) this.end();
    } else {
      return;
    }
    event.preventDefault();
  }
}
