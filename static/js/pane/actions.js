// What can be done with a pane, by the names of key-table.js and the menu.

import { copy } from "../paste/clipboard.js";
import { saveText, scrollbackText } from "../terminal/save.js";

/**
 * @param {import("./pane.js").Pane} pane
 * @param {import("./around.js").PaneDesk} desk
 * @param {object} tools
 * @param {import("./search-bar.js").SearchBar} tools.search
 * @param {import("../paste/pasting.js").Pasting} tools.pasting
 * @param {import("./telling.js").Telling} tools.telling
 * @param {import("./select-mode.js").SelectMode} tools.select
 * @returns {Record<string, () => void>}
 */
export function paneActions(pane, desk, { search, pasting, telling, select }) {
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

  /** @param {string | null} text @param {string} what */
  const copyText = async (text, what) => {
    const isDone = Boolean(text) && await copy(text);
    const why = text ? "The browser does not let this page copy." : `${what}: there is nothing.`;
    pane.notice(isDone ? `${what}: copied.` : why, 4000);
    pane.focus();
  };

  /** @param {import("./telling.js").Wish} wish @param {string} words @param {number} [seconds] */
  const tellMe = async (wish, words, seconds) => {
    const isOn = telling.toggle(wish, seconds);
    const byBrowser = isOn && await desk.notifier.ask();
    const how = byBrowser ? "" : " The browser may not notify you: the tab is marked.";
    pane.notice(`You are ${isOn ? "" : "not "}told ${isOn ? "" : "any more "}when ${data.name} ${words}.${how}`, 5000);
    pane.focus();
  };

  const tellQuiet = async () => {
    if (telling.has("quiet")) return tellMe("quiet", "is quiet");
    const asked = await desk.ask.ask({
      title: "Tell me when it is quiet",
      fields: [{
        name: "seconds", label: "For how many seconds", value: "30",
        mistake: (text) =>
          (/^[1-9]\d{0,4}$/.test(text.trim()) ? null : "A number of seconds is meant, from 1 to 99999."),
      }],
      answers: [{ value: "tell", label: "Tell me" }],
    });
    pane.focus();
    if (asked) await tellMe("quiet", `is quiet for ${asked.values.seconds.trim()} s`, Number(asked.values.seconds));
  };

  const marked = (isThere) => isThere || pane.notice("The host does not mark its prompts (OSC 133).", 5000);

  return {
    tellPrints: () => tellMe("prints", "prints"),
    tellQuiet,
    tellRings: () => tellMe("rings", "rings, or is over"),
    selectKeys: () => {
      pane.focus();
      select.enter();
    },
    copyAll: () => copyText(scrollbackText(terminal), "All of it"),
    copyOutput: () => marked(screen.prompts.isMarked) && copyText(screen.prompts.lastOutput, "The last output"),
    formerPrompt: () => marked(screen.prompts.isMarked) && screen.prompts.toFormer(),
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
