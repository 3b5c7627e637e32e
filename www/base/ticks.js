/**
 * Round values for an axis.
 */
import { number } from "./format";

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

/** @param {number} value without the last bits' noise, so that it prints as it is meant */
function tidy(value) {
  return Number(value.toPrecision(12));
}
