// A way back to the newest line, where somebody has scrolled up.

export class ScrollButton {
  #button;
  #terminal;

  /**
   * @param {HTMLButtonElement} button
   * @param {import("../../vendor/xterm.js").Terminal} terminal
   */
  constructor(button, terminal) {
    this.#button = button;
    this.#terminal = terminal;
    button.addEventListener("click", () => {
      terminal.scrollToBottom();
      terminal.focus();
    });
    // The emulator tells of lines that come; what a wheel does is told by its own element.
    terminal.onScroll(() => this.#update());
    terminal.onWriteParsed(() => this.#update());
    terminal.element.addEventListener("wheel", () => requestAnimationFrame(() => this.#update()), { passive: true });
    terminal.element.addEventListener("scroll", () => this.#update(), { capture: true, passive: true });
  }

  #update() {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    this.#button.hidden = viewportY >= baseY;
  }
}
