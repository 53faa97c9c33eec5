// One terminal on a page: its screen, its session, and everything that stands around the two.

import { Session } from "../connection/session.js";
import { partsOf } from "../dom/element.js";
import { Listeners } from "../dom/listeners.js";
import { takeKeys } from "../keys/take-keys.js";
import { Pasting } from "../paste/pasting.js";
import { Screen } from "../terminal/screen.js";
import { say } from "../words/words.js";
import { paneActions } from "./actions.js";
import { alone, besideOf, whenAccepted } from "./around.js";
import { Bell } from "./bell.js";
import { ConnectionReport } from "./connection-report.js";
import { IdleWarning } from "./idle-warning.js";
import { MessageBar } from "./message-bar.js";
import { Notice } from "./notice.js";
import { People } from "./people.js";
import { Rest } from "./rest.js";
import { ScrollButton } from "./scroll-button.js";
import { SearchBar } from "./search-bar.js";
import { SelectMode } from "./select-mode.js";
import { Status } from "./status.js";
import { Telling, wordsOfHost } from "./telling.js";
import { Touch } from "./touch.js";

const enter = 13;

export class Pane {
  #root;
  #desk;
  #around;
  /** @type {Listeners<import("./around.js").PaneEvents>} */
  #listeners = new Listeners();
  #parts;
  #screen;
  #session;
  #status;
  #message;
  #notice;
  #report;
  #search;
  /** @type {People} who is here */
  people;
  #pasting;
  #idle;
  #telling = new Telling((words) => this.#tell(words));
  #stop = new AbortController();
  #isInSight = true;
  /** Somebody has opened it, and it is not there yet. */
  #isWanted = false;

  /** Somebody has typed here. */
  wasTyped = false;
  /** @type {Record<string, () => void>} what can be done with it, by the names of key-table.js and the menu */
  actions;

