// The terminal page: puts screen, session and everything around them together.

import { takeAttachFragment } from "./connection/attach-fragment.js";
import { Bell } from "./page/bell.js";
import { Clipboard } from "./page/clipboard.js";
import { toggleFullScreen } from "./page/full-screen.js";
import { IdleWatch } from "./connection/idle-watch.js";
import { KeyBar } from "./page/key-bar.js";
import { KeysDialog } from "./page/keys-dialog.js";
import { takeKeys } from "./page/keys.js";
import { Menu } from "./page/menu.js";
import { MessageBar } from "./page/message-bar.js";
import { pageData } from "./page/page-data.js";
import { PacedPaste, isPaced } from "./page/paced-paste.js";
import { PasteDialog } from "./page/paste-dialog.js";
import { lineCount } from "./page/paste-text.js";
import { PastingBar } from "./page/pasting-bar.js";
import { rememberPlace } from "./directory/recent.js";
import { saveText, scrollbackText } from "./terminal/save.js";
import { Screen } from "./terminal/screen.js";
import { SearchBar } from "./page/search-bar.js";
import { Reconnect } from "./connection/reconnect.js";
import { Session } from "./connection/session.js";
import { Settings, fields } from "./settings/settings.js";
import { SettingsPanel } from "./settings/settings-panel.js";
import { ScrollButton } from "./page/scroll-button.js";
import { Status } from "./page/status.js";
import { TabMemory } from "./connection/tab-memory.js";
import { TabTitle } from "./page/tab-title.js";
import { ThemeSwitch } from "./settings/theme-switch.js";
import { Touch } from "./page/touch.js";
import { followVisibleArea } from "./page/visible-area.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
// Before anything uses the address: a fragment is not part of the channel's.
const attached = takeAttachFragment();
const settings = new Settings();
const status = new Status({ state: byID("state"), roundTrip: byID("round-trip"), notice: byID("notice") });
const message = new MessageBar(byID("message"));
const memory = new TabMemory(location.pathname);
const tabTitle = new TabTitle(`${data.name} ${data.user}`, document.querySelector("link[rel=icon]"));
const element = byID("screen");
const enter = 13;
const bell = new Bell(element, settings);
/** The terminal is over: Enter in it means the bar. */
let isOver = false;
/** The terminal was attached here before: whatever comes is a return to it. */
let isKnown = false;
let waiting = 0;
let countdown = 0;

// The screen

const screen = new Screen(element, data.charset, settings, {
  typed: (bytes) => {
    idleWatch.touch();
    if (isOver && bytes.length === 1 && bytes[0] === enter) message.takeEnter();
    else session.type(bytes);
  },
  modify: (text) => keyBar.modify(text),
  resized: (cols, rows) => {
    idleWatch.touch();
    session.resize(cols, rows);
  },
  titled: (title) => tabTitle.hostSays(title),
  rang: () => {
    bell.ring();
    tabTitle.mark("bell");
  },
});
if (screen.lacksCharset) status.notice(`This browser does not know the host's character set (${data.charset}): text may look wrong.`);
byID("login").textContent = data.login;
byID("outdated").hidden = !data.outdated;
new ThemeSwitch(settings, (theme) => screen.setTheme(theme));
settings.follow(() => document.body.classList.toggle("has-no-bar", !settings.get("bar")));
followVisibleArea();

