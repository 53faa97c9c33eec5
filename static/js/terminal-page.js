// The page of one terminal: a pane and the desk it lies on.

import { takeAttachFragment } from "./connection/addresses.js";
import { TabMemory } from "./connection/tab-memory.js";
import { addressToken, useToken } from "./connection/watch-link.js";
import { rememberPlace } from "./directory/recent.js";
import { pageData, partsOf } from "./dom/element.js";
import { Desk } from "./page/desk.js";
import { TabTitle } from "./page/tab-title.js";
import { MessageBar } from "./pane/message-bar.js";
import { Pane } from "./pane/pane.js";
import { fontsReady } from "./terminal/screen.js";
import { say } from "./words/words.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
// Before anything uses the address: a fragment is not part of the channel's.
const attached = data.terminal ? { terminal: data.terminal } : takeAttachFragment();
const memory = new TabMemory(location.pathname);
const tabTitle = new TabTitle(`${data.name} ${data.user}`, document.querySelector("link[rel=icon]"));

/** @type {Pane | null} null until it is whole */
let pane = null;
const desk = new Desk(
  {
    bar: byID("bar"), keyBar: byID("key-bar"), menu: byID("menu"), settings: byID("settings"), paste: byID("paste"),
    keys: byID("keys"), ask: byID("ask"), people: byID("people"),
  },
  () => pane);
const leave = { label: say("allTerminals"), run: () => location.assign(data.base) };

/** A guest says once in a tab how to be called. @returns {Promise<string>} */
async function askName() {
  const store = "webterm:guest";
  try {
    const kept = sessionStorage.getItem(store);
    if (kept) return kept;
  } catch {
    // It is asked again after a reload.
  }
  const asked = await desk.ask.ask({
    title: say("guest.title"), words: say("guest.text"),
    fields: [{
      name: "name", label: say("name"),
      mistake: (name) => (name.trim() && name.trim().length <= 40 ? null : say("guest.mistake")),
    }],
    answers: [{ value: "go", label: say("guest.go") }],
  });
  const name = asked?.values.name.trim() ?? "";
  try {
    if (name) sessionStorage.setItem(store, name);
  } catch {
    // It is asked again after a reload.
  }
  return name || say("guest.standard");
}

async function open() {
  const place = { ...data, path: location.pathname + location.search };
  byID("pane").dataset.color = data.color;
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
  if (data.terminal) pane.session.presence.introduce(data.as ?? "watch", data.guest ? await askName() : "");
  const kept = data.terminal || !attached ? memory.take() : null;
  pane.start(attached && kept?.terminal !== attached.terminal ? attached : kept, !attached);
}

// Coming and going

addEventListener("beforeunload", (event) => {
  if (pane?.session.isAlive) event.preventDefault();
});
addEventListener("pagehide", () => memory.put(pane?.memory));
addEventListener("pageshow", (event) => {
  if (event.persisted) memory.take();
});
for (const event of ["online", "offline"]) addEventListener(event, () => pane?.rest.retryNow());
// A link that is opened where one may look on already may allow more.
addEventListener("hashchange", () => {
  if (data.terminal && addressToken()) location.reload();
});
document.addEventListener("visibilitychange", () => {
  // A browser may discard a tab that is hidden without another word.
  if (document.visibilityState === "hidden") return memory.put(pane?.memory);
  memory.take();
  pane?.rest.retryNow();
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

await fontsReady();
try {
  // A link that was opened where one may look on already can allow more.
  const token = data.terminal ? addressToken() : "";
  if (token) await useToken(token);
  await open();
} catch (error) {
  const message = new MessageBar(partsOf(byID("pane")).message);
  message.end(
    say("cannotShow"), error.message, [{ label: say("tryAgain"), run: () => location.reload() }, leave]);
  throw error;
}
