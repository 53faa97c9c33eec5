// What a workspace takes from a storage, and what it does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { wellFormed } from "../../static/js/workspace/memory.js";
import { fill, isFor, questionsOf, readSnippets } from "../../static/js/workspace/snippets.js";
import { isReport } from "../../static/js/terminal/reports.js";

const place = { path: "remote/a/ssh/u/22", name: "a" };
const tab = (pane) => ({ name: "", root: { pane }, active: pane });

test("a layout is taken when it is whole", () => {
  const kept = { tabs: [tab("p1"), tab("p2")], active: 1, places: { p1: place, p2: place } };
  assert.deepEqual(wellFormed(kept), kept);
});

test("what points nowhere, or elsewhere, is left out", () => {
  const other = (path) => ({ tabs: [tab("p1"), tab("p2")], active: 1, places: { p1: place, p2: { path, name: "x" } } });
  for (const path of ["https://example.com/", "//example.com/", "remote/../x", "remote/a?b", "", 7, null]) {
    assert.deepEqual(wellFormed(other(path)), { tabs: [tab("p1")], active: 0, places: { p1: place } }, String(path));
  }
  for (const nothing of [null, 7, "x", [], {}, { tabs: 7 }, { tabs: [null], places: null }]) {
    assert.equal(wellFormed(nothing), null);
  }
  assert.equal(wellFormed({ tabs: [tab("p1"), tab("p1")], active: 0, places: { p1: place } }), null);
});

test("a snippet is filled", () => {
  const text = "show vlan {{?VLAN}} port {{port}} on {{device}} for {{user}} {{nobody}} {{?VLAN}} {{? PORT }}\n";
  assert.deepEqual(questionsOf(text), ["VLAN", "PORT"]);
  assert.equal(
    fill(text, { user: "u", name: "sw1", port: 22 }, { VLAN: "7", PORT: "$&" }),
      "show vlan 7 port 22 on sw1 for u {{nobody}} 7 $&\n");
});

test("a snippet is for its groups, and for what is below them", () => {
  const snippet = { groups: ["Hall 1", "Hall */Rack 7"] };
  for (const group of ["Hall 1", "Hall 1/Rack 3", "Hall 2/Rack 7", "Hall 2/Rack 7/Shelf"]) {
    assert.ok(isFor(snippet, group), group);
  }
  for (const group of ["", "Hall 12", "Hall 2/Rack 70", "Hall 2"]) assert.ok(!isFor(snippet, group), group);
  assert.ok(isFor({ groups: [] }, ""));
});

test("a file of snippets is looked at", () => {
  assert.deepEqual(
    readSnippets('[{"name":"a","text":"b","groups":["c",7],"more":1},{"name":7}]'),
      [{ name: "a", text: "b", groups: ["c"] }]);
  assert.throws(() => readSnippets("{"), /no JSON/);
  assert.throws(() => readSnippets("[]"), /no snippet/);
});

test("answers and mouse reports are no typing", () => {
  for (const text of ["\x1b[I", "\x1b[O", "\x1b[<0;5;5M", "\x1b[<35;1;1m", "\x1b[M abc".slice(0, 6), "\x1b[24;80R",
    "\x1b[?1;1R", "\x1b[0n", "\x1b[?1;2c",
    "\x1b[>0;276;0c", "\x1b[?2004;2$y", "\x1b]11;rgb:00/00/00\x1b\\", "\x1bP1$r0m\x1b\\",
      "\x1b[8;24;80t"]) assert.ok(isReport(text), JSON.stringify(text));
  for (
    const text of ["a", "\r", "\x1b", "\x1b[A", "\x1bOP", "\x1b[15~", "\x1b[1;5D", "\x1b[200~text\x1b[201~", "\x03"]) {
    assert.ok(!isReport(text), JSON.stringify(text));
  }
});
