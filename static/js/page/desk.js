// What a page has once, for all its panes: settings, dialogs, the menu, the row of keys.

import { isComposing } from "../dom/composing.js";
import { KeyBar } from "../keys/key-bar.js";
import { KeyChoices } from "../keys/key-choices.js";
import { actionOf } from "../keys/key-table.js";
import { KeysDialog } from "../keys/keys-dialog.js";
import { watchRightControl } from "../keys/special-keys.js";
import { PeopleDialog } from "../pane/people-dialog.js";
import { PasteDialog } from "../paste/paste-dialog.js";
import { SettingsPanel } from "../settings/settings-panel.js";
import { Settings, fields } from "../settings/settings.js";
import { ThemeSwitch } from "../settings/theme-switch.js";
import { say } from "../words/words.js";
import { AskDialog } from "./ask-dialog.js";
import { Consent } from "./consent.js";
import { Menu } from "./menu.js";
import { Notifier } from "./notifier.js";

/** Keeps `--visible-height` on the document at the height that no on-screen keyboard covers. */
function followVisibleArea() {
  const area = window.visualViewport;
  if (!area) return;
  // Whoever zooms in with two fingers sees a part of the page, which stays as it is.
  const update = () =>
    document.documentElement.style.setProperty("--visible-height", `${(area.height * area.scale).toFixed(2)}px`);
  area.addEventListener("resize", update);
  update();
}

/** Enters or leaves full screen; in it Ctrl+W, Ctrl+T and the like reach the terminal (Keyboard Lock API). */
async function toggleFullScreen() {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
    return;
  }
  await document.documentElement.requestFullscreen();
  await navigator.keyboard?.lock?.();
}

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) navigator.keyboard?.unlock?.();
});

export class Desk {
  #panes = new Set();
  #theme = "";
  #actions;
  #active;

  settings = new Settings();
  keys = new KeyChoices();

  /**
   * @param {{bar: HTMLElement, keyBar: HTMLElement, menu: HTMLElement, settings: HTMLDialogElement, paste:
   *   HTMLDialogElement, keys: HTMLDialogElement, ask: HTMLDialogElement, people: HTMLDialogElement}} parts
   * @param {() => import("../pane/pane.js").Pane | null} active the pane in front
   * @param {Record<string, (pane: import("../pane/pane.js").Pane | null) => void>} actions the page's own
   */
  constructor(parts, active, actions = {}) {
    const { settings } = this;
    const back = () => this.active?.focus();
    this.#active = active;
    new ThemeSwitch(settings, (theme) => {
      this.#theme = theme;
      for (const pane of this.#panes) pane.screen.setTheme(theme);
    });
    settings.follow(() => document.body.classList.toggle("has-no-bar", !settings.get("bar")));
    followVisibleArea();
    watchRightControl(globalThis);
    this.keyBar = new KeyBar(
      parts.keyBar, () => this.active?.screen.terminal, settings, (action) => this.act(action, this.active));
    this.pasteDialog = new PasteDialog(parts.paste);
    this.ask = new AskDialog(parts.ask);
    this.consent = new Consent(this.ask);
    this.notifier = new Notifier();
    this.peopleDialog = new PeopleDialog(parts.people, back);
    this.menu = new Menu(parts.menu, () => settings.get("rightButton"));
    const panel = new SettingsPanel(parts.settings, settings, { keys: () => keysDialog.open(), closed: back });
    const keysDialog = new KeysDialog(parts.keys, this.keys, {
      can: (action) => this.can(action, this.active), closed: back,
    });
    parts.bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") back();
    });
    document.addEventListener("keydown", (event) => this.#pressed(event));
    this.#actions = {
      keys: () => keysDialog.open(),
      settings: () => panel.open(),
      fullScreen: (pane) => toggleFullScreen()
        .catch(() => pane?.notice(say("noFullScreen"), 5000)),
      toggleBar: () => settings.set("bar", !settings.get("bar")),
      bar: () => {
        settings.set("bar", true);
        parts.bar.querySelector("a, button").focus();
      },
      larger: () => settings.set("fontSize", settings.get("fontSize") + 1),
      smaller: () => settings.set("fontSize", settings.get("fontSize") - 1),
      standardSize: () => settings.set("fontSize", fields.find(({ key }) => key === "fontSize").standard),
      ...actions,
    };
    for (const button of document.querySelectorAll("button.bar-button[data-action]")) {
      button.addEventListener("click", () => this.act(button.dataset.action, this.active));
    }
  }

  /**
   * The page's keys work wherever the focus is: a terminal has told of its own before, and a dialog has none of them.
   */
  #pressed(event) {
    if (event.defaultPrevented || isComposing(event) || event.target.closest(".xterm, dialog, .menu")) return;
    const pane = this.active;
    const action = this.actionOf(event, pane);
    // A field copies and pastes by itself.
    const isFields = action === "browser" || (action === "copy" && event.target.matches("input, textarea"));
    if (!action || isFields) return;
    event.preventDefault();
    this.act(action, pane);
  }

  /** Which action a key means here. @param {KeyboardEvent} event @param {import("../pane/pane.js").Pane | null} pane */
  actionOf(event, pane) {
    return actionOf(event, (action) => this.can(action, pane), (action) => this.keys.get(action));
  }

  /** Whether something can be done here. "browser" is what the browser does by itself. */
  can(action, pane) {
    return action === "browser" || action in this.#actions || action in (pane?.actions ?? {});
  }

  /** The pane in front. */
  get active() {
    return this.#active();
  }

  /** Has a pane. @param {import("../pane/pane.js").Pane} pane @param {AbortSignal} signal when it goes */
  add(pane, signal) {
    this.#panes.add(pane);
    pane.screen.setTheme(this.#theme);
    signal.addEventListener("abort", () => this.#panes.delete(pane));
  }

  /**
   * Does something by its name.
   *
   * @param {string} action
   * @param {import("../pane/pane.js").Pane | null} pane with which
   */
  act(action, pane) {
    (this.#actions[action] ?? pane?.actions[action])?.(pane);
  }
}
