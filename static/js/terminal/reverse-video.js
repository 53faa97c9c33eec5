// Reverse video at the contrast that it has.

/**
 * The emulator's renderer compares the wrong pair where the default colours are swapped: the background with itself.
 * Text in reverse video became grey on grey, and what is reversed on a colour kept too little contrast.
 *
 * @param {import("../../vendor/xterm.js").Terminal} terminal open
 */
export function mendReverseVideo(terminal) {
  const rows = terminal._core._renderService?._renderer?.value?._rowFactory;
  if (typeof rows?._applyMinimumContrast !== "function") return;
  const apply = rows._applyMinimumContrast;
  rows._applyMinimumContrast = function (element, background, foreground, cell, ...overrides) {
    const { colors } = this._themeService;
    const isSwapped = cell.isInverse() && foreground === colors.foreground;
    return apply.call(this, element, background, isSwapped ? colors.background : foreground, cell, ...overrides);
  };
}
