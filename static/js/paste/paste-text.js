// What a pasted text may do: rules without looks. What is pasted comes from anywhere, and a prompt does what it reads.

import { say } from "../words/words.js";

/** Never reach a host out of a paste: they end a bracketed paste, or command the host's terminal driver. */
const commanding = /[\x1b\x80-\x9f]/g;
/** Characters that no text needs, but line ends and tabs. */
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
/** They make a text look like another one. */
const direction = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const invisible = /[\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff]/g;
const fixedSpace = /[\u00a0\u2007\u202f]/g;

const controlNames =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
    .split(" ");
/** What cannot be seen, in one word. @type {Map<string, string>} */
const names = new Map([
  ...controlNames.map((name, code) => /** @type {[string, string]} */ ([String.fromCharCode(code), name])),
  ["\x7f", "DEL"],
  ...Object.entries({
    "\u00a0": "no-break-space", "\u2007": "figure-space", "\u202f": "narrow-no-break-space", "\u00ad": "soft-hyphen",
    "\u180e": "vowel-separator", "\u200b": "zero-width-space", "\u200c": "zero-width-non-joiner",
    "\u200d": "zero-width-joiner", "\u2060": "word-joiner", "\ufeff": "byte-order-mark",
    "\u061c": "arabic-letter-mark", "\u200e": "left-to-right-mark", "\u200f": "right-to-left-mark",
    "\u202a": "left-to-right-embedding", "\u202b": "right-to-left-embedding", "\u202c": "end-of-direction",
    "\u202d": "left-to-right-override", "\u202e": "right-to-left-override", "\u2066": "left-to-right-isolate",
    "\u2067": "right-to-left-isolate", "\u2068": "first-strong-isolate", "\u2069": "end-of-isolate",
  }).map(([character, name]) => /** @type {[string, string]} */ ([character, say(`hidden.${name}`)])),
]);
const hidden = new RegExp([controls, direction, invisible, fixedSpace].map(({ source }) => source).join("|"));

/** @param {string} text without what never reaches a host */
export const harmless = (text) => text.replace(commanding, "");

/** @param {string} text how many lines it would type: its end is none, however it is written */
export function lineCount(text) {
  return text.replace(/(\r\n|\r|\n)$/, "").split(/\r\n|\r|\n/).length;
}

/**
 * Whether somebody should look at a text first.
 *
 * @param {string} text harmless
 * @param {boolean} isBracketed whether the host's prompt waits for a key after a paste
 */
export function isRisky(text, isBracketed) {
  const runs = !isBracketed && /[\r\n]/.test(text);
  return runs || text.search(controls) >= 0 || text.search(direction) >= 0;
}

/** @param {string} text only what can be seen stays, and spaces are plain ones */
export function asPlainText(text) {
  return text.replace(controls, "").replace(direction, "").replace(invisible, "").replace(fixedSpace, " ");
}

/** @param {string} text whether ``asPlainText`` would make another one of it */
export const hasHidden = (text) => hidden.test(text);

/**
 * A text in pieces: what can be seen, and what cannot, by name.
 *
 * @param {string} text
 * @returns {{text: string, isHidden: boolean}[]}
 */
export function pieces(text) {
  const found = [];
  for (const character of text.replace(/\r\n|\r/g, "\n")) {
    const name = hidden.test(character) ? names.get(character) ?? `U+${character.codePointAt(0).toString(16)}` : null;
    const last = found.at(-1);
    if (name) found.push({ text: name, isHidden: true });
    else if (last && !last.isHidden) last.text += character;
    else found.push({ text: character, isHidden: false });
  }
  return found;
}
