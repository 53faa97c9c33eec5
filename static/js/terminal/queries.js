// Keeps the emulator from answering queries while history is repainted.

/**
 * History holds questions that the host asked long ago (DA, DSR, colours). Their answers would be typed
 * into whatever runs there now. Modes that report are switched on, but the report that the emulator makes of its focus
 * at once is nobody's answer.
 */
export class MutedQueries {
  #isMuted;
  #dropsReport = false;
  #disposables;

  /**
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   * @param {() => boolean} isMuted
   */
  constructor(terminal, isMuted) {
    this.#isMuted = isMuted;
    const { parser } = terminal;
    const csi = [
      { final: "c" }, // DA1
      { prefix: ">", final: "c" }, // DA2
      { prefix: "=", final: "c" }, // DA3
      { final: "n" }, // DSR
      { prefix: "?", final: "n" }, // DSR, private
      { intermediates: "$", final: "p" }, // DECRQM
      { prefix: "?", intermediates: "$", final: "p" }, // DECRQM, private
    ];
    /** Titles that are put away and taken back are no reports. */
    const isReport = (params) => params[0] !== 22 && params[0] !== 23;
    this.#disposables = [
      ...csi.map((id) => parser.registerCsiHandler(id, isMuted)),
      parser.registerCsiHandler({ final: "t" }, (params) => isMuted() && isReport(params)), // window reports
      parser.registerCsiHandler({ prefix: "?", final: "h" }, () => this.#modeIsSet()),
      ...[4, 10, 11, 12].map((id) => parser.registerOscHandler(id, (data) => isMuted() && data.includes("?"))),
      parser.registerDcsHandler({ intermediates: "$", final: "q" }, isMuted), // DECRQSS
    ];
  }

  /** Whether what the emulator types now is a report that is to go nowhere. */
  get dropsReport() {
    return this.#dropsReport;
  }

  dispose() {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** The emulator itself sets the mode after us, in the same breath. */
  #modeIsSet() {
    if (!this.#isMuted()) return false;
    this.#dropsReport = true;
    queueMicrotask(() => (this.#dropsReport = false));
    return false;
  }
}
