// What a browser keeps over pages and tabs, as JSON under a name. A browser without storage keeps nothing, and that
// breaks nothing.

/** Told on the window when this page has kept something; its detail is the name. */
export const keptEvent = "webterm-kept";

/** @param {string} store @returns {any} null where there is nothing, or nothing that can be read */
export function readKept(store) {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} store @param {any} value @returns {boolean} false where this browser keeps nothing */
export function writeKept(store, value) {
  try {
    localStorage.setItem(store, JSON.stringify(value));
  } catch {
    return false;
  }
  dispatchEvent(new CustomEvent(keptEvent, { detail: store }));
  return true;
}
