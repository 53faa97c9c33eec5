// Those who are told of what happens.

/**
 * Objects with a function for each event that they want to hear of; what they have none for passes them by.
 *
 * @template {object} Events the functions by name
 */
export class Listeners {
  /** @type {Set<Partial<Events>>} */
  #all = new Set();

  /** @param {Partial<Events>} listener is told from now on */
  add(listener) {
    this.#all.add(listener);
  }

  /**
   * Tells all of them, in the order in which they came.
   *
   * @template {keyof Events} Name
   * @param {Name} event
   * @param {Events[Name] extends (...details: infer Details) => any ? Details : never} details
   */
  tell(event, ...details) {
    for (const listener of this.#all) /** @type {any} */ (listener)[event]?.(...details);
  }
}
