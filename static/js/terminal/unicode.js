// Teaches xterm.js the widths of today's characters: its own table knows no emoji.

import { characterWidth } from "./character-widths.js";

const version = "webterm";

/** What xterm.js asks of a character, packed as it wants it: bits 1 and 2 are the width, bit 0 joins. */
const pack = (width, joins) => (width << 1) | (joins ? 1 : 0);
const widthOf = (properties) => (properties >> 1) & 3;

/** @param {import("../../vendor/xterm.js").Terminal} terminal */
export function useCurrentUnicode(terminal) {
  terminal.unicode.register({
    version,
    wcwidth: characterWidth,
    charProperties(code, preceding) {
      const width = characterWidth(code);
      const base = widthOf(preceding);
      // A mark joins the character before it and takes that one's width; without one it stands alone.
      return width === 0 && base > 0 ? pack(base, true) : pack(width, false);
    },
  });
  terminal.unicode.activeVersion = version;
}
