/**
 * How the time axis of a picture is drawn. Nodes answer in a burst when a client starts, and then now and again: on a linear axis such a burst would
 * be one stroke at its left end.
 */

/** @typedef {{ unit: "s" | "ms", logarithmic: boolean }} TimeAxis */

/** The middle half of the moments must take at least this share of a linear axis. */
const LEAST_SPREAD = 0.1;
/** Below so many seconds an axis counts milliseconds. */
const MILLISECONDS_BELOW = { linear: 1, logarithmic: 10 };

/**
 * @param {number[]} moments in seconds since the capture began
 * @returns {TimeAxis}
 */
export function timeAxis(moments) {
  const sorted = [...moments].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const end = at(1);
  const logarithmic = end > 0 && at(0) > 0 && (at(0.75) - at(0.25)) / end < LEAST_SPREAD;
  const below = logarithmic ? MILLISECONDS_BELOW.logarithmic : MILLISECONDS_BELOW.linear;
  return { unit: end < below ? "ms" : "s", logarithmic };
}
