// What can be reached, from the server.

import { devicesOf } from "./devices.js";

/**
 * @param {object[] | null} targets that the page has brought
 * @returns {Promise<import("./devices.js").Device[]>}
 */
export const devicesOfPage = async (targets) => (targets ? devicesOf(targets) : fetchDevices());

/** @returns {Promise<import("./devices.js").Device[]>} @throws {Error} where the server does not answer */
export async function fetchDevices() {
  const response = await fetch("devices");
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return devicesOf(await response.json());
}

/** All pages are told of other devices at the same moment, in ms: they need not all ask at the same moment. */
const mostPause = 500;

/** @type {Promise<import("./devices.js").Device[]> | null} */
let soon = null;

/**
 * The devices after a random moment; whoever asks within it is answered together.
 *
 * @returns {Promise<import("./devices.js").Device[]>}
 */
export function fetchDevicesSoon() {
  soon ??= new Promise((resolve) => setTimeout(resolve, Math.random() * mostPause)).then(() => {
    soon = null;
    return fetchDevices();
  });
  return soon;
}
