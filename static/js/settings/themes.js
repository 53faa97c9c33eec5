// The terminal's colours. The page around it takes its own from css/base.css, under the same names.

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Sixteen colours as xterm.js names them: the plain ones, then the bright ones. */
function ansi(text) {
  const colours = text.split(" ");
  const bright = names.map((name) => `bright${name[0].toUpperCase()}${name.slice(1)}`);
  return Object.fromEntries([...names, ...bright].map((name, index) => [name, `#${colours[index]}`]));
}

const solarized = "073642 dc322f 859900 b58900 268bd2 d33682 2aa198 eee8d5 586e75 cb4b16 9aad1a c8a02a 55a5e0 6c71c4 4fb8b0 fdf6e3";

/** @type {Record<string, import("../../vendor/xterm.js").ITheme>} */
const themes = {
  dark: {
    background: "#10161d", foreground: "#e4eaf0", cursor: "#58d68d", cursorAccent: "#10161d", selectionBackground: "#3d6ea5aa",
    ...ansi("1d2733 ff7b72 58d68d f5c451 79b8ff d2a8ff 56d4dd c9d5e0 66788a ffa198 7ee2a8 ffdf7e a5d0ff e2c5ff 8be3ea ffffff"),
  },
  light: {
    background: "#ffffff", foreground: "#18212b", cursor: "#0b7a3e", cursorAccent: "#ffffff", selectionBackground: "#9cc4f0aa",
    ...ansi("18212b b3261e 0b7a3e 8a5a00 0a58ca 8a3ab9 0b7285 6b7885 52616f c9352c 12924d a06a00 2b72dd a354cf 0f8a9f 3d4955"),
  },
  "solarized-dark": {
    background: "#002b36", foreground: "#93a1a1", cursor: "#b58900", cursorAccent: "#002b36", selectionBackground: "#2f6f80aa",
    ...ansi(solarized),
  },
  "solarized-light": {
    background: "#fdf6e3", foreground: "#586e75", cursor: "#b58900", cursorAccent: "#fdf6e3", selectionBackground: "#c9c1a5aa",
    ...ansi(solarized),
  },
  contrast: {
    background: "#000000", foreground: "#ffffff", cursor: "#ffff00", cursorAccent: "#000000", selectionBackground: "#ffffff66",
    ...ansi("000000 ff6b6b 5dff5d ffff00 8cb8ff ff8cff 5dffff ffffff 9a9a9a ff9c9c 9cff9c ffff8c b8d2ff ffb8ff 9cffff ffffff"),
  },
};

/**
 * @param {string} name as ThemeSwitch has it
 * @returns {import("../../vendor/xterm.js").ITheme}
 */
export function terminalTheme(name) {
  return themes[name] ?? themes.dark;
}
