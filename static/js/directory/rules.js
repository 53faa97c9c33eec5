// What may be typed as a user and a port: the same rules as the server's, so that a mistake is told before it is made.

import { listAndMore, say } from "../words/words.js";

const username = /^(?=.{1,64}$)[A-Za-z0-9_](\\?[A-Za-z0-9_.@+-])*$/;

/** More ports than these are not named in a hint. */
const mostNamed = 4;

/** @param {{ports: number[][], lines: Record<string, string>}} rules */
export function portHint({ ports, lines }) {
  const one = (port) => `${port}${lines[port] ? ` (${lines[port]})` : ""}`;
  const words = ports.map(([first, last]) => (first === last ? one(first) : `${first}–${last}`));
  return listAndMore(words.slice(0, mostNamed), words.length - mostNamed);
}

/** @param {string} pattern a name in which a star stands for anything */
function patternToRegExp(pattern) {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`);
}

/** @param {{users: string[]}} rules */
export function allowsUser(user, rules) {
  return username.test(user) && rules.users.some((pattern) => patternToRegExp(pattern).test(user));
}

/** What is wrong with a user name; null where nothing is. */
export function userMistake(user, rules) {
  if (!username.test(user)) return say("userMistake");
  return allowsUser(user, rules) ? null : say("userNotAllowed", { user });
}

/** What is wrong with a port; null where nothing is. */
export function portMistake(port, rules) {
  const number = Number(port);
  const isAllowed = /^[1-9][0-9]{0,4}$/.test(port)
    && rules.ports.some(([first, last]) => number >= first && number <= last);
  return isAllowed ? null : say("portMistake", { hint: portHint(rules) });
}
