// What was typed reaches the server once and in order, whatever happens to channels and whoever else types.

import assert from "node:assert/strict";
import { test } from "node:test";
import { InputBuffer } from "../../static/js/connection/input-buffer.js";

const bytes = (text) => new TextEncoder().encode(text);
const text = (taken) => taken && new TextDecoder().decode(taken);

/** Everything that may be sent now. */
function takeAll(buffer) {
  let all = "";
  for (let piece = buffer.take(); piece; piece = buffer.take()) all += text(piece);
  return all;
}

test("no more is sent than there is room for", () => {
  const buffer = new InputBuffer();
  buffer.append(bytes("abcdef"));
  assert.equal(takeAll(buffer), "");
  buffer.rewind(0, 4);
  assert.equal(takeAll(buffer), "abcd");
  buffer.confirm(2, 4);
  assert.equal(takeAll(buffer), "ef");
  assert.equal(buffer.pending, 4);
  buffer.confirm(6, 100);
  assert.equal(buffer.pending, 0);
});

test("a message is never longer than the protocol allows", () => {
  const buffer = new InputBuffer();
  buffer.append(new Uint8Array(200_000));
  buffer.rewind(0, 1_000_000);
  assert.deepEqual([buffer.take().length, buffer.take().length], [65536, 65536]);
});

test("after another channel whatever the server lacks is sent again, and nothing else", () => {
  const buffer = new InputBuffer();
  buffer.rewind(0, 100);
  buffer.append(bytes("one "));
  buffer.append(bytes("two "));
  assert.equal(takeAll(buffer), "one two ");
  buffer.append(bytes("three"));
  buffer.rewind(5, 100);
  assert.equal(takeAll(buffer), "wo three");
});

test("a terminal that others have typed into: what is typed here goes on from there", () => {
  const buffer = new InputBuffer();
  buffer.append(bytes("early"));
  buffer.rewind(1000, 100);
  assert.equal(takeAll(buffer), "early");
  buffer.confirm(1005, 100);
  assert.equal(buffer.pending, 0);
  // Another window has typed 20 bytes meanwhile; what was on its way then is lost or not, and is not repeated.
  buffer.append(bytes("sent"));
  assert.equal(takeAll(buffer), "sent");
  buffer.append(bytes("kept"));
  buffer.rewind(1025, 2);
  assert.equal(takeAll(buffer), "ke");
  buffer.confirm(1027, 100);
  assert.equal(takeAll(buffer), "pt");
});

test("after a reset the offsets are the next terminal's", () => {
  const buffer = new InputBuffer();
  buffer.rewind(0, 100);
  buffer.append(bytes("gone"));
  buffer.reset();
  buffer.rewind(7, 100);
  assert.equal(takeAll(buffer), "");
  buffer.append(bytes("here"));
  assert.equal(takeAll(buffer), "here");
});
