// What the directory shows, line by line.

/**
 * @typedef {{kind: "heading", key: string, title: string, count: number, isFolded: boolean}
 *   | {kind: "device", key: string, device: import("./devices.js").Device}} Row
 */

/** Of where one was lately, this much is shown above the rest. */
const mostLately = 5;

const rowOf = (device, section = "") => ({ kind: "device", key: `${section}:${device.key}`, device });

function section(key, title, devices, folds) {
  if (devices.length === 0) return [];
  const isFolded = folds.has(key);
  return [
    { kind: "heading", key: `#${key}`, title, count: devices.length, isFolded },
    ...(isFolded ? [] : devices.map((device) => rowOf(device, key))),
  ];
}

/**
 * Everything: stars first, then lately, then all by their groups.
 *
 * @returns {Row[]}
 */
export function allRows(devices, stars, recent, folds) {
  const starred = devices.filter(({ key }) => stars.has(key));
  const lately = [...new Set(recent)].filter((device) => !stars.has(device.key)).slice(0, mostLately);
  const groups = new Map(devices.map(({ group }) => [group, []]));
  for (const device of devices) groups.get(device.group).push(device);
  const isPlain = groups.size === 1 && groups.has("");
  const rest = isPlain && starred.length === 0 && lately.length === 0
    ? devices.map((device) => rowOf(device))
    : [...groups].flatMap(([group, members]) =>
      section(`group ${group}`, group || (isPlain ? "All devices" : "Others"), members, folds));
  return [...section("starred", "Starred", starred, folds), ...section("lately", "Lately", lately, folds), ...rest];
}

/** What was found, those with a star first. */
export function foundRows(devices, stars) {
  return [...devices.filter(({ key }) => stars.has(key)), ...devices.filter(({ key }) => !stars.has(key))]
    .map((device) => rowOf(device));
}
