// Fingers: two of them change the font's size. (One that stays opens the menu.)

export class Touch {
  #actions;
  #stop = new AbortController();
  #pinch = null;

  /**
   * @param {HTMLElement} element what is touched
   * @param {{fontSize: () => number, setFontSize: (size: number) => void}} actions
   */
  constructor(element, actions) {
    this.#actions = actions;
    const options = { signal: this.#stop.signal, passive: false, capture: true };
    element.addEventListener("touchstart", (event) => this.#started(event), options);
    element.addEventListener("touchmove", (event) => this.#moved(event), options);
    element.addEventListener("touchend", () => (this.#pinch = null), options);
  }

  dispose() {
    this.#stop.abort();
  }

  #started(event) {
    if (event.touches.length !== 2) return;
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
