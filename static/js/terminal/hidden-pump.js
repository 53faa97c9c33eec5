// Keeps the emulator reading while nobody sees its page.

import { steady } from "../dom/steady.js";

/**
 * The emulator reads what is written to it by timers, 12 ms at a time. A browser lets those of a hidden tab come once
 * a second, and once a minute later: a host that says much would wait for the visitor. A worker's timers let it read
 * on.
 */
export class HiddenPump {
  #buffer;
  #timer = 0;

  /** @param {import("../../vendor/xterm.js").Terminal} terminal */
  constructor(terminal) {
    this.#buffer = terminal._core._writeBuffer;
  }

  /** Something was written. */
  kick() {
    if (this.#timer !== 0 || document.visibilityState !== "hidden") return;
    if (typeof this.#buffer?._innerWrite !== "function") return;
    this.#timer = steady.set(() => {
      this.#timer = 0;
      this.#buffer._innerWrite();
      if (this.#buffer._writeBuffer.length > 0) this.kick();
    }, 0);
  }

  dispose() {
    steady.clear(this.#timer);
  }
}
