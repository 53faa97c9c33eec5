// What an operator's page hears of all terminals, and what it asks for.

import { Backoff } from "../connection/backoff.js";
import { say } from "../words/words.js";

/**
 * @typedef {object} OperateEvents
 * @property {(message: object) => void} terminals what was told of terminals
 * @property {(isOpen: boolean) => void} state whether the server can be heard
 * @property {() => void} over the server will say nothing more here
 */

/** How long an answer may take, in milliseconds. */
const timeout = 10000;

export class OperateChannel {
  static #subprotocol = "webterm.operate.v1";

  #backoff = new Backoff();
  /** @type {OperateEvents} */
  #events;
  /** @type {WebSocket | null} */
  #socket = null;
  #asked = 0;
  /** Those who wait for an answer. @type {Map<number, (problem: string | null) => void>} */
  #waiting = new Map();
  #wasOpen = false;

  /** @param {OperateEvents} events */
  constructor(events) {
    this.#events = events;
  }

  /** Listens from now on. */
  connect() {
    const url = new URL("operate", document.baseURI);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, OperateChannel.#subprotocol);
    this.#socket = socket;
    let isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      this.#wasOpen = true;
      this.#backoff.reset();
      this.#events.state(true);
    };
    socket.onmessage = ({ data }) => this.#received(JSON.parse(data));
    socket.onclose = ({ code }) => {
      for (const answer of this.#waiting.values()) answer(say("operate.gone"));
      this.#waiting.clear();
      // 1008 is the server's word; a handshake that fails after one that did not is a server that is away for a while.
      const isOver = code === 1008 || (!isOpen && !this.#wasOpen);
      if (isOver) return this.#events.over();
      this.#events.state(false);
      setTimeout(() => this.#comeBack(), this.#backoff.next());
    };
  }

  /** The page is asked for first: a server that was started anew gives another cookie with it. */
  async #comeBack() {
    let status = 0;
    try {
      ({ status } = await fetch("operate", { method: "HEAD", cache: "no-store" }));
    } catch {
      // It is away still.
    }
    if ([401, 403, 404].includes(status)) return this.#events.over();
    this.connect();
  }

  #received(message) {
    if (message.type === "terminals") this.#events.terminals(message);
    if (message.type !== "answer") return;
    this.#waiting.get(message.request)?.(message.problem ?? null);
    this.#waiting.delete(message.request);
  }

  /**
   * A message to those who look at a terminal, or at all of them.
   *
   * @param {string | null} terminal its ID; null for all
   * @param {string} text
   * @returns {Promise<string | null>} what is wrong; null where nothing is
   */
  message(terminal, text) {
    return this.#ask({ type: "message", ...(terminal === null ? {} : { terminal }), text });
  }

  /**
   * Ends a terminal.
   *
   * @param {string} terminal its ID
   * @param {string} reason read by its visitor
   * @returns {Promise<string | null>} what is wrong; null where nothing is
   */
  end(terminal, reason) {
    return this.#ask({ type: "end", terminal, reason });
  }

  #ask(question) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return Promise.resolve(say("operate.gone"));
    this.#asked += 1;
    const request = this.#asked;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(request);
        resolve(say("serverSilent"));
      }, timeout);
      this.#waiting.set(request, (problem) => {
        clearTimeout(timer);
        resolve(problem);
      });
      this.#socket.send(JSON.stringify({ ...question, request }));
    });
  }
}
