// The bell: seen, heard or neither.

export class Bell {
  static #flash = 150;
  /** One sound in so many milliseconds: whatever comes in between is that one's. */
  static #pause = 250;

  #element;
  #settings;
  #audio = null;
  #timer = 0;
  #lastSound = -Infinity;

  /**
   * @param {HTMLElement} element what flashes
   * @param {import("../settings/settings.js").Settings} settings
   */
  constructor(element, settings) {
    this.#element = element;
    this.#settings = settings;
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
    this.#audio ??= new AudioContext();
    const tone = this.#audio.createOscillator();
    const volume = this.#audio.createGain();
    const now = this.#audio.currentTime;
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.15, now);
    volume.gain.exponentialRampToValueAtTime(0.001, now + 0.15);
    tone.connect(volume).connect(this.#audio.destination);
    tone.start(now);
    tone.stop(now + 0.16);
  }
}
