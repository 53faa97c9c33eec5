// What each key of the table sends, and which keys are the page's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chordOf, isFree } from "../../static/js/page/chords.js";
import { actionOf, bytesOf, sent, shortcuts } from "../../static/js/page/key-table.js";

/** A key event: `press("Ctrl+Shift", "^", "Digit6")`. */
function press(modifiers, key, code) {
  const held = modifiers.split("+");
  return {
    key, code, ctrlKey: held.includes("Ctrl"), shiftKey: held.includes("Shift"), altKey: held.includes("Alt"), metaKey: held.includes("Meta"),
  };
}

const expectedBytes = [
  [press("Ctrl+Shift", "^", "Digit6"), "\x1e", "Ctrl+Shift+6"],
  [press("Ctrl", "^", "Backquote"), "\x1e", "Ctrl+^ of a German keyboard"],
  [press("Ctrl", "6", "Digit6"), "\x1e", "Ctrl+6"],
  [press("Ctrl", "-", "Digit6"), "\x1e", "a French Ctrl+6"],
  [press("Ctrl", "/", "Slash"), "\x1f", "Ctrl+/"],
  [press("Ctrl+Shift", "/", "Digit7"), "\x1f", "Ctrl+/ of a German keyboard"],
  [press("Ctrl+Shift", "_", "Minus"), "\x1f", "Ctrl+_"],
  [press("Ctrl", "2", "Digit2"), "\0", "Ctrl+2"],
  [press("Ctrl+Shift", "@", "Digit2"), "\0", "Ctrl+@"],
  [press("Alt", "ArrowUp", "ArrowUp"), "\x1b[1;3A", "Alt+up"],
  [press("Alt", "ArrowDown", "ArrowDown"), "\x1b[1;3B", "Alt+down"],
  [press("Alt", "ArrowRight", "ArrowRight"), "\x1b[1;3C", "Alt+right"],
  [press("Alt", "ArrowLeft", "ArrowLeft"), "\x1b[1;3D", "Alt+left"],
  [press("Alt", "PageUp", "PageUp"), "\x1b[5;3~", "Alt+page up"],
  [press("Alt", "PageDown", "PageDown"), "\x1b[6;3~", "Alt+page down"],
];

for (const [event, bytes, name] of expectedBytes) {
  test(`${name} sends ${JSON.stringify(bytes)}`, () => {
    assert.equal(actionOf(event), null);
    assert.equal(bytesOf(event, "del"), bytes);
  });
}

test("every row of the table is tried here", () => {
  for (const row of sent) assert.ok(expectedBytes.some(([event]) => row.is(event)), row.keys);
});

test("Backspace sends what the host wants", () => {
  assert.equal(bytesOf(press("", "Backspace", "Backspace"), "bs"), "\b");
  assert.equal(bytesOf(press("", "Backspace", "Backspace"), "del"), null);
});

test("everything else is the emulator's", () => {
  for (const event of [
    press("", "a", "KeyA"), press("Ctrl", "a", "KeyA"), press("Shift", "ArrowUp", "ArrowUp"), press("Ctrl", "ArrowUp", "ArrowUp"),
    press("Ctrl+Alt", "@", "KeyQ"), press("Alt", "b", "KeyB"), press("", "^", "Backquote"), press("Shift", "6", "Digit6"),
  ]) assert.deepEqual([actionOf(event), bytesOf(event, "del")], [null, null]);
});

const expectedActions = [
  [press("Ctrl+Shift", "F", "KeyF"), "search"],
  [press("Ctrl+Shift", "F", "KeyY"), "search", "Dvorak"],
  [press("Ctrl+Shift", "А", "KeyF"), "search", "Cyrillic"],
  [press("Ctrl+Shift", "Φ", "KeyF"), "search", "Greek"],
  [press("Ctrl+Shift", "U", "KeyF"), null, "the U of a Dvorak keyboard"],
  [press("Ctrl+Shift", "C", "KeyC"), "copy"],
  [press("Ctrl+Shift", "V", "KeyV"), "browser"],
  [press("Ctrl+Shift", "S", "KeyS"), "save"],
  [press("Ctrl+Shift", "B", "KeyB"), "toggleBar"],
  [press("Ctrl+Shift", "<", "Comma"), "settings"],
  [press("Ctrl+Shift", ";", "Comma"), "settings", "German"],
  [press("Ctrl+Shift", "?", "Slash"), "keys"],
  [press("Ctrl+Shift", " ", "Space"), "palette"],
  [press("Ctrl+Shift", "Enter", "Enter"), "new"],
  [press("Ctrl+Shift", "X", "KeyX"), "close"],
  [press("Ctrl+Shift", "}", "BracketRight"), "next"],
  [press("Ctrl+Shift", "*", "BracketRight"), "next", "German"],
  [press("Ctrl+Shift", "{", "BracketLeft"), "previous"],
  [press("Ctrl+Shift", "E", "KeyE"), "splitRight"],
  [press("Ctrl+Shift", "O", "KeyO"), "splitBelow"],
  [press("Ctrl+Shift", "ArrowLeft", "ArrowLeft"), "focusLeft"],
  [press("Ctrl+Shift", "ArrowRight", "ArrowRight"), "focusRight"],
  [press("Ctrl+Shift", "ArrowUp", "ArrowUp"), "focusUp"],
  [press("Ctrl+Shift", "ArrowDown", "ArrowDown"), "focusDown"],
  [press("Ctrl+Shift", "Z", "KeyZ"), "large"],
  [press("Ctrl+Shift", "G", "KeyG"), "sendTo"],
  [press("", "Pause", "Pause"), "break"],
  [press("Ctrl", "Cancel", "Pause"), "break"],
  [press("Ctrl", "=", "Equal"), "larger"],
  [press("Ctrl+Shift", "+", "Equal"), "larger"],
  [press("Ctrl", "-", "Minus"), "smaller"],
  [press("Ctrl", "-", "NumpadSubtract"), "smaller"],
  [press("Ctrl", "0", "Digit0"), "standardSize"],
];

for (const [event, action, layout = "US"] of expectedActions) {
  test(`${event.ctrlKey ? "Ctrl+" : ""}${event.shiftKey ? "Shift+" : ""}${event.code} (${layout}) is ${action}`, () => {
    assert.equal(actionOf(event), action);
  });
}

test("a key means what the page can do", () => {
  const key = press("Ctrl+Shift", " ", "Space");
  assert.equal(actionOf(key, (action) => action !== "palette"), "bar");
  assert.equal(actionOf(key, () => false), null);
});

test("somebody's own keys take the place of the standard ones", () => {
  const chosen = (action) => ({ search: "Ctrl+Alt+K" })[action];
  assert.equal(actionOf(press("Ctrl+Alt", "k", "KeyK"), () => true, chosen), "search");
  assert.equal(actionOf(press("Ctrl+Shift", "F", "KeyF"), () => true, chosen), null);
  assert.equal(actionOf(press("Ctrl+Shift", "C", "KeyC"), () => true, chosen), "copy");
});

test("what a person types for a host is no action's", () => {
  for (const chord of ["A", "Ctrl+C", "Alt+B", "Shift+A", "Enter"]) assert.equal(isFree(chord), false, chord);
  for (const chord of ["Ctrl+Shift+F", "Ctrl+Alt+K", "Alt+Shift+←", "F9", "Meta+T"]) assert.equal(isFree(chord), true, chord);
  assert.equal(chordOf(press("Ctrl", "Control", "ControlLeft")), null);
});

test("every shortcut is tried here", () => {
  for (const row of shortcuts) assert.ok(expectedActions.some(([event]) => row.is(event)), row.keys);
});
