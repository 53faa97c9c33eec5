// Finding a device by a few letters of what is known of it: "r7 sw3" is sw03 in rack 7.

/** Letters and numbers apart. */
function tokens(text) {
  return text.toLowerCase().match(/\p{L}+|\d+/gu) ?? [];
}

/** A number without the zeros before it. */
const plain = (token) => token.replace(/^0+(?=\d)/, "");

/** Things and the words that they are found by, made once. */
export class WordIndex {
  #entries;

  /**
   * @param {any[]} things
   * @param {(thing: any) => string[]} wordsOf
   */
  constructor(things, wordsOf) {
    this.#entries = things.map((thing) => {
      const words = wordsOf(thing);
      return { thing, text: words.join("\n").toLowerCase(), tokens: words.map((each) => tokens(each).map(plain)) };
    });
  }

  /** @returns {any[]} those that every word of the query means, in their order */
  find(query) {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean).map((text) => ({ text, pieces: tokens(text) }));
    return this.#entries.filter((entry) => words.every((word) => isMeant(entry, word))).map(({ thing }) => thing);
  }
}

/** What a device is found by. @param {import("./devices.js").Device} device */
export const wordsOfDevice = ({ title, name, group, labels, ways }) =>
  [title, name, group, ...Object.entries(labels).flat(), ...ways.map(({ method }) => method)];

function isMeant({ text, tokens }, word) {
  return text.includes(word.text) || (word.pieces.length > 0 && tokens.some((sequence) =>
    sequence.some((_, start) => begins(sequence, start, word.pieces))));
}

/**
 * Whether the pieces begin these tokens, one each; a number that others follow, or that has zeros before it, is all of
 * one.
 */
function begins(sequence, start, pieces) {
  return pieces.every((piece, index) => {
    const token = sequence[start + index];
    if (token === undefined) return false;
    const isWhole = /\d/.test(piece) && (index < pieces.length - 1 || plain(piece) !== piece);
    return isWhole ? token === plain(piece) : token.startsWith(piece);
  });
}
