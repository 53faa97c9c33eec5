// Addresses that a host prints: found, shown, and opened where somebody means it.

import { WebLinksAddon } from "../../vendor/xterm.js";
import { say } from "../words/words.js";

/** Ends a word in scripts without blanks between words: ideographic and full-width signs, and quotation marks. */
const wide = "\\u2018-\\u201d\\u2026\\u3000-\\u303f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65";
const inside = `[^\\s"'!*(){}|\\\\^<>\`${wide}]`;
const last = `[^\\s"':,.!?{}|\\\\^~\\[\\]\`()<>${wide}]`;
/** Brackets belong to it where they are balanced; two levels are enough for people. */
const bracketed = `\\((?:${inside}|\\(${inside}*\\))*\\)`;

/** An address in a text. */
export const addressPattern = new RegExp(`(?:https?|HTTPS?)://(?:${inside}|${bracketed})*(?:${last}|${bracketed})`);

/** @param {MouseEvent} event whether it means to open something: a plain click is for the terminal */
const isMeant = (event) => event.ctrlKey || event.metaKey;

function open(event, address) {
  if (isMeant(event)) window.open(address, "_blank", "noopener");
}

/**
 * @param {HTMLElement} element that says where a link leads, when the mouse is over it
 * @returns {{addon: WebLinksAddon, handler: import("../../vendor/xterm.js").ILinkHandler}} for addresses in the text,
 *   and for those that a host has put behind a text (OSC 8), which are http and https only
 */
export function makeLinks(element) {
  const over = (_, address) => (element.title = `${address}\n${say("openLink")}`);
  const leave = () => element.removeAttribute("title");
  return {
    addon: new WebLinksAddon(open, { urlRegex: addressPattern, hover: over, leave }),
    handler: { activate: open, hover: over, leave },
  };
}