  /**
   * @param {HTMLElement} root in the document, with the parts of pages/pane.html and those of a bar
   * @param {object} data what the server says of the place
   * @param {import("./around.js").PaneDesk} desk
   * @param {import("./around.js").Surroundings} around
   */
  constructor(root, data, desk, around = {}) {
    this.#root = root;
    this.data = data;
    this.#desk = desk;
    this.#around = { ...alone, ...around };
    const parts = (this.#parts = partsOf(root));
    this.#status = new Status(
      { state: parts.state, roundTrip: parts.roundTrip }, (state) => this.#listeners.tell("changed", state));
    this.#message = new MessageBar(parts.message, () => this.focus());
    this.#notice = new Notice(parts.notice, parts.noticeText, parts.noticeClose, this.#stop.signal);
    if (parts.login) parts.login.textContent = data.login;
    parts.outdated.hidden = !data.outdated;
    this.#idle = new IdleWarning(data.idle, (words, milliseconds) => this.notice(words, milliseconds));
    try {
      this.#build(parts);
    } catch (error) {
      this.#stop.abort();
      this.#screen?.dispose();
      throw error;
    }
  }

  /** @param {Partial<import("./around.js").PaneEvents>} listener is told from now on */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** Nothing is told by anything before all is there. */
  #build(parts) {
    const { data } = this;
    const desk = this.#desk;
    this.#screen = new Screen(parts.screen, data.charset, desk.settings);
    this.#session = this.#makeSession();
    const place = { method: data.method, words: parts.target.textContent };
    this.#report = new ConnectionReport(this.#status, this.#message, place, {
      retryNow: () => this.#session.retryNow(),
      takeBack: () => this.#session.takeBack(),
      startAnew: (words) => this.#startAnew(words),
      ...this.#around,
    });
    this.rest = new Rest(this.#session, this.#report);
    this.people = new People(this.#root, { here: parts.here, keyboard: parts.keyboard }, {
      session: this.#session, screen: this.#screen, mayType: data.mayType !== false, mayTake: data.mayTake !== false,
      notice: (words, milliseconds) => this.notice(words, milliseconds), focus: () => this.focus(),
      interrupt: () => this.#pasting.interrupt(),
    });
    this.people.listen({ changed: () => this.#listeners.tell("peopled") });
    parts.here.addEventListener("click", () => this.actions.people(), { signal: this.#stop.signal });
    this.#addTools();
    this.#listen(new Bell(parts.screen, desk.settings, this.#stop.signal));
    desk.add(this, this.#stop.signal);
    if (this.#screen.lacksCharset) this.notice(say("charsetUnknown", { charset: data.charset }));
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
    const isTelnet = this.data.method === "telnet";
    return [...(isTelnet ? [] : ["break"]), ...(this.isOver ? [] : ["startAnew"]), ...this.people.impossible];
  }

  /** Another terminal at the same place, where this one is over. */
  startAnew() {
    if (this.isOver) this.#report.startAnew();
  }

  /**
   * Opens its terminal, or comes back to one.
   *
   * @param {import("../connection/tab-memory.js").PaneMemory | null} memory
   * @param {boolean} mayBeOver whether a terminal that is over by now is no matter
   */
  start(memory, mayBeOver) {
    this.#idle.expect(memory?.touched ?? null);
    // What a page brings back by itself says nothing of where somebody went lately.
    this.#isWanted = memory?.touched === undefined;
    this.#screen.fit();
    whenAccepted(this.#desk.consent, this.data, this.#message, this.#around.ways, this.#stop.signal, () =>
      this.#session.start(memory, mayBeOver));
  }

  /**
   * What the tab should remember; null where there is nothing to come back to.
   *
   * @returns {import("../connection/tab-memory.js").PaneMemory | null}
   */
  get memory() {
    const memory = this.#session.memory;
    return memory && { ...memory, touched: this.#idle.touched };
  }

  focus() {
    this.#screen.focus();
  }

  /** @param {string} words @param {number} [milliseconds] after which they go */
  notice(words, milliseconds) {
    this.#notice.show(words, milliseconds);
  }

  /** Takes what was typed elsewhere for it, too. @param {string} text */
  takeTyped(text) {
    this.wasTyped = true;
    this.#idle.touch();
    if (!this.#report.isOver) this.#session.type(this.#screen.encode(text));
  }

  /**
   * Takes a paste that nobody has to be asked about.
   *
   * @param {string} text
   * @param {import("../paste/paced-paste.js").Pace} [pace]
   */
  takePaste(text, pace) {
    this.#pasting.take(text, pace);
  }

  /** Types a text as if it were a person, at the pace of the line. @param {string} text */
  typeText(text) {
    this.#pasting.type(text);
  }

  dispose() {
    this.letGo();
    this.#root.remove();
  }

  /** Ends all that it does; its element stays. */
  letGo() {
    this.#stop.abort();
    this.#idle.stop();
    this.#telling.stop();
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
      roomChanged: (cols, rows) => this.#session.tellRoom(cols, rows),
      titled: (title) => this.#listeners.tell("titled", title),
      rang: () => {
        bell.ring();
        this.#listeners.tell("rang");
        this.#telling.rang();
      },
      notified: (code, data) => {
        if (this.#desk.settings.get("hostNotifies")) this.#telling.hostSays(wordsOfHost(code, data));
      },
    });
  }

  #makeSession() {
    return new Session(new URL(this.data.path, document.baseURI).href, this.#screen, {
      connecting: () => this.#report.connecting(),
      attached: (welcome) => {
        this.#idle.attached(welcome);
        if (this.#isWanted) this.#listeners.tell("arrived");
        this.#isWanted = false;
        this.#report.attached(welcome);
        this.people.attached();
        this.#listeners.tell("attached");
      },
      roundTrip: (milliseconds) => this.#status.roundTrip(milliseconds),
      lost: (loss) => {
        this.#report.lost(loss);
        this.people.detached();
      },
      people: (message) => this.people.take(message),
      watched: () => this.people.refuse(),
      notice: (words, kind) => this.#notice.says(words, kind),
      skipped: (size) => this.notice(say("skippedAfterInterrupt", { size }), 5000),
      heard: (bytes, isNew) => {
        this.#pasting.heard(bytes);
        if (!isNew) return;
        this.#listeners.tell("produced");
        this.#telling.heard();
      },
      pending: (bytes) => {
        this.#message.showPending(bytes);
        this.#report.hasPending();
      },
      refusedByServer: () => this.#report.refusedByServer(),
      refused: () => this.#message.refuse(),
      dropped: (bytes, isOver, isHeld) => this.#dropped(bytes, isOver, isHeld),
      ended: (end) => {
        this.#pasting.stop();
        this.people.detached();
        if (!this.#report.ended(end)) return;
        this.#idle.stop();
        this.#listeners.tell("ended");
        this.#telling.ended();
      },
    });
  }

  /** A person waits for what has happened here. @param {string} words */
  #tell(words) {
    const isSeen = this.#isInSight && document.visibilityState === "visible";
    if (isSeen) return this.notice(say("told", { name: this.data.name, words }));
    this.#desk.notifier.tell(this.data.name, words, () => this.#listeners.tell("wanted"));
    this.#listeners.tell("rang");
  }

  /** Shows where a text was found. @param {string} text @param {number} row */
  showFound(text, row) {
    this.#search.openAt(text, row);
  }

  /** What was typed here was not sent: it is shown, so that somebody can type it again. */
  #dropped(bytes, isOver, isHeld = false) {
    this.#pasting.interrupt();
    const words = this.#screen.textOf(bytes);
    if (isOver) this.#message.showUnsent(words);
    else this.#notice.unsent(words, isHeld ? "held" : this.people.isWatching ? "taken" : "meanwhile");
  }

  #addTools() {
    const { terminal } = this.#screen;
    const { settings } = this.#desk;
    const options = { signal: this.#stop.signal };
    new ScrollButton(this.#parts.toBottom, terminal, this.#stop.signal);
    this.#search = new SearchBar(this.#parts.search, terminal, () => this.focus());
    this.#pasting = new Pasting(terminal, this.#parts.pasting, this.data.paste, this.#desk, {
      pasted: (text) => this.#around.takesPasted(text),
      notice: (words, milliseconds) => this.notice(words, milliseconds),
      done: () => this.#desk.active === this && this.focus(),
    });
    new Touch(this.#parts.screen, {
      fontSize: () => settings.get("fontSize"),
      // What is as small as it has to be is looked at by the browser's own zoom.
      mayChange: () => !this.#screen.isHeld,
      setFontSize: (size) => settings.set("fontSize", size),
    }, this.#stop.signal);
    const notice = (words, milliseconds) => this.notice(words, milliseconds);
    const copy = () => this.#pasting.copySelection();
    const select = new SelectMode(terminal, this.#parts.screen, { copy, notice }, this.#stop.signal);
    const tools = { search: this.#search, pasting: this.#pasting, telling: this.#telling, select };
    this.actions = paneActions(this, this.#desk, tools);
    const act = (action) => this.#desk.act(action, this);
    const actionOf = (event) => this.#desk.actionOf(event, this);
    takeKeys(terminal, () => this.#keyModes, actionOf, act, (event) => this.#leaves(event));
    this.#desk.menu.watch(this.#parts.screen, {
      isHostsMouse: () => terminal.modes.mouseTrackingMode !== "none",
      impossible: () => this.impossible,
      more: () => besideOf(this.data, this.#around.opens),
      act,
      closed: () => this.focus(),
    }, this.#stop.signal);
    document.addEventListener("visibilitychange", () => (this.isInSight = this.#isInSight), options);
    this.#root.addEventListener("focusin", () => this.#listeners.tell("focused"), options);
    this.#root.addEventListener("pointerdown", () => this.#listeners.tell("focused"), { ...options, capture: true });
  }

  /** @param {boolean} isInSight whether it is, where the page is */
  set isInSight(isInSight) {
    this.#isInSight = isInSight;
    this.#session.presence.sees = isInSight && document.visibilityState === "visible";
  }

  /** What keys depend on. @returns {import("../keys/key-table.js").KeyModes} */
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
    if (this.#report.isOver && bytes.length === 1 && bytes[0] === enter) {
      if (!this.#around.takesEnter()) this.#message.takeEnter();
      return;
    }
    if (text !== null && this.#pasting.holds(text)) return;
    const isForItAlone = text === null || this.#pasting.isForItAlone;
    if (isForItAlone || !this.#around.takesTyped(text)) this.#session.type(bytes, text !== null);
  }

  #startAnew(words) {
    this.#screen.beginBelow(words);
    this.#listeners.tell("titled", "");
    this.#idle.expect(null);
    this.#isWanted = true;
    this.#session.start(null);
  }
}
