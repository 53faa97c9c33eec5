// What a person has chosen, kept in this browser.

/**
 * @typedef {object} Field
 * @property {string} key
 * @property {string} label
 * @property {string | number | boolean} standard
 * @property {[string, string][]} [choices] value and words
 * @property {[number, number]} [range]
 */

/** Everything that can be chosen, in the order of the panel. @type {Field[]} */
export const fields = [
  {
    key: "theme", label: "Theme", standard: "system",
    choices: [
      ["system", "As the system"], ["dark", "Dark"], ["light", "Light"], ["solarized-dark", "Solarized dark"],
      ["solarized-light", "Solarized light"], ["contrast", "High contrast"],
    ],
  },
  {
    key: "contrast", label: "Least contrast of text", standard: "4.5",
    choices: [["off", "As the host has it"], ["4.5", "4.5 : 1"], ["7", "7 : 1"]],
  },
  { key: "fontSize", label: "Font size", standard: 15, range: [8, 40] },
  { key: "fontFamily", label: "Font (blank: the system's)", standard: "" },
  {
    key: "cursorStyle", label: "Cursor", standard: "block",
    choices: [["block", "Block"], ["underline", "Underline"], ["bar", "Bar"]],
  },
  { key: "cursorBlink", label: "The cursor blinks", standard: true },
  { key: "scrollback", label: "Lines of history", standard: 10000, range: [0, 100000] },
  {
    key: "bell", label: "Bell", standard: "visual",
    choices: [["visual", "Visible"], ["sound", "Sound"], ["off", "Off"]],
  },
  { key: "copyOnSelect", label: "Copy what is selected", standard: false },
  { key: "confirmPaste", label: "Ask before a paste that would be carried out at once", standard: true },
  { key: "hostCopies", label: "Hosts may copy to the clipboard (OSC 52)", standard: false },
  { key: "hostNotifies", label: "Hosts may tell you something (OSC 9, 777)", standard: true },
  {
    key: "backspace", label: "Backspace sends", standard: "host",
    choices: [["host", "What the host wants"], ["del", "DEL (7f)"], ["bs", "BS (08)"]],
  },
  {
    key: "functionKeys", label: "F1 to F12 send", standard: "xterm",
    choices: [["xterm", "What terminals send"], ["vt-utf8", "What BIOS menus want (VT-UTF8)"]],
  },
  {
    key: "rightButton", label: "The right button", standard: "paste",
    choices: [["paste", "Pastes"], ["menu", "Opens a menu"]],
  },
  { key: "altIsMeta", label: "Option is Meta (Mac)", standard: false },
  {
    key: "keyBar", label: "Row of keys", standard: "auto",
    choices: [["auto", "On touch screens"], ["on", "Always"], ["off", "Never"]],
  },
  { key: "bar", label: "Show the bar", standard: true },
  { key: "screenReader", label: "Screen reader support", standard: false },
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
    let kept = {};
    try {
      kept = JSON.parse(localStorage.getItem(store) ?? "{}") ?? {};
    } catch {
      // Whoever broke it gets the standard.
    }
    for (const field of fields) {
      this.#values[field.key] = isValid(field, kept[field.key]) ? kept[field.key] : field.standard;
    }
  }

  #save() {
    const changed = fields.filter((field) => this.#values[field.key] !== field.standard);
    try {
      localStorage.setItem(
        store, JSON.stringify(Object.fromEntries(changed.map(({ key }) => [key, this.#values[key]]))));
    } catch {
      // A browser without storage keeps them for this page only.
    }
  }

  #tell() {
    for (const listener of this.#listeners) listener(this);
  }
}
