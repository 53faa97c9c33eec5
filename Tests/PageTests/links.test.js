// Which part of what a host prints is an address.

import assert from "node:assert/strict";
import { test } from "node:test";
import { register } from "node:module";

// The emulator is no matter here, and is there in a browser only.
register("data:text/javascript,"
  + encodeURIComponent(`export const resolve = (name, context, next) => name.endsWith("vendor/xterm.js")
  ? { url: "data:text/javascript,export class WebLinksAddon {}; export class Terminal {}", shortCircuit: true }
    : next(name, context);`));
const { addressPattern } = await import("../../static/js/terminal/links.js");

const found = (text) => text.match(new RegExp(addressPattern, "g")) ?? [];

for (const [text, address] of [
  ["see http://h/a now", "http://h/a"], ["(http://h/a).", "http://h/a"], ["http://h/a,", "http://h/a"],
  ["<http://h/a>", "http://h/a"],
  ['"http://h/a"', "http://h/a"], ["[t](http://h/a)(Fixes)", "http://h/a"], ["http://h/x_(y)", "http://h/x_(y)"],
  ["http://h/x_(y).", "http://h/x_(y)"], ["(see http://h/x_(y))", "http://h/x_(y)"],
  ["http://h/x_(y)_z?q=(a(b))", "http://h/x_(y)_z?q=(a(b))"],
  ["http://h/a(b", "http://h/a"], ["看http://h/a。下", "http://h/a"], ["http://h/a（x）", "http://h/a"],
  ["http://h/a，http", "http://h/a"],
  ["「http://h/a」", "http://h/a"], ["http://h/漢字", "http://h/漢字"], ["“http://h/a”", "http://h/a"],
  ["HTTPS://H/a", "HTTPS://H/a"],
  ["http://h/?a=1&b=[2]&c", "http://h/?a=1&b=[2]&c"], ["http://[::1]:80/a", "http://[::1]:80/a"],
]) test(`${text} holds ${address}`, () => assert.equal(found(text)[0], address));

test("no text takes long", () => {
  for (
    const text of ["http://h/" + "(".repeat(5000), "http://h/" + "(a".repeat(5000), "http://h/" + "a.".repeat(5000)]) {
    const started = performance.now();
    found(text);
    assert.ok(performance.now() - started < 2000);
  }
});
