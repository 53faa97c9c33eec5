// All keys that do not go their usual way: what a host gets for them, and which are the page's own.

import { say } from "../words/words.js";
import { chordOf, letterOf } from "./chords.js";
import { specialBytes } from "./special-keys.js";

const isPlainCtrl = (event) => event.ctrlKey && !event.altKey && !event.metaKey;
const isAltAlone = (event) => event.altKey && !event.ctrlKey && !event.shiftKey && !event.metaKey;
const isBare = (event) => !event.ctrlKey && !event.altKey && !event.metaKey;

/** On layouts where it has a character of its own, a digit's key means that; with Ctrl alone it is the digit. */
const isDigit = (event, digit) => event.code === `Digit${digit}`;

/**
 * What the host gets, before the emulator sees the key.
 *
 * @type {{name: string, keys: string, is: (event: KeyboardEvent) => boolean, bytes: string}[]}
 */
export const sent = [
  {
    name: say("sent.record"), keys: "Ctrl+Shift+6, Ctrl+^", bytes: "\x1e",
    is: (e) => isPlainCtrl(e) && (e.key === "^" || isDigit(e, 6)),
  },
  {
    name: say("sent.unit"), keys: "Ctrl+/, Ctrl+_", bytes: "\x1f",
    is: (e) => isPlainCtrl(e) && (e.key === "/" || e.key === "_"),
  },
  {
    name: say("sent.null"), keys: "Ctrl+2, Ctrl+@", bytes: "\0",
    is: (e) => isPlainCtrl(e) && (e.key === "@" || (isDigit(e, 2) && !e.shiftKey)),
  },
  ...[["ArrowUp", "A", "↑"], ["ArrowDown", "B", "↓"], ["ArrowRight", "C", "→"], ["ArrowLeft", "D", "←"]]
    .map(([key, final, label]) => ({
      name: say("sent.altArrow", { arrow: label }), keys: `Alt+${label}`, bytes: `\x1b[1;3${final}`,
      is: (e) => isAltAlone(e) && e.key === key,
    })),
  {
    name: say("sent.altPageUp"), keys: "Alt+Page Up", bytes: "\x1b[5;3~",
    is: (e) => isAltAlone(e) && e.key === "PageUp",
  },
  {
    name: say("sent.altPageDown"), keys: "Alt+Page Down", bytes: "\x1b[6;3~",
    is: (e) => isAltAlone(e) && e.key === "PageDown",
  },
];

const tabNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What it does, in words. @template {{action: string}} T @param {T} entry @returns {T & {name: string}} */
function called(entry) {
  const tab = /^tab(\d)$/.exec(entry.action);
  return { ...entry, name: tab ? say("tabNumber", { number: tab[1] }) : say(`do.${entry.action}`) };
}

/**
 * The page's own keys, by the name of what they do.
 *
 * @type {{action: string, name: string, keys: string, is: (event: KeyboardEvent) => boolean}[]}
 */
