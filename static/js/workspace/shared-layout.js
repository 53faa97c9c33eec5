// Layouts of the configuration, as the workspace has its own.

import { arrange } from "./layout-tree.js";

/**
 * @param {{tabs: {name: string, arrange: "grid" | "row" | "column", panes: string[]}[]}} shared
 * @returns {import("./memory.js").KeptWorkspace}
 */
export function fromConfiguration({ tabs }) {
  const places = {};
  const kept = tabs.map(({ name, arrange: arrangement, panes }, tab) => {
    const keys = panes.map((address, index) => {
      const key = `${tab}.${index}`;
      const [target, method, user, port] = address.split("/");
      places[key] = { path: `remote/${target}/${method}/${encodeURIComponent(user)}/${port}`, name: target };
      return key;
    });
    return { name, root: arrange(keys, arrangement), active: keys[0] };
  });
  return { tabs: kept, active: 0, places };
}
