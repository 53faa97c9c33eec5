// Where this browser went lately.

const store = "webterm:recent";
const most = 10;

/**
 * @typedef {object} Place
 * @property {string} target
 * @property {string} title the target's, for people
 * @property {string} [name] the line's, or the target's with the port
 * @property {string} method
 * @property {string} user
 * @property {number} port
 */

const same = (a, b) => a.target === b.target && a.method === b.method && a.user === b.user && a.port === b.port;

/** @returns {Place[]} the latest first */
export function recentPlaces() {
  try {
    const places = JSON.parse(localStorage.getItem(store) ?? "[]");
    return Array.isArray(places) ? places.filter((each) => each && typeof each.target === "string") : [];
  } catch {
    return [];
  }
}

/** @param {Place} place */
export function rememberPlace({ target, title, name, method, user, port }) {
  const place = { target, title, name, method, user, port };
  const others = recentPlaces().filter((each) => !same(each, place));
  try {
    localStorage.setItem(store, JSON.stringify([place, ...others].slice(0, most)));
  } catch {
    // A browser without storage forgets.
  }
}

export function forgetPlaces() {
  try {
    localStorage.removeItem(store);
  } catch {
    // There is nothing to forget.
  }
}
