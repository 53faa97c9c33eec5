// Hosts' character sets, in both directions.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Charset } from "../../static/js/terminal/charset.js";

for (const [name, bytes, text] of [
  ["cp437", [0xc9, 0xcd, 0xcd, 0xbb], "╔══╗"],
  ["cp850", [0x9b, 0xd5, 0x41], "øıA"],
  ["cp858", [0xd5], "€"],
  ["cp852", [0x85, 0xfd], "ůř"],
  ["latin1", [0xe9], "é"],
  ["gbk", [0xc4, 0xe3], "你"],
]) {
  test(`${name} reads and writes ${text}`, () => {
    const charset = new Charset(name);
    assert.equal(charset.decode(Uint8Array.from(bytes)), text);
    assert.deepEqual([...charset.encode(text)], bytes);
    assert.equal(charset.isMissing, false);
  });
}

test("every byte of a DOS set is a character of its own", () => {
  for (const name of ["cp437", "cp850", "cp852", "cp858"]) {
    const charset = new Charset(name);
    const bytes = Uint8Array.from({ length: 128 }, (_, index) => 128 + index);
    const text = charset.decode(bytes);
    assert.equal(new Set(text).size, 128);
    assert.deepEqual([...charset.encode(text)], [...bytes]);
  }
});

test("a set that the browser lacks is told, and UTF-8 goes on", () => {
  const charset = new Charset("no-such-set");
  assert.equal(charset.isMissing, true);
  assert.deepEqual([...charset.encode("é")], [0xc3, 0xa9]);
});

test("UTF-8 is handed on in whole characters, wherever it is cut", () => {
  const all = new TextEncoder().encode("a — 漢 🙂 é");
  for (let cut = 0; cut <= all.length; cut += 1) {
    const charset = new Charset("utf-8");
    const pieces = [all.subarray(0, cut), all.subarray(cut)].map((piece) => charset.decode(piece));
    assert.equal(pieces.map((piece) => new TextDecoder().decode(piece)).join(""), "a — 漢 🙂 é");
  }
  const charset = new Charset("utf-8");
  assert.deepEqual(
    [...charset.decode(Uint8Array.from([0xff, 0x80, 0xc3])), ...charset.decode(Uint8Array.from([0x41]))],
      [0xff, 0x80, 0xc3, 0x41]);
});

test("ISO's sets have controls where browsers have characters", () => {
  for (const name of ["iso-8859-1", "latin1", "ISO-8859-9", "iso-8859-11"]) {
    assert.equal(new Charset(name).decode(Uint8Array.of(0x9b, 0x33, 0x31, 0x6d)), "\x9b31m", name);
  }
  assert.equal(new Charset("iso-8859-1").decode(Uint8Array.of(0xe9, 0x41, 0xff)), "éAÿ");
  assert.deepEqual([...new Charset("iso-8859-1").encode("é€")], [0xe9, 0x3f]);
  assert.equal(new Charset("iso-8859-9").decode(Uint8Array.of(0xf0)), "ğ");
  assert.equal(new Charset("windows-1252").decode(Uint8Array.of(0x80)), "€");
});

test("what was typed can be read again", () => {
  for (const [name, text] of [["utf-8", "é漢"], ["gbk", "汉字"], ["cp437", "ü"]]) {
    const charset = new Charset(name);
    assert.equal(charset.textOf(charset.encode(text)), text);
  }
});

test("a painting that ends within a character is gone on with by output", () => {
  const [dash, other] = [Uint8Array.of(0xe2, 0x80, 0x94), new Charset("shift_jis")];
  for (const cut of [1, 2]) {
    const charset = new Charset("utf-8");
    const pieces = [charset.decodePainting(dash.subarray(0, cut)), charset.decode(dash.subarray(cut))];
    assert.deepEqual(pieces.map((piece) => [...piece]), [[], [...dash]]);
  }
  // To hosts of another set it says nothing.
  assert.deepEqual([...other.decodePainting(dash.subarray(0, 2))], [0xe2, 0x80]);
});
