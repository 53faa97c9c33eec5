// Keeps the emulator from answering queries while history is repainted.

/**
 * History holds questions that the host asked long ago (DA, DSR, colours). Their answers would be typed
 * into whatever runs there now.
 *
 * @param {import("../vendor/xterm.js").Terminal} terminal
 * @param {() => boolean} isRepainting
 * @returns {{dispose(): void}[]}
 */
export function muteQueriesWhile(terminal, isRepainting) {
  const { parser } = terminal;
  const csi = [
    { final: "c" }, // DA1
    { prefix: ">", final: "c" }, // DA2
    { prefix: "=", final: "c" }, // DA3
    { final: "n" }, // DSR
    { prefix: "?", final: "n" }, // DSR, private
    { intermediates: "$", final: "p" }, // DECRQM
    { prefix: "?", intermediates: "$", final: "p" }, // DECRQM, private
    { final: "t" }, // window reports
  ];
  return [
    ...csi.map((id) => parser.registerCsiHandler(id, isRepainting)),
    ...[4, 10, 11, 12].map((id) =>
      parser.registerOscHandler(id, (data) => isRepainting() && data.includes("?")),
    ),
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, isRepainting), // DECRQSS
  ];
}
