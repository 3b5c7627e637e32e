/**
 * Where everything of a timeline stands, and what is written there.
 *
 * @import { DrawnTraffic } from "./bins"
 */
import { clock, moment, number } from "../base/format";
import { clockTicks, linearTicks, tickText } from "../base/ticks";
import { hasAny, outline, peakOf, summed, together } from "./bins";

const GUTTER = 96;
/** Below so many px the labels stand nearer to the axis. */
const NARROW_BELOW = 560;
const NARROW_GUTTER = 68;
/** Px above the bars, for words. */
export const TOP = 20;
/**
 * Px above the bars, of the bars on both sides of the line together, and the least of either side, so that its label has room.
 * @typedef {{ top: number, bars: number, least: number }} Heights
 */

/** Of a picture. @type {Heights} */
const HEIGHTS = { top: TOP, bars: 136, least: 24 };
const LEAST_BAR = 2;
const ENOUGH_BARS = 120;
const TICK_EVERY = 96;
const SCALES = /** @type {const} */ ([
  [2 ** 20, "MiB/s"],
  [2 ** 10, "KiB/s"],
  [1, "B/s"],
]);

/**
 * Where everything stands; null where there is nothing to draw.
 * @param {DrawnTraffic} traffic
 * @param {number} width
 * @param {Heights} [room]
 */
export function drawnOf(traffic, width, room = HEIGHTS) {
  const { first_time: from, bin_seconds: seconds } = traffic;
  if (from === null || traffic.down.length === 0) return null;
  const left = width < NARROW_BELOW ? NARROW_GUTTER : GUTTER;
  const right = Math.max(width, left + 1);
  const factor = steady(traffic.down.length, seconds, together(traffic.down.length, right - left, LEAST_BAR));
  const sums = (/** @type {number[]} */ amounts) => summed(amounts, factor);
  const span = seconds * factor;
  const rates = (/** @type {number[]} */ amounts) => sums(amounts).map((bytes) => bytes / span);
  const sides = sidesOf(traffic, rates);
  const count = sides.above.length;
  const step = (right - left) / count;
  const peaks = { above: peakOf(sides.above), below: peakOf(sides.below) };
  const [scale, unit] =
    SCALES.find(([bytes]) => Math.max(peaks.above.amount, peaks.below.amount) >= bytes) ?? SCALES[2];
  const { zero, bottom, px } = heights(peaks.above.amount, peaks.below.amount, room);
  const x = (/** @type {number} */ time) => left + ((time - from) / (span * count)) * (right - left);
  const none = sides.above.map(() => 0);
  const up = (/** @type {number[]} */ values) => values.map((rate) => rate * px);
  const down = (/** @type {number[]} */ values) => values.map((rate) => -rate * px);
  const bins = [
    { hue: sides.hue, hatched: false, path: outline(up(sides.aboveHidden), up(sides.above), step) },
    { hue: "upload", hatched: false, path: outline(down(sides.belowHidden), down(sides.below), step) },
    { hue: sides.hue, hatched: true, path: outline(none, up(sides.aboveHidden), step) },
    { hue: "upload", hatched: true, path: outline(none, down(sides.belowHidden), step) },
  ].filter(({ path }) => path !== "");
  const lanes = lanesOf(traffic, sums, sides.mixed, left === NARROW_GUTTER, bottom);
  const foot = (lanes.at(-1)?.y ?? bottom) + 4;
  const any = bins.length > 0;
  const words = any ? [{ text: sides.title(left === GUTTER), y: room.top + 12, hue: `is-${sides.hue}` }] : [];
  if (any && sides.hue === "download") words.push({ text: "Up", y: bottom, hue: "is-upload" });
  const rows = any ? rowsOf(peaks.above.amount, peaks.below.amount, scale, (rate) => zero - rate * px) : [];
  const hidden = hasAny(sides.aboveHidden) || hasAny(sides.belowHidden);
  const notes = hidden && left === GUTTER ? [unit, "hatched:", "encrypted"] : any ? [unit] : [];
  const told = (/** @type {number} */ index) => {
    const at = from + index * span;
    const written = (/** @type {number} */ rate) => number(rate / scale, digitsOf(rate / scale));
    const figures =
      sides.hue === "download"
        ? `down ${written(sides.above[index])}, up ${written(sides.below[index])}`
        : written(sides.above[index]);
    return `${span < 1 ? moment(at) : clock(at)}: ${figures} ${unit}`;
  };
  const ticks = clockTicks(from, from + span * count, Math.max(Math.floor((right - left) / TICK_EVERY), 1));
  const peak = peakMark(peaks, { scale, zero, px, left, right, step });
  const top = Math.max(peaks.above.amount, peaks.below.amount) / scale;
  const most = `${number(top, digitsOf(top))} ${unit}`;
  return { left, right, zero, foot, step, bins, x, ticks, rows, peak, most, lanes, words, notes, count, told };
}

