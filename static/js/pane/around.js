// What a pane tells, and what it needs of the page that it lies on.

import { pathOfAddress } from "../connection/addresses.js";
import { say } from "../words/words.js";

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
 * @property {(where: {path: string, name: string}) => void} [opens] another terminal, beside this one
 *
 * @typedef {object} PaneDesk what a page has once for all its panes
 * @property {import("../settings/settings.js").Settings} settings
 * @property {import("../keys/key-bar.js").KeyBar} keyBar
 * @property {import("../paste/paste-dialog.js").PasteDialog} pasteDialog
 * @property {{ask: (question: object) => Promise<{answer: any, values: Record<string, string>} | null>}} ask
 * @property {{ask: (data: object) => Promise<boolean> | null}} consent to what must be accepted before one opens
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
  opens: ({ path }) => window.open(path, "_blank", "noopener"),
};

/**
 * What belongs beside a terminal, and the way there.
 *
 * @param {{related?: {title: string, address: string}[]}} data what the server says of the place
 * @param {(where: {path: string, name: string}) => void} opens
 * @returns {{label: string, run: () => void}[]}
 */
export const besideOf = ({ related = [] }, opens) => related.map(({ title, address }) => ({
  label: title, run: () => opens({ path: pathOfAddress(address), name: title }),
}));

/**
 * Opens a terminal at once, or as soon as what must be accepted before is accepted.
 *
 * @param {PaneDesk["consent"]} consent
 * @param {object} data what the server says of the place
 * @param {import("./message-bar.js").MessageBar} message says what can be done where it is not accepted
 * @param {{label: string, run: () => void}[]} ways where else one can go then
 * @param {AbortSignal} signal the pane is gone
 * @param {() => void} open
 */
export async function whenAccepted(consent, data, message, ways, signal, open) {
  const asked = consent.ask(data);
  if (!asked) return open();
  const isAccepted = await asked;
  if (signal.aborted) return;
  if (isAccepted) return open();
  const again = () => {
    message.hide();
    whenAccepted(consent, data, message, ways, signal, open);
  };
  message.end(
    say("consent.refusedTitle"), say("consent.refused"), [{ label: say("consent.again"), run: again }, ...ways]);
}
