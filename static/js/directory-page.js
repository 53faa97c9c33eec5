// The directory's page: devices, and the visitor's own terminals.

import { Directory } from "./directory/directory.js";
import { OwnTerminals } from "./directory/own-terminals.js";
import { forgetPlaces, recentPlaces } from "./directory/recent.js";
import { pageData } from "./page/page-data.js";
import { Settings } from "./settings/settings.js";
import { ThemeSwitch } from "./settings/theme-switch.js";

const byID = (id) => document.getElementById(id);
const data = pageData(byID("page-data"));
new ThemeSwitch(new Settings());

const login = byID("login");
login.textContent = data.login ? `Logged in as ${data.login}` : "";
login.hidden = !data.login;

const terminals = new OwnTerminals(
  { section: byID("terminals"), list: byID("terminal-list") }, data.terminals, () => directory.show());
const directory = new Directory(
  { find: byID("find"), count: byID("count"), scroller: byID("scroller"), list: byID("devices") },
  data.targets, () => terminals.all);
byID("nothing").hidden = data.targets.length > 0;
byID("find").disabled = data.targets.length === 0;
// On a phone the focus would bring the keyboard up over everything else.
if (!matchMedia("(pointer: coarse)").matches) byID("find").focus();

const forget = byID("forget");
forget.hidden = recentPlaces().length === 0;
forget.addEventListener("click", () => {
  forgetPlaces();
  forget.hidden = true;
  directory.show();
});
