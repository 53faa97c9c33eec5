// How the launcher tells the terminal page which live terminal is meant: in the address's fragment, which
// never reaches a server.

const prefix = "#attach=";

/**
 * @param {string} terminal its ID
 * @param {number} seen output that other screens have had, in bytes
 */
export function attachFragment(terminal, seen) {
  return `${prefix}${terminal}.${seen}`;
}

/**
 * Takes the terminal out of the address.
 *
 * @returns {{terminal: string, seen: number} | null}
 */
export function takeAttachFragment() {
  if (!location.hash.startsWith(prefix)) return null;
  const [terminal, seen] = location.hash.slice(prefix.length).split(".");
  history.replaceState(null, "", location.pathname + location.search);
  return { terminal, seen: Number(seen) || 0 };
}
