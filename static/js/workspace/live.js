// The terminals that live now, for all in the workspace that want to know; nobody listens before one of them asks.

import { News } from "../directory/news.js";

/** So long an answer is waited for before something is opened without it, in milliseconds. */
const patience = 2000;

export class Live {
  #news = new News();
  #listeners = [];
  /** @type {Promise<void> | null} */
  #first = null;

  /** Of the visitor and of others, as they are known. */
  get all() {
    return [...this.#news.own, ...this.#news.others];
  }

  /** @param {{terminals: () => void, devices: () => void}} listener is told from now on */
  follow(listener) {
    this.#listeners.push(listener);
    this.#begin();
  }

  /** What the channel says and is told, for what follows a login. */
  get channel() {
    this.#begin();
    return this.#news;
  }

  /** The visitor's own, once they are known; none where the server does not say. @returns {Promise<any[]>} */
  async own() {
    await Promise.race([this.#begin(), new Promise((resolve) => setTimeout(resolve, patience))]);
    return this.#news.own;
  }

  #begin() {
    this.#first ??= new Promise((resolve) => this.#news.follow({
      terminals: () => {
        resolve();
        for (const each of this.#listeners) each.terminals();
      },
      devices: () => this.#listeners.forEach((each) => each.devices()),
    }));
    return this.#first;
  }
}
