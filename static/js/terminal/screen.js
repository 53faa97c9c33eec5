// The emulator: xterm.js, its size and looks, and bytes in and out of it.

import { Terminal } from "../../vendor/xterm.js";
import { terminalTheme } from "../settings/themes.js";
import { Charset } from "./charset.js";
import { HiddenPump } from "./hidden-pump.js";
import { makeLinks } from "./links.js";
import { Prompts } from "./prompts.js";
import { MutedQueries } from "./queries.js";
import { Replay } from "./replay.js";
import { isReport } from "./reports.js";
import { roomIn, sizeIn } from "./room.js";
import { useCurrentUnicode } from "./unicode.js";

/**
 * @typedef {object} ScreenEvents
 * @property {(bytes: Uint8Array, text: string | null) => void} typed the text is what a person has typed; null where
 *   the emulator speaks by itself
 * @property {(text: string) => string} modify what is typed under held modifiers
 * @property {(cols: number, rows: number) => void} resized
 * @property {(cols: number, rows: number) => void} roomChanged so much has room, though the terminal has another size
 * @property {(title: string) => void} titled
 * @property {() => void} rang
 * @property {(code: number, data: string) => void} notified the host wants something to be told (OSC 9, 777)
 */

/**
 * Gives reverse video the contrast that it has: the emulator's renderer compares the wrong pair where the default
 * colours are swapped: the background with itself. Text in reverse video became grey on grey, and what is reversed on a
 * colour kept too little contrast.
 *
 * @param {import("../../vendor/xterm.js").Terminal} terminal open
 */
function mendReverseVideo(terminal) {
  const rows = terminal._core._renderService?._renderer?.value?._rowFactory;
  if (typeof rows?._applyMinimumContrast !== "function") return;
  const apply = rows._applyMinimumContrast;
  rows._applyMinimumContrast = function (element, background, foreground, cell, ...overrides) {
    const { colors } = this._themeService;
    const isSwapped = cell.isInverse() && foreground === colors.foreground;
    return apply.call(this, element, background, isSwapped ? colors.background : foreground, cell, ...overrides);
  };
}

/** Of css/terminal.css: has nothing but boxes and blocks. */
const boxFont = "webterm-boxes";

/**
 * Waits for the fonts that a screen measures when it is opened: a width that was measured before is kept.
 *
 * @returns {Promise<unknown>} at the latest after a moment
 */
export const fontsReady = () => Promise.race([
  Promise.allSettled([document.fonts.load(`1em "${boxFont}"`, "│"), document.fonts.ready]),
  new Promise((resolve) => setTimeout(resolve, 2000)),
]);

export class Screen {
  static #resizePause = 80;
  /** Smaller than this nobody reads, in pixels. */
  static #leastFont = 5;
  /** Ends what is unfinished, leaves the alternate screen, switches off what a program has switched on. */
  static #standardModes =
    "\x18" +
    [1, 5, 9, 45, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1049, 2004, 2026]
      .map((mode) => `\x1b[?${mode}l`).join("") +
    "\x1b[!p\x1b(B\x1b)B\x0f\x1b[?25h\x1b[4l\x1b[20l\x1b[?7h\x1b>\x1b]8;;\x1b\\" +
    "\x1b]104\x1b\\\x1b]110\x1b\\\x1b]111\x1b\\\x1b]112\x1b\\";

  #terminal;
  #charset;
  #resizeTimer = 0;
  #observer;
  #disposables = [];
  #isWritten = false;
  #pump;
  #replay;
  #queries;
  #element;
  /** The terminal's size, where it is not this window's. @type {{cols: number, rows: number} | null} */
  #held = null;
  /** What had room here when it was told last. */
  #told = { cols: 0, rows: 0 };
  #settings;
  /** @type {ScreenEvents | null} */
  #events = null;
  /** What the key sends that is pressed now: some keys send what looks like a report. */
  #keyText = null;

