// What must be accepted before a terminal opens: asked once a browser and login, and again where the text is another.

import { say } from "../words/words.js";

const store = "webterm:notices";
/** So many are remembered, those that were accepted last. */
const most = 50;

/** @returns {[string, string][]} of which login, and the text */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(store) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => Array.isArray(each) && each.length === 2) : [];
  } catch {
    // It is asked again.
    return [];
  }
}

export class Consent {
  #dialog;
  /** What was accepted in this page, should the browser keep nothing. @type {Set<string>} */
  #accepted = new Set();
  /** Questions that wait for an answer, by login and text. @type {Map<string, Promise<boolean>>} */
  #asked = new Map();
  /** One question at a time. */
  #last = Promise.resolve(true);

  /** @param {import("./ask-dialog.js").AskDialog} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
  }

  /**
   * @param {{notices?: string[], login?: string}} data what the server says of a place
   * @returns {Promise<boolean> | null} whether it is accepted; null where nothing has to be asked
   */
  ask({ notices = [], login = "" }) {
    const text = notices.filter((each) => !this.#has(login, each)).join("\n\n");
    if (!text) return null;
    const key = JSON.stringify([login, text]);
    const asked = this.#asked.get(key) ?? this.#inTurn(login, notices);
    this.#asked.set(key, asked);
    asked.finally(() => this.#asked.delete(key));
    return asked;
  }

  #has(login, text) {
    return this.#accepted.has(JSON.stringify([login, text]))
      || kept().some(([whose, what]) => whose === login && what === text);
  }

  #inTurn(login, notices) {
    this.#last = this.#last.then(async () => {
      // Another question may have had some of it meanwhile.
      const missing = notices.filter((each) => !this.#has(login, each));
      if (missing.length === 0) return true;
      const answer = await this.#dialog.ask({
        title: say("consent.title"), words: missing.join("\n\n"),
        answers: [{ value: "accept", label: say("consent.accept") }],
      });
      if (answer) this.#keep(login, missing);
      return answer !== null;
    });
    return this.#last;
  }

  #keep(login, texts) {
    for (const text of texts) this.#accepted.add(JSON.stringify([login, text]));
    try {
      const others = kept().filter(([whose, what]) => whose !== login || !texts.includes(what));
      localStorage.setItem(store, JSON.stringify([...others, ...texts.map((text) => [login, text])].slice(-most)));
    } catch {
      // It holds for this page.
    }
  }
}
