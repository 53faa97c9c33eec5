// What a pasted text may do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asPlainText, harmless, hasHidden, isRisky, lineCount, pieces } from "../../static/js/paste/paste-text.js";

test("ESC and C1 never reach the host", () => {
  assert.equal(harmless("echo safe\x1b[201~\ntouch x\n\x9b201~\x80"), "echo safe[201~\ntouch x\n201~");
  assert.equal(harmless("äö 漢字 🎉"), "äö 漢字 🎉");
});

test("a line is one however it ends", () => {
  for (const text of ["show run", "show run\n", "show run\r\n", "show run\r"]) assert.equal(lineCount(text), 1);
  assert.equal(lineCount("a\r\nb\nc"), 3);
});

test("what would run at once is asked about, unless the prompt waits", () => {
  for (const text of ["show run\n", "show run\r\n", "a\nb"]) {
    assert.equal(isRisky(text, false), true);
    assert.equal(isRisky(text, true), false);
  }
  assert.equal(isRisky("show run", false), false);
});

test("control and direction characters are asked about in any case", () => {
  for (const text of ["a\x03", "\x7f", "a\u202eb", "a\u2066b"]) {
    assert.equal(isRisky(text, true), true);
    assert.equal(isRisky(text, false), true);
  }
  assert.equal(isRisky("a\tb", false), false);
});

test("what cannot be seen has a name, and plain text is without it", () => {
  assert.deepEqual(pieces("a\x07b\u202ec\u00a0"), [
    { text: "a", isHidden: false }, { text: "BEL", isHidden: true }, { text: "b", isHidden: false },
    { text: "right-to-left override", isHidden: true }, { text: "c", isHidden: false },
    { text: "no-break space", isHidden: true },
  ]);
  assert.deepEqual(pieces("a\r\nb\r"), [{ text: "a\nb\n", isHidden: false }]);
  assert.equal(asPlainText("rm\u00a0-rf\u200b \x07x\n"), "rm -rf x\n");
  assert.equal(hasHidden("a\tb\n"), false);
  assert.equal(hasHidden("\ufeffa"), true);
});
