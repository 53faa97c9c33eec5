// What the workspace holds, and what it asks of the page and tells it: types only.

/**
 * @typedef {{id: string, name: string, root: import("./layout-tree.js").Node, active: string, isLarge: boolean}} Tab
 *
 * @typedef {import("./place.js").Place} Place
 *
 * @typedef {"open" | "split" | "right" | "below" | {pane?: string, side?: string, before?: string | null}} How a
 *   terminal is opened: in a tab of its own, beside the one in front, at a side of a pane, or before a tab
 *
 * @typedef {object} WorkspaceTold
 * @property {(device: string, how: How) => void} wanted a device was dropped
 * @property {(place: Place) => Promise<"end" | "leave" | null>} askClose what is to become of a live terminal
 * @property {(name: string, count: number) => Promise<"end" | "leave" | null>} askCloseAll what is to become of all
 *   that live in a tab
 * @property {(tab: Tab, name: string) => Promise<string | null>} askName
 * @property {() => import("./sending.js").Sending} sending
 * @property {(mark: "bell" | "over") => void} happened somewhere
 * @property {() => boolean} enteredForAll Enter in one that ended with others; true where it was for all
 * @property {(places: Place[]) => void} drawn whatever has changed
 * @property {(place: Place | null) => void} inFront another one is in front, or is called otherwise
 */

export {};
