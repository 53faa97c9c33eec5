// The launcher: where one can go, what is open already, and where one was lately.

import { attachFragment } from "./connection/attach-fragment.js";
import { Channel } from "./connection/channel.js";
import { pageData } from "./page/page-data.js";
import { forgetPlaces, recentPlaces } from "./launcher/recent.js";
import { Settings } from "./settings/settings.js";
import { targetCard } from "./launcher/target-card.js";
import { element } from "./page/element.js";
import { ThemeSwitch } from "./settings/theme-switch.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
new ThemeSwitch(new Settings());

const pathOf = (place) => `remote/${place.target}/${place.method}/${encodeURIComponent(place.user)}/${place.port}`;
const wordsOf = (place) => `${place.method} ${place.user}@${place.name ?? `${place.title ?? place.target}:${place.port}`}`;

const login = byID("login");
login.textContent = data.login ? `Logged in as ${data.login}` : "";
login.hidden = !data.login;

// Targets

const targets = byID("targets");
if (data.targets.length === 0) {
  targets.append(element("p", {}, "There is nothing to reach here: the server has no target that is open to you."));
} else {
  targets.append(...data.targets.map(targetCard));
  // On a phone the focus would bring the keyboard up over everything else.
  if (!matchMedia("(pointer: coarse)").matches) targets.querySelector("input")?.focus();
}

// The visitor's own terminals: to be attached to here, or ended

function showTerminals() {
  byID("terminal-list").replaceChildren(...data.terminals.map(terminalItem));
  byID("terminals").hidden = data.terminals.length === 0;
}

function terminalItem(each) {
  const path = pathOf(each);
  const words = wordsOf(each);
  const end = element("button", { type: "button", "aria-label": `End ${words}` }, "End");
  const state = element("small", {}, each.attached ? "open in a window" : "waiting for you");
  end.addEventListener("click", () => {
    end.disabled = true;
    endTerminal(path, each.id, (isOver) => {
      if (isOver) {
        data.terminals = data.terminals.filter((other) => other !== each);
        return showTerminals();
      }
      state.textContent = "could not be ended: the server did not answer";
      end.disabled = false;
    });
  });
  return element(
    "li", {},
    element("span", { class: "place" }, words, state),
    element("a", { class: "button primary", href: path + attachFragment(each.id), "aria-label": `Attach to ${words}` }, "Attach"),
    end,
  );
}

/** @param {(isOver: boolean) => void} done told false where the server did not say that it is over */
function endTerminal(path, terminal, done) {
  const channel = new Channel(
    new URL(path, document.baseURI).href.replace(/^http/, "ws"),
    { cols: 80, rows: 24, resume: { terminal, output: 0 } },
    {
      welcome: () => channel.close(),
      output() {},
      input() {},
      roundTrip() {},
      notice() {},
      end: ({ kind, code }) => done(kind === "exit" || code === "unknown-terminal"),
    },
  );
}

// Where this browser was lately, as far as that is still to be had

function showRecent() {
  const places = recentPlaces().filter((place) => data.targets.some((target) =>
    target.name === place.target && target.methods.some(({ method }) => method === place.method)));
  byID("recent-list").replaceChildren(...places.map((place) => element(
    "li", {},
    element("span", { class: "place" }, wordsOf(place)),
    element("a", { class: "button", href: pathOf(place), "aria-label": `Open ${wordsOf(place)}` }, "Open"),
  )));
  byID("recent").hidden = places.length === 0;
}

byID("recent-clear").addEventListener("click", () => {
  forgetPlaces();
  showRecent();
});

showTerminals();
showRecent();
