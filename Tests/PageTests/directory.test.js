// Devices: what of the targets is one, how it is found, and what is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, devicesOf, leadsTo, pathOf } from "../../static/js/directory/devices.js";
import { facetsOf, narrowed } from "../../static/js/directory/facets.js";
import { WordIndex, wordsOfDevice } from "../../static/js/directory/find.js";
import { sorted } from "../../static/js/directory/own-terminals.js";
import { allRows, foundRows } from "../../static/js/directory/rows.js";
import { allowsUser, portMistake, userMistake } from "../../static/js/directory/rules.js";

const ssh = { method: "ssh", ports: [[22, 22]], lines: {}, users: ["*"], console: false };
const target = (name, more = {}) => ({
  name, title: more.title ?? name, group: "", labels: {}, methods: [ssh], ...more,
});
const lines = (names, more = {}) => ({
  method: "telnet", ports: Object.keys(names)
    .map((port) => [Number(port), Number(port)]), lines: names, users: ["*"], console: true, ...more });
const titles = (devices) => devices.map(({ title }) => title);

const indexOf = (devices) => new WordIndex(devices, wordsOfDevice);

test("a named line is a device of its own, what has no name is the target's", () => {
  const [a, b, whole] = devicesOf([target("rack1", {
    title: "Rack 1",
    methods: [{ ...ssh, ports: [[22, 22]] },
      { ...lines({ 7002: "sw02", 7001: "sw01" }), ports: [[7001, 7001], [7002, 7002], [8000, 8010]] }] })])
    .sort((x, y) => Number(x.title === "Rack 1") - Number(y.title === "Rack 1"));
  assert.deepEqual(titles([a, b, whole]), ["sw01", "sw02", "Rack 1"]);
  assert.deepEqual([a.ways[0].port, a.ways[0].user, a.ways.length], [7001, "console", 1]);
  assert.deepEqual(
    whole.ways.map(({ method, port, user }) => [method, port, user]), [["ssh", 22, null], ["telnet", null, "console"]]);
  assert.equal(new Set([a, b, whole].map(({ key }) => key)).size, 3);
});

test("a line that two methods have by one name is one device", () => {
  const devices = devicesOf([target("c", {
    methods: [{ ...ssh, ports: [[7001, 7001]], lines: { 7001: "sw" } }, lines({ 8001: "sw" })],
  })]);
  assert.deepEqual(
    devices.map(({ title, ways }) => [title, ways.map(({ method }) => method)]), [["sw", ["ssh", "telnet"]]]);
});

test("who and which port is known only where there is one", () => {
  const of = (rules) => {
    const [{ ways: [way] }] = devicesOf([target("a", { methods: [{ ...ssh, ...rules }] })]);
    return [way.user, way.port];
  };
  assert.deepEqual(of({ users: ["root"] }), ["root", 22]);
  assert.deepEqual(of({ users: ["root", "admin"] }), [null, 22]);
  assert.deepEqual(of({ users: ["*"], ports: [[22, 23]] }), [null, null]);
  assert.deepEqual(of({ console: true, users: ["visitor"] }), ["visitor", 22]);
  assert.deepEqual(of({ console: true, users: ["ops*"] }), [null, 22]);
  assert.deepEqual(of({ console: true, users: ["ops*", "tty"] }), ["tty", 22]);
});

test("a target without a method is shown and leads nowhere", () => {
  assert.deepEqual(devicesOf([target("a", { methods: [] })]).map(({ ways }) => ways), [[]]);
});

test("devices lie by group and name as people count", () => {
  const devices = devicesOf(
    [target("z"), target("sw10", { group: "Rack 2" }), target("sw9", { group: "Rack 2" }),
      target("a", { group: "Rack 10" })]);
  assert.deepEqual(titles(devices), ["sw9", "sw10", "a", "z"]);
});

