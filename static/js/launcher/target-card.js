// One target with its form: the same rules as the server's, so that a mistake is told before it is made.

import { element } from "../page/element.js";

const username = /^(?=.{1,64}$)[A-Za-z0-9_](\\?[A-Za-z0-9_.@+-])*$/;

/** More lines than these are not named in the hint, but proposed by the field. */
const mostNamed = 4;

/** @param {{ports: number[][], lines: Record<string, string>}} rules */
function portHint({ ports, lines }) {
  const words = ports.map(([first, last]) => (first === last ? `${first}${lines[first] ? ` (${lines[first]})` : ""}` : `${first}–${last}`));
  const isMuch = Object.keys(lines).length > mostNamed;
  return isMuch ? `${words.slice(0, mostNamed).join(", ")} and ${words.length - mostNamed} more` : words.join(", ");
}

/** @param {string} pattern a name in which a star stands for anything */
function patternToRegExp(pattern) {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+@\\-]/g, "\\$&")).join(".*")}$`);
}

/** What is wrong with a user name; null where nothing is. */
function userMistake(user, rules) {
  if (!username.test(user)) {
    return "A user name has 1 to 64 letters, digits and _ . @ + -, begins with a letter, a digit or _, and may have a backslash inside.";
  }
  return rules.users.some((pattern) => patternToRegExp(pattern).test(user)) ? null : `${user} is not allowed here.`;
}

/** What is wrong with a port; null where nothing is. */
function portMistake(port, rules) {
  const number = Number(port);
  const isAllowed = /^[1-9][0-9]{0,4}$/.test(port) && rules.ports.some(([first, last]) => number >= first && number <= last);
  return isAllowed ? null : `The port must be one of ${portHint(rules)}.`;
}

/**
 * @param {{name: string, title: string, methods: {method: string, ports: number[][], lines: Record<string, string>, users: string[]}[]}} target
 * @param {number} index
 */
export function targetCard(target, index) {
  const badges = target.methods.map(({ method }) => element("span", { class: "badge" }, method));
  const heading = element("h2", {}, target.title, ...badges);
  if (target.methods.length === 0) {
    return element("article", { class: "card" }, heading, element("p", {}, "Nothing can be reached here."));
  }
  const id = (name) => `${name}-${index}`;
  const method = element("select", { id: id("method") }, ...target.methods.map((each) => element("option", { value: each.method }, each.method)));
  const user = element("input", {
    id: id("user"), autocomplete: "username", autocapitalize: "none", spellcheck: "false", "aria-describedby": id("problem"),
  });
  const port = element("input", { id: id("port"), inputmode: "numeric", autocomplete: "off", list: id("lines"), "aria-describedby": `${id("hint")} ${id("problem")}` });
  const lines = element("datalist", { id: id("lines") });
  const hint = element("p", { class: "hint", id: id("hint") });
  const problem = element("p", { class: "problem", id: id("problem"), role: "alert" });
  const rules = () => target.methods.find((each) => each.method === method.value);

  const showRules = () => {
    port.value = rules().ports[0][0];
    hint.textContent = `Ports: ${portHint(rules())}`;
    lines.replaceChildren(...Object.entries(rules().lines).map(([value, name]) => element("option", { value }, name)));
    const literal = rules().users.find((each) => !each.includes("*"));
    if (!user.value && literal) user.value = literal;
  };
  const check = () => {
    const [wrongUser, wrongPort] = [userMistake(user.value, rules()), portMistake(port.value, rules())];
    user.setAttribute("aria-invalid", String(wrongUser !== null));
    port.setAttribute("aria-invalid", String(wrongPort !== null));
    problem.textContent = wrongUser ?? wrongPort ?? "";
    (wrongUser ? user : wrongPort ? port : null)?.focus();
    return problem.textContent === "";
  };
  method.addEventListener("change", showRules);
  showRules();

  const open = element("a", { class: "button primary", href: "" }, "Open");
  const form = element(
    "form", { novalidate: "" },
    element("label", { for: id("method") }, "Method"), method,
    element("label", { for: id("user") }, "User name"), user,
    element("label", { for: id("port") }, "Port"), port, lines,
    hint, problem,
    open,
  );
  const address = () => `remote/${target.name}/${method.value}/${encodeURIComponent(user.value)}/${port.value}`;
  // A link: it can be opened in a tab of its own, too.
  const showAddress = () => open.setAttribute("href", address());
  for (const event of ["input", "change"]) form.addEventListener(event, showAddress);
  showAddress();
  open.addEventListener("click", (event) => {
    if (!check()) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target === open) return;
    event.preventDefault();
    if (check()) location.assign(address());
  });
  return element("article", { class: "card" }, heading, form);
}