  /**
   * Tells nobody anything before ``listen``: what it would be told to may not be there yet.
   *
   * @param {HTMLElement} element
   * @param {string} charset the host's
   * @param {import("../settings/settings.js").Settings} settings
   */
  constructor(element, charset, settings) {
    this.#element = element;
    this.#settings = settings;
    this.#charset = new Charset(charset);
    /** Whether the browser does not know the host's character set. */
    this.lacksCharset = this.#charset.isMissing;
    const { addon: links, handler: linkHandler } = makeLinks(element);
    this.#terminal = new Terminal({ allowProposedApi: true, linkHandler, ...Screen.#options(settings) });
    useCurrentUnicode(this.#terminal);
    this.#terminal.loadAddon(links);
    this.#terminal.open(element);
    mendReverseVideo(this.#terminal);
    this.fit();
    this.#pump = new HiddenPump(this.#terminal);
    this.#replay = new Replay(this.#terminal, {
      decode: (bytes) => this.#charset.decode(bytes),
      decodePainting: (bytes) => this.#charset.decodePainting(bytes),
      ended: () => this.fit(),
    });
    this.#queries = new MutedQueries(this.#terminal, () => this.#replay.isSilent);
    this.prompts = new Prompts(this.#terminal);
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(element);
    const unfollow = settings.follow(() => {
      const { fontSize, ...options } = Screen.#options(settings);
      // What is held small stays so until it is fitted anew.
      Object.assign(this.#terminal.options, options, this.#held ? {} : { fontSize });
      this.fit();
    });
    this.#disposables = [this.#queries, this.#pump, this.prompts, { dispose: unfollow }];
  }

  /**
   * Tells of what happens from now on.
   *
   * @param {ScreenEvents} events
   */
  listen(events) {
    this.#events = events;
    this.#disposables.push(
      this.#terminal.onKey(({ key }) => (this.#keyText = key)),
      this.#terminal.onData((text) => {
        const isTyped = text === this.#keyText || !isReport(text);
        this.#keyText = null;
        if (this.#queries.dropsReport) return;
        const modified = isTyped ? events.modify(text) : text;
        events.typed(this.#charset.encode(modified), isTyped ? modified : null);
      }),
      this.#terminal.onBinary((text) => events.typed(Uint8Array.from([...text], (c) => c.charCodeAt(0)), null)),
      this.#terminal.onResize(({ cols, rows }) => this.#replay.isOn || this.#held || events.resized(cols, rows)),
      this.#terminal.onTitleChange((title) => events.titled(title)),
      // What rang for somebody before rings no more.
      this.#terminal.onBell(() => this.#replay.isSilent || events.rang()),
      ...[9, 777].map((code) => this.#terminal.parser.registerOscHandler(code, (data) => {
        if (!this.#replay.isSilent) events.notified(code, data);
        return true;
      })),
    );
  }

