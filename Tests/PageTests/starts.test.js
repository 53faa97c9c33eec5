// What a workspace can begin with.

import assert from "node:assert/strict";
import { test } from "node:test";
import { devicesOf } from "../../static/js/directory/devices.js";
import { arrange, panesOf } from "../../static/js/workspace/layout-tree.js";
import { broughtBack, gridOf, openGroups } from "../../static/js/workspace/starts.js";

const line = (name, group, more = {}) => ({
  name, group, methods: [{ method: "telnet", ports: [[7001, 7001]], users: ["console"], console: true, ...more }],
});

test("a group is opened as a whole where it has several that ask nothing", () => {
  const devices = devicesOf([
    line("a", "R1"), line("b", "R1"), line("c", "R1", { console: false, users: ["*"] }), line("d", "R2"), line("e", ""),
    line("f", ""), ...Array.from({ length: 65 }, (_, number) => line(`h${number}`, "Hall")),
  ]);
  assert.deepEqual(
    openGroups(devices).map(({ group, devices: each }) => [group, each.map(({ title }) => title)]),
    [["R1", ["a", "b"]]]);
});

test("a grid has at most sixteen panes a tab, and every device once", () => {
  for (const count of [1, 2, 16, 17, 33, 64]) {
    const devices = devicesOf(Array.from({ length: count }, (_, number) => line(`d${number}`, "R")));
    const { tabs, places } = gridOf("R", devices);
    assert.ok(tabs.every(({ root }) => panesOf(root).length <= 16), `${count}`);
    assert.deepEqual(tabs.flatMap(({ root }) => panesOf(root)).toSorted(), Object.keys(places).toSorted());
    assert.equal(new Set(Object.values(places).map(({ path }) => path)).size, count);
    assert.deepEqual(tabs.map(({ name }) => name), count <= 16 ? ["R"] : tabs.map((_, index) => `R (${index + 1})`));
  }
});

const desk = (...tabs) => ({
  active: tabs.length - 1,
  tabs: tabs.map((panes) => ({ name: "", root: arrange(panes, "row"), active: panes.at(-1) })),
  places: Object.fromEntries(
    tabs.flat().map((pane) => [pane, { path: `remote/${pane[0]}/telnet/console/7001`, name: pane[0] }])),
});
const own = (target, id, attached) => ({ target, method: "telnet", user: "console", port: 7001, id, attached });

test("a desk comes back with the terminals that wait for it", () => {
  const { layout, terminals } = broughtBack(
    desk(["a1", "a2"], ["b1"], ["c1"]), [own("a", "A", false), own("b", "B", false), own("x", "X", false)]);
  assert.deepEqual(layout, desk(["a1", "a2"], ["b1"], ["c1"]));
  // One that waits is for one pane only.
  assert.deepEqual(terminals, { a1: "A", b1: "B" });
});

test("what is open in another window stays there", () => {
  const { layout, terminals } = broughtBack(desk(["a1", "b1"], ["c1"]), [own("b", "B", true), own("c", "C", true)]);
  assert.deepEqual(layout.tabs.map(({ root, active }) => [panesOf(root), active]), [[["a1"], "a1"]]);
  assert.deepEqual([layout.active, terminals], [0, {}]);
  assert.equal(broughtBack(desk(["b1"]), [own("b", "B", true)]).layout, null);
  // Of two at one place one waits, and one is there.
  assert.deepEqual(
    broughtBack(desk(["b1", "b2"]), [own("b", "B", true), own("b", "C", false)]).terminals, { b1: "C" });
});
