// The operators' page: every terminal of the server, to be watched, told something, and ended.

import { pageData } from "./dom/element.js";
import { OperateChannel } from "./operate/operate-channel.js";
import { OperateList } from "./operate/operate-list.js";
import { nameOf } from "./operate/row-element.js";
import { Terminals } from "./operate/terminals.js";
import { AskDialog } from "./page/ask-dialog.js";
import { Settings } from "./settings/settings.js";
import { ThemeSwitch } from "./settings/theme-switch.js";
import { say } from "./words/words.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
new ThemeSwitch(new Settings());
byID("login").textContent = say("loggedInAs", { login: data.login });

/** So often what grows by itself is shown anew, in milliseconds. */
const renewal = 5000;

const terminals = new Terminals();
const dialog = new AskDialog(byID("ask"));
const tell = (text) => (byID("state").textContent = text);

const channel = new OperateChannel({
  terminals: (message) => {
    terminals.take(message, Date.now());
    list.changed();
  },
  state: (isOpen) => tell(isOpen ? "" : say("operate.unreachable")),
  over: () => tell(say("operate.over")),
});

/** Asks for a text, does something with it, and says what came of it. */
async function act({ title, words, label, answer, done }, run) {
  const asked = await dialog.ask({
    title, words,
    fields: [{
      name: "text", label,
      mistake: (text) =>
        (text.trim() && [...text.trim()].length <= 1000 ? null : say("operate.textMistake")),
    }],
    answers: [{ value: "act", label: answer }],
  });
  list.focus();
  if (asked) tell(await run(asked.values.text.trim()) ?? done);
}

const message = (terminal) => act({
  title: terminal ? say("operate.message") : say("operate.messageAll"),
  words: terminal
    ? say("operate.toThese", { terminal: nameOf(terminal) }) : say("operate.toAll", { count: terminals.count }),
  label: say("operate.text"), answer: say("operate.send"), done: say("operate.sent"),
}, (text) => channel.message(terminal?.id ?? null, text));

const end = (terminal) => act({
  title: say("operate.endTitle"), words: say("operate.endText", { terminal: nameOf(terminal) }),
  label: say("operate.reason"), answer: say("operate.endIt"),
  done: say("operate.ended", { terminal: nameOf(terminal) }),
}, (reason) => channel.end(terminal.id, reason));

const list = new OperateList(
  {
    find: byID("find"), count: byID("count"), scroller: byID("scroller"), list: byID("terminals"),
    columns: byID("columns"),
  },
  terminals, { message, end });
byID("message-all").addEventListener("click", () => message(null));
list.show();
channel.connect();
setInterval(() => document.visibilityState === "visible" && list.renew(), renewal);
if (!matchMedia("(pointer: coarse)").matches) byID("find").focus();
