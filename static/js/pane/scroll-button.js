// A way back to the newest line, where somebody has scrolled up.

export class ScrollButton {
  #button;
  #terminal;
  #disposables;

  /**
   * @param {HTMLButtonElement} button
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   * @param {AbortSignal} signal ends it
   */
  constructor(button, terminal, signal) {
    this.#button = button;
    this.#terminal = terminal;
    button.addEventListener("click", () => {
      terminal.scrollToBottom();
      terminal.focus();
    }, { signal });
    // The emulator tells of lines that come; what a wheel does is told by its own element.
    this.#disposables = [terminal.onScroll(() => this.#update()), terminal.onWriteParsed(() => this.#update())];
    signal.addEventListener("abort", () => this.#disposables.forEach((each) => each.dispose()));
    terminal.element.addEventListener(
      "wheel", () => requestAnimationFrame(() => this.#update()), { passive: true, signal });
    terminal.element.addEventListener("scroll", () => this.#update(), { capture: true, passive: true, signal });
  }

  #update() {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    this.#button.hidden = viewportY >= baseY;
  }
}
