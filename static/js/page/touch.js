// Fingers: two of them change the font's size, one that stays opens a menu.

export class Touch {
  #element;
  #actions;
  #menu;
  #stop = new AbortController();
  #pinch = null;

  /**
   * @param {HTMLElement} element what is touched
   * @param {HTMLElement} menu with a button for each action
   * @param {{fontSize: () => number, setFontSize: (size: number) => void, copy: () => void, paste: () => void, selectAll: () => void}} actions
   */
  constructor(element, menu, actions) {
    this.#element = element;
    this.#menu = menu;
    this.#actions = actions;
    const options = { signal: this.#stop.signal, passive: false, capture: true };
    element.addEventListener("touchstart", (event) => this.#started(event), options);
    element.addEventListener("touchmove", (event) => this.#moved(event), options);
    element.addEventListener("touchend", () => (this.#pinch = null), options);
    // Browsers tell a long press as a wish for a menu.
    element.addEventListener("contextmenu", (event) => {
      if (event.pointerType !== "touch") return;
      event.preventDefault();
      this.#openMenu(event.clientX, event.clientY);
    }, options);
    document.addEventListener("pointerdown", (event) => {
      if (!this.#menu.contains(event.target)) this.#menu.hidden = true;
    }, options);
    for (const button of this.#menu.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        this.#menu.hidden = true;
        actions[button.dataset.action]();
      }, { signal: this.#stop.signal });
    }
  }

  dispose() {
    this.#stop.abort();
  }

  #openMenu(x, y) {
    this.#menu.hidden = false;
    const { width, height } = this.#menu.getBoundingClientRect();
    this.#menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    this.#menu.style.top = `${Math.max(4, Math.min(y - height, innerHeight - height - 4))}px`;
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
