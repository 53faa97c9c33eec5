// What a pane says about its connection: in its bar, and under its screen.

import { Reconnect } from "../connection/reconnect.js";
import { steady } from "../dom/steady.js";
import { known, say, timeWords } from "../words/words.js";

/** Most connections are there, or there again, before anybody could read that they are not. */
const connectingPause = 400;
const lostPause = 1500;

const clock = () => timeWords(new Date(), true);
const secondsUntil = (moment) => Math.max(0, Math.ceil((moment - performance.now()) / 1000));

/** @returns {[string, string]} a title, and what more there is to say */
function describe(end, method) {
  if (end.kind === "error") {
    if (end.code === "elsewhere") return [say("end.elsewhere"), say("end.elsewhereText")];
    if (end.code === "ended") return [say("end.operator"), end.message];
    // What the server says with these codes is always the same.
    return [say("end.unavailable"), known(`code.${end.code}`) ?? end.message];
  }
  if (end.signal) return [say("end.over"), say("end.signal", { method, signal: end.signal })];
  if (end.reason) return [say("end.connection"), end.reason];
  // A code is that of the last command, which says nothing about the log-out; telnet does not know whether it was one.
  return [say("end.over"), say(method === "ssh" ? "end.loggedOut" : "end.closed")];
}

/**
 * @typedef {object} ReportActions
 * @property {() => void} retryNow
 * @property {() => void} takeBack what another window has
 * @property {(words: string) => void} startAnew the words stand above what is new
 * @property {{label: string, run: () => void}[]} ways where else one can go
 * @property {() => boolean} isToldOnce whether what happens to several terminals is told elsewhere, for all of them
 * @property {number} returnPause how long it is told that a line was gone with the server before it is opened anew, in
 *   milliseconds
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
  /** @type {{since: number, at: number, until: number, isStopping: boolean} | null} */
  #loss = null;
  #returning = 0;
  /** Why the server takes no connection, as far as one can know here. */
  #refusal = "";
  #reconnect = new Reconnect({
    attempt: () =>
      this.#startAnew(say(this.#lastEnd?.isReturn ? "begin.withServer" : "begin.trying")),
    waiting: (at) => {
      const words = () => say("wait.text", { seconds: secondsUntil(at) });
      this.#stopWaiting();
      const stop = { label: say("stop"), run: () => this.#showEnd(this.#lastEnd) };
      this.#message.wait(say("wait.title"), words(), [stop]);
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

  /** Whether it is out of reach for the moment. */
  get isLost() {
    return this.#loss !== null;
  }

  /** Whether it is over because the server was another one when this page came back. */
  get hasEndedWithServer() {
    return this.#isOver && Boolean(this.#lastEnd?.isReturn) && this.#place.method !== "telnet";
  }

  /** Whether another window, or another device, has it now. */
  get isElsewhere() {
    return this.#isOver && this.#lastEnd?.code === "elsewhere";
  }

  /** Whether the terminal is over: Enter in it means the bar. */
  get isOver() {
    return this.#isOver;
  }

  connecting() {
    this.#isOver = false;
    steady.clear(this.#returning);
    this.#status.show("connecting", say("connecting"));
    if (this.#loss && this.#actions.isToldOnce()) return;
    this.#waiting ||= setTimeout(() => this.#message.wait(say("connecting"), this.#place.words, []), connectingPause);
  }

  attached(welcome) {
    this.#loss = null;
    this.#refusal = "";
    this.#stopWaiting();
    // A terminal is there at once; whether its device answers shows a little later.
    if (!this.#reconnect.isOn) this.#message.hide();
    const isShort = welcome.missed > 0 && welcome.screen === 0;
    this.#status.show("connected", isShort ? say("connectedMissed", { count: welcome.missed }) : say("connected"));
  }

  /** Its channel was let go of on purpose; nobody looks at it. */
  parked() {
    this.#loss = null;
    this.#stopWaiting();
    this.#message.hide();
    this.#status.show("connected", say("resting"));
  }

  /** @param {{since: number, at: number, until: number, isStopping: boolean}} loss */
  lost(loss) {
    this.#loss = loss;
    this.#status.show("lost", say("lost"));
    clearInterval(this.#countdown);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#showLoss(), Math.max(0, loss.since + lostPause - performance.now()));
  }

  /** Something waits here to be sent: that is told here, whatever is told for all. */
  hasPending() {
    if (this.#loss && this.#actions.isToldOnce()) this.#showLoss(true);
  }

  #showLoss(isWanted = false) {
    if (!this.#loss || (this.#actions.isToldOnce() && !isWanted && !this.#message.isWaiting)) return;
    clearInterval(this.#countdown);
    const now = { label: say("tryNow"), run: () => this.#actions.retryNow() };
    if (!this.#message.isWaiting) this.#message.wait(say("lost"), this.#lossWords(), [now]);
    this.#message.setText(this.#lossWords());
    this.#countdown = setInterval(() => this.#loss && this.#message.setText(this.#lossWords()), 250);
  }

  #lossWords() {
    const { at, until, isStopping } = this.#loss;
    // From here one cannot know whether there is a server any more.
    const kept = isStopping ? say("lost.stopping") : until === Infinity
      ? ""
      : secondsUntil(until) > 0
        ? say("lost.kept", { seconds: secondsUntil(until) }) : say("lost.over");
    const next = secondsUntil(at) > 0 ? say("lost.next", { seconds: secondsUntil(at) }) : say("lost.now");
    return [this.#refusal || kept, next].filter(Boolean).join(" ");
  }

  /**
   * The server answers the page and takes no connection from it: mostly a proxy hands on another address than the
   * browser's.
   */
  refusedByServer() {
    this.#refusal = say("lost.refused", { origin: location.origin });
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
    steady.clear(this.#returning);
    this.#reconnect.stop();
    this.#stopWaiting();
    this.#message.dispose();
  }

  #showEnd(end) {
    const { method } = this.#place;
    this.#reconnect.stop();
    this.#loss = null;
    this.#lastEnd = end;
    this.#isOver = true;
    this.#stopWaiting();
    const [title, text] = describe(end, method);
    this.#status.show("ended", title);
    const again = end.code === "elsewhere"
      ? { label: say("takeBack"), run: () => this.#actions.takeBack() }
      : end.code === "refused" ? { label: say("tryAgain"), run: () => this.#startAnew(say("begin.again")) }
      : end.code === "login" ? { label: say("loadAgain"), run: () => globalThis.location.reload() }
      : { label: say("startAnew"), run: () => this.#startAnew(say("begin.anew")) };
    const wait = { label: say("wait.begin"), run: () => this.#reconnect.start() };
    const comesBack = end.isReturn && method === "telnet";
    this.#message.end(say("end.at", { title, time: clock() }), comesBack ? say("end.returns", { text }) : text, [
      again,
      ...(method === "telnet" && end.reason ? [wait] : []),
      ...this.#actions.ways,
      { label: say("hide"), name: say("hideMessage"), run: () => this.#message.fold() },
    ]);
    // A line loses nothing by being opened anew: it comes back by itself, and is tried until it answers.
    if (comesBack) {
      this.#returning = steady.set(() => {
        this.#message.hide();
        this.#reconnect.start();
      }, this.#actions.returnPause);
    }
    if (!comesBack && end.isReturn && this.#actions.isToldOnce()) this.#message.fold();
  }

  /** Says what can be done here, though it was told for all. */
  showEnd() {
    if (this.#isOver) this.#message.unfold();
  }

  /** As the bar's button does. */
  startAnew() {
    this.#reconnect.stop();
    this.#startAnew(say("begin.anew"));
  }

  #startAnew(words) {
    if (!this.#reconnect.isOn) this.#message.hide();
    this.#actions.startAnew(say("begin.at", { words, time: clock() }));
  }

  #stopWaiting() {
    clearInterval(this.#countdown);
    clearTimeout(this.#waiting);
    this.#countdown = this.#waiting = 0;
  }
}
