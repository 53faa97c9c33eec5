// The page of a link: sends its token, and becomes the terminal's page where that is right.

import { addressToken, useToken } from "./connection/watch-link.js";
import { Settings } from "./settings/settings.js";
import { ThemeSwitch } from "./settings/theme-switch.js";
import { say } from "./words/words.js";

new ThemeSwitch(new Settings());
const words = document.getElementById("words");

async function useAddress() {
  const token = addressToken();
  if (!token) return;
  words.textContent = say("link.moment");
  const problem = await useToken(token);
  if (problem) words.textContent = problem;
  else location.reload();
}

// Another link to the same terminal, opened in the same tab, loads nothing.
addEventListener("hashchange", useAddress);
useAddress();
