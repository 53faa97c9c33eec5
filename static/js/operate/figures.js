// Figures as people read them.

import { numberWords, say } from "../words/words.js";

/** @param {number} bytes */
export function bytesInWords(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  const places = unit === 0 || value >= 99.95 ? 1 : 10;
  return `${numberWords(Math.round(value * places) / places)} ${units[unit]}`;
}

/** @param {number} seconds */
export function secondsInWords(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return say("duration.seconds", { count: whole });
  if (whole < 3600) return say("duration.minutes", { count: Math.floor(whole / 60) });
  if (whole < 2 * 86400) return say("duration.hours", { count: Math.floor(whole / 3600) });
  return say("duration.days", { count: Math.floor(whole / 86400) });
}
