// The lines of the emulator's buffer as they were before the screen's width broke them.

/**
 * The newest first.
 *
 * @param {{length: number, getLine: (row: number) => any}} buffer the emulator's
 * @returns {Generator<{row: number, text: string}>} row is where a line begins
 */
export function* wholeLines(buffer) {
  for (let end = buffer.length; end > 0; ) {
    let row = end - 1;
    while (row > 0 && buffer.getLine(row).isWrapped) row -= 1;
    let text = "";
    for (let each = row; each < end; each += 1) text += buffer.getLine(each).translateToString(each === end - 1);
    yield { row, text };
    end = row;
  }
}
