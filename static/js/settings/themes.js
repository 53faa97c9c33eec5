// The terminal's colours. The page around it takes its own from css/base.css, under the same names.
//
// 1 to 6 are dark enough to carry 7 and 15 as backgrounds (mc, BIOS menus); as text on the theme's own background the
// emulator lightens them to the contrast that is set.

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Sixteen colours as xterm.js names them: the plain ones, then the bright ones. */
function ansi(text) {
  const colours = text.split(" ");
  const bright = names.map((name) => `bright${name[0].toUpperCase()}${name.slice(1)}`);
  return Object.fromEntries([...names, ...bright].map((name, index) => [name, `#${colours[index]}`]));
}

const solarized =
  "073642 af2523 546200 755700 176093 a62865 176660 ddd6c1 6f8890 e8704a 9aad1a c8a02a 55a5e0 8a8fd8 4fb8b0 fdf6e3";

/** @type {Record<string, import("../../vendor/xterm.js").ITheme>} */
const themes = {
  dark: {
    background: "#10161d", foreground: "#e4eaf0", cursor: "#58d68d", cursorAccent: "#10161d",
    selectionBackground: "#3d6ea5aa",
    ...ansi(
      "1d2733 af332a 1b6e38 785c00 275cba 8342ac 156979 d5dee7 "
      + "66788a ffa198 7ee2a8 ffdf7e a5d0ff e2c5ff 8be3ea ffffff"),
  },
  light: {
    background: "#ffffff", foreground: "#18212b", cursor: "#0b7a3e", cursorAccent: "#ffffff",
    selectionBackground: "#9cc4f0aa",
    ...ansi(
      "18212b b3261e 097239 885900 0a58ca 8a3ab9 096c7e dbe2e8 "
      + "66788a d9534a 1fa35b b97d00 4a8be6 b56fdd 1aa0b5 ffffff"),
  },
  "solarized-dark": {
    background: "#002b36", foreground: "#93a1a1", cursor: "#b58900", cursorAccent: "#002b36",
    selectionBackground: "#2f6f80aa",
    ...ansi(solarized),
  },
  "solarized-light": {
    background: "#fdf6e3", foreground: "#586e75", cursor: "#b58900", cursorAccent: "#fdf6e3",
    selectionBackground: "#c9c1a5aa",
    ...ansi(solarized),
  },
  contrast: {
    background: "#000000", foreground: "#ffffff", cursor: "#ffff00", cursorAccent: "#000000",
    selectionBackground: "#ffffff66",
    ...ansi(
      "000000 cc0000 007500 686800 1d53f2 a417cb 006f7c e4e4e4 "
      + "9a9a9a ff9c9c 9cff9c ffff8c b8d2ff ffb8ff 9cffff ffffff"),
  },
};

/**
 * @param {string} name as ThemeSwitch has it
 * @returns {import("../../vendor/xterm.js").ITheme}
 */
export function terminalTheme(name) {
  return themes[name] ?? themes.dark;
}

/** The names of all themes. */
export const themeNames = Object.keys(themes);
