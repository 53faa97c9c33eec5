// The workspace's page: many terminals in one.

import { takeWishes } from "./connection/addresses.js";
import { Shelf } from "./directory/shelf.js";
import { pageData } from "./dom/element.js";
import { Desk } from "./page/desk.js";
import { TabTitle } from "./page/tab-title.js";
import { showChips } from "./pane/people.js";
import { follow } from "./settings/following.js";
import { fontsReady } from "./terminal/screen.js";
import { say } from "./words/words.js";
import { Commands } from "./workspace/commands.js";
import { EmptyView } from "./workspace/empty-view.js";
import { EventBar } from "./workspace/event-bar.js";
import { FindAll } from "./workspace/find-all.js";
import { Live } from "./workspace/live.js";
import { NamedLayouts, WorkspaceMemory } from "./workspace/memory.js";
import { Palette } from "./workspace/palette.js";
import { RestWatch } from "./workspace/rest-watch.js";
import { Sending } from "./workspace/sending.js";
import { SideBar } from "./workspace/side-bar.js";
import { SnippetDialog } from "./workspace/snippet-dialog.js";
import { Snippets } from "./workspace/snippets.js";
import { endedWithServer } from "./workspace/start-all.js";
import { Workspace } from "./workspace/workspace.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
const memory = new WorkspaceMemory();
const stars = new Shelf("webterm:stars");
/** A named line is a device of its own. */
const isStarred = (data) => Boolean(data) && (stars.has(`${data.target}/${data.name}`) || stars.has(data.target));
const live = new Live();
if (data.login) follow(data.login, live.channel);
const tabTitle = new TabTitle(say("workspace"), document.querySelector("link[rel=icon]"));
const back = () => workspace.current?.focus();
// The keys that open it lead on to the bar.
const palette = new Palette(byID("palette"), back, (event) =>
  desk.actionOf(event, desk.active) === "palette" ? () => desk.act("bar", desk.active) : null);
const snippets = new Snippets(data.snippets);
const snippetDialog = new SnippetDialog(byID("snippets"), snippets, back);

/** Devices of before are shown at once; what there is now follows. */
function openPalette(entries, placeholder) {
  const renew = palette.open(entries, placeholder);
  commands.loadDevices().then(renew, () => {});
}

const openDevices = (usual) => openPalette(() => commands.devices(usual), say("findDevice"));

const desk = new Desk(
  {
    bar: byID("bar"), keyBar: byID("key-bar"), menu: byID("menu"), settings: byID("settings"), paste: byID("paste"),
    keys: byID("keys"), ask: byID("ask"), people: byID("people"),
  },
  () => workspace.current?.pane ?? null, {
    palette: () => openPalette(() => commands.all, say("findAnything")),
    new: () => openDevices("open"),
    splitRight: () => openDevices("right"),
    splitBelow: () => openDevices("below"),
    close: () => workspace.close(),
    next: () => workspace.step(1),
    previous: () => workspace.step(-1),
    focusLeft: () => workspace.moveFocus("left"),
    focusRight: () => workspace.moveFocus("right"),
    focusUp: () => workspace.moveFocus("up"),
    focusDown: () => workspace.moveFocus("down"),
    large: () => workspace.toggleLarge(),
    sendTo: () => (workspace.places.length > 0 ? sending.open() : openDevices("open")),
    rename: () => workspace.rename(),
    snippets: () => snippetDialog.open(),
    saveLayout: () => commands.saveLayout(),
    startAll: () => workspace.startAll(),
    searchAll: () => findAll.open(),
    undoMove: () => workspace.undoMove(),
    tabList: () => openPalette(() => commands.tabs, say("findTab")),
    breakOut: () => workspace.breakOut(),
    equal: () => workspace.makeEqual(),
    reopen: () => workspace.reopen(),
    marked: () => workspace.showMarked(),
    lastTab: () => workspace.showTab(-1),
    sideBar: () => sideBar.toggle(),
    ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`tab${index + 1}`, () => workspace.showTab(index)])),
  });

const { ask } = desk;
const workspace = new Workspace(
  { tabs: byID("tabs"), panes: byID("panes"), pane: byID("pane"), empty: byID("empty") }, desk, memory, {
    askClose: async ({ name }) => (await ask.ask({
      title: say("askClose.title", { name }), words: say("askClose.text"),
      answers: [{ value: "end", label: say("askClose.end") }, { value: "leave", label: say("askClose.leave") }],
    }))?.answer ?? null,
    askCloseAll: async (name, count) => (await ask.ask({
      title: say("askClose.title", { name }), words: say("askCloseAll.text", { count }),
      answers: [{ value: "leave", label: say("askCloseAll.leave") }, { value: "end", label: say("askCloseAll.end") }],
    }))?.answer ?? null,
    askName: async (tab, name) => (await ask.ask({
      title: say("do.rename"), words: say("rename.text"),
      fields: [{ name: "name", label: say("name"), value: name }],
      answers: [{ value: "rename", label: say("rename.do") }],
    }))?.values.name ?? null,
    sending: () => sending,
    wanted: (key, how) => {
      const device = sideBar.deviceOf(key);
      if (device?.ways.length > 0) commands.openDevice(device, device.ways[0], how);
    },
    happened: (mark) => tabTitle.mark(mark),
    enteredForAll: () => eventBar.takeEnter(),
    drawn: (places) => {
      emptyView.update(places.length === 0);
      eventBar.update(places);
      sending.showCount();
      restWatch.update();
    },
    inFront: (place) => {
      tabTitle.show(place?.name ?? say("workspace"), place?.title ?? "");
      showChips(byID("here"), place?.pane?.people);
    },
  });

