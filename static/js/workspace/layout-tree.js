// How the panes of a tab lie: a tree of splits, without looks.

/**
 * @typedef {{pane: string}} Leaf
 * @typedef {{direction: "row" | "column", sizes: number[], children: Node[]}} Split sizes are shares that make 1
 *   together
 * @typedef {Leaf | Split} Node
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle in parts of the whole
 */

/** Nothing is made narrower than this, in parts of a split. */
const leastShare = 0.05;

/** @param {string} pane @returns {Leaf} */
export const leaf = (pane) => ({ pane });

/** @param {Node} node @returns {string[]} from the top left on */
export const panesOf = (node) => ("pane" in node ? [node.pane] : node.children.flatMap(panesOf));

const evenly = (count) => Array.from({ length: count }, () => 1 / count);

/**
 * Puts another tree beside a pane. Where the pane lies in a split of that direction already, all that lie in it get the
 * same room from it, instead of one getting half of a half.
 *
 * @param {Node} node
 * @param {string} pane
 * @param {"row" | "column"} direction
 * @param {Node} added
 * @param {boolean} isBefore whether it comes to the left, or above
 * @returns {Node}
 */
export function split(node, pane, direction, added, isBefore = false) {
  if ("pane" in node) {
    if (node.pane !== pane) return node;
    return { direction, sizes: evenly(2), children: isBefore ? [added, node] : [node, added] };
  }
  const index = node.children.findIndex((child) => "pane" in child && child.pane === pane);
  if (index >= 0 && node.direction === direction) {
    const children = node.children.toSpliced(isBefore ? index : index + 1, 0, added);
    return { direction, sizes: evenly(children.length), children };
  }
  return { ...node, children: node.children.map((child) => split(child, pane, direction, added, isBefore)) };
}

/** @param {Node} node @param {string} pane @returns {Node | null} null where nothing is left */
export function remove(node, pane) {
  if ("pane" in node) return node.pane === pane ? null : node;
  const left = node.children.map((child, index) => ({ child: remove(child, pane), size: node.sizes[index] }));
  const kept = left.filter(({ child }) => child);
  if (kept.length <= 1) return kept[0]?.child ?? null;
  const whole = kept.reduce((sum, { size }) => sum + size, 0);
  return {
    direction: node.direction, sizes: kept.map(({ size }) => size / whole), children: kept.map(({ child }) => child),
  };
}

/** @param {Node} node @param {(pane: string) => string} name @returns {Node} the same with other names */
export const rename = (node, name) =>
  "pane" in node ? leaf(name(node.pane)) : { ...node, children: node.children.map((child) => rename(child, name)) };

/**
 * @param {Node} node
 * @param {string} one
 * @param {string} other
 * @returns {Node} the same with the two in each other's place
 */
export const swap = (node, one, other) => rename(node, (pane) => (pane === one ? other : pane === other ? one : pane));

/** @param {Node} node @returns {Node} the same with as much room for each of those that lie beside each other */
export const even = (node) =>
  "pane" in node ? node : { ...node, sizes: evenly(node.children.length), children: node.children.map(even) };

const whole = { x: 0, y: 0, width: 1, height: 1 };

/** Where the children of a split lie. */
function partsOfSplit({ direction, sizes }, { x, y, width, height }) {
  let done = 0;
  return sizes.map((size) => {
    const from = done;
    done += size;
    return direction === "row"
      ? { x: x + from * width, y, width: size * width, height }
      : { x, y: y + from * height, width, height: size * height };
  });
}

/** @param {Node} node @returns {Map<string, Rectangle>} */
export function rectangles(node, within = whole) {
  if ("pane" in node) return new Map([[node.pane, within]]);
  const parts = partsOfSplit(node, within);
  return new Map(node.children.flatMap((child, index) => [...rectangles(child, parts[index])]));
}

/**
 * The lines between panes.
 *
 * @param {Node} node
 * @returns {{path: number[], index: number, direction: "row" | "column", place: Rectangle, within: Rectangle, share:
 *   number}[]} the split's path from the root, and behind which of its children the line is
 */
