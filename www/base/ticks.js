/**
 * Round values for an axis.
 */
import { clock, number } from "./format";

/**
 * Round steps that cover a linear range, at most `most` of them.
 * @param {number} from
 * @param {number} to
 * @param {number} most
 */
export function linearTicks(from, to, most) {
  if (!(to > from)) return [from];
  const step = roundStep((to - from) / Math.max(most, 1));
  const ticks = [];
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n += 1) ticks.push(tidy(n * step));
  return ticks;
}

/**
 * Powers of ten that cover a range.
 * @param {number} from greater than 0
 * @param {number} to
 */
export function logTicks(from, to) {
  const ticks = [];
  for (let n = Math.floor(Math.log10(from)); n <= Math.ceil(Math.log10(to)); n += 1) ticks.push(tidy(10 ** n));
  return ticks;
}

/**
 * The next step of 1, 2 or 5 times a power of ten that is not smaller.
 * @param {number} least
 */
export function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  for (const factor of [1, 2, 5]) if (factor * power >= least * (1 - 1e-9)) return tidy(factor * power);
  return tidy(10 * power);
}

/**
 * A tick as text, with the decimals it needs and no more.
 * @param {number} tick
 */
export function tickText(tick) {
  const digits = tick === 0 ? 0 : Math.max(0, -Math.floor(Math.log10(Math.abs(tick)) + 1e-9));
  return number(tick, Number(tick.toFixed(digits)) === tick ? digits : digits + 1);
}

/** Steps that divide minutes, hours and days evenly, in seconds. */
const CLOCK_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** @typedef {{ at: number, text: string }} ClockTick `at`: seconds since the Unix epoch */

/**
 * Round times of day within a span, in the reader's time zone; within a short one, seconds since it began: "0 s", "0.5".
 * @param {number} from seconds since the Unix epoch
 * @param {number} to
 * @param {number} most
 * @returns {ClockTick[]}
 */
export function clockTicks(from, to, most) {
  const least = (to - from) / Math.max(most, 1);
  if (least < CLOCK_STEPS[0]) {
    const ticks = linearTicks(0, to - from, most);
    return ticks.map((tick, index) => ({ at: from + tick, text: tickText(tick) + (index === 0 ? " s" : "") }));
  }
  const days = Math.ceil(least / 86_400) * 86_400;
  const step = CLOCK_STEPS.find((candidate) => candidate >= least) ?? days;
  const zone = new Date(from * 1000).getTimezoneOffset() * 60;
  const ticks = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) {
    ticks.push({ at, text: step < 60 ? clock(at) : clock(at).slice(0, 5) });
  }
  return ticks;
}

/** @param {number} value without the last bits' noise, so that it prints as it is meant */
function tidy(value) {
  return Number(value.toPrecision(12));
}
