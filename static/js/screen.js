// The emulator: xterm.js, its size, and bytes in and out of it.

import { FitAddon, Terminal, WebLinksAddon } from "../vendor/xterm.js";
import { muteQueriesWhile } from "./queries.js";
import { useCurrentUnicode } from "./unicode.js";

/**
 * @typedef {object} ScreenEvents
 * @property {(bytes: Uint8Array) => void} typed
 * @property {(cols: number, rows: number) => void} resized
 * @property {(title: string) => void} titled
 */

export class Screen {
  static #resizePause = 80;

  #terminal;
  #fit = new FitAddon();
  #encoder = new TextEncoder();
  #decoder = null;
  #resizeTimer = 0;
  #observer;
  #disposables = [];
  /** Output bytes that are still to be repainted. */
  #repaintLeft = 0;

  /**
   * @param {HTMLElement} element
   * @param {{charset: string}} options
   * @param {ScreenEvents} events
   */
  constructor(element, options, events) {
    const style = getComputedStyle(document.documentElement);
    this.#terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: true,
      fontFamily: style.getPropertyValue("--mono"),
      fontSize: 15,
      scrollback: 10000,
      theme: { background: style.getPropertyValue("--background").trim(), foreground: style.getPropertyValue("--text").trim(), cursor: style.getPropertyValue("--accent").trim(), selectionBackground: "#3d6ea5aa" },
    });
    if (options.charset !== "utf-8") this.#decoder = new TextDecoder(options.charset);
    useCurrentUnicode(this.#terminal);
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.open(element);
    this.fit();
    this.#disposables = [
      this.#terminal.onData((text) => events.typed(this.#encoder.encode(text))),
      this.#terminal.onBinary((text) => events.typed(Uint8Array.from(text, (c) => c.charCodeAt(0)))),
      this.#terminal.onResize(({ cols, rows }) => events.resized(cols, rows)),
      this.#terminal.onTitleChange((title) => events.titled(title)),
      ...muteQueriesWhile(this.#terminal, () => this.#repaintLeft > 0),
    ];
    this.#observer = new ResizeObserver(() => this.#fitSoon());
    this.#observer.observe(element);
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
    this.#terminal.write(this.#decoder ? this.#decoder.decode(bytes, { stream: true }) : bytes, () => {
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
