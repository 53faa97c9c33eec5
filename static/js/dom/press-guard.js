// Lists that change by themselves, and somebody who is pressing on one of them.

/** A finger's click follows when it has gone up, some milliseconds later. */
const clickPause = 300;

/** Puts changes off while somebody presses: what comes to lie under a finger meanwhile is not what was meant. */
export class PressGuard {
  #isPressed = false;
  #timer = 0;
  /** By what they change: of several the last one counts. @type {Map<string, () => void>} */
  #waiting = new Map();

  /** @param {HTMLElement} element in which one presses */
  constructor(element) {
    element.addEventListener("pointerdown", ({ button }) => {
      clearTimeout(this.#timer);
      this.#isPressed = button === 0;
    }, { capture: true });
    const soon = (milliseconds) => {
      if (!this.#isPressed) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#release(), milliseconds);
    };
    // A press may end anywhere.
    addEventListener("pointerup", () => soon(clickPause), { capture: true });
    for (const event of ["click", "pointercancel", "contextmenu", "dragend"]) {
      addEventListener(event, () => soon(0), { capture: true });
    }
    // The window's own: what happens in another one is not heard here.
    addEventListener("blur", () => soon(0));
  }

  /**
   * Changes something now, or as soon as nobody presses any more.
   *
   * @param {string} what
   * @param {() => void} change
   */
  change(what, change) {
    if (this.#isPressed) this.#waiting.set(what, change);
    else change();
  }

  #release() {
    this.#isPressed = false;
    const changes = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const change of changes) change();
  }
}
