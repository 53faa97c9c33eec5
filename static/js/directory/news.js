// What happens while a directory is looked at: who opens and leaves which line, and which devices come and go.

import { Backoff } from "../connection/backoff.js";
import { Listeners } from "../dom/listeners.js";

/**
 * @typedef {{up: boolean, since: number, why?: string, last?: number}} Line that stands or is shared, in Unix seconds
 * @typedef {{target: string, method: string, port: number, by: string, since: Date, line?: Line,
 *   alarm?: {name: string, at: number}}} Use of a line by others; none may be there where the server keeps it open
 *
 * @typedef {object} NewsEvents
 * @property {() => void} terminals there are others now
 * @property {() => void} devices there are others now: to be fetched
 * @property {() => void} opened there is a channel, perhaps another one than before
 * @property {(message: any) => void} preference what the server keeps for who has logged in
 */

export class News {
  static #subprotocol = "webterm.news.v1";

  /** All that was told of, by key. @type {Map<number, object>} */
  #terminals = new Map();
  #backoff = new Backoff();
  /** @type {Listeners<NewsEvents>} */
  #listeners = new Listeners();
  /** @type {WebSocket | null} */
  #socket = null;
  #isAgain = false;

  /** The visitor's own live terminals, the oldest first. */
  get own() {
    return [...this.#terminals.values()].filter(({ by }) => by === undefined);
  }

  /** @returns {Use[]} */
  get others() {
    return [...this.#terminals.values()].filter(({ by }) => by !== undefined);
  }

  /** Listens from now on. @param {Partial<NewsEvents>} events */
  follow(events) {
    this.#listeners.add(events);
    if (this.#socket === null) this.#connect();
  }

  /** Says something, where there is a channel. @param {object} message */
  say(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect() {
    const url = new URL("devices", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, News.#subprotocol);
    this.#socket = socket;
    let isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      this.#backoff.reset();
      // Whatever has changed meanwhile was not told.
      if (this.#isAgain) this.#listeners.tell("devices");
      this.#isAgain = true;
      this.#listeners.tell("opened");
    };
    socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
    socket.onclose = ({ code }) => {
      // Whoever is refused for good asks no more: 1008 is the server's word, and a handshake that fails after one that
      // did not is a server that is away for a while.
      if (code === 1008 || (!isOpen && !this.#isAgain)) return;
      setTimeout(() => this.#connect(), this.#backoff.next());
    };
  }

  #received(message) {
    if (message.type === "devices") return this.#listeners.tell("devices");
    if (message.type.startsWith("preference")) return this.#listeners.tell("preference", message);
    if (message.type !== "terminals") return;
    if (message.whole) this.#terminals.clear();
    for (const key of message.over) this.#terminals.delete(key);
    const now = Date.now();
    for (const { age, ...each } of message.terminals) {
      const since = this.#terminals.get(each.key)?.since ?? new Date(now - age * 1000);
      this.#terminals.set(each.key, { ...each, since });
    }
    this.#listeners.tell("terminals");
  }
}
