// What happens to several terminals at once: told once, answered once, and started by kind.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { EventBar } from "../../static/js/workspace/event-bar.js";
import { endedWithServer, overForGood } from "../../static/js/workspace/start-all.js";

/** As much of an element as a bar takes. */
class FakeElement {
  dataset = {};
  hidden = true;
  textContent = "";
  children = [];
  listeners = {};
  classList = { toggle() {}, remove() {}, add() {} };
  querySelectorAll() {
    return this.parts ?? [];
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  setAttribute() {}
  append(...children) {
    this.children.push(...children);
  }
  replaceChildren(...children) {
    this.children = children;
  }
}

let [element, told, bar] = [];

function part(name) {
  return element.parts.find(({ dataset }) => dataset.part === name);
}

const press = (label) =>
  part("actions").children.find(({ children }) => children[0].trim() === label).listeners.click();
const ended = (count) => Array.from({ length: count }, () => ({ pane: { isOver: true, hasEndedWithServer: true } }));
const lost = (count) => Array.from({ length: count }, () => ({ pane: { isLost: true } }));

/** Enter is typed in one that has ended, when it may mean something. */
function enter() {
  mock.timers.tick(1000);
  return bar.takeEnter();
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  globalThis.document = { createElement: () => new FakeElement() };
  element = new FakeElement();
  element.parts = ["title", "text", "pending", "actions"]
    .map((name) => Object.assign(new FakeElement(), { dataset: { part: name } }));
  told = [];
  const tell = (name) => () => told.push(name);
  bar = new EventBar(element, {
    retry: tell("retry"), startAll: tell("all"), choose: tell("choose"), back: tell("back"),
  });
});

afterEach(() => mock.timers.reset());

test("Enter means all of them, until they are started", () => {
  bar.update(ended(3));
  assert.equal(element.hidden, false);
  assert.ok(enter());
  assert.deepEqual(told, ["all"]);
  bar.update([]);
  assert.ok(element.hidden && !enter());
});

for (const label of ["Choose", "Hide"]) {
  test(`after ${label} those that are left are not told of again, and Enter is the terminal's own`, () => {
    bar.update(ended(3));
    press(label);
    assert.ok(element.hidden && !enter());
    // One of them was started.
    bar.update(ended(2));
    assert.ok(element.hidden && !enter());
    bar.update(ended(1));
    bar.update(ended(1));
    assert.deepEqual(told, [label === "Choose" ? "choose" : "back"]);
    // The server has gone once more.
    bar.update(ended(2));
    assert.ok(!element.hidden && enter());
  });
}

test("what was answered stays so while others are out of reach, whose bar goes with them", () => {
  bar.update(ended(3));
  press("Hide");
  bar.update([...ended(3), ...lost(2)]);
  assert.equal(part("title").textContent, "Connection lost.");
  assert.ok(!element.hidden && !enter());
  bar.update(ended(3));
  assert.ok(element.hidden && !enter());
  bar.update([]);
  bar.update(ended(2));
  assert.ok(!element.hidden);
});

test("the bar starts those that it tells of, the palette all but what goes on elsewhere", () => {
  const [withServer, byExit, elsewhere, alive, coming] = [
    { pane: { isOver: true, hasEndedWithServer: true, isElsewhere: false } },
    { pane: { isOver: true, hasEndedWithServer: false, isElsewhere: false } },
    { pane: { isOver: true, hasEndedWithServer: false, isElsewhere: true } },
    { pane: { isOver: false, hasEndedWithServer: false, isElsewhere: false } },
    { pane: null },
  ];
  const places = [alive, withServer, coming, elsewhere, byExit];
  assert.deepEqual(endedWithServer(places), [withServer.pane]);
  assert.deepEqual(overForGood(places), [withServer.pane, byExit.pane]);
});
