// One terminal on a page: its screen, its session, and everything that stands around the two.

import { IdleWatch } from "../connection/idle-watch.js";
import { Session } from "../connection/session.js";
import { rememberPlace } from "../directory/recent.js";
import { saveText, scrollbackText } from "../terminal/save.js";
import { Screen } from "../terminal/screen.js";
import { Bell } from "./bell.js";
import { Clipboard } from "./clipboard.js";
import { ConnectionReport } from "./connection-report.js";
import { partsOf } from "./element.js";
import { takeKeys } from "./keys.js";
import { MessageBar } from "./message-bar.js";
import { PacedPaste, isPaced } from "./paced-paste.js";
import { lineCount } from "./paste-text.js";
import { PastingBar } from "./pasting-bar.js";
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
 * @property {{label: string, run: () => void}} leave where else one can go when it is over
 */

export class Pane {
  #root;
  #desk;
  #events;
  #parts;
  #screen;
  #session;
  #status;
  #message;
  #report;
  #search;
  #clipboard;
  #pasting;
  #idle;
  #pace;
  #stop = new AbortController();
  /** The terminal was attached here before: whatever comes is a return to it. */
  #isKnown = false;
  #isParked = false;
  /** What the emulator types now is for this terminal alone, whoever else is typed to. */
  #isForItAlone = false;

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
    this.#pace = data.paste;
    const parts = (this.#parts = partsOf(root));
    this.#status = new Status({ state: parts.state, roundTrip: parts.roundTrip, notice: parts.notice }, (state) => events.changed(state));
    this.#message = new MessageBar(parts.message);
    if (parts.login) parts.login.textContent = data.login;
    parts.outdated.hidden = !data.outdated;
    this.#idle = new IdleWatch(
      data.idle,
      (seconds) => this.notice(`Nothing was typed for a while: this terminal ends in ${seconds} s.`),
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
    });
    this.#addTools();
    this.#listen(new Bell(parts.screen, desk.settings));
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

  /** Which actions it has not. */
  get impossible() {
    return this.data.method === "telnet" ? [] : ["break"];
  }

  /**
   * Opens its terminal, or comes back to one.
   *
   * @param {{terminal: string} | null} memory
   * @param {boolean} mayBeOver whether a terminal that is over by now is no matter
   */
  start(memory, mayBeOver) {
    this.#screen.fit();
    this.#session.start(memory, mayBeOver);
  }

  focus() {
    this.#screen.focus();
  }

  /** @param {string} words @param {number} milliseconds after which they go; 0 is never */
  notice(words, milliseconds = 0) {
    this.#status.notice(words, milliseconds);
  }

  /** Takes what was typed elsewhere for it, too. @param {string} text */
  takeTyped(text) {
    this.#idle.touch();
    if (!this.#report.isOver) this.#session.type(this.#screen.encode(text));
  }

  /** Takes a paste that nobody has to be asked about. @param {string} text @param {import("./paced-paste.js").Pace} pace */
  takePaste(text, pace = this.#pace) {
    if (isPaced(pace) && lineCount(text) > 1) this.#pasting.start(text, pace);
    else this.#alone(() => this.#screen.terminal.paste(text));
  }

  /** Types a text as if it were a person, at the pace of the line. @param {string} text */
  typeText(text) {
    if (isPaced(this.#pace)) this.#pasting.start(text, this.#pace);
    else this.#alone(() => this.#screen.terminal.input(text.replace(/\r\n|\n/g, "\r")));
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
    this.#pasting.stop();
    this.#report.dispose();
    this.#search.dispose();
    this.#clipboard.dispose();
    this.#session.dispose();
    this.#screen.dispose();
  }

  #listen(bell) {
    this.#screen.listen({
      typed: (bytes, text) => this.#typed(bytes, text),
      modify: (text) => this.#desk.keyBar.modify(text),
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
    /** Prompts are ASCII in every set: they are looked for in the bytes. */
    const promptDecoder = new TextDecoder("latin1");
    return new Session(new URL(this.data.path, document.baseURI).href, this.#screen, {
      connecting: () => this.#report.connecting(),
      attached: (welcome) => {
        this.#idle.start(!this.#isKnown);
        this.#isKnown = true;
        this.#report.attached(welcome);
        rememberPlace(this.data);
        this.#events.attached();
      },
      roundTrip: (milliseconds) => this.#status.roundTrip(milliseconds),
      lost: (loss) => this.#report.lost(loss),
      notice: (words) => this.notice(words),
      skipped: (words) => this.notice(`${words} skipped after the interrupt`),
      heard: (bytes) => {
        if (this.#pasting.isOn) this.#pasting.heard(promptDecoder.decode(bytes));
        this.#events.produced();
      },
      pending: (bytes) => this.#message.showPending(bytes),
      refused: () => this.#message.refuse(),
      ended: (end) => {
        if (!this.#report.ended(end)) return;
        this.#pasting.stop();
        this.#idle.stop();
        this.#events.ended();
      },
    });
  }

  #addTools() {
    const { terminal } = this.#screen;
    const { settings, pasteDialog } = this.#desk;
    const options = { signal: this.#stop.signal };
    new ScrollButton(this.#parts.toBottom, terminal);
    this.#search = new SearchBar(this.#parts.search, terminal, () => this.focus());
    const bar = new PastingBar(this.#parts.pasting, () => this.#pasting.stop());
    this.#pasting = new PacedPaste({
      send: (text) => this.#alone(() => terminal.input(text)),
      progress: (sent, total) => bar.show(sent, total),
      done: () => {
        bar.hide();
        if (this.#desk.active === this) this.focus();
      },
    });
    this.#clipboard = new Clipboard(terminal, settings, {
      confirm: async (text, isBracketed) => {
        const answer = await pasteDialog.ask(text, { isBracketed, pace: this.#pace });
        if (answer) this.#pace = answer.pace;
        return answer?.text ?? null;
      },
      takesElsewhere: (text) => this.#events.pasted(text),
      paced: (text) => {
        if (!isPaced(this.#pace) || lineCount(text) < 2) return false;
        this.#pasting.start(text, this.#pace);
        return true;
      },
      notice: (words) => this.notice(words, 5000),
    });
    const touch = new Touch(this.#parts.screen, {
      fontSize: () => settings.get("fontSize"),
      setFontSize: (size) => settings.set("fontSize", size),
    });
    this.#stop.signal.addEventListener("abort", () => touch.dispose());
    this.actions = {
      search: () => this.#search.open(),
      copy: () => this.#clipboard.copySelection(),
      paste: () => this.#clipboard.pasteClipboard(),
      selectAll: () => terminal.selectAll(),
      break: () => this.#session.sendBreak(),
      save: () => saveText(`${this.data.user}@${this.data.target}-${this.data.port}.txt`, scrollbackText(terminal)),
    };
    const act = (action) => this.#desk.act(action, this);
    takeKeys(terminal, () => (settings.get("backspace") === "host" ? this.data.backspace : settings.get("backspace")),
      (event) => this.#desk.actionOf(event, this), act);
    this.#desk.menu.watch(this.#parts.screen, {
      isHostsMouse: () => terminal.modes.mouseTrackingMode !== "none",
      impossible: this.impossible,
      act,
      closed: () => this.focus(),
    }, this.#stop.signal);
    this.#root.addEventListener("focusin", () => this.#events.focused(), options);
    this.#root.addEventListener("pointerdown", () => this.#events.focused(), { ...options, capture: true });
  }

  /** Whether what asks for the focus may have it: somebody may be typing beside the screen. */
  get mayTakeFocus() {
    return !this.#search.isOpen;
  }

  #typed(bytes, text) {
    this.#idle.touch();
    if (this.#report.isOver && bytes.length === 1 && bytes[0] === enter) this.#message.takeEnter();
    else if (text === null || this.#isForItAlone || !this.#events.typed(text)) this.#session.type(bytes);
  }

  /** @param {() => void} type makes the emulator type, at once */
  #alone(type) {
    this.#isForItAlone = true;
    type();
    this.#isForItAlone = false;
  }

  #startAnew(words) {
    this.#screen.beginBelow(words);
    this.#events.titled("");
    this.#isKnown = false;
    this.#session.start(null);
  }
}
