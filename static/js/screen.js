// The emulator: xterm.js, its size and looks, and bytes in and out of it.

import { FitAddon, Terminal, WebLinksAddon } from "../vendor/xterm.js";
import { Charset } from "./charset.js";
import { muteQueriesWhile } from "./queries.js";
import { terminalTheme } from "./themes.js";
import { useCurrentUnicode } from "./unicode.js";

/**
 * @typedef {object} ScreenEvents
 * @property {(bytes: Uint8Array) => void} typed
 * @property {(text: string) => string} modify what is typed under held modifiers
 * @property {(cols: number, rows: number) => void} resized
 * @property {(title: string) => void} titled
 * @property {() => void} rang
 */

export class Screen {
  static #resizePause = 80;

  #terminal;
  #fit = new FitAddon();
  #charset;
  #resizeTimer = 0;
  #observer;
  #disposables = [];
  /** Output bytes that are still to be repainted. */
  #repaintLeft = 0;

  /**
   * @param {HTMLElement} element
   * @param {string} charset the host's
   * @param {import("./settings.js").Settings} settings
   * @param {ScreenEvents} events
   */
  constructor(element, charset, settings, events) {
    this.#charset = new Charset(charset);
    this.#terminal = new Terminal({ allowProposedApi: true, ...Screen.#options(settings) });
    useCurrentUnicode(this.#terminal);
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.open(element);
    this.fit();
    this.#disposables = [
      this.#terminal.onData((text) => events.typed(this.#charset.encode(events.modify(text)))),
      this.#terminal.onBinary((text) => events.typed(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
      this.#terminal.onResize(({ cols, rows }) => events.resized(cols, rows)),
      this.#terminal.onTitleChange((title) => events.titled(title)),
      this.#terminal.onBell(() => events.rang()),
      ...muteQueriesWhile(this.#terminal, () => this.#repaintLeft > 0),
    ];
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(element);
    settings.follow(() => {
      Object.assign(this.#terminal.options, Screen.#options(settings));
      this.fit();
    });
  }

  static #options(settings) {
    const standardFont = getComputedStyle(document.documentElement).getPropertyValue("--mono");
    return {
      cursorBlink: settings.get("cursorBlink") && !matchMedia("(prefers-reduced-motion: reduce)").matches,
      cursorStyle: settings.get("cursorStyle"),
      fontFamily: settings.get("fontFamily") ? `${settings.get("fontFamily")}, ${standardFont}` : standardFont,
      fontSize: settings.get("fontSize"),
      scrollback: settings.get("scrollback"),
      macOptionIsMeta: settings.get("altIsMeta"),
      screenReaderMode: settings.get("screenReader"),
    };
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
    this.#terminal.options.minimumContrastRatio = name === "contrast" ? 7 : 1;
  }

  /** Fits the terminal into its element. */
  fit() {
    this.#fit.fit();
  }

  focus() {
    this.#terminal.focus();
  }

  /** Forgets everything: another terminal begins. */
  reset() {
    this.#repaintLeft = 0;
    this.#terminal.reset();
  }

  /**
   * The next so many bytes were seen before: they are painted, and their questions not answered.
   *
   * @param {number} bytes
   */
  repaint(bytes) {
    this.#repaintLeft = Math.max(0, bytes);
  }

  /**
   * @param {Uint8Array} bytes
   * @param {() => void} processed called when they are on the screen's grid
   */
  write(bytes, processed) {
    // Whoever asks in the middle of a piece that ends after the history is taken for history, too.
    this.#terminal.write(this.#charset.decode(bytes), () => {
      this.#repaintLeft = Math.max(0, this.#repaintLeft - bytes.length);
      processed();
    });
  }

  dispose() {
    clearTimeout(this.#resizeTimer);
    this.#observer.disconnect();
    for (const disposable of this.#disposables) disposable.dispose();
    this.#terminal.dispose();
  }

  #fitSoon() {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.fit(), Screen.#resizePause);
  }
}