const sending = new Sending({ dialog: byID("send-to"), bar: byID("sending") }, desk, {
  members: () => workspace.places.map((place) => ({
    id: place.id, name: place.name, tab: workspace.tabNameOf(place), pane: place.pane, isInSight: place.isVisible,
    isStarred: isStarred(place.pane?.data),
  })),
  changed: () => workspace.renew(),
  back,
  show: (id) => workspace.show(workspace.places.find((place) => place.id === id)),
});

const findAll = new FindAll(byID("find-all"), {
  places: () => workspace.places,
  show: ({ place, row }, query) => {
    workspace.show(place);
    place.pane?.showFound(query, row);
  },
  back,
});

const restWatch = new RestWatch(() => workspace.places);
const eventBar = new EventBar(byID("events"), {
  retry: () => retry(),
  startAll: () => workspace.startAll(endedWithServer(workspace.places)),
  choose: () => workspace.places.forEach(({ pane }) => pane?.showEnd()),
  back,
});

const commands = new Commands({
  workspace, desk, ask, sending, snippets, layouts: new NamedLayouts(), shared: data.layouts, memory, live,
});

/** What is open is shown; "beside", and a terminal by its ID, mean another one. */
function openOrShow(where, how) {
  const there = how === "open" && !where.terminal ? workspace.placeAt(where.path) : undefined;
  if (there) workspace.show(there);
  else workspace.open(where, how);
}

const howOf = (how) => (how === "split" ? "split" : "open");
const sideBar = new SideBar(byID("side"), {
  find: byID("side-find"), count: byID("side-count"), scroller: byID("side-scroller"), list: byID("side-devices"),
}, {
  open: (path, how, { title }) => {
    if (how === "tab") window.open(path, "_blank", "noopener");
    else openOrShow({ path, name: title }, howOf(how));
  },
  ask: (device, way, how) => commands.openDevice(device, way, howOf(how)),
  devices: () => commands.loadDevices(),
  live, back,
});
byID("side-close").addEventListener("click", () => sideBar.hide());
sideBar.restore();

byID("login").textContent = data.login;
byID("here").addEventListener("click", () => desk.act("people", desk.active));
const emptyView = new EmptyView(byID("empty"), () => commands.starts, () => openDevices("open"));
// Coming and going

/** The way to the directory and back loses nothing. */
let isLeaving = false;
byID("to-directory").addEventListener(
  "click", (event) => (isLeaving = !event.ctrlKey && !event.metaKey && !event.shiftKey));
addEventListener("beforeunload", (event) => {
  if (!isLeaving && workspace.places.some(({ isAlive }) => isAlive)) event.preventDefault();
  isLeaving = false;
});
addEventListener("pagehide", () => memory.putTerminals(workspace.terminals));
addEventListener("pageshow", (event) => {
  if (event.persisted) memory.takeTerminals();
});
const retry = () => workspace.places.forEach(({ pane }) => pane?.rest.retryNow());
for (const event of ["online", "offline"]) addEventListener(event, retry);
// Whoever comes back sees the marks of what happened meanwhile until they do something.
for (const event of ["keydown", "pointerdown"]) {
  addEventListener(
    event, () => document.visibilityState === "visible" && (workspace.isWatched = true), { capture: true });
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") workspace.isWatched = false;
  // A browser may discard a tab that is hidden without another word.
  if (document.visibilityState === "hidden") return memory.putTerminals(workspace.terminals);
  memory.takeTerminals();
  retry();
});

const openWish = () => {
  const wishes = takeWishes();
  for (const wish of wishes) openOrShow(wish, wish.how);
  return wishes.length > 0;
};
addEventListener("hashchange", openWish);

// For tests, and for whoever wants to look: the page's own objects, of the terminal in front.
globalThis.webterm = {
  get screen() {
    return desk.active?.screen;
  },
  get session() {
    return desk.active?.session;
  },
  settings: desk.settings,
  workspace,
};

await fontsReady();
const [kept, terminals] = [memory.layout, memory.takeTerminals()];
if (kept) workspace.openLayout(kept, terminals);
if (!openWish() && !kept) {
  byID("empty").hidden = false;
  emptyView.update(true);
  openPalette(() => commands.beginnings, say("findDevice"));
}
