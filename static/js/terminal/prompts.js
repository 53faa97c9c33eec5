// Where prompts and outputs begin and end, for hosts that mark them (OSC 133, as shells with integration do).

/**
 * @typedef {import("../../vendor/xterm.js").IMarker} IMarker
 *
 * @typedef {object} Command
 * @property {IMarker} prompt where its prompt begins
 * @property {IMarker | null} output where its output begins
 * @property {IMarker | null} end where that ends
 */

/** So many are remembered; the emulator forgets those that leave its history. */
const most = 1000;

export class Prompts {
  #terminal;
  /** @type {Command[]} the oldest first */
  #commands = [];
  #handler;

  /** @param {import("../../vendor/xterm.js").Terminal} terminal */
  constructor(terminal) {
    this.#terminal = terminal;
    this.#handler = terminal.parser.registerOscHandler(133, (data) => this.#marked(data[0]));
  }

  dispose() {
    this.#handler.dispose();
  }

  get isMarked() {
    return this.#commands.length > 0;
  }

  /** The text that the last command that said something has printed. @returns {string | null} */
  get lastOutput() {
    const command = this.#known.findLast(({ output }) => output && !output.isDisposed);
    if (!command) return null;
    const { active } = this.#terminal.buffer;
    const last = command.end?.isDisposed === false ? command.end.line : active.baseY + active.cursorY + 1;
    let text = "";
    for (let row = command.output.line; row < last; row += 1) {
      const line = active.getLine(row);
      if (!line) break;
      const goesOn = active.getLine(row + 1)?.isWrapped ?? false;
      text += line.translateToString(!goesOn) + (goesOn ? "" : "\n");
    }
    return text.trimEnd();
  }

  /** Scrolls to the prompt above what is shown. @returns {boolean} false where there is none */
  toFormer() {
    const { viewportY } = this.#terminal.buffer.active;
    const former = this.#known.findLast(({ prompt }) => prompt.line < viewportY);
    const first = this.#known[0];
    const target = former ?? (first && first.prompt.line < viewportY + this.#terminal.rows ? first : null);
    if (!target) return false;
    this.#terminal.scrollToLine(target.prompt.line);
    return former !== undefined;
  }

  get #known() {
    return (this.#commands = this.#commands.filter(({ prompt }) => !prompt.isDisposed).slice(-most));
  }

  /** @param {string} what A: a prompt begins, B: it ends, C: output begins, D: it ends */
  #marked(what) {
    const last = this.#commands.at(-1);
    const marker = "ACD".includes(what) && this.#terminal.buffer.active.type === "normal"
      ? this.#terminal.registerMarker(0) : null;
    if (!marker) return true;
    if (what === "A") {
      // Drawn anew, it is the same prompt.
      if (last && last.prompt.line === marker.line && !last.output) last.prompt.dispose();
      this.#commands.push({ prompt: marker, output: null, end: null });
    } else if (what === "C" && last && !last.output) last.output = marker;
    else if (what === "D" && last?.output && !last.end) last.end = marker;
    else marker.dispose();
    return true;
  }
}
