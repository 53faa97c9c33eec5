// The page's words: said by a key, in the language that the server has chosen, with numbers and times as it has them.
// The tables are static/words/LANGUAGE.js; the one in use is loaded before any module.

/** @type {Record<string, string | Record<string, string>>} */
const table = globalThis.webtermWords ?? {};

/** The languages that there are, as each calls itself. @type {[string, string][]} */
export const languages = [["en", "English"], ["de", "Deutsch"], ["zh-Hans", "简体中文"]];

/** The page's, as `lang` has it. */
export const language = globalThis.document?.documentElement.lang || "en";

const primary = (tag) => tag.split("-")[0].toLowerCase();

/** For numbers and times: the browser's own kind of that language, where it has one. */
export const locale = (globalThis.navigator?.languages ?? []).find((each) => primary(each) === primary(language))
  ?? language;

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);

/**
 * @param {string} key
 * @param {Record<string, string | number>} values for what stands in braces; `count` decides between plurals
 */
export function say(key, values = {}) {
  const entry = Object.hasOwn(table, key) ? table[key] : key;
  const text = typeof entry === "string" ? entry : entry[plurals.select(Number(values.count))] ?? entry.other;
  return text.replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));
}

/** @param {string} key @returns {string | undefined} what is said by it, where there is such a key */
export const known = (key) => (Object.hasOwn(table, key) ? say(key) : undefined);

/** @param {number} number with the separators of the language */
export const numberWords = (number) => numbers.format(number);

/** @param {Date} moment @param {boolean} hasSeconds @returns {string} a time of day; consoles count 24 hours */
export const timeWords = (moment, hasSeconds = false) => moment.toLocaleTimeString(locale, {
  hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(hasSeconds ? { second: "2-digit" } : {}),
});

/** @param {string[]} names */
export const listWords = (names) => names.join(say("comma"));

/** @param {string[]} names the first of them @param {number} more how many there are besides */
export const listAndMore = (names, more) =>
  (more > 0 ? say("andMore", { names: listWords(names), count: more }) : listWords(names));
