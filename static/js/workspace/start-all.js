// Which of several terminals one answer starts anew. Rules without looks.

/**
 * @typedef {import("./place.js").Place} Place
 * @typedef {import("../pane/pane.js").Pane} Pane
 */

/** Those that the bar tells of, and starts. @param {Place[]} places @returns {Pane[]} */
export const endedWithServer = (places) => places.map(({ pane }) => pane).filter((pane) => pane?.hasEndedWithServer);

/** All that are over, but those that go on in another window. @param {Place[]} places @returns {Pane[]} */
export const overForGood = (places) => places.map(({ pane }) => pane)
  .filter((pane) => pane?.isOver && !pane.isElsewhere);
