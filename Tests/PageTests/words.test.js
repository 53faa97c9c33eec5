// The tables of words: complete in every language; and how a key becomes a sentence.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { known, languages, say, timeWords } from "../../static/js/words/words.js";

const folder = new URL("../../static/words/", import.meta.url);
const tableOf = (language) => {
  const text = readFileSync(new URL(`${language}.js`, folder), "utf8");
  return JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
};
const english = tableOf("en");
const textsOf = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry));
const holes = (entry) => [...new Set(textsOf(entry).join(" ").match(/\{\w+\}/g))].toSorted();

test("every language that is offered has a table, and no other", () => {
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith(".js")).toSorted(),
    languages.map(([tag]) => `${tag}.js`).toSorted());
});

for (const [language] of languages) {
  const table = tableOf(language);

  test(`${language} says all that English says, with the same values`, () => {
    assert.deepEqual(Object.keys(table).toSorted(), Object.keys(english).toSorted());
    for (const [key, entry] of Object.entries(english)) assert.deepEqual(holes(table[key]), holes(entry), key);
    for (const [key, entry] of Object.entries(table)) for (const text of textsOf(entry)) assert.match(text, /\S/, key);
  });

  test(`${language} has the plurals that its numbers need`, () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const [key, entry] of Object.entries(table)) {
      assert.equal(typeof entry, typeof english[key], key);
      if (typeof entry !== "string") assert.deepEqual(Object.keys(entry).toSorted(), needed, key);
    }
  });
}

test("what stands in braces is filled in, and what has no value stays", () => {
  assert.equal(say("starDevice", { device: "{device}$&" }), "Star {device}$&");
  assert.match(say("snippets.text"), /\{\{user\}\}/);
  assert.equal(say("told", { name: "sw1", words: say("told.rings") }), "sw1 rings.");
});

test("a number decides between plurals", () => {
  assert.deepEqual([0, 1, 2].map((count) => say("deviceCount", { count })), ["0 devices", "1 device", "2 devices"]);
});

test("what is in no table is none of ours", () => {
  assert.equal(known("code.refused"), undefined);
  assert.equal(known("code.idle"), english["code.idle"]);
  assert.equal(known("toString"), undefined);
});

test("a time of day has 24 hours", () => assert.equal(timeWords(new Date(2026, 0, 2, 15, 4, 5), true), "15:04:05"));

test("another language has its own words, plurals and numbers", async () => {
  const before = globalThis.webtermWords;
  globalThis.webtermWords = tableOf("de");
  globalThis.document = { documentElement: { lang: "de" } };
  try {
    const german = await import("../../static/js/words/words.js?de");
    assert.equal(german.say("deviceCount", { count: 1 }), "1 Gerät");
    assert.equal(german.say("deviceCount", { count: 7 }), "7 Geräte");
    assert.equal(german.numberWords(12345), "12.345");
    assert.equal(german.listAndMore(["a", "b"], 3), "a, b und 3 weitere");
  } finally {
    globalThis.webtermWords = before;
    delete globalThis.document;
  }
});
