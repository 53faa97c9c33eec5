// What can be done with a pane, by the names of key-table.js and the menu.

import { copy } from "../paste/clipboard.js";
import { saveText, scrollbackText } from "../terminal/save.js";
import { say } from "../words/words.js";

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
      title: say("break.title"), words: say("break.text", { name: data.name }),
      answers: [{ value: "break", label: say("break.send") }],
    });
    if (isAsked) pane.focus();
    if (answer) session.sendBreak();
  };

  /** @param {string | null} text @param {string} what */
  const copyText = async (text, what) => {
    const isDone = Boolean(text) && await copy(text);
    const why = text ? say("mayNotCopy") : say("copy.nothing", { what });
    pane.notice(isDone ? say("copy.done", { what }) : why, 4000);
    pane.focus();
  };

  /** @param {import("./telling.js").Wish} wish @param {number} [seconds] */
  const tellMe = async (wish, seconds) => {
    const isOn = telling.toggle(wish, seconds);
    const isMarked = isOn && !(await desk.notifier.ask());
    const words = say(`${isOn ? "tell." : "tellNot."}${wish}`, { name: data.name, seconds: seconds ?? 0 });
    pane.notice(isMarked ? `${words} ${say("tell.mayNot")}` : words, 5000);
    pane.focus();
  };

  const tellQuiet = async () => {
    if (telling.has("quiet")) return tellMe("quiet");
    const asked = await desk.ask.ask({
      title: say("do.tellQuiet"),
      fields: [{
        name: "seconds", label: say("tell.seconds"), value: "30",
        mistake: (text) => (/^[1-9]\d{0,4}$/.test(text.trim()) ? null : say("tell.secondsMistake")),
      }],
      answers: [{ value: "tell", label: say("tell.me") }],
    });
    pane.focus();
    if (asked) await tellMe("quiet", Number(asked.values.seconds));
  };

  const marked = (isThere) => isThere || pane.notice(say("noPrompts"), 5000);

  return {
    tellPrints: () => tellMe("prints"),
    tellQuiet,
    tellRings: () => tellMe("rings"),
    selectKeys: () => {
      pane.focus();
      select.enter();
    },
    copyAll: () => copyText(scrollbackText(terminal), say("copy.all")),
    copyOutput: () => marked(screen.prompts.isMarked) && copyText(screen.prompts.lastOutput, say("copy.output")),
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