/**
 * How many bins make a bar: at least as many as given, and up to a second's as long as enough bars remain. Clients send in bursts, several a
 * second: a rate over less than that tells little.
 * @param {number} bins
 * @param {number} seconds that each lasts
 * @param {number} least
 */
export function steady(bins, seconds, least) {
  let count = least;
  while (seconds * count < 1 && bins / count > ENOUGH_BARS) count *= 2;
  return count;
}

/**
 * What stands above the line and what below, in bytes a second. Where no host of the network took part, what the others exchanged stands
 * above it.
 * @param {DrawnTraffic} traffic
 * @param {(amounts: number[]) => number[]} rates
 */
function sidesOf({ down, up, down_encrypted: downHidden, up_encrypted: upHidden, others }, rates) {
  const none = rates(down.map(() => 0));
  if (!hasAny(down) && !hasAny(up) && hasAny(others)) {
    return {
      hue: "others",
      title: (/** @type {boolean} */ wide) => (wide ? "Exchanged" : "Moved"),
      above: rates(others),
      aboveHidden: none,
      below: none,
      belowHidden: none,
      mixed: false,
    };
  }
  const sides = { above: rates(down), aboveHidden: rates(downHidden), below: rates(up), belowHidden: rates(upHidden) };
  return { hue: "download", title: () => "Down", ...sides, mixed: hasAny(others) };
}

/**
 * The line, where the bars end, and the px of a byte a second: one scale for both sides.
 * @param {number} above the highest rates
 * @param {number} below
 * @param {Heights} room
 */
function heights(above, below, { top, bars, least }) {
  if (above + below === 0) return { zero: top, bottom: top, px: 0 };
  const most = Math.max(above + below, 1);
  const share = Math.max(Math.min(above / most, 1 - least / bars), least / bars);
  const zero = top + Math.round(share * bars);
  const px = Math.min((zero - top) / Math.max(above, 1e-9), (top + bars - zero) / Math.max(below, 1e-9));
  return { zero, bottom: top + bars, px: Number.isFinite(px) ? Math.min(px, bars) : 0 };
}

/**
 * Round rates on both sides of the line, with where they stand.
 * @param {number} above
 * @param {number} below
 * @param {number} scale
 * @param {(rate: number) => number} y
 */
function rowsOf(above, below, scale, y) {
  const most = Math.max(above, below) / scale;
  const ticks = linearTicks(0, most, 4);
  const up = ticks
    .filter((tick) => tick <= above / scale)
    .map((tick) => ({ y: y(tick * scale), text: tickText(tick) }));
  const down = ticks
    .filter((tick) => tick > 0 && tick <= below / scale)
    .map((tick) => ({ y: y(-tick * scale), text: tickText(tick) }));
  return [...up, ...down].filter(
    (row, index, all) => all.findIndex((other) => Math.abs(other.y - row.y) < 12) === index,
  );
}

/**
 * The highest bar, in words.
 * @param {{ above: { at: number, amount: number }, below: { at: number, amount: number } }} peaks
 * @param {{ scale: number, zero: number, px: number, left: number, right: number, step: number }} frame
 */
function peakMark({ above, below }, { scale, zero, px, left, right, step }) {
  const [{ at, amount }, sign] = above.amount >= below.amount ? [above, -1] : [below, 1];
  if (amount === 0) return null;
  const x = left + (at + 0.5) * step;
  const text = `peak ${number(amount / scale, digitsOf(amount / scale))}`;
  return { x, y: zero + sign * amount * px, text, toLeft: x > (left + right) / 2 };
}

/** @param {number} value in the unit of the axis */
function digitsOf(value) {
  if (value >= 100) return 0;
  return value >= 10 || value === 0 ? 1 : 2;
}

/**
 * @param {DrawnTraffic} traffic
 * @param {(amounts: number[]) => number[]} sums
 * @param {boolean} mixed do others exchange bytes too?
 * @param {boolean} narrow
 * @param {number} bottom where the bars end
 */
function lanesOf({ others, dht, trackers, lost }, sums, mixed, narrow, bottom) {
  const lanes = [
    {
      text: narrow ? "Others" : "Other hosts",
      kind: /** @type {const} */ ("bars"),
      hue: "quiet",
      of: mixed ? others : undefined,
    },
    { text: "DHT", kind: /** @type {const} */ ("bars"), hue: "dht", of: dht },
    { text: "Trackers", kind: /** @type {const} */ ("strokes"), hue: "tracker", of: trackers },
    { text: narrow ? "Lost" : "Not captured", kind: /** @type {const} */ ("crosses"), hue: "lost", of: lost },
  ];
  const told = lanes.flatMap(({ of, ...lane }) => (of ? [{ ...lane, amounts: sums(of) }] : []));
  return told.map((lane, index) => ({ ...lane, y: bottom + 28 + index * 18 }));
}

/**
 * Where a tick's text is held, so that it stays within the axis.
 * @param {number} x
 * @param {number} left
 * @param {number} right
 */
export function anchorOf(x, left, right) {
  if (x < left + 20) return "start";
  return x > right - 20 ? "end" : "middle";
}
