// The page's keys before the terminal's. Which they are stands in key-table.js.

import { isComposing } from "../dom/composing.js";
import { bytesOf } from "./key-table.js";

/**
 * Puts the page's keys before the terminal's.
 *
 * Ctrl+Shift+V is the browser's own: it brings the clipboard's text without asking for a permission.
 *
 * @param {import("../../vendor/xterm.js").Terminal} terminal
 * @param {() => import("./key-table.js").KeyModes} modes
 * @param {(event: KeyboardEvent) => string | null} actionOf which of the page's actions is meant
 * @param {(action: string) => void} act
 * @param {(event: KeyboardEvent) => boolean} leaves whether the key has led out of the terminal
 */
export function takeKeys(terminal, modes, actionOf, act, leaves) {
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== "keydown" || isComposing(event)) return true;
    const action = actionOf(event);
    if (action === "browser") return false;
    if (!action && leaves(event)) {
      event.preventDefault();
      return false;
    }
    const bytes = action ? null : bytesOf(event, modes());
    if (!action && bytes === null) return true;
    event.preventDefault();
    if (action) act(action);
    else terminal.input(bytes);
    return false;
  });
}
