// A link to a terminal: its token stands in the address's fragment, and is sent to the server once.

import { say } from "../words/words.js";

/** @returns {string} the token, which is taken out of the address; empty where there is none */
export function takeToken() {
  const token = location.hash.slice(1);
  if (!/^[\w-]{20,64}$/.test(token)) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/**
 * Sends a token: from then on this browser may what its link allows.
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
  if (response.ok) return "";
  if (response.status === 429) return say("link.tooMany");
  if (response.status === 401) return say("link.logIn");
  return say("link.over");
}
