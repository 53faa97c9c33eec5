// The terminal page: puts screen, session and status together.

import { takeAttachFragment } from "./attach-fragment.js";
import { IdleWatch } from "./idle-watch.js";
import { pageData } from "./page-data.js";
import { Screen } from "./screen.js";
import { Session } from "./session.js";
import { Status } from "./status.js";
import { TabMemory } from "./tab-memory.js";

const data = pageData();
// Before anything uses the address: a fragment is not part of the channel's.
const attached = takeAttachFragment();
const status = new Status();
const memory = new TabMemory(location.pathname);
const ownTitle = document.title;
let countdown = 0;

const screen = new Screen(document.getElementById("screen"), data, {
  typed: (bytes) => {
    idleWatch.touch();
    session.type(bytes);
  },
  resized: (cols, rows) => {
    idleWatch.touch();
    session.resize(cols, rows);
  },
  titled: (title) => (document.title = title || ownTitle),
});

const idleWatch = new IdleWatch(
  data.idle,
  (seconds) => status.notice(`Nothing was typed for a while: this terminal ends in ${seconds} s.`),
  () => status.notice(""),
);

const session = new Session(location.href, screen, {
  connecting: () => status.show("connecting", "Connecting…"),
  attached: (welcome) => {
    stopCountdown();
    idleWatch.start();
    status.clearOverlay();
    status.show("connected", welcome.missed > 0 ? `Connected; ${welcome.missed} bytes were missed` : "Connected");
    screen.focus();
  },
  roundTrip: (milliseconds) => status.roundTrip(milliseconds),
  lost: ({ at }) => showLost(at),
  ended: (end) => showEnded(end),
});

function showLost(at) {
  idleWatch.stop();
  status.show("lost", "Connection lost");
  status.overlay("Connection lost", "", [{ label: "Try now", key: "Enter", run: () => session.retryNow() }]);
  stopCountdown();
  const tell = () => {
    const seconds = Math.max(0, Math.ceil((at - performance.now()) / 1000));
    status.overlayText(`The terminal is kept for you. Trying again in ${seconds} s.`);
  };
  tell();
  countdown = setInterval(tell, 250);
}

function stopCountdown() {
  clearInterval(countdown);
  countdown = 0;
}

function showEnded(end) {
  idleWatch.stop();
  stopCountdown();
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
globalThis.webterm = { screen, session };

await document.fonts.ready;
screen.fit();
session.start(attached ?? memory.take());
