// What is known of the lines of a device: up or down, since when, why, when they have said something last, and which
// alarms were raised.

import { element } from "../dom/element.js";
import { locale, say } from "../words/words.js";

/** Of so many lines the tool tip tells. */
const mostTold = 12;

/** @param {number} seconds Unix time */
const momentOf = (seconds) =>
  new Date(seconds * 1000).toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });

/** @param {import("./news.js").Line} line */
function stateOf({ up, since, why = "" }) {
  return say(up ? "lineUp" : why ? "lineDownWhy" : "lineDown", { time: momentOf(since), why });
}

/** @param {{port: number, line: import("./news.js").Line}} terminal */
function tellLine({ port, line }) {
  const last = line.last ? [say("lineOutput", { time: momentOf(line.last) })] : [];
  return [say("lineAtPort", { port, state: stateOf(line) }), ...last].join("\n");
}

/**
 * Whether the lines are up that the server knows.
 *
 * @param {any[]} terminals of the device
 * @returns {HTMLElement[]}
 */
export function lineStateOf(terminals) {
  const lines = terminals.filter(({ line }) => line);
  if (lines.length === 0) return [];
  const down = lines.filter(({ line }) => !line.up);
  const told = down.length > 0 ? down : lines;
  const text = lines.length === 1
    ? stateOf(lines[0].line)
    : say(down.length > 0 ? "linesDown" : "linesUp", { count: told.length, all: lines.length });
  const title = told.slice(0, mostTold).map(tellLine).join("\n\n");
  return [element("span", { class: down.length > 0 ? "line-state is-down" : "line-state", title }, text)];
}

/**
 * What was raised and not seen by anybody yet who may do something about it.
 *
 * @param {any[]} terminals of the device
 * @returns {HTMLElement[]}
 */
export function alarmsOf(terminals) {
  const raised = terminals.filter(({ alarm }) => alarm);
  if (raised.length === 0) return [];
  const { name } = raised[0].alarm;
  const more = raised.length - 1;
  const text = more > 0 ? say("alarmMarks", { name, count: more }) : say("alarmMark", { name });
  const title = raised.slice(0, mostTold)
    .map(({ port, alarm }) => say("alarmAt", { port, name: alarm.name, time: momentOf(alarm.at) })).join("\n");
  return [element("span", { class: "alarm-mark", title }, text)];
}
