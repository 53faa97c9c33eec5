// Answers of several hosts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerIn, compared } from "../../static/js/workspace/answers.js";

test("the largest part that is alike is the same, the others are different", () => {
  const of = (...texts) => compared(texts.map((text, index) => ({ id: String(index), text })));
  assert.deepEqual(of("a", "a", "a"), { same: ["0", "1", "2"], different: [] });
  assert.deepEqual(of("a", "b", "a", "c"), { same: ["0", "2"], different: ["1", "3"] });
  assert.deepEqual(of("b", "a", "a"), { same: ["1", "2"], different: ["0"] });
  assert.deepEqual(of("a", ""), { same: ["0"], different: ["1"] });
});

test("of an answer the line that was typed and both prompts are no part", () => {
  assert.equal(answerIn(["sw01# show clock", "10:00", "sw01# "], "sw01#", " show clock"), "10:00");
  assert.equal(answerIn(["sw02> show clock", "10:00  ", "", "sw02>"], "sw02> ", "show clock"), "10:00");
  // A host that does not echo answers where the line was typed.
  assert.equal(answerIn(["10:00", ""], "", "show clock"), "10:00");
  assert.equal(answerIn(["sw01# show clock", "sw01#"], "sw01# ", "show clock"), "");
  assert.equal(answerIn([], "", "x"), "");
  assert.equal(answerIn(["a", "b", "c", "prompt"], "", "x"), "a\nb\nc");
});
