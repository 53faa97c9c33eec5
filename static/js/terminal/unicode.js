// Teaches xterm.js the widths of today's characters: its own table knows no emoji.

import { characterWidth } from "./character-widths.js";

const version = "webterm";

/**
 * What xterm.js asks of a character, packed as it wants it: bit 0 joins, bits 1 and 2 are the width, the rest is ours.
 */
const pack = (width, joins, mayBeEmoji = false) => (mayBeEmoji ? 8 : 0) | (width << 1) | (joins ? 1 : 0);
const widthOf = (properties) => (properties >> 1) & 3;
const mayBeEmoji = (properties) => (properties & 8) !== 0;
const emoji = /^\p{Emoji}$/u;
/** Asks for a character's picture, which takes two cells (VS16). */
const pictureSelector = 0xfe0f;

/** @param {import("../../vendor/xterm.js").Terminal} terminal */
export function useCurrentUnicode(terminal) {
  terminal.unicode.register({
    version,
    wcwidth: characterWidth,
    charProperties(code, preceding) {
      const width = characterWidth(code);
      const base = widthOf(preceding);
      if (code === pictureSelector && base > 0 && mayBeEmoji(preceding)) return pack(2, true);
      // A mark joins the character before it and takes that one's width; without one it stands alone.
      return width === 0 && base > 0 ? pack(base, true) : pack(width, false, emoji.test(String.fromCodePoint(code)));
    },
  });
  terminal.unicode.activeVersion = version;
}
