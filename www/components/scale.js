/**
 * Axes: where a value lies between the two ends, and the round values to be written beside it.
 */
import { linearTicks, logTicks } from "../base/ticks";

/** @typedef {{ ticks: number[], share: (value: number) => number }} Axis `share`: how far along the axis a value lies, from 0 to 1 */

/**
 * From the power of ten below the least value to the one above the largest. What has no logarithm lies at its beginning.
 * @param {number[]} values
 * @returns {Axis}
 */
export function logAxis(values) {
  const positive = values.filter((value) => value > 0);
  const least = positive.reduce((low, value) => Math.min(low, value), Infinity);
  const most = positive.reduce((high, value) => Math.max(high, value), 0);
  const ticks = most > 0 ? logTicks(least, Math.max(most, least * 1.01)) : [1, 10];
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  return { ticks, share: (value) => Math.log(Math.max(value, low) / low) / Math.log(high / low) };
}

/**
 * From 0 to the largest value.
 * @param {number[]} values
 * @param {number} most ticks
 * @returns {Axis}
 */
export function linearAxis(values, most) {
  const end = values.reduce((last, value) => Math.max(last, value), 1e-3);
  return { ticks: linearTicks(0, end, most), share: (value) => value / end };
}
