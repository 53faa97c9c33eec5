// What an address asks a page for: in its fragment, which never reaches a server.

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

/**
 * @param {{path: string, terminal?: string, isSplit?: boolean}} what a terminal's address, and which live one is meant
 * @returns {string} the workspace's address
 */
export function workspaceAddress({ path, terminal, isSplit = false }) {
  const fields = new URLSearchParams({ [isSplit ? "split" : "open"]: path, ...(terminal ? { attach: terminal } : {}) });
  return `w#${fields}`;
}

/**
 * Takes the wish out of the address.
 *
 * @returns {{path: string, terminal?: string, how: "open" | "split"} | null}
 */
export function takeWish() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const path = fields.get("open") ?? fields.get("split");
  if (!path || !/^remote\/[^?#]+$/.test(path) || path.includes("..")) return null;
  history.replaceState(null, "", location.pathname);
  return { path, terminal: fields.get("attach") ?? undefined, how: fields.has("split") ? "split" : "open" };
}
