// What an address asks a page for: in its fragment, which never reaches a server.

const prefix = "#attach=";

/** @param {string} address as a configuration has it: `target/method/user/port` @returns {string} below the base */
export function pathOfAddress(address) {
  const [target, method, user, port] = address.split("/");
  return `remote/${target}/${method}/${encodeURIComponent(user)}/${port}`;
}

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

/** @param {{path: string, terminal: string}[]} terminals live @returns {string} the workspace's address with all */
export function workspaceAddressOfAll(terminals) {
  return `w#${new URLSearchParams(terminals.flatMap(({ path, terminal }) => [["open", path], ["attach", terminal]]))}`;
}

/**
 * Takes the wishes out of the address.
 *
 * @returns {{path: string, terminal?: string, how: "open" | "split"}[]}
 */
export function takeWishes() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const how = fields.has("open") ? "open" : "split";
  const [paths, terminals] = [fields.getAll(how), fields.getAll("attach")];
  if (paths.length === 0 || !paths.every((path) => /^remote\/[^?#]+$/.test(path) && !path.includes(".."))) return [];
  history.replaceState(null, "", location.pathname);
  // Of several each is one that is there.
  return paths.map((path, index) => ({ path, terminal: terminals[index], how }));
}
