// The page's keys before the terminal's. Which they are stands in key-table.js.

import { bytesOf } from "./key-table.js";

/**
 * Puts the page's keys before the terminal's.
 *
 * Ctrl+Shift+V is the browser's own: it brings the clipboard's text without asking for a permission.
 *
 * @param {import("../../vendor/xterm.js").Terminal} terminal
 * @param {() => "del" | "bs"} backspace
 * @param {(event: KeyboardEvent) => string | null} actionOf which of the page's actions is meant
 * @param {(action: string) => void} act
 */
export function takeKeys(terminal, backspace, actionOf, act) {
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || event.isComposing) return true;
    const action = actionOf(event);
    if (action === "browser") return false;
    const bytes = action ? null : bytesOf(event, backspace());
    if (!action && bytes === null) return true;
    event.preventDefault();
    if (action) act(action);
    else terminal.input(bytes);
    return false;
  });
}
