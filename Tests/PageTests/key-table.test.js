// What each key of the table sends, and which keys are the page's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chordOf, isFree } from "../../static/js/keys/chords.js";
import { actionOf, bytesOf, keyless, sent, shortcuts } from "../../static/js/keys/key-table.js";

/** A key event: `press("Ctrl+Shift", "^", "Digit6")`. */
function press(modifiers, key, code) {
  const held = modifiers.split("+");
  return {
    key, code, ctrlKey: held.includes("Ctrl"), shiftKey: held.includes("Shift"), altKey: held.includes("Alt"),
    metaKey: held.includes("Meta"),
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
    press("", "a", "KeyA"), press("Ctrl", "a", "KeyA"), press("Shift", "ArrowUp", "ArrowUp"),
    press("Ctrl", "ArrowUp", "ArrowUp"),
    press("Ctrl+Alt", "@", "KeyQ"), press("Alt", "b", "KeyB"), press("", "^", "Backquote"),
    press("Shift", "6", "Digit6"),
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
  [press("Ctrl+Shift", "K", "KeyK"), "keyboard"],
  [press("Ctrl+Shift", "H", "KeyH"), "people"],
  [press("Ctrl+Shift", "M", "KeyM"), "selectKeys"],
  [press("Ctrl+Shift", ">", "Period"), "note"],
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
  for (const chord of ["Ctrl+Shift+F", "Ctrl+Alt+K", "Alt+Shift+←", "F9", "Meta+T"]) {
    assert.equal(isFree(chord), true, chord);
  }
  assert.equal(chordOf(press("Ctrl", "Control", "ControlLeft")), null);
});

// Characters that need AltGr, as X, and as those tell it that know AltGr as Ctrl and Alt

const held = (event, ...states) => ({ ...event, getModifierState: (name) => states.includes(name) });

const byCharacter = [
  [held(press("Ctrl", "]", "Digit9"), "AltGraph"), "\x1d", "German Ctrl+AltGr+9, X"],
  [held(press("Ctrl", "[", "Digit8"), "AltGraph"), "\x1b", "German Ctrl+AltGr+8, X"],
  [held(press("Ctrl", "\\", "Minus"), "AltGraph"), "\x1c", "German Ctrl+AltGr+ß, X"],
  [press("Ctrl+Alt", "]", "Minus"), "\x1d", "French Ctrl+AltGr+)"],
  [press("Ctrl+Alt", "[", "Digit5"), "\x1b", "French Ctrl+AltGr+5"],
  [press("Ctrl", "]", "BracketRight"), "\x1d", "US Ctrl+]"],
  [press("Ctrl", "\\", "Backslash"), "\x1c", "US Ctrl+\\"],
  [press("Ctrl+Alt", "\\", "Backslash"), "\x1b\x1c", "US Ctrl+Alt+\\, which is Meta"],
  [press("Ctrl+Alt", "]", "BracketRight"), "\x1b\x1d", "US Ctrl+Alt+]"],
  [held(press("", "]", "Digit9"), "AltGraph"), null, "German ]"],
  [held(press("Ctrl+Alt", "]", "Digit9"), "AltGraph"), null, "] where AltGr is Ctrl and Alt"],
];

for (const [event, bytes, name] of byCharacter) {
  test(`${name} sends ${JSON.stringify(bytes)}`, () => assert.equal(bytesOf(event, "del"), bytes));
}

test("a character that AltGr makes is no key of the page's", () => {
  for (const event of [
    held(press("Ctrl+Alt", "e", "KeyE"), "AltGraph"), press("Ctrl+Alt", "€", "KeyE"), press("Ctrl+Alt", "{", "Digit7"),
    press("Ctrl+Alt", "@", "KeyQ"),
    press("Ctrl+Alt", "ł", "KeyL"),
  ]) assert.equal(chordOf(event), null, event.key);
  for (const [event, chord] of [
    [press("Ctrl+Alt", "k", "KeyK"), "Ctrl+Alt+K"], [press("Ctrl+Alt", "7", "Digit7"), "Ctrl+Alt+7"],
    [press("Ctrl+Alt", "к", "KeyR"), "Ctrl+Alt+R"],
    [press("Ctrl+Alt", "ArrowUp", "ArrowUp"), "Ctrl+Alt+↑"],
  ]) assert.equal(chordOf(event), chord);
});

// Keypad and function keys

const usual = { backspace: "del", isKeypadApplication: false, functionKeys: "xterm" };

test("the keypad sends SS3 in application mode, unless Num Lock is on", () => {
  const application = { ...usual, isKeypadApplication: true };
  const finals = {
    Numpad0: "p", Numpad1: "q", Numpad2: "r", Numpad3: "s", Numpad4: "t", Numpad5: "u", Numpad6: "v", Numpad7: "w",
    Numpad8: "x", Numpad9: "y",
    NumpadEnter: "M", NumpadAdd: "k", NumpadSubtract: "m", NumpadMultiply: "j", NumpadDivide: "o", NumpadDecimal: "n",
  };
  for (const [code, final] of Object.entries(finals)) {
    const event = press("", "x", code);
    assert.equal(bytesOf(event, application), `\x1bO${final}`, code);
    assert.equal(bytesOf(event, usual), null, code);
    assert.equal(bytesOf(held(event, "NumLock"), application), null, code);
  }
  assert.equal(bytesOf(press("", "Enter", "Enter"), application), null);
});

test("function keys are those of BIOS menus where that is wanted", () => {
  const bios = { ...usual, functionKeys: "vt-utf8" };
  const expected = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "!", "@"]
    .map((final, index) => [`F${index + 1}`, final]);
  for (
    const [key, final] of [...expected, ["Home", "h"], ["End", "k"], ["Insert", "+"], ["Delete", "-"], ["PageUp", "?"],
      ["PageDown", "/"]]) {
    assert.equal(bytesOf(press("", key, key), bios), `\x1b${final}`, key);
    assert.equal(bytesOf(press("", key, key), usual), null, key);
    assert.equal(bytesOf(press("Shift", key, key), bios), null, key);
  }
});

test("what has no keys can be given some", () => {
  const chosen = (action) => (action === "reset" ? "Ctrl+Alt+R" : undefined);
  assert.equal(actionOf(press("Ctrl+Alt", "r", "KeyR"), () => true, chosen), "reset");
  assert.equal(actionOf(press("Ctrl+Alt", "r", "KeyR")), null);
  assert.ok(keyless.every(({ keys, name }) => keys === "" && name));
});

test("every shortcut is tried here", () => {
  for (const row of shortcuts) assert.ok(expectedActions.some(([event]) => row.is(event)), row.keys);
});
