// The launcher: where one can go, and what is open already.

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

if (data.terminals.length > 0) {
  document.getElementById("terminals").hidden = false;
  document.getElementById("terminal-list").append(
    ...data.terminals.map((each) => {
      const path = `remote/${each.target}/${each.method}/${encodeURIComponent(each.user)}/${each.port}`;
      const words = `${each.method} ${each.user}@${each.target}:${each.port}`;
      return element("li", {}, words, each.attached ? " (open in a window) " : " (waiting) ", element("a", { href: path }, "another one there"));
    }),
  );
}
