// The launcher: where one can go, and what is open already.

import { attachFragment } from "./attach-fragment.js";
import { Channel } from "./channel.js";
import { pageData } from "./page-data.js";

const data = pageData();
const username = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}$/;

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param {number[][]} ports */
function portHint(ports) {
  return ports.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

function card(target, index) {
  if (target.methods.length === 0) return element("article", { class: "card" }, element("h2", {}, target.title), element("p", {}, "Nothing can be reached here."));
  const id = (name) => `${name}-${index}`;
  const method = element("select", { id: id("method") }, ...target.methods.map((each) => element("option", { value: each.method }, each.method)));
  const user = element("input", { id: id("user"), autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: "" });
  const port = element("input", { id: id("port"), inputmode: "numeric", required: "" });
  const hint = element("p", { class: "hint" });
  const problem = element("p", { class: "problem", role: "alert" });
  const rules = () => target.methods.find((each) => each.method === method.value);
  const showRules = () => {
    port.value = rules().ports[0][0];
    hint.textContent = `Ports: ${portHint(rules().ports)}`;
    const literal = rules().users.find((each) => !each.includes("*"));
    if (!user.value && literal) user.value = literal;
  };
  method.addEventListener("change", showRules);
  showRules();
  const form = element(
    "form", {},
    element("label", { for: id("method") }, "Method"), method,
    element("label", { for: id("user") }, "User name"), user,
    element("label", { for: id("port") }, "Port"), port,
    hint, problem,
    element("button", { class: "primary", type: "submit" }, "Open"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = mistake(user.value, port.value, rules()) ?? "";
    if (problem.textContent) return;
    location.assign(`remote/${target.name}/${method.value}/${encodeURIComponent(user.value)}/${port.value}`);
  });
  return element("article", { class: "card" }, element("h2", {}, target.title), form);
}

function mistake(user, port, rules) {
  if (!username.test(user)) return "A user name has letters, digits and _ . @ + -, and begins with a letter, a digit or _.";
  const pattern = rules.users.some((each) => new RegExp(`^${each.split("*").map((part) => part.replace(/[.+@-]/g, "\\$&")).join(".*")}$`).test(user));
  if (!pattern) return `${user} is not allowed here.`;
  if (!/^[1-9][0-9]{0,4}$/.test(port) || !rules.ports.some(([first, last]) => port >= first && port <= last)) {
    return `The port must be one of ${portHint(rules.ports)}.`;
  }
  return null;
}

const targets = document.getElementById("targets");
if (data.targets.length === 0) {
  targets.append(element("p", {}, "There is nothing to reach: the server has no targets."));
} else {
  targets.append(...data.targets.map(card));
}

/** The visitor's own terminals: to be attached to here, or ended. */
function showTerminals() {
  const list = document.getElementById("terminal-list");
  list.replaceChildren(...data.terminals.map(terminalItem));
  document.getElementById("terminals").hidden = data.terminals.length === 0;
}

function terminalItem(each) {
  const path = `remote/${each.target}/${each.method}/${encodeURIComponent(each.user)}/${each.port}`;
  const words = `${each.method} ${each.user}@${each.target}:${each.port}`;
  const end = element("button", { type: "button", "aria-label": `End ${words}` }, "End");
  end.addEventListener("click", () => {
    end.disabled = true;
    endTerminal(path, each.id, () => {
      data.terminals = data.terminals.filter((other) => other !== each);
      showTerminals();
    });
  });
  return element(
    "li", {},
    element("span", {}, words, each.attached ? " (open in a window)" : " (waiting)"),
    element("a", { href: path + attachFragment(each.id, each.output), "aria-label": `Attach to ${words}` }, "Attach"),
    end,
  );
}

function endTerminal(path, terminal, ended) {
  const channel = new Channel(
    new URL(path, document.baseURI).href.replace(/^http/, "ws"),
    { cols: 80, rows: 24, resume: { terminal, output: 0 } },
    { welcome: () => channel.close(), output() {}, input() {}, roundTrip() {}, end: ended },
  );
}

showTerminals();
