// The elements of one terminal in an operator's list.

import { element } from "../dom/element.js";
import { locale, say } from "../words/words.js";
import { bytesInWords, secondsInWords } from "./figures.js";
import { idleOf } from "./terminals.js";

const clock = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", hourCycle: "h23" });

/** Where a terminal is watched; its page has the button that takes the keyboard. */
export const watchPath = ({ id }) => `watch/${id}`;

/** @param {import("./terminals.js").OperatedTerminal} terminal */
const placeOf = ({ method, user, target, port }) => `${method} ${user}@${target}:${port}`;

/** What it is called among all. @param {import("./terminals.js").OperatedTerminal} terminal */
export const nameOf = (terminal) =>
  (terminal.who ? say("operate.of", { place: placeOf(terminal), who: terminal.who }) : placeOf(terminal));

/**
 * @param {import("./terminals.js").OperatedTerminal} terminal
 * @param {{isCurrent: boolean, now: number}} state only the current row has buttons: thousands of rows would be
 *   thousands of tab stops
 * @param {{message: () => void, end: () => void}} told
 */
export function terminalRow(terminal, { isCurrent, now }, told) {
  const cell = (name, label, text, title = text) => element(
    "span", { class: `cell ${name}`, title },
    ...(label ? [element("span", { class: "off-screen" }, `${label} `)] : []), text);
  const bytes = `${bytesInWords(terminal.output)} / ${bytesInWords(terminal.input)}`;
  const viewers = terminal.up ? String(terminal.viewers) : say("operate.down", { count: terminal.viewers });
  return element(
    "li", { class: terminal.up ? "terminal" : "terminal is-down" },
    cell("who", "", terminal.who || (terminal.shared ? say("operate.console") : "")),
    cell("line", "", terminal.name, placeOf(terminal)),
    cell("from", say("operate.from"), terminal.address),
    cell("since", say("operate.since"), clock.format(new Date(terminal.since * 1000))),
    cell("idle", say("operate.idle"), secondsInWords(idleOf(terminal, now))),
    cell("bytes", say("operate.bytes"), bytes, say("operate.bytesHint")),
    cell("viewers", say("operate.viewers"), viewers),
    element("span", { class: ["cell", "actions"].join(" ") }, ...(isCurrent ? buttons(terminal, told) : [])),
  );
}

function buttons(terminal, told) {
  const name = { terminal: nameOf(terminal) };
  const button = (kind, text, label, act) => {
    const node = element("button", { type: "button", class: kind, "aria-label": label }, text);
    node.addEventListener("click", act);
    return node;
  };
  const [label, classes] = [say("operate.watchIt", name), ["button", "watch"].join(" ")];
  return [
    element("a", { class: classes, href: watchPath(terminal), "aria-label": label }, say("operate.watch")),
    button("message", say("operate.message"), say("operate.messageTo", name), told.message),
    button("end", say("end"), say("endTerminal", name), told.end),
  ];
}
