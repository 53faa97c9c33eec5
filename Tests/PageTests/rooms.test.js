// The page's folders: each uses those below it, in types too, and none above it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../static/js/", import.meta.url);
/** The lowest first, as static/js/README.md has them. */
const rooms = [
  "words", "dom", "settings", "keys", "terminal", "connection", "paste", "pane", "page", "directory", "workspace",
  "operate",
];
const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name);

test("every folder has its place", () => assert.deepEqual(folders.toSorted(), rooms.toSorted()));

for (const room of folders) {
  test(`${room} uses nothing above it`, () => {
    for (const file of readdirSync(new URL(`${room}/`, root))) {
      const text = readFileSync(new URL(`${room}/${file}`, root), "utf8");
      const used = [...text.matchAll(/(?:from |import\()"\.\.\/(\w+)\/[^"]+"/g)].map(([, name]) => name);
      const wrong = used.filter((name) => rooms.indexOf(name) > rooms.indexOf(room) || !rooms.includes(name));
      assert.deepEqual(wrong, [], file);
    }
  });
}