test("words in any order find by title, name, group, labels and method", () => {
  const finder = indexOf(devicesOf([
    target("hel-sw03", { title: "Access switch", group: "Hall 2/Rack 7", labels: { site: "hel", role: "switch" } }),
    target("hel-sw30", { group: "Hall 2/Rack 7", labels: { site: "hel", role: "switch" } }),
    target("router", { group: "Hall 1/Rack 17", methods: [lines({ 7001: "core" })] }),
    target("日本", { title: "東京 sw003" }),
  ]));
  const found = (query) => titles(finder.find(query)).sort();
  assert.deepEqual(found("r7 sw3"), ["Access switch", "hel-sw30"]);
  assert.deepEqual(found("SW03"), ["Access switch", "東京 sw003"]);
  assert.deepEqual(found("switch rack7 hall"), ["Access switch", "hel-sw30"]);
  assert.deepEqual(found("hel role"), ["Access switch", "hel-sw30"]);
  assert.deepEqual(found("telnet"), ["core"]);
  assert.deepEqual(found("r17"), ["core"]);
  assert.deepEqual(found("東京"), ["東京 sw003"]);
  assert.deepEqual(found("r1sw"), []);
  assert.equal(found("").length, 4);
  for (const nothing of ["xyz", "r8 sw3", "-", "sw3 sw4"]) {
    assert.deepEqual(found(nothing).filter((title) => title === "core"), [], nothing);
  }
  assert.deepEqual(found("zz.*"), []);
});

test("one of two thousand is found", () => {
  const finder = indexOf(devicesOf(Array.from({ length: 2000 }, (_, number) =>
    target(`sw${number}`, {
      group: `Hall ${number % 9}/Rack ${number % 40}`, labels: { site: "hel", role: "switch" },
    }))));
  assert.equal(finder.find("r7 sw1967").length, 1);
});

test("stars come first, then lately, then groups that fold", () => {
  const devices = devicesOf(
    [target("a", { group: "G" }), target("b", { group: "G" }), target("c", { group: "H" }), target("d")]);
  const [a, b, c] = devices;
  const shown = (...sets) => allRows(devices, ...sets)
    .map((row) => (row.kind === "heading" ? `#${row.title} ${row.count}` : row.device.title));
  assert.deepEqual(shown(new Set(), [], new Set()), ["#G 2", "a", "b", "#H 1", "c", "#Others 1", "d"]);
  assert.deepEqual(
    shown(new Set(["c"]), [b, c, b], new Set(["group G"])),
      ["#Starred 1", "c", "#Lately 1", "b", "#G 2", "#H 1", "c", "#Others 1", "d"]);
  assert.deepEqual(foundRows(devices, new Set(["c"])).map(({ device }) => device.title), ["c", "a", "b", "d"]);
  const keys = allRows(devices, new Set(["c"]), [a], new Set()).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
});

test("without groups there is no heading", () => {
  const rows = (stars) => allRows(devicesOf([target("a"), target("b")]), stars, [], new Set())
    .map(({ kind, title }) => title ?? kind);
  assert.deepEqual(rows(new Set()), ["device", "device"]);
  assert.deepEqual(rows(new Set(["b"])), ["Starred", "device", "All devices", "device", "device"]);
});

test("a place leads to the device that has its port", () => {
  const devices = devicesOf([target("c", { methods: [lines({ 7001: "one", 7002: "two" })] })]);
  const place = { target: "c", method: "telnet", user: "a b", port: 7002 };
  assert.deepEqual(titles(devices.filter((device) => leadsTo(device, place))), ["two"]);
  assert.equal(pathOf(place), "remote/c/telnet/a%20b/7002");
});

test("mistakes are told before they are made", () => {
  assert.match(userMistake("-x", ssh), /begins with/);
  assert.match(userMistake("bob", { users: ["al*"] }), /not allowed/);
  assert.equal(userMistake("alice", { users: ["al*"] }), null);
  const rules = { ports: [[22, 22], [6000, 6999]], lines: { 22: "main" } };
  assert.equal(portMistake("6500", rules), null);
  for (const wrong of ["", "0", "022", "7000", "x"]) assert.match(portMistake(wrong, rules), /22 \(main\), 6000–6999/);
});

test("a pattern of users that is no regular expression means what it says", () => {
  for (const [pattern, user, isAllowed] of [
    ["(ops", "ops", false], ["a|b", "a", false], ["[x", "x", false], ["a+", "aa", false], ["op.s", "opxs", false],
    ["op*", "ops-1", true], ["*", "x", true],
  ]) assert.equal(allowsUser(user, { users: [pattern] }), isAllowed, pattern);
  const methods = [{ method: "telnet", ports: [[23, 23]], users: ["(ops"], console: true }];
  assert.equal(
    devicesOf([{ name: "a", methods }, { name: "b", methods: [{ ...methods[0], users: ["*"] }] }]).length, 2);
});

