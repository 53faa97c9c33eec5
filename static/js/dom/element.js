// Elements: made in one expression, taken apart, read, and waited for.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children text is text, never markup
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * The parts of an element, by what their `data-part` calls them.
 *
 * @param {HTMLElement} root
 * @returns {Record<string, any>} elements: of which kind each is, who asks knows
 */
export function partsOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
}

/**
 * Reads the page's data.
 *
 * @param {HTMLElement} element the script element that holds it
 * @returns {any} what the server wrote into it
 */
export function pageData(element) {
  return JSON.parse(element.textContent);
}

/**
 * A dialog tells that it was closed a little later, when it may be open again for another question: that is not its
 * answer.
 *
 * @param {HTMLDialogElement} dialog open
 * @returns {Promise<string>} its return value
 */
export function whenClosed(dialog) {
  return new Promise((resolve) => {
    const look = () => {
      if (dialog.open) return;
      dialog.removeEventListener("close", look);
      resolve(dialog.returnValue);
    };
    dialog.addEventListener("close", look);
  });
}
