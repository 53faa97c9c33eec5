// What is to be said of the keyboard of a terminal, and what can be done about it. Rules without looks.

import { say } from "../words/words.js";

/**
 * @typedef {import("../connection/messages.js").Viewer} Viewer
 *
 * @typedef {object} Situation
 * @property {boolean} isWatching whether another one types, or nobody
 * @property {number} viewer this page's number
 * @property {Viewer[]} viewers who is here, this page included
 * @property {number} begun bytes typed since the last Enter
 * @property {Map<number, string>} asked who asks for the keyboard, by viewer
 * @property {boolean} hasAsked whether this page has asked, and was not answered
 * @property {boolean} hadIt whether this page has typed here before
 * @property {boolean} mayType whether this page may type at all
 * @property {boolean} mayTake whether it need not ask
 * @property {{cols: number, rows: number} | null} held the terminal's size, where it is not this window's
 *
 * @typedef {"take" | "ask" | "give" | "deny" | "fit"} Choice
 *
 * @typedef {{words: string, more: string, choices: [Choice, string][]}} KeyboardState the first choice is the usual one
 */

/** @param {Situation} now @returns {Viewer | undefined} */
const typistOf = ({ viewers }) => viewers.find(({ role }) => role === "type");

/** @param {Situation} now @returns {KeyboardState} */
function watching(now) {
  const typist = typistOf(now);
  if (!now.mayType) {
    const words = typist ? say("watch.whom", { who: typist.who }) : say("watch.title");
    return { words, more: say("watch.mayLook"), choices: [] };
  }
  /** @type {[Choice, string]} */
  const take = ["take", say(now.hadIt ? "keyboard.takeBack" : "keyboard.take")];
  if (!typist) return { words: say("watch.title"), more: say("watch.nobodyTypes"), choices: [take] };
  const isOwn = typist.who === now.viewers.find(({ viewer }) => viewer === now.viewer)?.who;
  const who = isOwn ? say("watch.ownWindow") : typist.who;
  const begun = now.begun > 0 ? say("watch.begun", { who, count: now.begun }) : "";
  const away = typist.sees ? "" : say("watch.away", { who });
  const more = [begun, away, now.hasAsked ? say("watch.asked") : ""].filter(Boolean).join(" ");
  /** @type {[Choice, string][]} */
  const ask = now.hasAsked || isOwn ? [] : [["ask", say("keyboard.ask")]];
  return {
    words: isOwn ? say("watch.otherWindow") : say("watch.whom", { who: typist.who }), more,
    choices: now.mayTake ? [take, ...ask] : ask,
  };
}

/** @param {Situation} now @returns {KeyboardState | null} null where there is nothing to say */
export function keyboardState(now) {
  if (now.isWatching) return watching(now);
  const [who] = now.asked.values();
  if (who !== undefined) {
    const more = now.asked.size > 1 ? say("keyboard.more", { count: now.asked.size - 1 }) : "";
    /** @type {[Choice, string][]} */
    const choices = [["give", say("keyboard.give")], ["deny", say("keyboard.deny")]];
    return { words: say("keyboard.asks", { who }), more, choices };
  }
  if (!now.held) return null;
  const { cols, rows } = now.held;
  return {
    words: say("size.is", { cols, rows }), more: say("size.before"), choices: [["fit", say("size.fit")]],
  };
}

/** Two letters for somebody. @param {string} who a login, `visitor N`, or `LABEL: NAME` of a guest @returns {string} */
export function initials(who) {
  const words = who.replace(/^.*: /, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** @param {Viewer} viewer @param {number} own this page's number @returns {string} in words */
export function describeViewer({ viewer, who, role, sees }, own) {
  const words = viewer === own
    ? say(role === "type" ? "people.youType" : "people.youWatch")
    : say(role === "type" ? "people.types" : "people.watches", { who });
  return sees ? words : say("people.away", { who: words });
}