  static #options(settings) {
    const standardFont = getComputedStyle(document.documentElement).getPropertyValue("--mono");
    const chosenFont = settings.get("fontFamily") ? `${settings.get("fontFamily")}, ` : "";
    return {
      cursorBlink: settings.get("cursorBlink") && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      cursorStyle: settings.get("cursorStyle"),
      fontFamily: `"${boxFont}", ${chosenFont}${standardFont}`,
      fontSize: settings.get("fontSize"),
      scrollback: settings.get("scrollback"),
      windowOptions: { pushTitle: true, popTitle: true },
      minimumContrastRatio: Screen.#contrast(settings),
      macOptionIsMeta: settings.get("altIsMeta"),
      screenReaderMode: settings.get("screenReader"),
    };
  }

  static #contrast(settings) {
    const chosen = settings.get("contrast") === "off" ? 1 : Number(settings.get("contrast"));
    return settings.get("theme") === "contrast" ? Math.max(7, chosen) : chosen;
  }

  get cols() {
    return this.#terminal.cols;
  }

  get rows() {
    return this.#terminal.rows;
  }

  /** The emulator itself, for tests and for what is built on top. */
  get terminal() {
    return this.#terminal;
  }

  /** @param {string} name of a theme */
  setTheme(name) {
    this.#terminal.options.theme = terminalTheme(name);
  }

  /** Whether the terminal's size is not this window's. */
  get isHeld() {
    return this.#held !== null;
  }

  /** What has room here, in the font that was chosen. @returns {{cols: number, rows: number}} */
  get room() {
    return this.#size() ?? { cols: this.cols, rows: this.rows };
  }

  /**
   * Keeps the terminal at a size that is not this window's, smaller where it has to be; in its place among what is
   * written.
   *
   * @param {{cols: number, rows: number} | null} size null is this window's again
   */
  hold(size) {
    this.#terminal.write("", () => {
      this.#held = size;
      this.#element.classList.toggle("is-held", size !== null);
      if (!size) this.#terminal.options.fontSize = this.#settings.get("fontSize");
      this.fit();
    });
  }

  /** Keeps the terminal's size no longer where it is what this window has room for. @param {() => void} done */
  letGoOfOwn(done) {
    this.#terminal.write("", () => {
      if (!this.#held) return;
      this.#terminal.options.fontSize = this.#settings.get("fontSize");
      const size = this.#size();
      const isOwn = size?.cols === this.#held.cols && size?.rows === this.#held.rows;
      if (isOwn) this.#held = null;
      this.#element.classList.toggle("is-held", !isOwn);
      this.fit();
      done();
    });
  }

  /** Fits the terminal into its element, unless it shows what was seen in another size, or nothing at all. */
  fit() {
    if (this.#replay?.isOn) return;
    const size = this.#size();
    if (!size) return;
    if (this.#held) return this.#fitHeld(size);
    this.#told = size;
    if (size.cols !== this.cols || size.rows !== this.rows) this.#terminal.resize(size.cols, size.rows);
  }

  /** The font gets smaller until all of the terminal can be seen, or nobody could read it. */
  #fitHeld(size) {
    const { cols, rows } = this.#held;
    if (cols !== this.cols || rows !== this.rows) this.#terminal.resize(cols, rows);
    const chosen = this.#settings.get("fontSize");
    const share = Math.min(1, size.cols / cols, size.rows / rows);
    const { options } = this.#terminal;
    options.fontSize = Math.max(Screen.#leastFont, Math.floor(4 * chosen * share) / 4);
    // Cells are rounded to pixels, each size in its own way.
    while (options.fontSize > Screen.#leastFont && !this.#hasRoomFor(cols, rows)) options.fontSize -= 0.25;
    const [before, isSame] = [this.#told, size.cols === this.#told.cols && size.rows === this.#told.rows];
    this.#told = size;
    if (before.cols === 0 || isSame) return;
    this.#events?.roomChanged(size.cols, size.rows);
  }

  #hasRoomFor(cols, rows) {
    const { cell, room } = this.#measure();
    const free = sizeIn(room, cell);
    return free === null || (free.cols >= cols && free.rows >= rows);
  }

  /** What has room here; null where nothing is shown, or cannot be measured yet. */
  #size() {
    if (this.#element.clientWidth === 0) return null;
    const { cell, room } = this.#measure();
    const larger = this.#settings.get("fontSize") / this.#terminal.options.fontSize;
    return sizeIn(room, { width: cell.width * larger, height: cell.height * larger });
  }

  /** A cell of the font of now, and what is free, in CSS pixels. */
  #measure() {
    const core = this.#terminal._core;
    const { cell } = core._renderService.dimensions.device;
    const { dpr } = core._coreBrowserService;
    const bar = this.#terminal.options.scrollback === 0 ? 0 : core.viewport.scrollBarWidth;
    const { width, height } = roomIn(this.#element);
    return { cell: { width: cell.width / dpr, height: cell.height / dpr }, room: { width: width - bar, height } };
  }

  /** @param {string} text @returns {Uint8Array} as the host has it */
  encode(text) {
    return this.#charset.encode(text);
  }

  /** @param {Uint8Array} bytes as the host has them @returns {string} what of them can be read */
  textOf(bytes) {
    const text = this.#charset.textOf(bytes).replace(/\x1b(\[[0-9;?<]*[ -/]*[@-~]|O.|.)/g, "");
    return text.replace(/[\r\n]+/g, "⏎").replace(/[\x00-\x1f\x7f-\x9f]/g, "");
  }

  focus() {
    this.#terminal.focus();
  }

  /**
   * Switches off what a host, or noise on its line, has switched on: character sets, modes, the mouse, a hidden cursor.
   * What is shown stays, and the host hears nothing.
   */
  resetModes() {
    this.#charset.restart();
    // Who leaves the other screen goes where the cursor was put away last: that is here.
    this.#terminal.write(`\x18\x1b7${Screen.#standardModes}`);
  }

  /**
   * Another terminal begins, below what the last one has left. Whatever modes that left behind are gone.
   *
   * @param {string} words of the line between them
   */
  beginBelow(words) {
    this.#charset.restart();
    this.#terminal.write(Screen.#standardModes, () => {
      const { baseY } = this.#terminal.buffer.active;
      let row = this.rows;
      while (row > 1 && !this.#terminal.buffer.active.getLine(baseY + row - 1)?.translateToString(true)) row -= 1;
      const line = `── ${words} `.padEnd(this.cols, "─");
      this.#terminal.write(`\x1b[${row};1H\r\n\x1b[2m${line}\x1b[0m\r\n`);
    });
  }

  /**
   * What was sent to somebody before comes next: it is shown, and its questions not answered.
   *
   * @param {number} painting bytes that paint the screen as it was before
   * @param {number} old bytes of output follow
   * @param {number[][]} sizes after how many of these the screen had which size: count, columns, rows
   */
  repaint(painting, old, sizes) {
    if (painting > 0) this.#charset.restart();
    // Where something is shown already, it goes up out of sight.
    if (painting > 0 && this.#isWritten) this.#moveAway();
    this.#replay.begin(painting, old, sizes);
  }

  /**
   * Output was skipped: the screen of now follows, below a line that says so.
   *
   * @param {string} words
   * @param {number} painting bytes that paint it
   */
  skip(words, painting) {
    this.#charset.restart();
    this.#moveAway(words);
    this.#replay.begin(painting, 0, []);
  }

  /** Moves what is shown up, so that the screen is empty and in its first state. */
  #moveAway(words = "") {
    const { rows, cols } = this.#terminal;
    const tabs = Array.from({ length: Math.ceil(cols / 8) }, (_, index) => `\x1b[1;${8 * index + 1}H\x1bH`).join("");
    const line = words ? `\x1b[2m${`── ${words} `.padEnd(cols, "─")}\x1b[0m` : "";
    this.#terminal.write(Screen.#standardModes);
    this.#terminal.write(`\x1b[${rows};1H\r\n${line}${"\r\n".repeat(rows)}\x1b[3g${tabs}\x1b[H`);
  }

  /**
   * @param {Uint8Array} bytes of a painting, or output
   * @returns {Uint8Array} the output
   */
  paint(bytes) {
    this.#isWritten = true;
    const output = this.#replay.paint(bytes);
    this.#pump.kick();
    return output;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {() => void} processed called when they are on the screen's grid
   */
  write(bytes, processed) {
    this.#isWritten = true;
    this.#terminal.write(this.#charset.decode(this.#replay.write(bytes)), processed);
    this.#pump.kick();
  }

  dispose() {
    clearTimeout(this.#resizeTimer);
    this.#observer.disconnect();
    for (const disposable of this.#disposables) disposable.dispose();
    // The emulator forgets this one, which listens to the window.
    this.#terminal._core._coreBrowserService?._screenDprMonitor?.dispose();
    this.#terminal.dispose();
  }

  #fitSoon() {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.fit(), Screen.#resizePause);
  }
}
