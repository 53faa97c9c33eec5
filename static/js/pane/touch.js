// Fingers: two of them change the font's size. (One that stays opens the menu.)

export class Touch {
  #actions;
  #pinch = null;

  /**
   * @param {HTMLElement} element what is touched
   * @param {{fontSize: () => number, mayChange: () => boolean, setFontSize: (size: number) => void}} actions
   * @param {AbortSignal} signal ends it
   */
  constructor(element, actions, signal) {
    this.#actions = actions;
    const options = { signal, passive: false, capture: true };
    element.addEventListener("touchstart", (event) => this.#started(event), options);
    element.addEventListener("touchmove", (event) => this.#moved(event), options);
    element.addEventListener("touchend", () => (this.#pinch = null), options);
  }

  #started(event) {
    if (event.touches.length !== 2 || !this.#actions.mayChange()) return;
    this.#pinch = { distance: this.#distance(event), size: this.#actions.fontSize() };
  }

  #moved(event) {
    if (!this.#pinch || event.touches.length !== 2) return;
    event.preventDefault();
    event.stopPropagation();
    this.#actions.setFontSize(Math.round((this.#pinch.size * this.#distance(event)) / this.#pinch.distance));
  }

  #distance({ touches: [first, second] }) {
    return Math.hypot(first.clientX - second.clientX, first.clientY - second.clientY) || 1;
  }
}
