// One viewer among others: what it would like to be, whether somebody looks at it, and whose size the terminal has.

/**
 * @typedef {import("./messages.js").Role} Role
 * @typedef {import("./messages.js").People} People
 */

export class Presence {
  #screen;
  #outgoing;
  #say;
  /** What this page would like to be. @type {Role} */
  #as = "type";
  /** How a guest is called. */
  #name = "";
  /** Whether the server knows who types and who watches. */
  #hasRoles = false;
  /** Whether the page is in sight. */
  #sees = true;

  /**
   * @param {import("../terminal/screen.js").Screen} screen
   * @param {import("./outgoing.js").Outgoing} outgoing
   * @param {(message: import("./messages.js").FromPage) => void} say where there is a channel
   */
  constructor(screen, outgoing, say) {
    this.#screen = screen;
    this.#outgoing = outgoing;
    this.#say = say;
  }

  /** Whether another one types. */
  get isWatching() {
    return this.#outgoing.isWatching;
  }

  /** Which viewer of the terminal this page is; 0 where the server has not said. */
  get viewer() {
    return this.#outgoing.viewer;
  }

  /** Whether the server knows who types and who watches. */
  get hasRoles() {
    return this.#hasRoles;
  }

  /** @param {Role} as what this page would like to be @param {string} name a guest's */
  introduce(as, name = "") {
    this.#as = as;
    this.#name = name;
  }

  /** @param {boolean} sees whether the page is in sight */
  set sees(sees) {
    if (sees === this.#sees) return;
    this.#sees = sees;
    if (this.#hasRoles) this.say({ type: "sees", sees });
  }

  /** @param {import("./messages.js").FromPage} message about who is here */
  say(message) {
    this.#say(message);
  }

  /**
   * What a hello says: the terminal's size by who types in it, this window's by who watches.
   *
   * @returns {{cols: number, rows: number, as?: Role, name?: string}}
   */
  get hello() {
    const { cols, rows } = this.#screen;
    const isWatching = this.isWatching || this.#as === "watch";
    // What has room costs a layout: it is measured where it matters.
    return {
      ...(isWatching ? this.#screen.room : { cols, rows }), ...(this.#as === "watch" ? { as: this.#as } : {}),
      ...(this.#name ? { name: this.#name } : {}),
    };
  }

  /** A channel begins. @param {import("./messages.js").Welcome} welcome */
  welcomed(welcome) {
    this.#hasRoles = welcome.role !== undefined;
    this.#takeSize(welcome);
    if (this.#hasRoles && !this.#sees) this.say({ type: "sees", sees: false });
  }

  /**
   * Takes what concerns this viewer.
   *
   * @param {People} message
   * @returns {Uint8Array | null} what was typed here and never came to the host
   */
  take(message) {
    if (message.type === "size") this.#takeSize(message);
    if (message.type !== "role") return null;
    const dropped = this.#outgoing.changed(message);
    // The terminal keeps its size, though the bar of a watcher leaves this window less room.
    if (message.role === "watch") this.#screen.hold({ cols: this.#screen.cols, rows: this.#screen.rows });
    return dropped;
  }

  /** The terminal takes this window's size. */
  fitToWindow() {
    this.#screen.hold(null);
  }

  /** The terminal keeps its size until who types says another one. @param {{cols?: number, rows?: number}} size */
  #takeSize({ cols, rows }) {
    if (cols === undefined || rows === undefined) return;
    // A new terminal has the size that was asked for, which fits already.
    const isSame = cols === this.#screen.cols && rows === this.#screen.rows && !this.#screen.isHeld;
    if (isSame && !this.isWatching) return;
    const { room } = this.#screen;
    const isOwn = !this.isWatching && cols === room.cols && rows === room.rows;
    this.#screen.hold(isOwn ? null : { cols, rows });
  }
}
