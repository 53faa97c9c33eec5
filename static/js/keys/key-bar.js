// A row of the keys that a phone's keyboard lacks, with modifiers that stay for the next key.

import { known, say } from "../words/words.js";
import { keyWords } from "./chords.js";
import { firmwareBytes } from "./special-keys.js";

const functionKeys = ["OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~"];

/** What a key sends: plain, and as xterm.js would send it with cursor keys in application mode. */
const keys = [
  { label: "Esc", name: "Escape", text: "\x1b" },
  { label: "Tab", name: "Tab", text: "\t" },
  { label: "Ctrl", name: "Control", modifier: "ctrl" },
  { label: "Alt", name: "Alt", modifier: "alt" },
  { label: "Paste", action: "paste" },
  { label: "←", name: "Left", arrow: "D" },
  { label: "↑", name: "Up", arrow: "A" },
  { label: "↓", name: "Down", arrow: "B" },
  { label: "→", name: "Right", arrow: "C" },
  { label: "/", name: "Slash", text: "/" },
  { label: "|", name: "Pipe", text: "|" },
  { label: "~", name: "Tilde", text: "~" },
  { label: "-", name: "Minus", text: "-" },
];

/** The second page. */
const moreKeys = [
  { label: "^C", name: "ControlC", text: "\x03" },
  { label: "PgUp", key: "PageUp", name: "PageUp", text: "\x1b[5~" },
  { label: "PgDn", key: "PageDown", name: "PageDown", text: "\x1b[6~" },
  { label: "Home", name: "Home", arrow: "H" },
  { label: "End", name: "End", arrow: "F" },
  ...functionKeys.map((keys, index) => ({ label: `F${index + 1}`, name: `F${index + 1}`, text: `\x1b${keys}` })),
];

/** Of what is written on it. */
const wordsOf = ({ label, action }) => (action ? say(action) : known(`keyLabel.${label}`) ?? keyWords(label));

/** Said aloud. */
const nameOf = ({ name, action }) => (action ? say(action) : known(`keyName.${name}`) ?? name);

export class KeyBar {
  #element;
  #current;
  #settings;
  #act;
  #buttons = new Map();
  #held = { ctrl: false, alt: false };
  #isCoarse = matchMedia("(pointer: coarse)");

  /**
   * @param {HTMLElement} element the empty row
   * @param {() => import("../../vendor/xterm.js").Terminal | undefined} current whom the keys are for
   * @param {import("../settings/settings.js").Settings} settings
   * @param {(action: string) => void} act
   */
  constructor(element, current, settings, act) {
    this.#element = element;
    this.#current = current;
    this.#settings = settings;
    this.#act = act;
    const pages = [keys, moreKeys].map((page) => page.map((key) => this.#button(key)));
    const more = this.#plainButton("⋯", say("keyBar.more"));
    const turn = (page) => {
      more.setAttribute("aria-expanded", String(page === 1));
      pages.forEach((buttons, index) => buttons.forEach((button) => (button.hidden = index !== page)));
    };
    more.addEventListener("click", () => turn(more.getAttribute("aria-expanded") === "true" ? 0 : 1));
    this.#element.append(more, ...pages.flat());
    turn(0);
    settings.follow(() => {
      const choice = settings.get("keyBar");
      this.#element.hidden = choice === "off" || (choice === "auto" && !this.#isCoarse.matches);
    });
  }

  /**
   * What was typed, under the modifiers that are held.
   *
   * @param {string} text
   * @returns {string}
   */
  modify(text) {
    const { ctrl, alt } = this.#held;
    if ((!ctrl && !alt) || [...text].length !== 1) return text;
    this.#hold("ctrl", false);
    this.#hold("alt", false);
    const code = text.toUpperCase().charCodeAt(0);
    const isControllable = code >= 0x40 && code < 0x60;
    const plain = ctrl && isControllable ? String.fromCharCode(code & 0x1f) : ctrl && text === " " ? "\0" : text;
    return alt ? `\x1b${plain}` : plain;
  }

  #plainButton(label, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-label", name);
    // The keyboard stays up: the focus does not move.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    return button;
  }

  #button(key) {
    const button = this.#plainButton(wordsOf(key), nameOf(key));
    if (key.modifier) {
      button.setAttribute("aria-pressed", "false");
      this.#buttons.set(key.modifier, button);
    }
    button.addEventListener("click", () => this.#press(key));
    return button;
  }

  #press(key) {
    const terminal = this.#current();
    if (!terminal) return;
    if (key.modifier) this.#hold(key.modifier, !this.#held[key.modifier]);
    else if (key.action) return this.#act(key.action);
    else terminal.input(this.#textOf(key, terminal));
    terminal.focus();
  }

  #textOf({ label, key = label, arrow, text }, terminal) {
    const firmware = this.#settings.get("functionKeys") === "vt-utf8" ? firmwareBytes(key) : null;
    return firmware ?? (arrow ? this.#arrow(terminal, arrow) : text);
  }

  #arrow(terminal, final) {
    const { ctrl, alt } = this.#held;
    this.#hold("ctrl", false);
    this.#hold("alt", false);
    const modifiers = 1 + (alt ? 2 : 0) + (ctrl ? 4 : 0);
    if (modifiers > 1) return `\x1b[1;${modifiers}${final}`;
    return terminal.modes.applicationCursorKeysMode ? `\x1bO${final}` : `\x1b[${final}`;
  }

  #hold(modifier, isHeld) {
    this.#held[modifier] = isHeld;
    this.#buttons.get(modifier).setAttribute("aria-pressed", String(isHeld));
  }
}
