// The tab's title and icon: which terminal it is, what the host calls itself, and whether something happened while
// nobody looked.

export class TabTitle {
  static #marks = { bell: "🔔 ", over: "■ " };

  #name;
  #icon;
  #plainIcon;
  #hosts = "";
  #mark = "";
  #stop = new AbortController();

  /**
   * @param {string} name what the title begins with
   * @param {HTMLLinkElement} icon the document's
   */
  constructor(name, icon) {
    this.#name = name;
    this.#icon = icon;
    this.#plainIcon = icon.href;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#set("");
    }, { signal: this.#stop.signal });
    this.#show();
  }

  /** Something else is in front. @param {string} name @param {string} title the host's own */
  show(name, title) {
    this.#name = name;
    this.hostSays(title);
  }

  /** @param {string} title the host's own; empty for none */
  hostSays(title) {
    this.#hosts = title;
    this.#show();
  }

  /** Something happened: marked where nobody looks. @param {"bell" | "over"} what */
  mark(what) {
    if (document.visibilityState === "hidden" && this.#mark !== "over") this.#set(what);
  }

  dispose() {
    this.#stop.abort();
  }

  #set(mark) {
    this.#mark = mark;
    this.#icon.href = mark ? this.#plainIcon.replace(/icon\.svg$/, `icon-${mark}.svg`) : this.#plainIcon;
    this.#show();
  }

  #show() {
    document.title = (TabTitle.#marks[this.#mark] ?? "") + this.#name + (this.#hosts ? ` – ${this.#hosts}` : "");
  }
}
