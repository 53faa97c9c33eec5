// What is to be said of the keyboard of a terminal, and what can be done about it. Rules without looks.

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

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** @param {Situation} now @returns {Viewer | undefined} */
const typistOf = ({ viewers }) => viewers.find(({ role }) => role === "type");

/** @param {Situation} now @returns {KeyboardState} */
function watching(now) {
  const typist = typistOf(now);
  if (!now.mayType) {
    return { words: `Watching${typist ? ` ${typist.who}` : ""}`, more: "You may look on here.", choices: [] };
  }
  /** @type {[Choice, string]} */
  const take = ["take", now.hadIt ? "Take the keyboard back" : "Take the keyboard"];
  if (!typist) return { words: "Watching", more: "Nobody types here.", choices: [take] };
  const isOwn = typist.who === now.viewers.find(({ viewer }) => viewer === now.viewer)?.who;
  const who = isOwn ? "Another window of yours" : typist.who;
  const begun = now.begun > 0 ? `${who} has begun a line (${plural(now.begun, "character")}).` : "";
  const away = typist.sees ? "" : `${who} does not look at it now.`;
  const more = [begun, away, now.hasAsked ? "Asked; waiting for an answer." : ""].filter(Boolean).join(" ");
  /** @type {[Choice, string][]} */
  const ask = now.hasAsked || isOwn ? [] : [["ask", "Ask for the keyboard"]];
  return {
    words: isOwn ? "Typed in another window" : `Watching ${typist.who}`, more,
    choices: now.mayTake ? [take, ...ask] : ask,
  };
}

/** @param {Situation} now @returns {KeyboardState | null} null where there is nothing to say */
export function keyboardState(now) {
  if (now.isWatching) return watching(now);
  const [who] = now.asked.values();
  if (who !== undefined) {
    const more = now.asked.size > 1 ? `And ${now.asked.size - 1} more.` : "";
    return { words: `${who} asks for the keyboard.`, more, choices: [["give", "Give it"], ["deny", "Not now"]] };
  }
  if (!now.held) return null;
  const { cols, rows } = now.held;
  return {
    words: `The terminal is ${cols} × ${rows}`, more: "as it was before.", choices: [["fit", "Fit to my window"]],
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
  return `${viewer === own ? "you" : who} ${role === "type" ? "types" : "watches"}${sees ? "" : ", away"}`
    .replace("you types", "you type").replace("you watches", "you watch");
}
