// What the palette offers: devices, open terminals, what can be done, snippets and layouts.

import { pathOfAddress } from "../connection/addresses.js";
import { leadsTo, pathOf } from "../directory/devices.js";
import { fetchDevices } from "../directory/fetch-devices.js";
import { recentPlaces } from "../directory/recent.js";
import { directPath } from "../directory/row-element.js";
import { portHint, portMistake, userMistake } from "../directory/rules.js";
import { keyWords } from "../keys/chords.js";
import { keyless, shortcuts } from "../keys/key-table.js";
import { besideOf } from "../pane/around.js";
import { listAndMore, locale, say } from "../words/words.js";
import { arrange } from "./layout-tree.js";
import { fill, isFor, questionsOf } from "./snippets.js";
import { overForGood } from "./start-all.js";
import { broughtBack, gridOf, openGroups } from "./starts.js";

/**
 * A layout of the configuration, as the workspace has its own.
 *
 * @param {{tabs: {name: string, arrange: "grid" | "row" | "column", panes: string[]}[]}} shared
 * @returns {import("./memory.js").KeptWorkspace}
 */
function fromConfiguration({ tabs }) {
  /** @type {Record<string, {path: string, name: string}>} */
  const places = {};
  const kept = tabs.map(({ name, arrange: arrangement, panes }, tab) => {
    const keys = panes.map((address, index) => {
      const key = `${tab}.${index}`;
      places[key] = { path: pathOfAddress(address), name: address.split("/")[0] };
      return key;
    });
    return { name, root: arrange(keys, arrangement), active: keys[0] };
  });
  return { tabs: kept, active: 0, places };
}

/** So many places and layouts are shown where nothing is open. */
const mostLately = 5;
/** More names than these are counted. */
const mostNamed = 4;

/** What can be done where no terminal is open. */
const withoutTerminal = ["sideBar", "reopen", "snippets", "settings", "keys", "toggleBar", "fullScreen"];

const ago = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

/** @param {number} milliseconds since then */
function agoWords(milliseconds) {
  const minutes = milliseconds / 60000;
  if (minutes < 90) return ago.format(-Math.round(minutes), "minute");
  const hours = Math.round(minutes / 60);
  return hours < 36 ? ago.format(-hours, "hour") : ago.format(-Math.round(hours / 24), "day");
}

export class Commands {
  #workspace;
  #desk;
  #ask;
  #sending;
  #snippets;
  #layouts;
  #shared;
  #live;
  /** @type {{desk: import("./memory.js").KeptWorkspace, at: number} | null} */
  #lastDesk;
  /** @type {import("../directory/devices.js").Device[]} */
  #devices = [];

  /**
   * @param {object} tools
   * @param {import("./workspace.js").Workspace} tools.workspace
   * @param {import("../page/desk.js").Desk} tools.desk
   * @param {import("../page/ask-dialog.js").AskDialog} tools.ask
   * @param {import("./sending.js").Sending} tools.sending
   * @param {import("./snippets.js").Snippets} tools.snippets
   * @param {import("./memory.js").NamedLayouts} tools.layouts
   * @param {object[]} tools.shared layouts of the configuration
   * @param {import("./memory.js").WorkspaceMemory} tools.memory
   * @param {import("./live.js").Live} tools.live
   */
  constructor({ workspace, desk, ask, sending, snippets, layouts, shared, memory, live }) {
    // What was here is what this page has found: from its first terminal on it would be this one.
    this.#lastDesk = memory.lastDesk;
    this.#live = live;
    this.#workspace = workspace;
    this.#desk = desk;
    this.#ask = ask;
    this.#sending = sending;
    this.#snippets = snippets;
    this.#layouts = layouts;
    this.#shared = shared;
  }

  /** Asks the server anew what can be reached; what was known stays where it does not answer. */
  async loadDevices() {
    this.#devices = await fetchDevices();
    return this.#devices;
  }

  /** Everything. @returns {import("./palette.js").Entry[]} */
  get all() {
    return [
      ...this.#terminals, ...this.#related, ...this.#actions, ...this.#swaps, ...this.#snippetEntries,
      ...this.#layoutEntries, ...this.#deskEntries, ...this.devices(), ...this.#groupEntries,
    ];
  }

  /** What an empty workspace can begin with. @returns {import("./palette.js").Entry[]} */
  get beginnings() {
    return [
      ...this.#deskEntries, ...this.#layoutEntries.filter(({ kind }) => kind === "layout"), ...this.devices(),
      ...this.#groupEntries, ...this.#actions,
    ];
  }

