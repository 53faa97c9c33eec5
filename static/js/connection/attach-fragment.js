// How the directory tells the terminal page which live terminal is meant: in the address's fragment, which
// never reaches a server.

const prefix = "#attach=";

/** @param {string} terminal its ID */
export function attachFragment(terminal) {
  return prefix + terminal;
}

/**
 * Takes the terminal out of the address.
 *
 * @returns {{terminal: string} | null}
 */
export function takeAttachFragment() {
  if (!location.hash.startsWith(prefix)) return null;
  const terminal = location.hash.slice(prefix.length);
  history.replaceState(null, "", location.pathname + location.search);
  return { terminal };
}
