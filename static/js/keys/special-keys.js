// What the host gets for keys that depend on a mode, a choice, or the layout.

import { say } from "../words/words.js";

const escape = "\x1b";

/** Controls that are meant by their character: where it needs AltGr, the emulator sees another key. */
const controls = new Map([["]", "\x1d"], ["[", "\x1b"], ["\\", "\x1c"]]);

/** Where these characters have keys of their own. */
const ownKeys = new Set(["BracketLeft", "BracketRight", "Backslash", "IntlBackslash", "IntlRo", "IntlYen"]);

const isAltGraph = (event) => event.getModifierState?.("AltGraph") ?? false;
/** There AltGr is Ctrl and Alt: that Ctrl is held as well, the right one says alone. */
const isWindows = () => /^win/i.test(globalThis.navigator?.platform ?? "");
let isRightControl = false;

/** Keeps an eye on the right Ctrl key, which AltGr never stands for. @param {EventTarget} target a window */
export function watchRightControl(target) {
  for (const [type, isHeld] of /** @type {const} */ ([["keydown", true], ["keyup", false]])) {
    target.addEventListener(type, (event) => {
      if (/** @type {KeyboardEvent} */ (event).code === "ControlRight") isRightControl = isHeld;
    }, { capture: true });
  }
  target.addEventListener("blur", () => (isRightControl = false));
}

/** @param {KeyboardEvent} event @returns {string | null} Ctrl+] and its like, whatever the layout */
function controlOf(event) {
  const bytes = controls.get(event.key);
  if (bytes === undefined || event.metaKey) return null;
  // Windows tells AltGr as Ctrl and Alt, or takes both away from a character that it makes.
  if (isWindows() && isRightControl && isAltGraph(event)) return bytes;
  if (!event.ctrlKey) return null;
  if (!event.altKey) return bytes;
  if (isWindows() || isAltGraph(event)) return null;
  // Alt as Meta, where the character needs none; else it is how Alt Gr is told.
  return ownKeys.has(event.code) ? escape + bytes : bytes;
}

/** The keypad in application mode, by the key's code: what follows SS3. */
const keypad = {
  Numpad0: "p", Numpad1: "q", Numpad2: "r", Numpad3: "s", Numpad4: "t", Numpad5: "u", Numpad6: "v", Numpad7: "w",
  Numpad8: "x", Numpad9: "y", NumpadDecimal: "n", NumpadComma: "l", NumpadEnter: "M", NumpadEqual: "X",
  NumpadAdd: "k", NumpadSubtract: "m", NumpadMultiply: "j", NumpadDivide: "o",
};

/** As xterm has it: with Num Lock the keypad types what stands on its keys. */
function keypadOf(event) {
  const final = keypad[event.code];
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
  return final && isPlain && !event.getModifierState?.("NumLock") ? `${escape}O${final}` : null;
}

/** VT-UTF8, which is VT100+ with other characters: what follows Esc. BIOS and boot menus on serial lines want it. */
const firmware = {
  F1: "1", F2: "2", F3: "3", F4: "4", F5: "5", F6: "6", F7: "7", F8: "8", F9: "9", F10: "0", F11: "!", F12: "@",
  Home: "h", End: "k", Insert: "+", Delete: "-", PageUp: "?", PageDown: "/",
};

/** @param {string} key as KeyboardEvent.key @returns {string | null} what a BIOS menu wants for it */
export const firmwareBytes = (key) => (key in firmware ? escape + firmware[key] : null);

function firmwareOf(event) {
  return event.ctrlKey || event.altKey || event.metaKey || event.shiftKey ? null : firmwareBytes(event.key);
}

/**
 * @param {KeyboardEvent} event
 * @param {{isKeypadApplication: boolean, functionKeys: "xterm" | "vt-utf8"}} modes
 * @returns {string | null} null where it is no such key
 */
export function specialBytes(event, { isKeypadApplication, functionKeys }) {
  const keypadBytes = isKeypadApplication ? keypadOf(event) : null;
  return controlOf(event) ?? keypadBytes ?? (functionKeys === "vt-utf8" ? firmwareOf(event) : null);
}

/** For the list of keys. */
export const specialNames = [
  {
    keys: "Ctrl+], Ctrl+[, Ctrl+\\",
    name: say("sent.controls"),
  },
  { keys: say("sent.keypadKeys"), name: say("sent.keypad") },
  { keys: say("sent.functionKeys"), name: say("sent.function") },
];
