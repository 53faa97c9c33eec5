// What a pane says about its connection: in its bar, and under its screen.

import { Reconnect } from "../connection/reconnect.js";

/** Most connections are there, or there again, before anybody could read that they are not. */
const connectingPause = 400;
const lostPause = 1500;

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const secondsUntil = (moment) => Math.max(0, Math.ceil((moment - performance.now()) / 1000));

/** @returns {[string, string]} a title, and what more there is to say */
function describe(end, method) {
  if (end.kind === "error") {
    if (end.code === "elsewhere") return ["Opened elsewhere", "Opened in another window, or on another device: what is typed there goes on."];
    return ["The terminal is not available", end.message];
  }
  if (end.signal) return ["The terminal has ended", `The ${method} client was ended by ${end.signal}.`];
  if (end.reason) return ["The connection has ended", end.reason];
  // A code is that of the last command, which says nothing about the log-out; telnet does not know whether it was one.
  return ["The terminal has ended", method === "ssh" ? "You are logged out." : "The connection to the host is closed."];
}

/**
 * @typedef {object} ReportActions
 * @property {() => void} retryNow
 * @property {() => void} takeBack what another window has
 * @property {(words: string) => void} startAnew the words stand above what is new
 * @property {{label: string, run: () => void}} leave where else one can go
 */

export class ConnectionReport {
  #status;
  #message;
  #place;
  #actions;
  #waiting = 0;
  #countdown = 0;
  #lastEnd = null;
  #isOver = false;
  /** Why the server takes no connection, as far as one can know here. */
  #refusal = "";
  #reconnect = new Reconnect({
    attempt: () => this.#startAnew("Trying to reach the device"),
    waiting: (at) => {
      const words = () => `The device does not answer. Trying again in ${secondsUntil(at)} s.`;
      this.#stopWaiting();
      this.#message.wait("Waiting for the device", words(), [{ label: "Stop", run: () => this.#showEnd(this.#lastEnd) }]);
      this.#countdown = setInterval(() => this.#message.setText(words()), 250);
    },
    done: () => this.#message.hide(),
  });

  /**
   * @param {import("./status.js").Status} status
   * @param {import("./message-bar.js").MessageBar} message
   * @param {{method: string, words: string}} place how the host is reached, and what it is called
   * @param {ReportActions} actions
   */
  constructor(status, message, place, actions) {
    this.#status = status;
    this.#message = message;
    this.#place = place;
    this.#actions = actions;
  }

  /** Whether the terminal is over: Enter in it means the bar. */
  get isOver() {
    return this.#isOver;
  }

  connecting() {
    this.#isOver = false;
    this.#status.show("connecting", "Connecting…");
    this.#waiting ||= setTimeout(() => this.#message.wait("Connecting…", this.#place.words, []), connectingPause);
  }

  attached(welcome) {
    this.#refusal = "";
    this.#stopWaiting();
    // A terminal is there at once; whether its device answers shows a little later.
    if (!this.#reconnect.isOn) this.#message.hide();
    this.#status.show("connected", welcome.missed > 0 && welcome.screen === 0 ? `Connected; ${welcome.missed} bytes were missed` : "Connected");
  }

  /** Its channel was let go of on purpose; nobody looks at it. */
  parked() {
    this.#stopWaiting();
    this.#message.hide();
    this.#status.show("connected", "Resting");
  }

  /** @param {{since: number, at: number, until: number, isStopping: boolean}} loss */
  lost({ since, at, until, isStopping }) {
    this.#status.show("lost", "Connection lost");
    clearInterval(this.#countdown);
    clearTimeout(this.#waiting);
    const words = () => {
      // From here one cannot know whether there is a server any more.
      const kept = isStopping ? "The server stops, or starts anew. " : until === Infinity
        ? ""
        : secondsUntil(until) > 0 ? `If the server still runs, the terminal is kept for you for another ${secondsUntil(until)} s. ` : "The terminal was kept for you and is over by now, or nearly. ";
      return (this.#refusal || kept) + (secondsUntil(at) > 0 ? `Trying again in ${secondsUntil(at)} s.` : "Trying again now.");
    };
    const show = () => {
      if (!this.#message.isWaiting) this.#message.wait("Connection lost", words(), [{ label: "Try now", run: () => this.#actions.retryNow() }]);
      this.#message.setText(words());
      this.#countdown = setInterval(() => this.#message.setText(words()), 250);
    };
    this.#waiting = setTimeout(show, Math.max(0, since + lostPause - performance.now()));
  }

  /** The server answers the page and takes no connection from it: mostly a proxy hands on another address than the browser's. */
  refusedByServer() {
    this.#refusal = `The server answers, and refuses the connection: it was asked from ${location.origin}, which must be one of its origins,`
      + " or what a proxy before it hands on as Host (with the port) and scheme. ";
  }

  /** @returns {boolean} whether that is the end; else it is tried again */
  ended(end) {
    if (end !== this.#lastEnd && this.#reconnect.ended()) {
      this.#lastEnd = end;
      return false;
    }
    this.#showEnd(end);
    return true;
  }

  /** Tells nothing more. */
  dispose() {
    this.#reconnect.stop();
    this.#stopWaiting();
    this.#message.dispose();
  }

  #showEnd(end) {
    const { method } = this.#place;
    this.#reconnect.stop();
    this.#lastEnd = end;
    this.#isOver = true;
    this.#stopWaiting();
    const [title, text] = describe(end, method);
    this.#status.show("ended", title);
    const again = end.code === "elsewhere"
      ? { label: "Take it back", run: () => this.#actions.takeBack() }
      : end.code === "login" ? { label: "Load the page again", run: () => globalThis.location.reload() }
      : { label: "Start anew", run: () => this.#startAnew("Started anew") };
    this.#message.end(`${title} at ${clock()}.`, text, [
      again,
      ...(method === "telnet" && end.reason ? [{ label: "Reconnect when it answers", run: () => this.#reconnect.start() }] : []),
      this.#actions.leave,
      { label: "Hide", name: "Hide (close the message)", run: () => this.#message.fold() },
    ]);
  }

  /** As the bar's button does. */
  startAnew() {
    this.#reconnect.stop();
    this.#startAnew("Started anew");
  }

  #startAnew(words) {
    if (!this.#reconnect.isOn) this.#message.hide();
    this.#actions.startAnew(`${words} at ${clock()}`);
  }

  #stopWaiting() {
    clearInterval(this.#countdown);
    clearTimeout(this.#waiting);
    this.#countdown = this.#waiting = 0;
  }
}
