// Questions in history are not answered; outside of it the emulator does as ever.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MutedQueries } from "../../static/js/terminal/queries.js";

/** The parser of an emulator: what is registered with it, by what it is for. */
function fakeTerminal() {
  const handlers = new Map();
  const register = (kind) => (id, handler) => {
    const key = kind + (typeof id === "number" ? id : `${id.prefix ?? ""}${id.intermediates ?? ""}${id.final}`);
    handlers.set(key, handler);
    return { dispose: () => handlers.delete(key) };
  };
  const parser = {
    registerCsiHandler: register("CSI "), registerOscHandler: register("OSC "), registerDcsHandler: register("DCS "),
  };
  return { handlers, parser };
}

test("a question is taken from the emulator while history is painted", () => {
  const terminal = fakeTerminal();
  let isMuted = true;
  const queries = new MutedQueries(terminal, () => isMuted);
  const questions = ["CSI c", "CSI >c", "CSI =c", "CSI n", "CSI ?n", "CSI $p", "CSI ?$p", "CSI t", "DCS $q"];
  for (const each of questions) assert.equal(terminal.handlers.get(each)([]), true, each);
  for (const number of [4, 10, 11, 12]) {
    assert.equal(terminal.handlers.get(`OSC ${number}`)("1;?"), true);
    // A colour that is set is no question.
    assert.equal(terminal.handlers.get(`OSC ${number}`)("1;#fff"), false);
  }
  isMuted = false;
  for (const each of questions) assert.equal(terminal.handlers.get(each)([]), false, each);
  assert.equal(terminal.handlers.get("OSC 10")("?"), false);
  queries.dispose();
  assert.equal(terminal.handlers.size, 0);
});

test("a mode of history is set, and what the emulator reports in the same breath goes nowhere", async () => {
  const terminal = fakeTerminal();
  let isMuted = true;
  const queries = new MutedQueries(terminal, () => isMuted);
  assert.equal(terminal.handlers.get("CSI ?h")([1004]), false);
  assert.equal(queries.dropsReport, true);
  await null;
  assert.equal(queries.dropsReport, false);
  isMuted = false;
  assert.equal(terminal.handlers.get("CSI ?h")([1004]), false);
  assert.equal(queries.dropsReport, false);
});
