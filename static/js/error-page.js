// An error's page: nothing but the theme that was chosen.

import { Settings } from "./settings/settings.js";
import { ThemeSwitch } from "./settings/theme-switch.js";

new ThemeSwitch(new Settings());
