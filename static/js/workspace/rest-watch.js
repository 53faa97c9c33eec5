// Looks after terminals that rest, as soon as the server tells that one of them is over.

import { News } from "../directory/news.js";

export class RestWatch {
  #news = null;
  #places;

  /** @param {() => import("./place.js").Place[]} places all of them */
  constructor(places) {
    this.#places = places;
  }

  /** Some rest by now, or none: nobody listens before the first one does. */
  update() {
    if (this.#news || !this.#places().some(({ pane }) => pane?.rest.isOn)) return;
    this.#news = new News();
    this.#news.follow({ terminals: () => this.#heard(), devices() {} });
  }

  #heard() {
    const live = new Set(this.#news.own.map(({ id }) => id));
    for (const { pane } of this.#places()) {
      if (pane?.rest.isOn && pane.session.isAlive && !live.has(pane.session.memory.terminal)) pane.rest.lookAfter();
    }
  }
}
