// What a pane tells, and what it needs of the page that it lies on.

/**
 * @typedef {object} PaneEvents
 * @property {(state: string) => void} changed the connection's state
 * @property {(title: string) => void} titled by the host
 * @property {() => void} rang
 * @property {() => void} attached
 * @property {() => void} arrived a terminal that somebody has opened is there
 * @property {() => void} ended
 * @property {() => void} produced the host has said something
 * @property {() => void} focused
 * @property {() => void} wanted somebody has asked for it to be in front
 * @property {() => void} peopled who is here has changed, or who types
 *
 * @typedef {object} Surroundings what else there is around it
 * @property {(text: string) => boolean} [takesTyped] what a person types, where it goes another way
 * @property {(text: string) => Promise<boolean>} [takesPasted] likewise
 * @property {() => boolean} [takesEnter] in a pane that is over, where it is meant for all of them
 * @property {() => boolean} [isToldOnce] whether what happens to several terminals is told for all of them
 * @property {number} [returnPause] before a line that was gone with the server is opened anew, in milliseconds
 * @property {{label: string, run: () => void}[]} [ways] where else one can go when it is over
 *
 * @typedef {object} PaneDesk what a page has once for all its panes
 * @property {import("../settings/settings.js").Settings} settings
 * @property {import("../keys/key-bar.js").KeyBar} keyBar
 * @property {import("../paste/paste-dialog.js").PasteDialog} pasteDialog
 * @property {{ask: (question: object) => Promise<{answer: any, values: Record<string, string>} | null>}} ask
 * @property {import("./people-dialog.js").PeopleDialog} peopleDialog
 * @property {{ask: () => Promise<boolean>, tell: (name: string, words: string, show: () => void) => boolean}} notifier
 * @property {{watch: (element: HTMLElement, subject: object, signal: AbortSignal) => void}} menu
 * @property {import("./pane.js").Pane | null} active the pane in front
 * @property {(pane: import("./pane.js").Pane, signal: AbortSignal) => void} add
 * @property {(action: string, pane: import("./pane.js").Pane) => void} act
 * @property {(event: KeyboardEvent, pane: import("./pane.js").Pane) => string | null} actionOf
 */

/** @type {Required<Surroundings>} where there is nothing else */
export const alone = {
  takesTyped: () => false,
  takesPasted: async () => false,
  takesEnter: () => false,
  isToldOnce: () => false,
  returnPause: 0,
  ways: [],
};
