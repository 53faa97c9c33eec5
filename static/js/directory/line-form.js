// The fields of a line where there is a choice: who, and by which port.

import { isComposing } from "../dom/composing.js";
import { element } from "../dom/element.js";
import { say } from "../words/words.js";
import { portHint, portMistake, userMistake } from "./rules.js";

/**
 * How somebody wants something opened who has pressed Enter.
 *
 * @param {KeyboardEvent} event
 * @returns {"here" | "split" | "tab"}
 */
export const howOf = (event) => (event.ctrlKey || event.metaKey ? "tab" : event.shiftKey ? "split" : "here");

/**
 * @param {import("./devices.js").Device} device
 * @param {import("./devices.js").Way} way
 * @param {{user?: string, port?: number}} last what was used here before
 * @param {{path: (place: {user: string, port: number}) => string, open: (place: object, how: "here" | "split" | "tab")
 *   => void, close: () => void}} told
 * @returns {HTMLFormElement}
 */
export function lineForm(device, way, last, told) {
  const problem = element("span", { class: "problem", role: "alert" });
  const user = element("input", {
    "aria-label": say("userNameFor", { device: device.title }), placeholder: say("userNameHint"),
    autocomplete: "username", autocapitalize: "none", spellcheck: "false",
  });
  user.value = last.user ?? way.user ?? way.users.find((pattern) => !pattern.includes("*")) ?? "";
  const port = element("input", {
    "aria-label": say("portOf", { device: device.title, hint: portHint(way) }), class: "port", inputmode: "numeric",
    autocomplete: "off", title: portHint(way),
  });
  port.value = String(last.port ?? way.ports[0][0]);
  const fields = [...(way.user === null ? [user] : []), ...(way.port === null ? [port] : [])];
  // A link: a browser can open it in a tab of its own, too.
  const open = element("a", { class: "button primary", href: "" }, say("openWay", { method: way.method }));
  const form = element("form", { novalidate: "" }, problem, ...fields, open);

  const place = () => ({ user: user.value, port: Number(port.value) });
  const isRight = () => {
    const [wrongUser, wrongPort] = [userMistake(user.value, way), portMistake(port.value, way)];
    user.setAttribute("aria-invalid", String(wrongUser !== null));
    port.setAttribute("aria-invalid", String(wrongPort !== null));
    problem.textContent = wrongUser ?? wrongPort ?? "";
    problem.title = problem.textContent;
    (wrongUser ? user : wrongPort ? port : null)?.focus();
    return problem.textContent === "";
  };
  const showPath = () => open.setAttribute("href", told.path(place()));
  form.addEventListener("input", showPath);
  showPath();
  open.addEventListener("click", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const isFine = isRight();
    if (isPlain || !isFine) event.preventDefault();
    if (isPlain && isFine) told.open(place(), "here");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && event.target !== open) {
      event.preventDefault();
      if (isRight()) told.open(place(), howOf(event));
    } else if (event.key === "Escape") {
      event.preventDefault();
      told.close();
    }
  });
  return form;
}
