// One terminal on a page: its screen, its session, and everything that stands around the two.

import { IdleWatch } from "../connection/idle-watch.js";
import { Session } from "../connection/session.js";
import { rememberPlace } from "../directory/recent.js";
import { saveText, scrollbackText } from "../terminal/save.js";
import { Screen } from "../terminal/screen.js";
import { Bell } from "./bell.js";
import { ConnectionReport } from "./connection-report.js";
import { partsOf } from "./element.js";
import { takeKeys } from "./keys.js";
import { MessageBar } from "./message-bar.js";
import { Notice } from "./notice.js";
import { Pasting } from "./pasting.js";
import { ScrollButton } from "./scroll-button.js";
import { SearchBar } from "./search-bar.js";
import { Status } from "./status.js";
import { Touch } from "./touch.js";

const enter = 13;

/**
 * @typedef {object} PaneEvents
 * @property {(state: string) => void} changed the connection's state
 * @property {(title: string) => void} titled by the host
 * @property {() => void} rang
 * @property {() => void} attached
 * @property {() => void} ended
 * @property {() => void} produced the host has said something
 * @property {(text: string) => boolean} typed by a person; true where it has gone another way
 * @property {(text: string) => Promise<boolean>} pasted a text; true where it has gone another way
 * @property {() => void} focused
 * @property {() => boolean} isToldOnce whether what happens to several terminals is told for all of them
 * @property {() => boolean} enteredForAll Enter in one that is over; true where it has gone to all
 * @property {number} returnPause before a line that was gone with the server is opened anew, in milliseconds
 * @property {{label: string, run: () => void}} leave where else one can go when it is over
 */

/** @typedef {import("../connection/session.js").SessionMemory & {touched?: number}} PaneMemory when it was touched last, as Date.now */

export class Pane {
  #root;
  #desk;
  #events;
  #parts;
  #screen;
  #session;
  #status;
  #message;
  #notice;
  #report;
  #search;
  #pasting;
  #idle;
  #stop = new AbortController();
  /** When it was touched last, as Date.now, where that is known from before; null where it begins here. @type {number | null} */
  #lastTouch = null;
  /** The terminal was attached here before: whatever comes is a return to it. */
  #isKnown = false;
  #isParked = false;
  /** Somebody has opened it, and it is not there yet. */
  #isWanted = false;
  /** What the notice says that was not typed. */
  #unsent = "";

  /** Somebody has typed here. */
  wasTyped = false;

  /** @type {Record<string, () => void>} what can be done with it, by the names of key-table.js and the menu */
  actions;

  /**
   * @param {HTMLElement} root in the document, with the parts of pages/pane.html and those of a bar
   * @param {object} data what the server says of the place
   * @param {import("./desk.js").Desk} desk
   * @param {PaneEvents} events
   */
  constructor(root, data, desk, events) {
    this.#root = root;
    this.data = data;
    this.#desk = desk;
    this.#events = events;
    const parts = (this.#parts = partsOf(root));
    this.#status = new Status({ state: parts.state, roundTrip: parts.roundTrip }, (state) => events.changed(state));
    this.#message = new MessageBar(parts.message, () => this.focus());
    this.#notice = new Notice(parts.notice, parts.noticeText, parts.noticeClose, this.#stop.signal);
    if (parts.login) parts.login.textContent = data.login;
    parts.outdated.hidden = !data.outdated;
    this.#idle = new IdleWatch(
      data.idle,
      (seconds) => this.notice(`Nothing was typed for a while: this terminal ends in ${seconds} s.`, Infinity),
      () => this.notice(""),
    );
    try {
      this.#build(parts, events);
    } catch (error) {
      this.#stop.abort();
      this.#screen?.dispose();
      throw error;
    }
  }

