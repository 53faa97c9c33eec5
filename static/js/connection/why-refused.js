// Why a handshake failed: a page cannot see it, and asks by another way.

import { say } from "../words/words.js";

/**
 * Fetches the page's own address, which renews a cookie that the server has forgotten, and says what is wrong.
 *
 * @param {string} url
 * @returns {Promise<{kind: "error" | "answered" | "nothing", code?: string, message?: string}>} an error is for good;
 *   `answered` is a server that has nothing against the page, and `nothing` one that is not there
 */
export async function whyRefused(url) {
  let response;
  try {
    const headers = { Accept: "text/plain", "X-WebTerm-Origin": origin() };
    response = await fetch(url, { cache: "no-store", redirect: "manual", headers });
  } catch {
    return { kind: "nothing" };
  }
  // A proxy leads those elsewhere who are not logged in any more.
  if (response.type === "opaqueredirect") {
    return { kind: "error", code: "login", message: say("login.over") };
  }
  if (response.ok) return { kind: "answered" };
  if (response.status >= 500) return { kind: "nothing" };
  return { kind: "error", code: "refused", message: (await response.text()).trim() };
}

/** As the handshake has it, for a server that says whether it would do. */
const origin = () => globalThis.location?.origin ?? "";