export function dividers(node, within = whole, path = []) {
  if ("pane" in node) return [];
  const parts = partsOfSplit(node, within);
  const own = parts.slice(0, -1).map((part, index) => ({
    path, index, direction: node.direction, within,
    share: node.sizes.slice(0, index + 1).reduce((sum, size) => sum + size, 0),
    place: node.direction === "row"
      ? { x: part.x + part.width, y: within.y, width: 0, height: within.height }
      : { x: within.x, y: part.y + part.height, width: within.width, height: 0 },
  }));
  return [...own, ...node.children.flatMap((child, index) => dividers(child, parts[index], [...path, index]))];
}

/**
 * Moves the line behind a child.
 *
 * @param {Node} node
 * @param {number[]} path of the split
 * @param {number} index of the child
 * @param {number} share where the line is to be, in parts of the split
 * @returns {Node}
 */
export function moveDivider(node, path, index, share) {
  if ("pane" in node) return node;
  if (path.length > 0) {
    const [first, ...rest] = path;
    return {
      ...node,
      children: node.children.map((child, at) => (at === first ? moveDivider(child, rest, index, share) : child)),
    };
  }
  const before = node.sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
  const both = node.sizes[index] + node.sizes[index + 1];
  const least = Math.min(leastShare, both / 2);
  const size = Math.max(least, Math.min(both - least, share - before));
  return { ...node, sizes: node.sizes.with(index, size).with(index + 1, both - size) };
}

/**
 * The pane that lies next in a direction.
 *
 * @param {Node} node
 * @param {string} pane
 * @param {"left" | "right" | "up" | "down"} towards
 * @returns {string | null}
 */
export function neighbour(node, pane, towards) {
  const all = rectangles(node);
  const own = all.get(pane);
  if (!own) return null;
  const [axis, length, side, breadth] = towards === "left" || towards === "right"
    ? ["x", "width", "y", "height"] : ["y", "height", "x", "width"];
  const isForward = towards === "right" || towards === "down";
  const tiny = 1e-6;
  const candidates = [...all].filter(([name, each]) => {
    if (name === pane) return false;
    const gap = isForward ? each[axis] - (own[axis] + own[length]) : own[axis] - (each[axis] + each[length]);
    const overlap = Math.min(own[side] + own[breadth], each[side] + each[breadth]) - Math.max(own[side], each[side]);
    return gap > -tiny && gap < tiny && overlap > tiny;
  });
  // The one beside the middle, or else the first.
  const middle = own[side] + own[breadth] / 2;
  const facing = candidates.find(([, each]) => each[side] <= middle && middle < each[side] + each[breadth]);
  return (facing ?? candidates[0])?.[0] ?? null;
}

/**
 * Lays panes out.
 *
 * @param {string[]} panes at least one
 * @param {"grid" | "row" | "column"} arrangement
 * @returns {Node}
 */
export function arrange(panes, arrangement) {
  if (panes.length === 1) return leaf(panes[0]);
  if (arrangement !== "grid") return { direction: arrangement, sizes: evenly(panes.length), children: panes.map(leaf) };
  const columns = Math.ceil(Math.sqrt(panes.length));
  const rows = Array.from({ length: Math.ceil(panes.length / columns) }, (_, row) =>
    arrange(panes.slice(row * columns, (row + 1) * columns), "row"));
  return rows.length === 1 ? rows[0] : { direction: "column", sizes: evenly(rows.length), children: rows };
}

/** @param {any} value from a storage @returns {value is Node} */
export function isTree(value) {
  if (typeof value !== "object" || value === null) return false;
  if ("pane" in value) return typeof value.pane === "string";
  const { direction, sizes, children } = value;
  return ["row", "column"].includes(direction) && Array.isArray(sizes) && Array.isArray(children) && children.length > 1
    && sizes.length === children.length && sizes.every((size) => typeof size === "number" && size > 0 && size <= 1)
    && children.every(isTree);
}
