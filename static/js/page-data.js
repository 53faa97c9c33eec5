// What the server wrote into the page.

/**
 * Reads the page's data.
 *
 * @returns {any} what the server wrote into the element `page-data`
 */
export function pageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
}
