// What can be done with a pane, by the names of key-table.js and the menu.

import { saveText, scrollbackText } from "../terminal/save.js";

/**
 * @param {import("./pane.js").Pane} pane
 * @param {object} tools
 * @param {import("./search-bar.js").SearchBar} tools.search
 * @param {import("../paste/pasting.js").Pasting} tools.pasting
 * @param {import("./around.js").PaneDesk} tools.desk
 * @returns {Record<string, () => void>}
 */
export function paneActions(pane, { search, pasting, desk }) {
  const { data, people, session, screen } = pane;
  const { terminal } = screen;

  /** @param {boolean} isNote whether a note is to be written */
  const openPeople = (isNote) => {
    const id = session.memory?.terminal;
    if (!id || !people.isKnown) return;
    desk.peopleDialog.open(people, { terminal: id, isNote, mayShare: data.mayShare !== false });
  };

  /** A break may stop a machine: it is asked about, where the page is not told otherwise. */
  const sendBreak = async () => {
    const isAsked = data.method === "telnet" && data.confirmBreak !== false;
    const answer = !isAsked || await desk.ask.ask({
      title: "Send a break?", words: `${data.name}: a break may stop a machine, or lead into its boot monitor.`,
      answers: [{ value: "break", label: "Send the break" }],
    });
    if (isAsked) pane.focus();
    if (answer) session.sendBreak();
  };

  return {
    search: () => search.open(),
    copy: () => pasting.copySelection(),
    paste: () => pasting.pasteClipboard(),
    selectAll: () => terminal.selectAll(),
    reset: () => session.reset(),
    startAnew: () => pane.startAnew(),
    break: sendBreak,
    people: () => openPeople(false),
    note: () => openPeople(true),
    keyboard: () => people.act(),
    release: () => people.release(),
    fit: () => people.fit(),
    save: () => saveText(`${data.user}@${data.target}-${data.port}.txt`, scrollbackText(terminal)),
  };
}
