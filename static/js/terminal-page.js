// The page of one terminal: a pane and the desk it lies on.

import { takeAttachFragment } from "./connection/addresses.js";
import { TabMemory } from "./connection/tab-memory.js";
import { rememberPlace } from "./directory/recent.js";
import { pageData, partsOf } from "./dom/element.js";
import { Desk } from "./page/desk.js";
import { TabTitle } from "./page/tab-title.js";
import { MessageBar } from "./pane/message-bar.js";
import { Pane } from "./pane/pane.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
// Before anything uses the address: a fragment is not part of the channel's.
const attached = takeAttachFragment();
const memory = new TabMemory(location.pathname);
const tabTitle = new TabTitle(`${data.name} ${data.user}`, document.querySelector("link[rel=icon]"));

/** @type {Pane | null} null until it is whole */
let pane = null;
const desk = new Desk(
  {
    bar: byID("bar"), keyBar: byID("key-bar"), menu: byID("menu"), settings: byID("settings"), paste: byID("paste"),
    keys: byID("keys"),
  },
  () => pane);
const leave = { label: "All terminals", run: () => location.assign(data.base) };

function open() {
  const place = { ...data, path: location.pathname + location.search };
  pane = new Pane(byID("pane"), place, desk, { returnPause: 5000, ways: [leave] });
  pane.listen({
    titled: (title) => tabTitle.hostSays(title),
    rang: () => tabTitle.mark("bell"),
    attached: () => pane.mayTakeFocus && pane.focus(),
    arrived: () => rememberPlace(data),
    ended: () => {
      tabTitle.mark("over");
      memory.take();
    },
  });
  pane.start(attached ?? memory.take(), !attached);
}

// Coming and going

addEventListener("beforeunload", (event) => {
  if (pane?.session.isAlive) event.preventDefault();
});
addEventListener("pagehide", () => memory.put(pane?.memory));
addEventListener("pageshow", (event) => {
  if (event.persisted) memory.take();
});
for (const event of ["online", "offline"]) addEventListener(event, () => pane?.retryNow());
document.addEventListener("visibilitychange", () => {
  // A browser may discard a tab that is hidden without another word.
  if (document.visibilityState === "hidden") return memory.put(pane?.memory);
  memory.take();
  pane?.retryNow();
});

// For tests, and for whoever wants to look: the page's own objects.
globalThis.webterm = {
  get screen() {
    return pane?.screen;
  },
  get session() {
    return pane?.session;
  },
  settings: desk.settings,
};

await document.fonts.ready;
try {
  open();
} catch (error) {
  const message = new MessageBar(partsOf(byID("pane")).message);
  message.end(
    "The terminal cannot be shown.", error.message, [{ label: "Try again", run: () => location.reload() }, leave]);
  throw error;
}