new ScrollButton(byID("to-bottom"), screen.terminal);
const keyBar = new KeyBar(byID("key-bar"), screen.terminal, settings);
const searchBar = new SearchBar(byID("search"), screen.terminal, () => screen.focus());
const panel = new SettingsPanel(byID("settings"), settings, () => screen.focus());
const pasteDialog = new PasteDialog(byID("paste"), data.paste);
const pastingBar = new PastingBar(byID("pasting"), () => pacedPaste.stop());
const pacedPaste = new PacedPaste({
  send: (text) => screen.terminal.input(text),
  progress: (sent, total) => pastingBar.show(sent, total),
  done: () => {
    pastingBar.hide();
    screen.focus();
  },
});
/** Prompts are ASCII in every set: they are looked for in the bytes. */
const promptDecoder = new TextDecoder("latin1");
const clipboard = new Clipboard(screen.terminal, settings, {
  confirm: (text, isBracketed) => pasteDialog.ask(text, isBracketed),
  paced: (text) => {
    const { pace } = pasteDialog;
    if (!isPaced(pace) || lineCount(text) < 2) return false;
    pacedPaste.start(text, pace);
    return true;
  },
  notice: (words) => status.notice(words, 5000),
});
new Touch(element, {
  fontSize: () => settings.get("fontSize"),
  setFontSize: (size) => settings.set("fontSize", size),
});
const keysDialog = new KeysDialog(byID("keys"), () => screen.focus());

// What can be done

const actions = {
  search: () => searchBar.open(),
  copy: () => clipboard.copySelection(),
  paste: () => clipboard.pasteClipboard(),
  selectAll: () => screen.terminal.selectAll(),
  keys: () => keysDialog.open(),
  break: () => session.sendBreak(),
  settings: () => panel.open(),
  save: () => saveText(`${data.user}@${data.target}-${data.port}.txt`, scrollbackText(screen.terminal)),
  fullScreen: () => toggleFullScreen().catch(() => status.notice("The browser does not allow full screen here.", 5000)),
  toggleBar: () => settings.set("bar", !settings.get("bar")),
  bar: () => {
    settings.set("bar", true);
    bar.querySelector("a, button").focus();
  },
  larger: () => settings.set("fontSize", settings.get("fontSize") + 1),
  smaller: () => settings.set("fontSize", settings.get("fontSize") - 1),
  standardSize: () => settings.set("fontSize", fields.find(({ key }) => key === "fontSize").standard),
};
const bar = byID("bar");
bar.addEventListener("keydown", (event) => {
  if (event.key === "Escape") screen.focus();
});
takeKeys(screen.terminal, () => (settings.get("backspace") === "host" ? data.backspace : settings.get("backspace")), actions);
new Menu(byID("menu"), element, {
  isHostsMouse: () => screen.terminal.modes.mouseTrackingMode !== "none",
  rightButton: () => settings.get("rightButton"),
  closed: () => screen.focus(),
}, actions, data.method === "telnet" ? [] : ["break"]);
for (const button of document.querySelectorAll("button.bar-button[data-action]")) {
  const action = actions[button.dataset.action];
  if (action) button.addEventListener("click", () => action());
}

// The session

const idleWatch = new IdleWatch(
  data.idle,
  (seconds) => status.notice(`Nothing was typed for a while: this terminal ends in ${seconds} s.`),
  () => status.notice(""),
);

/** Most connections are there, or there again, before anybody could read that they are not. */
const connectingPause = 400;
const lostPause = 1500;

const session = new Session(location.href, screen, {
  connecting: () => {
    isOver = false;
    status.show("connecting", "Connecting…");
    waiting ||= setTimeout(() => message.wait("Connecting…", byID("target").textContent, []), connectingPause);
  },
  attached: (welcome) => {
    stopWaiting();
    idleWatch.start(!isKnown);
    isKnown = true;
    // A terminal is there at once; whether its device answers shows a little later.
    if (!reconnect.isOn) message.hide();
    status.show("connected", welcome.missed > 0 && welcome.screen === 0 ? `Connected; ${welcome.missed} bytes were missed` : "Connected");
    rememberPlace(data);
    if (!searchBar.isOpen) screen.focus();
  },
  roundTrip: (milliseconds) => status.roundTrip(milliseconds),
  lost: (loss) => showLost(loss),
  notice: (words) => status.notice(words),
  skipped: (words) => status.notice(`${words} skipped after the interrupt`),
  heard: (bytes) => pacedPaste.isOn && pacedPaste.heard(promptDecoder.decode(bytes)),
  pending: (bytes) => message.showPending(bytes),
  refused: () => message.refuse(),
  ended: (end) => showEnded(end),
});

