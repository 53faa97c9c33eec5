// What several hosts answer to one line, and which of them answer otherwise than most.

/** Answers are compared when all have been quiet for so long, in milliseconds; */
const quiet = 800;
/** at the latest after so long. */
const patience = 6000;
/** How often they are looked at. */
const pause = 200;

/**
 * Compares answers.
 *
 * @param {{id: string, text: string}[]} answers
 * @returns {{same: string[], different: string[]}} the largest part of them that is alike, and the others
 */
export function compared(answers) {
  /** @type {Map<string, string[]>} */
  const parts = new Map();
  for (const { id, text } of answers) parts.set(text, [...(parts.get(text) ?? []), id]);
  const same = [...parts.values()].reduce((most, part) => (part.length > most.length ? part : most), []);
  return { same, different: answers.map(({ id }) => id).filter((id) => !same.includes(id)) };
}

/**
 * What a host has answered, without what differs from host to host by its nature: the line where it was typed, and the
 * prompt that waits for the next one.
 *
 * @param {string[]} rows from the one where the line was typed to the one where the cursor is
 * @param {string} before what stood in the first row: a prompt, as a rule
 * @param {string} line that was typed
 */
export function answerIn(rows, before, line) {
  const [first = "", ...rest] = rows;
  const typed = first.startsWith(before) ? first.slice(before.length) : first;
  const begin = typed.startsWith(line) ? typed.slice(line.length) : typed;
  // In one row there is no prompt behind an answer.
  const answer = rest.length > 0 ? [begin, ...rest.slice(0, -1)] : [begin];
  return answer.map((row) => row.trimEnd()).join("\n").trim();
}

/** One terminal, from the moment before a line is typed. */
class Ear {
  #terminal;
  #line;
  #marker;
  #before;

  /** @param {any} terminal xterm.js' @param {string} line */
  constructor(terminal, line) {
    this.#terminal = terminal;
    this.#line = line;
    // In a full screen program nothing follows anything.
    this.#marker = terminal.buffer.active.type === "normal" ? terminal.registerMarker(0) : undefined;
    this.#before = this.#marker ? this.#row(this.#marker.line).trimEnd() : "";
  }

  #row(index) {
    return this.#terminal.buffer.active.getLine(index)?.translateToString(true) ?? "";
  }

  /** Where the cursor is: as long as that stays, nothing is answered. */
  get state() {
    const { baseY, cursorX, cursorY } = this.#terminal.buffer.active;
    return [baseY, cursorY, cursorX].join();
  }

  /** @returns {string | null} null where there is none to compare */
  get answer() {
    const buffer = this.#terminal.buffer.active;
    if (!this.#marker || this.#marker.isDisposed || buffer.type !== "normal") return null;
    const rows = [];
    for (let index = this.#marker.line; index <= buffer.baseY + buffer.cursorY; index++) {
      if (buffer.getLine(index)?.isWrapped && rows.length > 0) rows[rows.length - 1] += this.#row(index);
      else rows.push(this.#row(index));
    }
    return answerIn(rows, this.#before, this.#line);
  }

  dispose() {
    this.#marker?.dispose();
  }
}

/** Listens to several terminals after a line; the next line ends it. */
export class Answers {
  #timer = 0;
  /** @type {Map<string, Ear>} */
  #ears = new Map();

  /**
   * To be called before the line is typed.
   *
   * @param {{id: string, terminal: any}[]} members
   * @param {string} line
   * @param {(result: {same: string[], different: string[]}) => void} done is told nothing where nobody answers
   */
  listen(members, line, done) {
    this.stop();
    this.#ears = new Map(members.map(({ id, terminal }) => [id, new Ear(terminal, line)]));
    const begin = performance.now();
    let [state, since] = ["", begin];
    const look = () => {
      const now = performance.now();
      const next = [...this.#ears.values()].map((ear) => ear.state).join(" ");
      if (next !== state) [state, since] = [next, now];
      if (now - since < quiet && now - begin < patience) {
        this.#timer = setTimeout(look, pause);
        return;
      }
      const answers = [...this.#ears].flatMap(([id, { answer }]) => (answer === null ? [] : [{ id, text: answer }]));
      this.stop();
      if (answers.length > 1 && answers.some(({ text }) => text !== "")) done(compared(answers));
    };
    this.#timer = setTimeout(look, pause);
  }

  stop() {
    clearTimeout(this.#timer);
    for (const ear of this.#ears.values()) ear.dispose();
    this.#ears.clear();
  }
}
