// All keys that do not go their usual way: what a host gets for them, and which are the page's own.

/** A letter's own key where the layout is Latin, the physical one else: Ctrl+Shift+F is where F is, or would be. */
function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  return /^[^\x00-\x7f]/.test(event.key) && event.code.startsWith("Key") ? event.code.slice(3) : "";
}

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
  { name: "record separator, Cisco's abort", keys: "Ctrl+Shift+6, Ctrl+^", bytes: "\x1e", is: (e) => isPlainCtrl(e) && (e.key === "^" || isDigit(e, 6)) },
  { name: "unit separator", keys: "Ctrl+/, Ctrl+_", bytes: "\x1f", is: (e) => isPlainCtrl(e) && (e.key === "/" || e.key === "_") },
  { name: "null", keys: "Ctrl+2, Ctrl+@", bytes: "\0", is: (e) => isPlainCtrl(e) && (e.key === "@" || (isDigit(e, 2) && !e.shiftKey)) },
  ...[["ArrowUp", "A", "↑"], ["ArrowDown", "B", "↓"], ["ArrowRight", "C", "→"], ["ArrowLeft", "D", "←"]].map(([key, final, label]) => ({
    name: `Alt and ${label}`, keys: `Alt+${label}`, bytes: `\x1b[1;3${final}`, is: (e) => isAltAlone(e) && e.key === key,
  })),
  { name: "Alt and page up", keys: "Alt+Page Up", bytes: "\x1b[5;3~", is: (e) => isAltAlone(e) && e.key === "PageUp" },
  { name: "Alt and page down", keys: "Alt+Page Down", bytes: "\x1b[6;3~", is: (e) => isAltAlone(e) && e.key === "PageDown" },
];

/**
 * The page's own keys, by the name of what they do.
 *
 * @type {{action: string, name: string, keys: string, is: (event: KeyboardEvent) => boolean}[]}
 */
export const shortcuts = [
  ...[["search", "F", "Search"], ["copy", "C", "Copy"], ["browser", "V", "Paste"], ["save", "S", "Save the text"], ["toggleBar", "B", "Hide or show the bar"]]
    .map(([action, letter, name]) => ({
      action, name, keys: `Ctrl+Shift+${letter}`, is: (e) => isPlainCtrl(e) && e.shiftKey && letterOf(e) === letter,
    })),
  { action: "settings", name: "Settings", keys: "Ctrl+Shift+,", is: (e) => isPlainCtrl(e) && e.shiftKey && !letterOf(e) && e.code === "Comma" },
  { action: "keys", name: "This list", keys: "Ctrl+Shift+/", is: (e) => isPlainCtrl(e) && e.shiftKey && e.key === "?" },
  { action: "break", name: "A break on the line, where it knows one", keys: "Pause, Ctrl+Break", is: (e) => e.code === "Pause" && !e.altKey && !e.metaKey && !e.shiftKey },
  { action: "bar", name: "To the bar; Esc leads back", keys: "Ctrl+Shift+Space", is: (e) => isPlainCtrl(e) && e.shiftKey && e.code === "Space" },
  { action: "larger", name: "Larger text", keys: "Ctrl++", is: (e) => isPlainCtrl(e) && (e.key === "+" || (e.key === "=" && !e.shiftKey)) },
  // A French 6 has a minus of its own: that is the digit's key.
  { action: "smaller", name: "Smaller text", keys: "Ctrl+-", is: (e) => isPlainCtrl(e) && e.key === "-" && !e.code.startsWith("Digit") },
  { action: "standardSize", name: "Standard size", keys: "Ctrl+0", is: (e) => isPlainCtrl(e) && !e.shiftKey && (e.key === "0" || isDigit(e, 0)) },
];

/**
 * @param {KeyboardEvent} event
 * @param {"del" | "bs"} backspace
 * @returns {string | null} what the host gets; null where the emulator decides
 */
export function bytesOf(event, backspace) {
  if (event.key === "Backspace" && isBare(event) && backspace === "bs") return "\b";
  return sent.find(({ is }) => is(event))?.bytes ?? null;
}

/** @param {KeyboardEvent} event @returns {string | null} what the page does */
export const actionOf = (event) => shortcuts.find(({ is }) => is(event))?.action ?? null;
