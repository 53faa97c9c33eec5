// Texts that are typed again and again: what is filled into them, for whom they are, and where one's own are kept.

import { readKept, writeKept } from "../dom/kept.js";
import { say } from "../words/words.js";

/**
 * @typedef {object} Snippet
 * @property {string} name
 * @property {string} text
 * @property {string[]} groups that it is for; none is all
 * @property {boolean} [isShared] everybody's, from the server's configuration
 */

const store = "webterm:snippets";
const hole = /\{\{(\??)([^{}]+)\}\}/g;

/** @param {string} text @returns {string[]} what has to be asked for, each once */
export function questionsOf(text) {
  return [...new Set([...text.matchAll(hole)].filter(([, mark]) => mark).map(([, , name]) => name.trim()))];
}

/**
 * @param {string} text
 * @param {{user: string, name: string, port: number}} place `{{user}}`, `{{device}}` and `{{port}}`
 * @param {Record<string, string>} answers to the questions
 * @returns {string} a name that nobody knows stays as it is
 */
export function fill(text, place, answers) {
  const known = { user: place.user, device: place.name, port: String(place.port) };
  return text.replace(hole, (whole, mark, name) => (mark ? answers : known)[name.trim()] ?? whole);
}

/**
 * @param {Snippet} snippet
 * @param {string} group a device's
 * @returns {boolean} whether it is for that group, or one above it
 */
export function isFor({ groups }, group) {
  return groups.length === 0 || groups.some((pattern) => {
    const form = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
    return new RegExp(`^${form}(/.*)?$`).test(group);
  });
}

const isText = (value, most) => typeof value === "string" && value.length > 0 && value.length <= most;

/** @param {unknown} value @returns {Snippet[]} what of it are snippets */
function wellFormed(value) {
  if (!Array.isArray(value)) return [];
  return value.filter((each) => isText(each?.name, 128) && isText(each?.text, 4096)).map(({ name, text, groups }) => ({
    name, text, groups: Array.isArray(groups) ? groups.filter((group) => isText(group, 512)) : [],
  }));
}

/** @param {string} text a file's @returns {Snippet[]} @throws {Error} where it holds none */
export function readSnippets(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(say("snippets.noJSON"));
  }
  const found = wellFormed(value);
  if (found.length === 0) {
    throw new Error(say("snippets.noSnippet"));
  }
  return found;
}

/** One's own, in this browser, and everybody's. */
export class Snippets {
  #shared;

  /** @param {Snippet[]} shared the server's */
  constructor(shared) {
    this.#shared = shared.map((each) => ({ ...each, isShared: true }));
  }

  /** @returns {Snippet[]} */
  get own() {
    return wellFormed(readKept(store));
  }

  /** @returns {Snippet[]} one's own first */
  get all() {
    return [...this.own, ...this.#shared];
  }

  /** Keeps one under its name. @param {Snippet} snippet @param {string} former name, where it was called otherwise */
  put({ name, text, groups }, former = name) {
    const others = this.own.filter((each) => each.name !== name && each.name !== former);
    return this.#save([...others, { name, text, groups }].sort((a, b) => a.name.localeCompare(b.name)));
  }

  /** @param {string} name */
  remove(name) {
    return this.#save(this.own.filter((each) => each.name !== name));
  }

  /** @returns {boolean} false where this browser keeps nothing */
  #save(snippets) {
    return writeKept(store, snippets);
  }
}