test("groups within groups are a tree that folds", () => {
  const devices = devicesOf([
    target("a", { group: "Hall 1/Rack 2" }), target("b", { group: "Hall 1/Rack 10" }), target("c", { group: "Hall 1" }),
    target("d", { group: "Hall 2/Row 1/Rack 1" }), target("e"),
  ]);
  const shown = (...folds) => allRows(devices, new Set(), [], new Set(folds)).map((row) =>
    "  ".repeat(row.depth) + (row.kind === "heading" ? `#${row.title} ${row.count}` : row.device.title));
  assert.deepEqual(shown(), [
    "#Hall 1 3", "c", "  #Rack 2 1", "  a", "  #Rack 10 1", "  b", "#Hall 2/Row 1/Rack 1 1", "d", "#Others 1", "e",
  ]);
  assert.deepEqual(shown("group Hall 1/Rack 2", "group Hall 2/Row 1/Rack 1"), [
    "#Hall 1 3", "c", "  #Rack 2 1", "  #Rack 10 1", "  b", "#Hall 2/Row 1/Rack 1 1", "#Others 1", "e",
  ]);
  assert.deepEqual(shown("group Hall 1"), ["#Hall 1 3", "#Hall 2/Row 1/Rack 1 1", "d", "#Others 1", "e"]);
});

test("every device is in the tree once, whatever its group is called", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  let state = seed;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  for (let round = 0; round < 50; round++) {
    const words = ["", "a", "a/b", "a/b/c", "/", "b//c", "__proto__", "a b", "constructor/x"];
    const devices = devicesOf(
      Array.from({ length: random(40) + 1 }, (_, number) =>
        target(`d${number}`, { group: words[random(words.length)] })));
    const rows = allRows(devices, new Set(), [], new Set());
    const names = rows.flatMap((row) => (row.kind === "device" ? [row.device.title] : []));
    assert.deepEqual(names.toSorted(), titles(devices).toSorted(), `seed ${seed}`);
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length, `seed ${seed}`);
    // A heading's count is what stands below it, as deep as it goes.
    rows.forEach((row, index) => {
      if (row.kind !== "heading") return;
      const end = rows.findIndex((each, at) => at > index && each.kind === "heading" && each.depth <= row.depth);
      const below = rows.slice(index + 1, end < 0 ? rows.length : end).filter(({ kind }) => kind === "device");
      assert.equal(below.length, row.count, `seed ${seed}: ${row.key}`);
    });
  }
});

test("labels that part the devices can be chosen by", () => {
  const devices = devicesOf(Array.from({ length: 100 }, (_, number) => target(`d${number}`, {
    labels: {
      site: number % 2 ? "hel" : "sto", serial: `s${number}`, owner: "us", ...(number < 10 ? { role: "core" } : {}),
    },
  })));
  assert.deepEqual(facetsOf(devices), [
    { label: "site", values: [{ value: "hel", count: 50 }, { value: "sto", count: 50 }] },
    { label: "role", values: [{ value: "core", count: 10 }] },
  ]);
  assert.equal(narrowed(devices, new Map([["site", "hel"], ["role", "core"]])).length, 5);
  assert.equal(narrowed(devices, new Map()), devices);
  assert.deepEqual(facetsOf([]), []);
});

test("a line has its target and port behind its name, a title the target's name", () => {
  const [line] = devicesOf([target("rack1", { methods: [lines({ 7001: "sw01" })] })]);
  const [titled] = devicesOf([target("gw", { title: "The gateway" })]);
  const [plain] = devicesOf([target("gw")]);
  assert.deepEqual([line, titled, plain].map(addressOf), ["rack1:7001", "gw", ""]);
});

test("a device has its colour, and so has each of its lines", () => {
  const devices = devicesOf([
    target("rack1", { color: "red", methods: [lines({ 7001: "sw01", 7002: "sw02" })] }), target("x")]);
  assert.deepEqual(devices.map(({ color }) => color), ["red", "red", ""]);
});

test("one's own terminals lie as people count", () => {
  const of = (name, port, id) => ({ ...(name ? { name } : {}), target: "t", port, id });
  const all = [of("sw10", 1, "a"), of("sw9", 2, "b"), of("sw10", 1, "c"), of(null, 22, "d")];
  assert.deepEqual(sorted(all).map(({ id }) => id), ["b", "a", "c", "d"]);
});
