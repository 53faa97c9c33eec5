// What a person has chosen, kept in this browser.

import { readKept, writeKept } from "../dom/kept.js";
import { languages, say } from "../words/words.js";

/**
 * @typedef {object} Field
 * @property {string} key
 * @property {string} section where it stands in the panel
 * @property {string} label
 * @property {string | number | boolean} standard
 * @property {[string, string][]} [choices] value and words
 * @property {[number, number]} [range]
 */

/**
 * A choice by its values, which are called by "PREFIXVALUE" where they are not given words.
 *
 * @param {string} prefix @param {string[]} values @param {Record<string, string>} [words]
 * @returns {[string, string][]}
 */
const choices = (prefix, values, words = {}) =>
  values.map((value) => [value, words[value] ?? say(`${prefix}${value}`)]);

/**
 * Fields of a section; each is called by "settings.KEY".
 *
 * @param {string} section called by "section.SECTION"
 * @param {Omit<Field, "label" | "section">[]} fields
 * @returns {Field[]}
 */
const sectionOf = (section, fields) =>
  fields.map((field) => ({ ...field, section, label: say(`settings.${field.key}`) }));

/** Everything that can be chosen, in the order of the panel. */
export const fields = [
  ...sectionOf("look", [
    {
      key: "theme", standard: "system",
      choices: choices("theme.", ["system", "dark", "light", "solarized-dark", "solarized-light", "contrast"]),
    },
    {
      key: "language", standard: "system",
      choices: choices("settings.", ["system", ...languages.map(([tag]) => tag)], {
        system: say("settings.asBrowser"), ...Object.fromEntries(languages),
      }),
    },
    { key: "fontSize", standard: 15, range: [8, 40] },
    { key: "fontFamily", standard: "" },
    {
      key: "contrast", standard: "4.5",
      choices: choices("contrast.", ["off", "4.5", "7"], { 4.5: "4.5 : 1", 7: "7 : 1" }),
    },
    { key: "cursorStyle", standard: "block", choices: choices("cursor.", ["block", "underline", "bar"]) },
    { key: "cursorBlink", standard: true },
    { key: "bar", standard: true },
  ]),
  ...sectionOf("terminal", [
    { key: "scrollback", standard: 10000, range: [0, 100000] },
    { key: "bell", standard: "visual", choices: choices("bell.", ["visual", "sound", "off"]) },
    { key: "hostNotifies", standard: true },
    { key: "screenReader", standard: false },
  ]),
  ...sectionOf("clipboard", [
    { key: "copyOnSelect", standard: false },
    { key: "rightButton", standard: "paste", choices: choices("rightButton.", ["paste", "menu"]) },
    { key: "confirmPaste", standard: true },
    { key: "hostCopies", standard: false },
  ]),
  ...sectionOf("keys", [
    {
      key: "backspace", standard: "host",
      choices: choices("backspace.", ["host", "del", "bs"], { del: "DEL (7f)", bs: "BS (08)" }),
    },
    { key: "functionKeys", standard: "xterm", choices: choices("functionKeys.", ["xterm", "vt-utf8"]) },
    { key: "altIsMeta", standard: false },
    { key: "keyBar", standard: "auto", choices: choices("keyBar.", ["auto", "on", "off"]) },
  ]),
];

const store = "webterm:settings";

function isValid(field, value) {
  if (typeof value !== typeof field.standard) return false;
  if (field.choices) return field.choices.some(([choice]) => choice === value);
  if (field.range) return Number.isInteger(value) && value >= field.range[0] && value <= field.range[1];
  return typeof value !== "string" || value.length <= 200;
}

/** The settings of this browser. Tells its listeners of changes, those made in other tabs, too. */
export class Settings {
  #values = {};
  #listeners = new Set();
  #stop = new AbortController();

  constructor() {
    this.#load();
    addEventListener("storage", (event) => {
      if (event.key !== store && event.key !== null) return;
      this.#load();
      this.#tell();
    }, { signal: this.#stop.signal });
  }

  /** @param {string} key */
  get(key) {
    return this.#values[key];
  }

  /**
   * Changes and keeps one; a value that is not valid changes nothing.
   *
   * @param {string} key
   * @param {string | number | boolean} value
   */
  set(key, value) {
    const field = fields.find((each) => each.key === key);
    if (!field || !isValid(field, value) || this.#values[key] === value) return;
    this.#values[key] = value;
    this.#save();
    this.#tell();
  }

  /** Back to the standard. */
  reset() {
    for (const field of fields) this.#values[field.key] = field.standard;
    this.#save();
    this.#tell();
  }

  /**
   * Calls at once, and whenever something has changed.
   *
   * @param {(settings: Settings) => void} listener
   * @returns {() => void} calls no more
   */
  follow(listener) {
    this.#listeners.add(listener);
    listener(this);
    return () => this.#listeners.delete(listener);
  }

  dispose() {
    this.#stop.abort();
    this.#listeners.clear();
  }

  #load() {
    // What was broken is the standard.
    const kept = readKept(store) ?? {};
    for (const field of fields) {
      this.#values[field.key] = isValid(field, kept[field.key]) ? kept[field.key] : field.standard;
    }
  }

  #save() {
    const changed = fields.filter((field) => this.#values[field.key] !== field.standard);
    // A browser without storage keeps them for this page only.
    writeKept(store, Object.fromEntries(changed.map(({ key }) => [key, this.#values[key]])));
  }

  #tell() {
    for (const listener of this.#listeners) listener(this);
  }
}
