// Keys that are pressed together, in words: "Ctrl+Shift+F".

import { known } from "../words/words.js";

/** @param {string} keys as this file calls them, perhaps several @returns {string} as the page's language does */
export const keyWords = (keys) =>
  keys.replace(/Page Up|Page Down|[A-Z][a-z]+/g, (name) => known(`key.${name}`) ?? name);

/** A letter's own key where the layout is Latin, the physical one else: Ctrl+Shift+F is where F is, or would be. */
export function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  return /^[^\x00-\x7f]/.test(event.key) && event.code.startsWith("Key") ? event.code.slice(3) : "";
}

/** Keys that are called by where they are. */
const places = {
  Comma: ",", Period: ".", Slash: "/", Semicolon: ";", Quote: "'", BracketLeft: "[", BracketRight: "]", Backslash: "\\",
  Backquote: "`", Minus: "-", Equal: "=", Space: "Space", Enter: "Enter", NumpadEnter: "Enter", Tab: "Tab",
  Backspace: "Backspace",
  Delete: "Delete", Insert: "Insert", Home: "Home", End: "End", PageUp: "Page Up", PageDown: "Page Down",
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓",
};

/**
 * Whether AltGr makes a character of the key: that one is typed, even where AltGr is told as Ctrl and Alt.
 *
 * @param {KeyboardEvent} event
 */
function isTyped(event) {
  if (event.getModifierState?.("AltGraph")) return true;
  return event.ctrlKey && event.altKey && /^.$/u.test(event.key) && /^(Key|Digit)/.test(event.code ?? "")
    && !isOfItsKey(event);
}

/** A letter of any alphabet that has no Latin ones, or the digit on the key. */
const isOfItsKey = ({ key, code }) => /^[a-z]$/i.test(key) || key === code.slice(5)
  || /^(?!\p{Script=Latin})\p{L}$/u.test(key) && code.startsWith("Key");

/**
 * @param {KeyboardEvent} event
 * @returns {string | null} null where only a modifier is pressed, a key without a name, or a character typed
 */
export function chordOf(event) {
  if (isTyped(event)) return null;
  const code = event.code ?? "";
  const key = letterOf(event) || places[code]
    || (/^Digit\d$/.test(code) ? code.slice(5) : /^F\d{1,2}$/.test(code) ? code : "");
  if (!key) return null;
  const held = [["Ctrl", event.ctrlKey], ["Alt", event.altKey], ["Shift", event.shiftKey], ["Meta", event.metaKey]];
  return [...held.filter(([, isHeld]) => isHeld).map(([name]) => name), key].join("+");
}

/** Whether it can stand for an action: what a person types for a host stays the host's. @param {string} chord */
export const isFree = (chord) => /^(Ctrl\+Alt|Ctrl\+Shift|Alt\+Shift|Meta|Ctrl\+Alt\+Shift)\+/.test(chord)
  || /^(Shift\+)?F\d+$/.test(chord);
