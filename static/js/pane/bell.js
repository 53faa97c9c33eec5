// The bell: seen, heard or neither.

/** One for the whole page: a browser gives a page only a few. @type {AudioContext | null} */
let audio = null;

export class Bell {
  static #flash = 150;
  /** One sound in so many milliseconds: whatever comes in between is that one's. */
  static #pause = 250;

  #element;
  #settings;
  #timer = 0;
  #lastSound = -Infinity;

  /**
   * @param {HTMLElement} element what flashes
   * @param {import("../settings/settings.js").Settings} settings
   * @param {AbortSignal} signal ends it
   */
  constructor(element, settings, signal) {
    this.#element = element;
    this.#settings = settings;
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  ring() {
    const kind = this.#settings.get("bell");
    if (kind === "visual") this.#show();
    if (kind === "sound") this.#sound();
  }

  #show() {
    this.#element.classList.add("is-ringing");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#element.classList.remove("is-ringing"), Bell.#flash);
  }

  #sound() {
    const time = performance.now();
    if (time - this.#lastSound < Bell.#pause) return;
    this.#lastSound = time;
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.15, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.15);
    tone.connect(volume).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.16);
  }
}
