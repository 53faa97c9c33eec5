// A menu over the terminal: by the Menu key, a long press, or the right button where that is wanted.

export class Menu {
  #menu;
  #closed;
  #stop = new AbortController();

  /**
   * @param {HTMLElement} menu with a button for each action
   * @param {HTMLElement} element what it is for
   * @param {{isHostsMouse: () => boolean, rightButton: () => "paste" | "menu", closed: () => void}} events
   * @param {Record<string, () => void>} actions by the buttons' `data-action`
   * @param {string[]} impossible actions that this terminal has not
   */
  constructor(menu, element, events, actions, impossible) {
    this.#menu = menu;
    this.#closed = events.closed;
    const options = { capture: true, signal: this.#stop.signal };
    element.addEventListener("contextmenu", (event) => {
      const isMouse = event.button === 2 && event.pointerType !== "touch";
      // With Shift the browser's own menu is to be had; a host that listens to the mouse gets its button.
      if (isMouse && (event.shiftKey || events.isHostsMouse())) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isMouse && events.rightButton() === "paste") actions.paste();
      else this.#open(event.clientX, event.clientY);
    }, options);
    document.addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target)) menu.hidden = true;
    }, options);
    menu.addEventListener("keydown", (event) => this.#pressed(event), options);
    for (const button of menu.querySelectorAll("button")) button.disabled = impossible.includes(button.dataset.action);
    for (const button of this.#buttons) {
      button.addEventListener("click", () => {
        this.#close();
        actions[button.dataset.action]();
      }, { signal: this.#stop.signal });
    }
  }

  dispose() {
    this.#stop.abort();
  }

  get #buttons() {
    return [...this.#menu.querySelectorAll("button:enabled")];
  }

  #open(x, y) {
    this.#menu.hidden = false;
    const { width, height } = this.#menu.getBoundingClientRect();
    this.#menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    this.#menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
    this.#buttons[0].focus();
  }

  #close() {
    this.#menu.hidden = true;
    this.#closed();
  }

  #pressed(event) {
    const buttons = this.#buttons;
    const index = buttons.indexOf(document.activeElement);
    const steps = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: buttons.length - 1 };
    if (event.key === "Escape" || event.key === "Tab") this.#close();
    else if (event.key in steps) buttons[(steps[event.key] + buttons.length) % buttons.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