/** @param {{since: number, at: number, until: number}} loss */
function showLost({ since, at, until }) {
  status.show("lost", "Connection lost");
  clearInterval(countdown);
  clearTimeout(waiting);
  const seconds = (moment) => Math.max(0, Math.ceil((moment - performance.now()) / 1000));
  const words = () => {
    const kept = until === Infinity
      ? ""
      : seconds(until) > 0 ? `The terminal is kept for you for another ${seconds(until)} s. ` : "The terminal was kept for you and is over by now, or nearly. ";
    return kept + (seconds(at) > 0 ? `Trying again in ${seconds(at)} s.` : "Trying again now.");
  };
  const show = () => {
    if (!message.isWaiting) message.wait("Connection lost", words(), [{ label: "Try now", run: () => session.retryNow() }]);
    message.setText(words());
    countdown = setInterval(() => message.setText(words()), 250);
  };
  waiting = setTimeout(show, Math.max(0, since + lostPause - performance.now()));
}

function stopWaiting() {
  clearInterval(countdown);
  clearTimeout(waiting);
  countdown = waiting = 0;
}

const reconnect = new Reconnect({
  attempt: () => startAnew("Trying to reach the device"),
  waiting: (at) => {
    const seconds = () => Math.max(0, Math.ceil((at - performance.now()) / 1000));
    const words = () => `The device does not answer. Trying again in ${seconds()} s.`;
    stopWaiting();
    message.wait("Waiting for the device", words(), [{ label: "Stop", run: () => showEnded(lastEnd) }]);
    countdown = setInterval(() => message.setText(words()), 250);
  },
  done: () => message.hide(),
});
let lastEnd = null;

function showEnded(end) {
  if (end !== lastEnd && reconnect.ended()) {
    lastEnd = end;
    return;
  }
  reconnect.stop();
  pacedPaste.stop();
  lastEnd = end;
  isOver = true;
  tabTitle.mark("over");
  memory.take();
  idleWatch.stop();
  stopWaiting();
  const [title, text] = describe(end);
  status.show("ended", title);
  const again =
    end.code === "elsewhere" ? { label: "Take it back", run: () => session.takeBack() } : { label: "Start anew", run: () => startAnew() };
  message.end(`${title} at ${clock()}.`, text, [
    again,
    ...(data.method === "telnet" && end.reason ? [{ label: "Reconnect when it answers", run: () => reconnect.start() }] : []),
    { label: "All terminals", run: () => location.assign(data.base) },
    { label: "Close", run: () => message.hide() },
  ]);
}

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

function describe(end) {
  if (end.kind === "error") {
    const title = end.code === "elsewhere" ? "Opened in another window" : "The terminal is not available";
    return [title, end.message];
  }
  if (end.signal) return ["The terminal has ended", `The ${data.method} client was ended by ${end.signal}.`];
  if (end.reason) return ["The connection has ended", end.reason];
  // A code is that of the last command, which says nothing about the log-out; telnet does not know whether it was one.
  return ["The terminal has ended", data.method === "ssh" ? "You are logged out." : "The connection to the host is closed."];
}

function startAnew(words = "Started anew") {
  if (!reconnect.isOn) message.hide();
  screen.beginBelow(`${words} at ${clock()}`);
  tabTitle.hostSays("");
  isKnown = false;
  session.start(null);
}

// Coming and going

addEventListener("beforeunload", (event) => {
  if (session.isAlive) event.preventDefault();
});
addEventListener("pagehide", () => memory.put(session.memory));
addEventListener("pageshow", (event) => {
  if (event.persisted) memory.take();
});
for (const event of ["online", "offline"]) addEventListener(event, () => session.retryNow());
document.addEventListener("visibilitychange", () => {
  // A browser may discard a tab that is hidden without another word.
  if (document.visibilityState === "hidden") return memory.put(session.memory);
  memory.take();
  session.retryNow();
});

// For tests, and for whoever wants to look: the page's own objects.
globalThis.webterm = { screen, session, settings };

await document.fonts.ready;
screen.fit();
session.start(attached ?? memory.take(), !attached);
