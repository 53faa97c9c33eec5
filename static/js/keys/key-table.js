// All keys that do not go their usual way: what a host gets for them, and which are the page's own.

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
    name: "record separator, Cisco's abort", keys: "Ctrl+Shift+6, Ctrl+^", bytes: "\x1e",
    is: (e) => isPlainCtrl(e) && (e.key === "^" || isDigit(e, 6)),
  },
  {
    name: "unit separator", keys: "Ctrl+/, Ctrl+_", bytes: "\x1f",
    is: (e) => isPlainCtrl(e) && (e.key === "/" || e.key === "_"),
  },
  {
    name: "null", keys: "Ctrl+2, Ctrl+@", bytes: "\0",
    is: (e) => isPlainCtrl(e) && (e.key === "@" || (isDigit(e, 2) && !e.shiftKey)),
  },
  ...[["ArrowUp", "A", "↑"], ["ArrowDown", "B", "↓"], ["ArrowRight", "C", "→"], ["ArrowLeft", "D", "←"]]
    .map(([key, final, label]) => ({
      name: `Alt and ${label}`, keys: `Alt+${label}`, bytes: `\x1b[1;3${final}`,
      is: (e) => isAltAlone(e) && e.key === key,
    })),
  { name: "Alt and page up", keys: "Alt+Page Up", bytes: "\x1b[5;3~", is: (e) => isAltAlone(e) && e.key === "PageUp" },
  {
    name: "Alt and page down", keys: "Alt+Page Down", bytes: "\x1b[6;3~",
    is: (e) => isAltAlone(e) && e.key === "PageDown",
  },
];

/**
 * The page's own keys, by the name of what they do.
 *
 * @type {{action: string, name: string, keys: string, is: (event: KeyboardEvent) => boolean}[]}
 */
export const shortcuts = [
  ...[
    ["search", "F", "Search"], ["copy", "C", "Copy"], ["browser", "V", "Paste"], ["save", "S", "Save the text"],
    ["toggleBar", "B", "Hide or show the bar"],
  ]
    .map(([action, letter, name]) => ({
      action, name, keys: `Ctrl+Shift+${letter}`, is: (e) => isPlainCtrl(e) && e.shiftKey && letterOf(e) === letter,
    })),
  {
    action: "settings", name: "Settings", keys: "Ctrl+Shift+,",
    is: (e) => isPlainCtrl(e) && e.shiftKey && !letterOf(e) && e.code === "Comma",
  },
  {
    action: "keys", name: "Keys: what they do, and which you want", keys: "Ctrl+Shift+/",
    is: (e) => isPlainCtrl(e) && e.shiftKey && e.key === "?",
  },
  {
    action: "break", name: "A break on the line, where it knows one", keys: "Pause, Ctrl+Break",
    is: (e) => e.code === "Pause" && !e.altKey && !e.metaKey && !e.shiftKey,
  },
  ...[
    ["palette", "Ctrl+Shift+Space", "Everything: devices, terminals, actions, snippets"],
    ["new", "Ctrl+Shift+Enter", "Another terminal"],
    ["close", "Ctrl+Shift+X", "Close this terminal"],
    ["next", "Ctrl+Shift+]", "The next tab"],
    ["previous", "Ctrl+Shift+[", "The tab before"],
    ["splitRight", "Ctrl+Shift+E", "Split to the right"],
    ["splitBelow", "Ctrl+Shift+O", "Split below"],
    ["focusLeft", "Ctrl+Shift+←", "The pane to the left"],
    ["focusRight", "Ctrl+Shift+→", "The pane to the right"],
    ["focusUp", "Ctrl+Shift+↑", "The pane above"],
    ["focusDown", "Ctrl+Shift+↓", "The pane below"],
    ["large", "Ctrl+Shift+Z", "One pane large, or all again"],
    ["sendTo", "Ctrl+Shift+G", "Send to several terminals"],
    ["keyboard", "Ctrl+Shift+K", "The keyboard: take it, ask for it, give it"],
    ["selectKeys", "Ctrl+Shift+M", "Select by keyboard"],
    ["people", "Ctrl+Shift+H", "Who is here, share this terminal"],
    ["note", "Ctrl+Shift+.", "A note to everybody here"],
    ["bar", "Ctrl+Shift+Space", "To the bar and the tabs; Esc leads back"],
  ].map(([action, keys, name]) => ({ action, name, keys, is: (e) => chordOf(e) === keys })),
  {
    action: "larger", name: "Larger text", keys: "Ctrl++",
    is: (e) => isPlainCtrl(e) && (e.key === "+" || (e.key === "=" && !e.shiftKey)),
  },
  // A French 6 has a minus of its own: that is the digit's key.
  {
    action: "smaller", name: "Smaller text", keys: "Ctrl+-",
    is: (e) => isPlainCtrl(e) && e.key === "-" && !e.code.startsWith("Digit"),
  },
  {
    action: "standardSize", name: "Standard size", keys: "Ctrl+0",
    is: (e) => isPlainCtrl(e) && !e.shiftKey && (e.key === "0" || isDigit(e, 0)),
  },
];

/**
 * What has no keys until somebody gives it some.
 *
 * @type {{action: string, name: string, keys: string}[]}
 */
export const keyless = [
  ["startAnew", "Start anew"],
  ["copyAll", "Copy all"],
  ["copyOutput", "Copy the last output"],
  ["formerPrompt", "To the former prompt"],
  ["tellPrints", "Tell me when it prints"],
  ["tellQuiet", "Tell me when it is quiet"],
  ["tellRings", "Tell me when it rings"],
  ["searchAll", "Search in all panes"],
  ["undoMove", "Undo the last move"],
  ["tabList", "List of tabs"],
  ["release", "Release the keyboard: type no more"],
  ["fit", "Fit the terminal to my window"],
  ["startAll", "Start all that ended"],
  ["breakOut", "Move this pane to a tab of its own"],
  ["equal", "Make panes equal"],
  ["reopen", "Reopen what was closed"],
  ["marked", "The next tab with a bell or an end"],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [`tab${number}`, `Tab ${number}`]),
  ["lastTab", "The last tab"],
  ["reset", "Reset the terminal: what the page shows, not the host"],
  ["selectAll", "Select all"],
  ["paste", "Paste what is on the clipboard"],
  ["sideBar", "Devices at the side"],
  ["rename", "Rename this tab"],
  ["snippets", "Snippets: make, change, export, import"],
  ["saveLayout", "Save these tabs and panes as a layout"],
  ["fullScreen", "Full screen"],
].map(([action, name]) => ({ action, name, keys: "" }));

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
