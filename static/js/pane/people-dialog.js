// Everybody who is here, what they said, and the links that lead here.

import { element, partsOf } from "../dom/element.js";
import { copy } from "../paste/clipboard.js";
import { say, timeWords } from "../words/words.js";
import { describeViewer } from "./keyboard-state.js";

/** @typedef {import("./people.js").People} People */

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 90) return say("duration.seconds", { count: Math.max(1, Math.round(seconds)) });
  if (seconds < 5400) return say("duration.minutes", { count: Math.round(seconds / 60) });
  if (seconds < 129_600) return say("duration.hours", { count: Math.round(seconds / 3600) });
  return say("duration.days", { count: Math.round(seconds / 86_400) });
}

/** @param {number} since in Unix seconds, or how long ago @returns {number} seconds */
const ago = (since) => Math.max(0, since > 1e9 ? Date.now() / 1000 - since : since);

/** @param {number} moment in Unix seconds @returns {string} */
const timeOf = (moment) => timeWords(new Date(moment * 1000));

/** How long a link may live, in seconds. */
const [shortest, longest] = [60, 604_800];

export class PeopleDialog {
  #dialog;
  #parts;
  /** @type {People | null} */
  #people = null;
  #terminal = "";
  /** The link that the next one takes the place of. */
  #replaced = "";
  /** Whom it has told already that it listens. @type {WeakSet<People>} */
  #heard = new WeakSet();

  /**
   * @param {HTMLDialogElement} dialog
   * @param {() => void} closed
   */
  constructor(dialog, closed) {
    this.#dialog = dialog;
    const parts = (this.#parts = partsOf(dialog));
    dialog.addEventListener("close", () => {
      this.#people = null;
      closed();
    });
    parts.noteForm.addEventListener("submit", (event) => this.#note(event));
    parts.shareForm.addEventListener("submit", (event) => this.#share(event));
    // To type is for one, unless another number is wanted.
    parts.role.addEventListener("change", () => {
      parts.uses.value = parts.role.value === "type" ? "1" : "0";
    });
    parts.copyLink.addEventListener("click", async () => {
      parts.copied.textContent = (await copy(parts.link.value))
        ? say("copied") : say("share.mayNotCopy");
      parts.link.select();
    });
  }

  /**
   * @param {People} people
   * @param {{terminal: string, isNote?: boolean, mayShare?: boolean}} about which terminal; whether a note is
   *   to be written; whether links may be made
   */
  open(people, { terminal, isNote = false, mayShare = true }) {
    const { noteText, share, shared } = this.#parts;
    this.#people = people;
    this.#replaced = "";
    this.#terminal = terminal;
    share.hidden = !mayShare;
    shared.hidden = true;
    if (!this.#heard.has(people)) {
      people.listen({ changed: () => this.#show(people), shared: (link) => this.#made(people, link) });
    }
    this.#heard.add(people);
    if (mayShare) people.say({ type: "links" });
    this.#show(people);
    this.#dialog.showModal();
    if (isNote) noteText.focus();
  }

  #show(people) {
    if (people !== this.#people) return;
    const { list, notes, links } = this.#parts;
    list.replaceChildren(...people.viewers.map((each) => this.#viewer(people, each)));
    notes.replaceChildren(...people.notes.map(({ who, text, at }) =>
      element("li", {}, element("small", {}, `${timeOf(at)} ${who}`), ` ${text}`)));
    links.replaceChildren(...people.links.map((each) => this.#link(people, each)));
  }

  #viewer(people, viewer) {
    const row = element("li", {},
      element("span", {}, describeViewer(viewer, people.viewer)),
      element("small", {}, say("people.for", {
        duration: duration(ago(viewer.since)), cols: viewer.cols, rows: viewer.rows,
      })));
    if (people.isWatching || viewer.viewer === people.viewer) return row;
    const give = element(
      "button", { type: "button", "aria-label": say("people.giveTo", { who: viewer.who }) }, say("people.give"));
    give.addEventListener("click", () => {
      people.give(viewer.viewer);
      this.#dialog.close();
    });
    row.append(give);
    return row;
  }

  #link(people, { link, label, role, expires, uses, used = 0, by = "", own = true }) {
    const seconds = Math.max(0, expires - Date.now() / 1000);
    const left = duration(seconds);
    const count = uses === 0 ? say("share.used", { used }) : say("share.usedOf", { used, uses });
    const about = say(role === "type" ? "share.toType" : "share.toWatch", { left, count });
    const again = element(
      "button", { type: "button", "aria-label": say("share.anewFor", { label }) }, say("share.anew"));
    again.addEventListener("click", () => {
      this.#replaced = link;
      const whole = Math.min(Math.max(Math.round(seconds), shortest), longest);
      people.say({ type: "share", role, seconds: whole, label, uses });
    });
    const end = element("button", { type: "button", "aria-label": say("share.end", { label }) }, say("end"));
    end.addEventListener("click", () => {
      people.say({ type: "unshare", link });
      people.say({ type: "links" });
    });
    return element("li", {},
      element("span", {}, label || say("share.noLabel")),
      element("small", {}, own ? about : say("share.by", { about, by })), again, end);
  }

  #note(event) {
    event.preventDefault();
    const { noteText } = this.#parts;
    const text = noteText.value.trim();
    if (text) this.#people?.note(text);
    noteText.value = "";
    this.#dialog.close();
  }

  #share(event) {
    event.preventDefault();
    const { role, seconds, label, uses } = this.#parts;
    this.#replaced = "";
    this.#people?.say({
      type: "share", role: role.value, seconds: Number(seconds.value), label: label.value.trim(),
      uses: Number(uses.value) || 0,
    });
  }

  /** @param {People} people @param {import("../connection/messages.js").Shared} made */
  #made(people, { token }) {
    if (people !== this.#people) return;
    // The former one ends when there is another one in its place.
    if (this.#replaced) people.say({ type: "unshare", link: this.#replaced });
    this.#replaced = "";
    const { shared, link, copied } = this.#parts;
    link.value = new URL(`watch/${this.#terminal}#${token}`, document.baseURI).href;
    copied.textContent = "";
    shared.hidden = false;
    link.focus();
    link.select();
    people.say({ type: "links" });
  }
}
