// The directory's page: devices, and the visitor's own terminals.

import { workspaceAddress } from "./connection/addresses.js";
import { Directory } from "./directory/directory.js";
import { devicesOfPage, fetchDevicesSoon } from "./directory/fetch-devices.js";
import { News } from "./directory/news.js";
import { OwnTerminals } from "./directory/own-terminals.js";
import { forgetPlaces, recentPlaces } from "./directory/recent.js";
import { pageData } from "./dom/element.js";
import { follow } from "./settings/following.js";
import { Settings } from "./settings/settings.js";
import { ThemeSwitch } from "./settings/theme-switch.js";
import { say } from "./words/words.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
new ThemeSwitch(new Settings());

const login = byID("login");
login.textContent = data.login ? say("loggedInAs", { login: data.login }) : "";
login.hidden = !data.login;
byID("operate").hidden = !data.operator;

const news = new News();
const terminals = new OwnTerminals({
  section: byID("terminals"), list: byID("terminal-list"), title: byID("terminals-title"), all: byID("attach-all"),
  more: byID("terminals-more"),
}, data.terminals, () => directory.show());
const directory = new Directory({
  find: byID("find"), count: byID("count"), scroller: byID("scroller"), list: byID("devices"), facets: byID("facets"),
}, await devicesOfPage(data.targets), {
  terminals: () => [...terminals.all, ...news.others],
  open: (path, how) => {
    if (how === "tab") window.open(path, "_blank", "noopener");
    else location.assign(workspaceAddress({ path, isSplit: how === "split" }));
  },
});
if (data.news) {
  news.follow({
    terminals: () => {
      terminals.set(news.own);
      directory.renewTerminals();
    },
    devices: async () => (directory.devices = await fetchDevicesSoon()),
  });
  follow(data.login, news);
}
byID("nothing").hidden = !directory.isEmpty;
byID("find").disabled = directory.isEmpty;
// On a phone the focus would bring the keyboard up over everything else.
if (!matchMedia("(pointer: coarse)").matches) byID("find").focus();

const forget = byID("forget");
forget.hidden = recentPlaces().length === 0;
forget.addEventListener("click", () => {
  forgetPlaces();
  forget.hidden = true;
  directory.show();
});
