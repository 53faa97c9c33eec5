// The page's own keys. Everything else is the terminal's.

/**
 * @typedef {object} KeyActions
 * @property {() => void} search
 * @property {() => boolean} copy false where nothing is selected
 * @property {() => void} settings
 * @property {() => void} toggleBar
 * @property {() => void} save
 * @property {(step: number) => void} fontSize 0 is back to the standard
 */

/**
 * Puts the page's keys before the terminal's.
 *
 * Ctrl+Shift+V is the browser's own: it brings the clipboard's text without asking for a permission.
 *
 * @param {import("../../vendor/xterm.js").Terminal} terminal
 * @param {KeyActions} actions
 */
export function takeKeys(terminal, actions) {
  const run = (event, action) => {
    event.preventDefault();
    action();
    return false;
  };
  terminal.attachCustomKeyEventHandler((event) => {
    if (!event.ctrlKey || event.altKey || event.metaKey) return true;
    if (event.type !== "keydown") return true;
    if (event.shiftKey) {
      switch (event.code) {
        case "KeyF": return run(event, actions.search);
        case "KeyC": return run(event, actions.copy);
        case "KeyV": return false;
        case "KeyS": return run(event, actions.save);
        case "KeyB": return run(event, actions.toggleBar);
        case "Comma": return run(event, actions.settings);
        default: return true;
      }
    }
    switch (event.key) {
      case "+": case "=": return run(event, () => actions.fontSize(1));
      case "-": return run(event, () => actions.fontSize(-1));
      case "0": return run(event, () => actions.fontSize(0));
      default: return true;
    }
  });
}
