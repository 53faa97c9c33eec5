// One WebSocket of the subprotocol webterm.v1, from its handshake to its end.

/**
 * @typedef {import("./messages.js").Hello} Hello
 * @typedef {import("./messages.js").FromPage} FromPage
 * @typedef {import("./messages.js").FromServer} FromServer
 * @typedef {import("./messages.js").Welcome} Welcome
 * @typedef {import("./messages.js").Skip} Skip
 * @typedef {import("./messages.js").Room} Room
 * @typedef {import("./messages.js").End} End
 *
 * @typedef {object} ChannelEvents
 * @property {(welcome: Welcome) => void} welcome attached; output from `welcome.output` on follows
 * @property {(bytes: Uint8Array) => void} output
 * @property {(skip: Skip) => void} skip output goes on at `output`
 * @property {(message: Room) => void} input what the server has and takes
 * @property {(milliseconds: number) => void} roundTrip
 * @property {(words: string, kind?: string) => void} notice from the server, not from the host
 * @property {(message: import("./messages.js").People) => void} people who is here, who types, and what they say
 * @property {(end: End) => void} end
 *   once, whatever happens; nothing is called afterwards
 */

export class Channel {
  static #subprotocol = "webterm.v1";
  static #pingInterval = 5000;
  /** A server that has not answered a ping of so long ago is gone, whatever the socket says. */
  static #patience = 15000;
  /**
   * Beats that must have come since that ping. A browser lets the timers of a hidden tab come once a minute, and none
   * while the machine sleeps: what has not been heard between two beats says nothing of the server.
   */
  static #leastBeats = 2;
  /** Where there is a reason to doubt, it has less time. */
  static #doubtfulPatience = 3000;
  /** How long the way to the welcome may take: where a network swallows packets, a browser would wait for minutes. */
  static #welcomePatience = 10000;

  #socket;
  #events;
  #isWelcome = false;
  #isOver = false;
  #pingID = 0;
  #pingSent = 0;
  #lastHeard = performance.now();
  /**
   * The oldest ping since which nothing was heard, and how many beats ago that was.
   *
   * @type {{at: number, beats: number} | null}
   */
  #unanswered = null;
  #pinger = 0;
  #doubt = 0;
  #deadline = 0;

  /**
   * @param {string} url
   * @param {Omit<Hello, "type">} hello
   * @param {Partial<ChannelEvents>} events
   */
  constructor(url, hello, events) {
    this.#events = events;
    this.#socket = new WebSocket(url, Channel.#subprotocol);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#send({ type: "hello", ...hello });
    this.#socket.onmessage = (event) => this.#received(event.data);
    this.#socket.onclose = () => this.#lose();
    this.#pinger = setInterval(() => this.#beat(), Channel.#pingInterval);
    this.#deadline = setTimeout(() => this.#lose(), Channel.#welcomePatience);
  }

  get isOpen() {
    return this.#isWelcome && !this.#isOver;
  }

  /** @param {Uint8Array} bytes no more than the server has room for */
  input(bytes) {
    this.#socket.send(bytes);
  }

  /** @param {number} offset */
  acknowledge(offset) {
    if (this.isOpen) this.#send({ type: "ack", output: offset });
  }

  /**
   * @param {number} cols
   * @param {number} rows
   */
  resize(cols, rows) {
    if (this.isOpen) this.#send({ type: "resize", cols, rows });
  }

  /** @param {FromPage} message about who is here */
  say(message) {
    if (this.isOpen) this.#send(message);
  }

  sendBreak() {
    if (this.isOpen) this.#send({ type: "break" });
  }

  /** @param {number} count */
  tellSending(count) {
    if (this.isOpen) this.#send({ type: "sending", to: count });
  }

  /** Asks how long the way is, and what of the input has come. */
  ping() {
    if (!this.isOpen) return;
    this.#pingID += 1;
    this.#pingSent = performance.now();
    this.#unanswered ??= { at: this.#pingSent, beats: 0 };
    this.#send({ type: "ping", id: this.#pingID });
  }

  /** The network may have gone, or the machine slept: a server that does not answer soon is gone. */
  verify() {
    if (this.#isOver || this.#doubt !== 0) return;
    const asked = performance.now();
    this.ping();
    this.#doubt = setTimeout(() => {
      this.#doubt = 0;
      if (this.#lastHeard < asked) this.#lose();
    }, Channel.#doubtfulPatience);
  }

  /** Ends the terminal. */
  close() {
    if (this.isOpen) this.#send({ type: "close" });
  }

  /** Leaves the terminal to itself. */
  abandon() {
    this.#end(null);
  }

  #lose() {
    this.#end({ kind: "lost", wasOpen: this.#isWelcome });
  }

  /** @param {FromPage} message */
  #send(message) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #beat() {
    const asked = this.#unanswered;
    if (asked) asked.beats += 1;
    const isGone = asked && asked.beats >= Channel.#leastBeats && performance.now() - asked.at > Channel.#patience;
    if (isGone) this.#lose();
    else this.ping();
  }

  #received(data) {
    this.#lastHeard = performance.now();
    this.#unanswered = null;
    if (data instanceof ArrayBuffer) {
      this.#events.output?.(new Uint8Array(data));
      return;
    }
    /** @type {FromServer} */
    const message = JSON.parse(data);
    switch (message.type) {
      case "welcome":
        this.#isWelcome = true;
        clearTimeout(this.#deadline);
        this.#events.welcome?.(message);
        this.ping();
        break;
      case "pong":
        if (message.id === this.#pingID) {
          this.#events.roundTrip?.(performance.now() - this.#pingSent);
        }
        this.#events.input?.(message);
        break;
      case "input":
        this.#events.input?.(message);
        break;
      case "skip":
        this.#events.skip?.(message);
        break;
      case "notice":
        this.#events.notice?.(message.message, message.kind);
        break;
      case "role":
      case "viewers":
      case "asked":
      case "denied":
      case "size":
      case "note":
      case "shared":
      case "links":
        this.#events.people?.(message);
        break;
      case "exit":
      case "error":
      case "goaway":
        this.#end({ kind: message.type, ...message });
        break;
    }
  }

  #end(end) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#pinger);
    clearTimeout(this.#doubt);
    clearTimeout(this.#deadline);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    // Its close frame answers the server's; where the network is gone it does no harm.
    this.#socket.close(1000);
    if (end) this.#events.end?.(end);
  }
}
