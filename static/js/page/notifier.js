// What happens in a terminal out of sight, told by the browser where it is allowed to.

export class Notifier {
  /** Asks for leave, because of what a person has just done. @returns {Promise<boolean>} */
  async ask() {
    if (!("Notification" in globalThis)) return false;
    if (Notification.permission === "default") return (await Notification.requestPermission()) === "granted";
    return Notification.permission === "granted";
  }

  /**
   * @param {string} name of the device
   * @param {string} words
   * @param {() => void} show brings it to the front
   * @returns {boolean} whether it could be told
   */
  tell(name, words, show) {
    if (!("Notification" in globalThis) || Notification.permission !== "granted") return false;
    try {
      const notification = new Notification(name, { body: words, tag: `webterm ${name}` });
      notification.onclick = () => {
        globalThis.focus();
        show();
        notification.close();
      };
      return true;
    } catch {
      // Browsers on phones let only service workers tell.
      return false;
    }
  }
}
