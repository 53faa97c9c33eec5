// How many columns and rows have room, without looks.

/** Less than this is no terminal. */
const least = { cols: 2, rows: 1 };

/** So many of a cell's length lie in the room when the emulator has rounded them to whole pixels. */
function fitting(room, cell) {
  const count = Math.floor(room / cell);
  return count > 0 && Math.round(count * cell) > room ? count - 1 : count;
}

/**
 * The size of a terminal in a room. The cell's is that of one character before the emulator rounds its whole grid to
 * pixels: a size that is computed from the rounded one changes with the columns that there are just now, and two fits
 * in a row may differ.
 *
 * @param {{width: number, height: number}} room what is free, in CSS pixels: no padding, no scroll bar
 * @param {{width: number, height: number}} cell in CSS pixels
 * @returns {{cols: number, rows: number} | null} null where nothing can be measured
 */
export function sizeIn(room, cell) {
  const lengths = [room.width, room.height, cell.width, cell.height];
  if (lengths.some((each) => !Number.isFinite(each)) || cell.width <= 0 || cell.height <= 0) return null;
  const [cols, rows] = [fitting(room.width, cell.width), fitting(room.height, cell.height)];
  return { cols: Math.max(least.cols, cols), rows: Math.max(least.rows, rows) };
}

/**
 * What of an element is free for what lies in it: its computed size is that of the border's box, where `box-sizing`
 * says so.
 *
 * @param {HTMLElement} element @returns {{width: number, height: number}} NaN where it is not shown
 */
export function roomIn(element) {
  const style = getComputedStyle(element);
  const of = (...names) => names.reduce((sum, name) => sum + (parseFloat(style.getPropertyValue(name)) || 0), 0);
  const isWhole = style.boxSizing === "border-box";
  const across = isWhole ? of("padding-left", "padding-right", "border-left-width", "border-right-width") : 0;
  const down = isWhole ? of("padding-top", "padding-bottom", "border-top-width", "border-bottom-width") : 0;
  return { width: parseFloat(style.width) - across, height: parseFloat(style.height) - down };
}
