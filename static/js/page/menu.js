// A menu over the terminal: by the Menu key, a long press, or the right button where that is wanted.

import { element } from "../dom/element.js";

/**
 * @typedef {object} Subject what the menu is opened for
 * @property {() => boolean} isHostsMouse
 * @property {() => string[]} impossible actions that this terminal has not
 * @property {() => {label: string, run: () => void}[]} more what this terminal alone has
 * @property {(action: string) => void} act
 * @property {() => void} closed
 */

export class Menu {
  #menu;
  #rightButton;
  /** @type {Subject | null} */
  #subject = null;

  /**
   * @param {HTMLElement} menu with a button for each action
   * @param {() => "paste" | "menu"} rightButton
   */
  constructor(menu, rightButton) {
    this.#menu = menu;
    this.#rightButton = rightButton;
    document.addEventListener("pointerdown", ({ target }) => {
      if (!menu.contains(/** @type {Node} */ (target))) menu.hidden = true;
    }, { capture: true });
    menu.addEventListener("keydown", (event) => this.#pressed(event), { capture: true });
    for (const button of menu.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        this.#close();
        this.#subject.act(button.dataset.action);
      });
    }
  }

  /** What a terminal alone has stands first. */
  #show(more) {
    for (const old of this.#menu.querySelectorAll(".menu-more")) old.remove();
    this.#menu.prepend(...more.map(({ label, run }) => {
      const button = element("button", { type: "button", role: "menuitem", class: "menu-more" }, label);
      button.addEventListener("click", () => {
        this.#close();
        run();
      });
      return button;
    }));
  }

  /**
   * Opens over an element from now on.
   *
   * @param {HTMLElement} element
   * @param {Subject} subject
   * @param {AbortSignal} signal ends it
   */
  watch(element, subject, signal) {
    element.addEventListener("contextmenu", (event) => {
      const isMouse = event.button === 2 && event.pointerType !== "touch";
      // With Shift the browser's own menu is to be had; a host that listens to the mouse gets its button.
      if (isMouse && (event.shiftKey || subject.isHostsMouse())) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      // A page that came over http may not read the clipboard: there the menu is what helps.
      if (isMouse && this.#rightButton() === "paste" && navigator.clipboard) subject.act("paste");
      else this.#open(subject, event.clientX, event.clientY);
    }, { capture: true, signal });
  }

  get #buttons() {
    return [...this.#menu.querySelectorAll("button:enabled")];
  }

  #open(subject, x, y) {
    this.#subject = subject;
    const impossible = subject.impossible();
    this.#show(subject.more());
    for (const button of this.#menu.querySelectorAll("button[data-action]")) {
      button.disabled = impossible.includes(button.dataset.action);
    }
    this.#menu.hidden = false;
    const { width, height } = this.#menu.getBoundingClientRect();
    this.#menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    this.#menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
    this.#buttons[0].focus();
  }

  #close() {
    this.#menu.hidden = true;
    this.#subject.closed();
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
