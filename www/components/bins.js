/**
 * Amounts in bins of equal width: made coarser until each can be drawn, and drawn as outlines of bars.
 */

/**
 * What an overview of traffic tells, a bin each. `down`, `up`: bytes to and from hosts of the network, of which the encrypted ones are a part;
 * `others`: bytes between hosts of which none is on it; `dht`, `trackers`: messages; `lost`: bytes that are not in the capture.
 *
 * @typedef {object} BinnedTraffic
 * @property {number} bin_seconds
 * @property {number | null} first_time when the first bin begins, in seconds since the Unix epoch; null: there is none
 * @property {number[]} down
 * @property {number[]} up
 * @property {number[]} down_encrypted
 * @property {number[]} up_encrypted
 * @property {number[]} others
 * @property {number[]} dht
 * @property {number[]} trackers
 * @property {number[]} lost
 */

/** The same where some of the lanes are not told. @typedef {Omit<BinnedTraffic, "dht" | "trackers" | "lost"> & Partial<BinnedTraffic>} DrawnTraffic */

/**
 * How many bins must be taken together so that each has `least` px of `width`.
 * @param {number} bins
 * @param {number} width px
 * @param {number} least px
 */
export function together(bins, width, least) {
  return Math.max(Math.ceil((bins * least) / Math.max(width, 1)), 1);
}

/**
 * Sums of so many neighbours each.
 * @param {number[]} amounts
 * @param {number} count
 */
export function summed(amounts, count) {
  if (count === 1) return amounts;
  const sums = new Array(Math.ceil(amounts.length / count)).fill(0);
  amounts.forEach((amount, index) => (sums[Math.floor(index / count)] += amount));
  return sums;
}

/**
 * Bars, from a base to a height each, as the outline of one path: neighbours touch.
 * @param {number[]} bases in px from the axis, upwards
 * @param {number[]} tops in px from the axis
 * @param {number} step px from one bar to the next
 */
export function outline(bases, tops, step) {
  let path = "";
  for (let index = 0; index < tops.length; index += 1) {
    const [base, top] = [bases[index], tops[index]];
    if (base === top) continue;
    // What is there at all can be seen.
    const height = Math.abs(top - base) < 1 ? Math.sign(top - base) : top - base;
    path += `M${round(index * step)} ${round(-base)}v${round(-height)}h${round(step)}v${round(height)}z`;
  }
  return path;
}

/** @param {number} px */
function round(px) {
  return Math.round(px * 100) / 100;
}

/** The largest, and where it stands first. @param {number[]} amounts */
export function peakOf(amounts) {
  let at = 0;
  for (let index = 1; index < amounts.length; index += 1) if (amounts[index] > amounts[at]) at = index;
  return { at, amount: amounts[at] ?? 0 };
}

/** @param {number[]} amounts */
export function hasAny(amounts) {
  return amounts.some((amount) => amount > 0);
}