  /** Nothing is told by anything before all is there. */
  #build(parts, events) {
    const { data } = this;
    const desk = this.#desk;
    this.#screen = new Screen(parts.screen, data.charset, desk.settings);
    this.#session = this.#makeSession();
    this.#report = new ConnectionReport(this.#status, this.#message, { method: data.method, words: parts.target.textContent }, {
      retryNow: () => this.#session.retryNow(),
      takeBack: () => this.#session.takeBack(),
      startAnew: (words) => this.#startAnew(words),
      leave: events.leave,
      isToldOnce: events.isToldOnce,
      returnPause: events.returnPause,
    });
    this.#addTools();
    const bell = new Bell(parts.screen, desk.settings);
    this.#stop.signal.addEventListener("abort", () => bell.dispose());
    this.#listen(bell);
    desk.add(this, this.#stop.signal);
    if (this.#screen.lacksCharset) this.notice(`This browser does not know the host's character set (${data.charset}): text may look wrong.`);
  }

  get screen() {
    return this.#screen;
  }

  get session() {
    return this.#session;
  }

  get isOver() {
    return this.#report.isOver;
  }

  get isElsewhere() {
    return this.#report.isElsewhere;
  }

  get isLost() {
    return this.#report.isLost;
  }

  get hasEndedWithServer() {
    return this.#report.hasEndedWithServer;
  }

  /** Says what can be done, where it is over. */
  showEnd() {
    this.#report.showEnd();
  }

  /** Which actions it has not. */
  get impossible() {
    return [...(this.data.method === "telnet" ? [] : ["break"]), ...(this.isOver ? [] : ["startAnew"])];
  }

  /** Another terminal at the same place, where this one is over. */
  startAnew() {
    if (this.isOver) this.#report.startAnew();
  }

  /**
   * Opens its terminal, or comes back to one.
   *
   * @param {PaneMemory | null} memory
   * @param {boolean} mayBeOver whether a terminal that is over by now is no matter
   */
  start(memory, mayBeOver) {
    this.#lastTouch = memory?.touched ?? null;
    // What a page brings back by itself says nothing of where somebody went lately.
    this.#isWanted = memory?.touched === undefined;
    this.#screen.fit();
    this.#session.start(memory, mayBeOver);
  }

  /** What the tab should remember; null where there is nothing to come back to. @returns {PaneMemory | null} */
  get memory() {
    const memory = this.#session.memory;
    return memory && { ...memory, touched: Date.now() - Math.round(this.#idle.quiet) };
  }

  focus() {
    this.#screen.focus();
  }

  /** @param {string} words @param {number} [milliseconds] after which they go */
  notice(words, milliseconds) {
    this.#unsent = "";
    this.#notice.show(words, milliseconds);
  }

  /** Takes what was typed elsewhere for it, too. @param {string} text */
  takeTyped(text) {
    this.wasTyped = true;
    this.#idle.touch();
    if (!this.#report.isOver) this.#session.type(this.#screen.encode(text));
  }

  /** Takes a paste that nobody has to be asked about. @param {string} text @param {import("./paced-paste.js").Pace} [pace] */
  takePaste(text, pace) {
    this.#pasting.take(text, pace);
  }

  /** Types a text as if it were a person, at the pace of the line. @param {string} text */
  typeText(text) {
    this.#pasting.type(text);
  }

  /** Keeps the offset only: its channel is let go of until it is looked at. */
  park() {
    if (this.#isParked || !this.#session.canPark) return;
    this.#isParked = true;
    this.#session.park();
    this.#report.parked();
  }

  /** The network is another one, or the machine slept. */
  retryNow() {
    if (!this.#isParked) this.#session.retryNow();
  }

  get isParked() {
    return this.#isParked;
  }

  /** Something may have happened where it rests. */
  lookAfter() {
    if (this.#isParked) this.#session.lookAfter();
  }

  /** Has a channel again. */
  unpark() {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.#session.unpark();
  }

  dispose() {
    this.letGo();
    this.#root.remove();
  }

  /** Ends all that it does; its element stays. */
  letGo() {
    this.#stop.abort();
    this.#idle.stop();
    this.#pasting.dispose();
    this.#report.dispose();
    this.#search.dispose();
    this.#session.dispose();
    this.#screen.dispose();
  }

  #listen(bell) {
    this.#screen.listen({
      typed: (bytes, text) => this.#typed(bytes, text),
      // A keyboard on the screen deletes without a key.
      modify: (text) => this.#desk.keyBar.modify(text === "\x7f" && this.#keyModes.backspace === "bs" ? "\b" : text),
      resized: (cols, rows) => {
        this.#idle.touch();
        this.#session.resize(cols, rows);
      },
      titled: (title) => this.#events.titled(title),
      rang: () => {
        bell.ring();
        this.#events.rang();
      },
    });
  }

  #makeSession() {
    return new Session(new URL(this.data.path, document.baseURI).href, this.#screen, {
      connecting: () => this.#report.connecting(),
      attached: (welcome) => {
        this.#watchIdle(welcome);
        if (this.#isWanted) rememberPlace(this.data);
        this.#isWanted = false;
        this.#report.attached(welcome);
        this.#events.attached();
      },
      roundTrip: (milliseconds) => this.#status.roundTrip(milliseconds),
      lost: (loss) => this.#report.lost(loss),
      notice: (words) => this.notice(words),
      skipped: (words) => this.notice(`${words} skipped after the interrupt`, 5000),
      heard: (bytes, isNew) => {
        this.#pasting.heard(bytes);
        if (isNew) this.#events.produced();
      },
      pending: (bytes) => {
        this.#message.showPending(bytes);
        this.#report.hasPending();
      },
      refusedByServer: () => this.#report.refusedByServer(),
      refused: () => this.#message.refuse(),
      dropped: (bytes, isOver) => this.#dropped(bytes, isOver),
      ended: (end) => {
        this.#pasting.stop();
        if (!this.#report.ended(end)) return;
        this.#idle.stop();
        this.#events.ended();
      },
    });
  }

  /** The server counts from when it was touched last, and says how much is left where it can; an attachment is no touch. */
  #watchIdle({ idle }) {
    const told = typeof idle === "number" ? Math.max(0, this.data.idle - idle) * 1000 : null;
    this.#idle.start(told ?? (this.#isKnown ? null : this.#lastTouch === null ? 0 : Math.max(0, Date.now() - this.#lastTouch)));
    this.#isKnown = true;
  }

  /** What was typed here was not sent: it is shown, so that somebody can type it again. */
  #dropped(bytes, isOver) {
    this.#pasting.stop();
    const words = this.#screen.textOf(bytes);
    if (isOver) return this.#message.showUnsent(words);
    const unsent = this.#unsent + words;
    this.notice(unsent ? `Not typed, since somebody else typed meanwhile: ${unsent}` : "Somebody else has typed here meanwhile.", Infinity);
    this.#unsent = unsent;
  }

  #addTools() {
    const { terminal } = this.#screen;
    const { settings } = this.#desk;
    const options = { signal: this.#stop.signal };
    new ScrollButton(this.#parts.toBottom, terminal, this.#stop.signal);
    this.#search = new SearchBar(this.#parts.search, terminal, () => this.focus());
    this.#pasting = new Pasting(terminal, this.#parts.pasting, this.data.paste, this.#desk, {
      pasted: (text) => this.#events.pasted(text),
      notice: (words, milliseconds) => this.notice(words, milliseconds),
      done: () => this.#desk.active === this && this.focus(),
    });
    const touch = new Touch(this.#parts.screen, {
      fontSize: () => settings.get("fontSize"),
      setFontSize: (size) => settings.set("fontSize", size),
    });
    this.#stop.signal.addEventListener("abort", () => touch.dispose());
    this.actions = {
      search: () => this.#search.open(),
      copy: () => this.#pasting.copySelection(),
      paste: () => this.#pasting.pasteClipboard(),
      selectAll: () => terminal.selectAll(),
      reset: () => this.#session.reset(),
      startAnew: () => this.startAnew(),
      break: () => this.#session.sendBreak(),
      save: () => saveText(`${this.data.user}@${this.data.target}-${this.data.port}.txt`, scrollbackText(terminal)),
    };
    const act = (action) => this.#desk.act(action, this);
    takeKeys(terminal, () => this.#keyModes, (event) => this.#desk.actionOf(event, this), act, (event) => this.#leaves(event));
    this.#desk.menu.watch(this.#parts.screen, {
      isHostsMouse: () => terminal.modes.mouseTrackingMode !== "none",
      impossible: () => this.impossible,
      act,
      closed: () => this.focus(),
    }, this.#stop.signal);
    this.#root.addEventListener("focusin", () => this.#events.focused(), options);
    this.#root.addEventListener("pointerdown", () => this.#events.focused(), { ...options, capture: true });
  }

  /** What keys depend on. @returns {import("./key-table.js").KeyModes} */
  get #keyModes() {
    const { settings } = this.#desk;
    const chosen = settings.get("backspace");
    return {
      backspace: chosen === "host" ? this.data.backspace : chosen, functionKeys: settings.get("functionKeys"),
      isKeypadApplication: this.#screen.terminal.modes.applicationKeypadMode,
    };
  }

  /** Tab leads to what can be done, where there is no host any more that wants it. */
  #leaves(event) {
    return event.key === "Tab" && this.isOver && this.#message.focus();
  }

  /** Whether what asks for the focus may have it: somebody may be typing beside the screen. */
  get mayTakeFocus() {
    return !this.#search.isOpen;
  }

  #typed(bytes, text) {
    this.wasTyped ||= text !== null;
    this.#idle.touch();
    if (this.#report.isOver && bytes.length === 1 && bytes[0] === enter) this.#events.enteredForAll() || this.#message.takeEnter();
    else if (text === null || this.#pasting.isForItAlone || !this.#events.typed(text)) this.#session.type(bytes, text !== null);
  }

  #startAnew(words) {
    this.#screen.beginBelow(words);
    this.#events.titled("");
    this.#isKnown = false;
    this.#lastTouch = null;
    this.#isWanted = true;
    this.#session.start(null);
  }
}