export const shortcuts = [
  ...[["search", "F"], ["copy", "C"], ["browser", "V"], ["save", "S"], ["toggleBar", "B"]].map(([action, letter]) => ({
    action, keys: `Ctrl+Shift+${letter}`, is: (e) => isPlainCtrl(e) && e.shiftKey && letterOf(e) === letter,
  })),
  {
    action: "settings", keys: "Ctrl+Shift+,",
    is: (e) => isPlainCtrl(e) && e.shiftKey && !letterOf(e) && e.code === "Comma",
  },
  {
    action: "keys", keys: "Ctrl+Shift+/",
    is: (e) => isPlainCtrl(e) && e.shiftKey && e.key === "?",
  },
  {
    action: "break", keys: "Pause, Ctrl+Break",
    is: (e) => e.code === "Pause" && !e.altKey && !e.metaKey && !e.shiftKey,
  },
  ...[
    ["palette", "Ctrl+Shift+Space"],
    ["new", "Ctrl+Shift+Enter"],
    ["close", "Ctrl+Shift+X"],
    ["next", "Ctrl+Shift+]"],
    ["previous", "Ctrl+Shift+["],
    ["splitRight", "Ctrl+Shift+E"],
    ["splitBelow", "Ctrl+Shift+O"],
    ["focusLeft", "Ctrl+Shift+←"],
    ["focusRight", "Ctrl+Shift+→"],
    ["focusUp", "Ctrl+Shift+↑"],
    ["focusDown", "Ctrl+Shift+↓"],
    ["large", "Ctrl+Shift+Z"],
    ["sendTo", "Ctrl+Shift+G"],
    ["keyboard", "Ctrl+Shift+K"],
    ["selectKeys", "Ctrl+Shift+M"],
    ["people", "Ctrl+Shift+H"],
    ["note", "Ctrl+Shift+."],
    ["bar", "Ctrl+Shift+Space"],
  ].map(([action, keys]) => ({ action, keys, is: (e) => chordOf(e) === keys })),
  {
    action: "larger", keys: "Ctrl++",
    is: (e) => isPlainCtrl(e) && (e.key === "+" || (e.key === "=" && !e.shiftKey)),
  },
  // A French 6 has a minus of its own: that is the digit's key.
  {
    action: "smaller", keys: "Ctrl+-",
    is: (e) => isPlainCtrl(e) && e.key === "-" && !e.code.startsWith("Digit"),
  },
  {
    action: "standardSize", keys: "Ctrl+0",
    is: (e) => isPlainCtrl(e) && !e.shiftKey && (e.key === "0" || isDigit(e, 0)),
  },
].map(called);

/**
 * What has no keys until somebody gives it some.
 *
 * @type {{action: string, name: string, keys: string}[]}
 */
export const keyless = [
  "startAnew", "copyAll", "copyOutput", "formerPrompt", "tellPrints", "tellQuiet", "tellRings", "searchAll",
  "undoMove", "tabList", "release", "fit", "startAll", "breakOut", "equal", "reopen", "marked",
  ...tabNumbers.map((number) => `tab${number}`),
  "lastTab", "reset", "selectAll", "paste", "sideBar", "rename", "snippets", "saveLayout", "fullScreen",
].map((action) => called({ action, keys: "" }));

/** @typedef {{backspace: "del" | "bs", isKeypadApplication: boolean, functionKeys: "xterm" | "vt-utf8"}} KeyModes */

/** @param {"del" | "bs"} backspace @returns {KeyModes} */
const usual = (backspace) => ({ backspace, isKeypadApplication: false, functionKeys: "xterm" });

/**
 * @param {KeyboardEvent} event
 * @param {"del" | "bs" | KeyModes} modes what Backspace sends, or all that keys depend on
 * @returns {string | null} what the host gets; null where the emulator decides
 */
export function bytesOf(event, modes) {
  const { backspace, isKeypadApplication, functionKeys } = typeof modes === "string" ? usual(modes) : modes;
  if (event.key === "Backspace" && isBare(event) && backspace === "bs") return "\b";
  return sent.find(({ is }) => is(event))?.bytes ?? specialBytes(event, { isKeypadApplication, functionKeys });
}

/**
 * What the page does.
 *
 * @param {KeyboardEvent} event
 * @param {(action: string) => boolean} can whether the page knows of that action
 * @param {(action: string) => string | undefined} chosen the keys that a person has given to an action
 * @returns {string | null}
 */
export function actionOf(event, can = () => true, chosen = () => undefined) {
  const chord = chordOf(event);
  const isMeant = ({ action, is }) => (chosen(action) === undefined ? is(event) : chosen(action) === chord);
  const standard = shortcuts.find((each) => can(each.action) && isMeant(each));
  if (standard || chord === null) return standard?.action ?? null;
  return keyless.find(({ action }) => can(action) && chosen(action) === chord)?.action ?? null;
}
