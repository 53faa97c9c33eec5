// What the server wrote into the page.

/**
 * Reads the page's data.
 *
 * @param {HTMLElement} element the script element that holds it
 * @returns {any} what the server wrote into it
 */
export function pageData(element) {
  return JSON.parse(element.textContent);
}
