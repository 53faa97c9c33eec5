// A link to a terminal: its token stands in the address's fragment, and is sent to the server once.

import { say } from "../words/words.js";

/** @returns {string} the address's token; empty where there is none */
export function addressToken() {
  const token = location.hash.slice(1);
  return /^[\w-]{20,64}$/.test(token) ? token : "";
}

/**
 * Sends a token: from then on this browser may what its link allows. Once the server has judged it, the address does
 * not have it any more; where it has not, loading the page again tries once more.
 *
 * @param {string} token
 * @returns {Promise<string>} what is wrong, in a sentence; empty where nothing is
 */
export async function useToken(token) {
  let response;
  try {
    response = await fetch(location.pathname, {
      method: "POST", headers: { "Content-Type": "text/plain" }, body: token,
    });
  } catch {
    return say("link.silent");
  }
  if (response.ok || response.status === 403) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  if (response.ok) return "";
  if (response.status === 429) return say("link.tooMany");
  if (response.status === 401) return say("link.logIn");
  return say("link.over");
}
