// Labels by which a long list is made shorter: which there are, and what is left of the devices.

/** A label with more values than these is a name, not a kind. */
const mostValues = 60;
/** So many labels have room. */
const mostFacets = 6;

/** @typedef {{label: string, values: {value: string, count: number}[]}} Facet */

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * @param {import("./devices.js").Device[]} devices
 * @returns {Facet[]} labels that part them, those that most of them have first
 */
export function facetsOf(devices) {
  /** @type {Map<string, Map<string, number>>} */
  const counts = new Map();
  for (const { labels } of devices) {
    for (const label in labels) {
      if (!counts.has(label)) counts.set(label, new Map());
      const values = counts.get(label);
      values.set(labels[label], (values.get(labels[label]) ?? 0) + 1);
    }
  }
  const total = (values) => [...values.values()].reduce((sum, count) => sum + count, 0);
  return [...counts]
    .map(([label, values]) => ({ label, values, total: total(values) }))
    // What is the same for all, or another for each, makes nothing shorter.
    .filter(({ values, total }) => values.size <= mostValues && (values.size > 1 || total < devices.length)
      && values.size < total)
    .sort((a, b) => b.total - a.total || collator.compare(a.label, b.label))
    .slice(0, mostFacets)
    .map(({ label, values }) => ({
      label,
      values: [...values].map(([value, count]) => ({ value, count }))
        .sort((a, b) => collator.compare(a.value, b.value)),
    }));
}

/**
 * @param {import("./devices.js").Device[]} devices
 * @param {Map<string, string>} chosen values by label
 */
export const narrowed = (devices, chosen) =>
  (chosen.size === 0 ? devices
    : devices.filter(({ labels }) => [...chosen].every(([label, value]) => labels[label] === value)));
