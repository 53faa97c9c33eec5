// All live terminals as an operator sees them: what the server has told, found and sorted.

/**
 * @typedef {object} OperatedTerminal
 * @property {number} key
 * @property {string} id
 * @property {string} who empty at a line without viewers
 * @property {string} address where that is
 * @property {string} name the line's, or the target's with the port
 * @property {string} target
 * @property {string} method
 * @property {string} user
 * @property {number} port
 * @property {boolean} shared whether it belongs to a line
 * @property {number} since in Unix seconds
 * @property {number} idle seconds since the last typing, when it was told
 * @property {number} told when that was, in milliseconds of this page's clock
 * @property {number} output bytes
 * @property {number} input bytes
 * @property {number} viewers how many look at it now
 * @property {boolean} up whether its host is there
 * @property {string} text what it is found by
 */

/** @typedef {{column: string, isDescending: boolean}} Order by one of the columns that the page has */

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** Numbers in names count as numbers: sw2 comes before sw10. Most are alike, or were compared before. */
const compareTexts = (a, b) => (a === b ? 0 : collator.compare(a, b));

/** @type {Record<string, (a: OperatedTerminal, b: OperatedTerminal, now: number) => number>} */
const comparisons = {
  who: (a, b) => compareTexts(a.who, b.who),
  line: (a, b) => compareTexts(a.name, b.name),
  from: (a, b) => compareTexts(a.address, b.address),
  since: (a, b) => a.since - b.since,
  idle: (a, b, now) => idleOf(a, now) - idleOf(b, now),
  bytes: (a, b) => a.output + a.input - (b.output + b.input),
  viewers: (a, b) => a.viewers - b.viewers,
};

/** Seconds since the last typing. @param {OperatedTerminal} terminal @param {number} now in milliseconds */
export const idleOf = (terminal, now) => terminal.idle + Math.max(0, now - terminal.told) / 1000;

/** The terminals that there are, by what the server tells of them. */
export class Terminals {
  /** @type {Map<number, OperatedTerminal>} */
  #all = new Map();
  /** In the order that was asked for last: what is nearly in order is soon sorted. @type {OperatedTerminal[]} */
  #sorted = [];

  get count() {
    return this.#all.size;
  }

  /** @param {number} key @returns {OperatedTerminal | undefined} */
  get(key) {
    return this.#all.get(key);
  }

  /**
   * Takes what was told.
   *
   * @param {{whole: boolean, terminals: object[], over: number[]}} message
   * @param {number} now in milliseconds
   */
  take({ whole, terminals, over }, now) {
    if (whole) this.#all.clear();
    for (const key of over) this.#all.delete(key);
    for (const each of terminals) this.#all.set(each.key, { ...each, told: now, text: textOf(each) });
  }

  /**
   * Those that are meant, in order.
   *
   * @param {string} query words, all of which must stand somewhere in what is known of a terminal
   * @param {Order} order
   * @param {number} now in milliseconds
   * @returns {OperatedTerminal[]}
   */
  find(query, { column, isDescending }, now) {
    const all = this.#all;
    const known = new Set();
    const former = this.#sorted.map(({ key }) => all.get(key)).filter((each) => each && known.add(each.key));
    const others = [...all.values()].filter(({ key }) => !known.has(key));
    const [compare, direction] = [comparisons[column], isDescending ? -1 : 1];
    // Of those that are alike the older one comes first, whatever the direction: rows do not jump.
    this.#sorted = [...former, ...others].sort((a, b) => direction * compare(a, b, now) || a.key - b.key);
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#sorted.filter(({ text }) => words.every((word) => text.includes(word)));
  }
}

/** What a terminal is found by. */
function textOf({ who, address, name, target, method, user, port, id, up }) {
  const place = `${method} ${user}@${target}:${port}`;
  return [who, address, name, place, id, up ? "up" : "down"].join("\n").toLowerCase();
}
