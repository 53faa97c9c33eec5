// Waiting for a dialog's answer.

/**
 * A dialog tells that it was closed a little later, when it may be open again for another question: that is not its answer.
 *
 * @param {HTMLDialogElement} dialog open
 * @returns {Promise<string>} its return value
 */
export function whenClosed(dialog) {
  return new Promise((resolve) => {
    const look = () => {
      if (dialog.open) return;
      dialog.removeEventListener("close", look);
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", look);
  });
}
