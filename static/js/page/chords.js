// Keys that are pressed together, in words: "Ctrl+Shift+F".

/** A letter's own key where the layout is Latin, the physical one else: Ctrl+Shift+F is where F is, or would be. */
export function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  return /^[^\x00-\x7f]/.test(event.key) && event.code.startsWith("Key") ? event.code.slice(3) : "";
}

/** Keys that are called by where they are. */
const places = {
  Comma: ",", Period: ".", Slash: "/", Semicolon: ";", Quote: "'", BracketLeft: "[", BracketRight: "]", Backslash: "\\",
  Backquote: "`", Minus: "-", Equal: "=", Space: "Space", Enter: "Enter", NumpadEnter: "Enter", Tab: "Tab", Backspace: "Backspace",
  Delete: "Delete", Insert: "Insert", Home: "Home", End: "End", PageUp: "Page Up", PageDown: "Page Down",
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓",
};

/** @param {KeyboardEvent} event @returns {string | null} null where only a modifier is pressed, or a key without a name */
export function chordOf(event) {
  const code = event.code ?? "";
  const key = letterOf(event) || places[code] || (/^Digit\d$/.test(code) ? code.slice(5) : /^F\d{1,2}$/.test(code) ? code : "");
  if (!key) return null;
  const held = [["Ctrl", event.ctrlKey], ["Alt", event.altKey], ["Shift", event.shiftKey], ["Meta", event.metaKey]];
  return [...held.filter(([, isHeld]) => isHeld).map(([name]) => name), key].join("+");
}

/** Whether it can stand for an action: what a person types for a host stays the host's. @param {string} chord */
export const isFree = (chord) => /^(Ctrl\+Alt|Ctrl\+Shift|Alt\+Shift|Meta|Ctrl\+Alt\+Shift)\+/.test(chord) || /^(Shift\+)?F\d+$/.test(chord);