  /** The few that are shown where nothing is open. @returns {import("./palette.js").Entry[]} */
  get starts() {
    const lately = recentPlaces().slice(0, mostLately).map((place) => ({
      kind: "lately", name: place.name ?? `${place.title}:${place.port}`, notes: place.method,
      run: () => this.#workspace.open({ path: pathOf(place), name: place.name ?? place.title }),
    }));
    const layouts = this.#layoutEntries.filter(({ kind }) => kind === "layout").slice(0, mostLately);
    return [...this.#deskEntries, ...layouts, ...lately];
  }

  /** The desk that was here before, where there was one. */
  get #deskEntries() {
    if (!this.#lastDesk) return [];
    const { desk, at } = this.#lastDesk;
    const names = Object.values(desk.places).map(({ name }) => name);
    return [{
      kind: "desk", name: say("whatWasHere"), run: () => this.#bringBack(desk),
      notes: say("whatWasHereNotes", {
        ago: agoWords(Date.now() - at), names: listAndMore(names.slice(0, mostNamed), names.length - mostNamed),
      }),
    }];
  }

  async #bringBack(desk) {
    const { layout, terminals } = broughtBack(desk, await this.#live.own());
    if (!layout) {
      await this.#ask.ask({
        title: say("allElsewhere"), answers: [{ value: "", label: say("leaveThere") }],
      });
      return;
    }
    this.#lastDesk = null;
    this.#workspace.openLayout(layout, terminals);
  }

  /** Whole groups, and what is starred. */
  get #groupEntries() {
    return openGroups(this.#devices).map(({ group, devices }) => {
      const name = group.split("/").at(-1);
      return {
        kind: "group", name: say("asGrid", { group: name }),
        notes: `${group} · ${say("deviceCount", { count: devices.length })}`,
        run: () => this.#workspace.openLayout(gridOf(name, devices)),
      };
    });
  }

  /**
   * Where one can go, where one was lately first.
   *
   * @param {import("./told.js").How} usual how it is opened without Shift
   */
  devices(usual = "open") {
    const recent = recentPlaces();
    const deviceOf = (place) => this.#devices.find((device) => leadsTo(device, place)) ?? [];
    const lately = [...new Set(recent.flatMap(deviceOf))];
    const others = this.#devices.filter((device) => !lately.includes(device));
    return [...lately, ...others].flatMap((device) => device.ways.map((way) => ({
      kind: way.method, name: device.title,
      notes: [...(device.name === device.title ? [] : [device.name]), device.group, ...Object.values(device.labels)]
        .filter(Boolean).join(" · "),
      run: (how) => this.openDevice(device, way, how === "open" ? usual : how),
    })));
  }

  /** Keeps what there is under a name. */
  async saveLayout() {
    const asked = await this.#ask.ask({
      title: say("saveLayout"),
      fields: [{ name: "name", label: say("name"), mistake: (name) => (name.trim() ? null : say("layoutNeedsName")) }],
      answers: [{ value: "save", label: say("save") }],
    });
    if (asked && !this.#layouts.put(asked.values.name.trim(), this.#workspace.layout)) {
      this.#workspace.current?.pane?.notice(say("keepsNothing"), 5000);
    }
    this.#workspace.current?.focus();
  }

  get #terminals() {
    return this.#workspace.places.map((place) => {
      const tab = this.#workspace.tabNameOf(place);
      const notes = place.title || (tab === place.name ? "" : say("inTabOf", { tab }));
      return { kind: "open", name: place.name, notes, run: () => this.#workspace.show(place) };
    });
  }

  /** The tabs, with what happened in them. @returns {import("./palette.js").Entry[]} */
  get tabs() {
    return this.#workspace.tabs.map(({ look: { name, title, mark, count }, show }) => ({
      kind: mark || "tab", name, run: show,
      notes: [count > 1 ? say("paneCount", { count }) : "", title].filter(Boolean).join(" · "),
    }));
  }

  get #actions() {
    const desk = this.#desk;
    const pane = desk.active;
    const run = (action) => () => {
      this.#workspace.current?.focus();
      desk.act(action, desk.active);
    };
    const tabs = this.#workspace.layout.tabs.length;
    const isPossible = ({ action }) =>
      (pane || withoutTerminal.includes(action)) && !["palette", "browser"].includes(action)
      && desk.can(action, pane) && !pane?.impossible.includes(action)
      && (action !== "startAll" || overForGood(this.#workspace.places).length > 0)
      && (action !== "reopen" || this.#workspace.canReopen)
      && (action !== "tabList" || tabs > 1)
      // A tab that is not there leads nowhere.
      && Number(/^tab(\d)$/.exec(action)?.[1] ?? 0) <= tabs;
    return [...shortcuts, ...keyless].filter(isPossible).map(({ action, name, keys }) => {
      const chord = desk.keys.get(action) ?? keys;
      return { kind: "do", name, ...(chord && action !== "bar" ? { keys: keyWords(chord) } : {}), run: run(action) };
    });
  }

  /** What belongs beside the terminal in front. @returns {import("./palette.js").Entry[]} */
  get #related() {
    const pane = this.#desk.active;
    if (!pane) return [];
    const opens = (where) => {
      const there = this.#workspace.placeAt(where.path);
      if (there) this.#workspace.show(there);
      else this.#workspace.open(where, "split");
    };
    return besideOf(pane.data, opens).map(({ label, run }) => ({
      kind: "beside", name: label, notes: say("belongsTo", { device: pane.data.name }), run,
    }));
  }

  /** With which pane the one in front can change places. */
  get #swaps() {
    const { current, places } = this.#workspace;
    const others = current ? places.filter((place) => place !== current) : [];
    return others.map((place) => ({
      kind: "do", name: say("swapWith", { name: place.name }), run: () => this.#workspace.swapWith(place),
    }));
  }

  get #snippetEntries() {
    const pane = this.#desk.active;
    if (!pane) return [];
    return this.#snippets.all.filter((each) => isFor(each, pane.data.group)).map((snippet) => ({
      kind: "snippet", name: snippet.name, notes: snippet.text.replace(/\s+/g, " "), run: () => this.#type(snippet),
    }));
  }

  get #layoutEntries() {
    const own = this.#layouts.all.flatMap(({ name, layout }) => [
      { kind: "layout", name, notes: say("openLayoutBeside"), run: () => this.#workspace.openLayout(layout) },
      {
        kind: "do", name: say("forgetLayout", { name }),
        run: () => {
          this.#layouts.remove(name);
          this.#workspace.current?.focus();
        },
      },
    ]);
    const shared = this.#shared.map((each) => ({
      kind: "layout", name: each.name, notes: say("everybodys"),
      run: () => this.#workspace.openLayout(fromConfiguration(each)),
    }));
    return [...shared, ...own];
  }

  /** Types a snippet into the pane in front; where it is one that others are sent to with, into all of them. */
  async #type(snippet) {
    const { current } = this.#workspace;
    const questions = questionsOf(snippet.text);
    const asked = questions.length === 0 ? { values: {} } : await this.#ask.ask({
      title: snippet.name, words: snippet.text,
      fields: questions.map((name) => ({ name, label: name })), answers: [{ value: "type", label: say("typeIt") }],
    });
    current.focus();
    if (!asked) return;
    const members = this.#sending.membersFor(current.id);
    const panes = members.length > 0 ? members.map(({ pane }) => pane) : [current.pane];
    for (const pane of panes) pane.typeText(fill(snippet.text, pane.data, asked.values));
  }

  /**
   * Opens a device; asks first, where there is a choice of users or ports.
   *
   * @param {import("../directory/devices.js").Device} device
   * @param {import("../directory/devices.js").Way} way
   * @param {import("./told.js").How | "another"} how one that is open already is shown, but not where another is wanted
   */
  async openDevice(device, way, how) {
    const direct = directPath(device, way);
    if (direct !== null) return this.#open({ path: direct, name: device.title }, how);
    const last = recentPlaces().find((place) => place.target === device.name && place.method === way.method);
    const asked = await this.#ask.ask({
      title: `${way.method} ${device.title}`,
      fields: [
        ...(way.user === null ? [{
          name: "user", label: say("userName"),
          value: last?.user ?? way.users.find((pattern) => !pattern.includes("*")) ?? "",
          mistake: (user) => userMistake(user, way),
        }] : []),
        ...(way.port === null ? [{
          name: "port", label: say("port", { hint: portHint(way) }), value: String(last?.port ?? way.ports[0][0]),
          mistake: (port) => portMistake(port, way),
        }] : []),
      ],
      answers: [{ value: "open", label: say("open") }],
    });
    if (!asked) return this.#workspace.current?.focus();
    const place = {
      target: device.name, method: way.method, user: way.user ?? asked.values.user,
      port: way.port ?? Number(asked.values.port),
    };
    this.#open({ path: pathOf(place), name: device.title }, how);
  }

  #open(where, how) {
    const there = how === "open" ? this.#workspace.placeAt(where.path) : undefined;
    if (there) this.#workspace.show(there);
    else this.#workspace.open(where, how === "another" ? "open" : how);
  }
}
