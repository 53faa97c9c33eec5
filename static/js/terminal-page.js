// The terminal page: puts screen, session and everything around them together.

import { takeAttachFragment } from "./attach-fragment.js";
import { Bell } from "./bell.js";
import { Clipboard } from "./clipboard.js";
import { toggleFullScreen } from "./full-screen.js";
import { IdleWatch } from "./idle-watch.js";
import { KeyBar } from "./key-bar.js";
import { takeKeys } from "./keys.js";
import { pageData } from "./page-data.js";
import { PasteDialog } from "./paste-dialog.js";
import { rememberPlace } from "./recent.js";
import { saveText, scrollbackText } from "./save.js";
import { Screen } from "./screen.js";
import { SearchBar } from "./search-bar.js";
import { Session } from "./session.js";
import { Settings, fields } from "./settings.js";
import { SettingsPanel } from "./settings-panel.js";
import { Status } from "./status.js";
import { TabMemory } from "./tab-memory.js";
import { ThemeSwitch } from "./theme-switch.js";
import { Touch } from "./touch.js";
import { followVisibleArea } from "./visible-area.js";

const data = pageData();
// Before anything uses the address: a fragment is not part of the channel's.
const attached = takeAttachFragment();
const settings = new Settings();
const status = new Status();
const memory = new TabMemory(location.pathname);
const ownTitle = document.title;
const element = document.getElementById("screen");
const bell = new Bell(element, settings);
let connectingTimer = 0;
let countdown = 0;

// The screen

const screen = new Screen(element, data.charset, settings, {
  typed: (bytes) => {
    idleWatch.touch();
    session.type(bytes);
  },
  modify: (text) => keyBar.modify(text),
  resized: (cols, rows) => {
    idleWatch.touch();
    session.resize(cols, rows);
  },
  titled: (title) => (document.title = title || ownTitle),
  rang: () => bell.ring(),
});
new ThemeSwitch(settings, (theme) => screen.setTheme(theme));
settings.follow(() => document.body.classList.toggle("has-no-bar", !settings.get("bar")));
followVisibleArea();

const keyBar = new KeyBar(screen.terminal, settings);
const searchBar = new SearchBar(screen.terminal, () => screen.focus());
const panel = new SettingsPanel(settings, () => screen.focus());
const pasteDialog = new PasteDialog();
const clipboard = new Clipboard(screen.terminal, settings, {
  confirm: (text) => pasteDialog.ask(text),
  notice: (words) => status.notice(words, 5000),
});
new Touch(element, {
  fontSize: () => settings.get("fontSize"),
  setFontSize: (size) => settings.set("fontSize", size),
  copy: () => clipboard.copySelection(),
  paste: () => clipboard.pasteClipboard(),
  selectAll: () => screen.terminal.selectAll(),
});

// What can be done

const actions = {
  search: () => searchBar.open(),
  copy: () => clipboard.copySelection(),
  settings: () => panel.open(),
  save: () => saveText(`${data.user}@${data.target}-${data.port}.txt`, scrollbackText(screen.terminal)),
  fullScreen: () => toggleFullScreen().catch(() => status.notice("The browser does not allow full screen here.", 5000)),
  toggleBar: () => settings.set("bar", !settings.get("bar")),
  fontSize: (step) => {
    const standard = fields.find(({ key }) => key === "fontSize").standard;
    settings.set("fontSize", step === 0 ? standard : settings.get("fontSize") + step);
  },
};
takeKeys(screen.terminal, actions);
for (const button of document.querySelectorAll("button[data-action]")) {
  const action = actions[button.dataset.action];
  if (action) button.addEventListener("click", () => action());
}

// The session

const idleWatch = new IdleWatch(
  data.idle,
  (seconds) => status.notice(`Nothing was typed for a while: this terminal ends in ${seconds} s.`),
  () => status.notice(""),
);

const session = new Session(location.href, screen, {
  connecting: () => {
    status.show("connecting", "Connecting…");
    // Most connections are there before anybody could read it.
    connectingTimer ||= setTimeout(() => status.overlay("Connecting…", document.getElementById("target").textContent, []), 400);
  },
  attached: (welcome) => {
    stopWaiting();
    idleWatch.start();
    status.clearOverlay();
    status.show("connected", welcome.missed > 0 ? `Connected; ${welcome.missed} bytes were missed` : "Connected");
    rememberPlace(data);
    if (!searchBar.isOpen) screen.focus();
  },
  roundTrip: (milliseconds) => status.roundTrip(milliseconds),
  lost: ({ at }) => showLost(at),
  ended: (end) => showEnded(end),
});

function showLost(at) {
  idleWatch.stop();
  stopWaiting();
  status.show("lost", "Connection lost");
  status.overlay("Connection lost", "", [{ label: "Try now", key: "Enter", run: () => session.retryNow() }]);
  const tell = () => {
    const seconds = Math.max(0, Math.ceil((at - performance.now()) / 1000));
    status.overlayText(`The terminal is kept for you. Trying again in ${seconds} s.`);
  };
  tell();
  countdown = setInterval(tell, 250);
}

function stopWaiting() {
  clearInterval(countdown);
  clearTimeout(connectingTimer);
  countdown = connectingTimer = 0;
}

function showEnded(end) {
  idleWatch.stop();
  stopWaiting();
  const [title, text] = describe(end);
  status.show("ended", title);
  const again =
    end.code === "elsewhere"
      ? { label: "Take it back", key: "Enter", run: () => session.takeBack() }
      : { label: "Start anew", key: "Enter", run: startAnew };
  status.overlay(title, text, [
    again,
    { label: "All terminals", key: "Escape", run: () => location.assign(data.base) },
  ]);
}

function describe(end) {
  if (end.kind === "error") {
    const title = end.code === "elsewhere" ? "Opened in another window" : "The terminal is not available";
    return [title, end.message];
  }
  if (end.signal) return ["The terminal has ended", `The ${data.method} client was ended by ${end.signal}.`];
  if (end.code === 0) return ["The terminal has ended", "You are logged out."];
  return ["The terminal has ended", `The ${data.method} client ended with exit code ${end.code}.`];
}

function startAnew() {
  status.clearOverlay();
  screen.reset();
  document.title = ownTitle;
  session.start(null);
}

// Coming and going

addEventListener("beforeunload", (event) => {
  if (session.isAlive) event.preventDefault();
});
addEventListener("pagehide", () => {
  if (session.memory) memory.put(session.memory);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) memory.take();
});
for (const event of ["online", "offline"]) addEventListener(event, () => session.retryNow());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") session.retryNow();
});

// For tests, and for whoever wants to look: the page's own objects.
globalThis.webterm = { screen, session, settings };

await document.fonts.ready;
screen.fit();
session.start(attached ?? memory.take());
