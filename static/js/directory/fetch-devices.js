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
