// The table of all themes' colours: what carries what.

import assert from "node:assert/strict";
import { test } from "node:test";
import { terminalTheme, themeNames } from "../../static/js/settings/themes.js";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const bright = names.map((name) => `bright${name[0].toUpperCase()}${name.slice(1)}`);

const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const channels = (colour) => [1, 3, 5].map((at) => linear(parseInt(colour.slice(at, at + 2), 16) / 255));
const luminance = (colour) => channels(colour)
  .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);

/** WCAG 2.2, "contrast ratio". */
function contrast(first, second) {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** How far apart two colours look (CIE 1976). */
function distance(first, second) {
  const lab = (colour) => {
    const [r, g, b] = channels(colour);
    const f = (t) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [a, b] = [lab(first), lab(second)];
  return Math.hypot(...a.map((value, index) => value - b[index]));
}

for (const name of themeNames) {
  const theme = terminalTheme(name);
  test(`${name}: white and bright white are read on every background from 0 to 6`, () => {
    for (const background of names.slice(0, 7)) {
      for (const text of ["white", "brightWhite"]) {
        assert.ok(
          contrast(theme[background], theme[text]) >= 4.5,
            `${text} on ${background}: ${contrast(theme[background], theme[text])}`);
      }
    }
    assert.ok(contrast(theme.background, theme.foreground) >= 4.5);
  });
  test(`${name}: the sixteen colours can be told apart`, () => {
    const colours = [...names, ...bright].map((each) => theme[each]);
    for (const [index, colour] of colours.entries()) {
      for (const other of colours.slice(index + 1)) assert.ok(distance(colour, other) >= 6, `${colour} and ${other}`);
    }
  });
}
