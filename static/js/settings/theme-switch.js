// Which theme is in force: the one that was chosen, or whatever the system is in.

/** Keeps `data-theme` on the document, and tells which theme it is. */
export class ThemeSwitch {
  #system = matchMedia("(prefers-color-scheme: light)");
  #stop = new AbortController();
  #settings;
  #changed;
  #current = "";

  /**
   * @param {import("./settings.js").Settings} settings
   * @param {(theme: string) => void} changed called at once, and when another theme is in force
   */
  constructor(settings, changed = () => {}) {
    this.#settings = settings;
    this.#changed = changed;
    this.#system.addEventListener("change", () => this.#update(), { signal: this.#stop.signal });
    settings.follow(() => this.#update());
  }

  dispose() {
    this.#stop.abort();
  }

  #update() {
    const chosen = this.#settings.get("theme");
    const theme = chosen === "system" ? (this.#system.matches ? "light" : "dark") : chosen;
    if (theme === this.#current) return;
    this.#current = theme;
    document.documentElement.dataset.theme = theme;
    // The frame of an installed page's window.
    const { backgroundColor } = getComputedStyle(document.body);
    document.querySelector("meta[name=theme-color]")?.setAttribute("content", backgroundColor);
    this.#changed(theme);
  }
}
