/**
 * A few amounts over capture time, on one scale that begins at zero: a step line each, with its name.
 *
 * @import { Frame } from "./time_plot"
 */
import { useState } from "preact/hooks";
import { linearTicks } from "../base/ticks";
import { amountRules, stepPath, TimePlot } from "./time_plot";

const HEIGHT = 112;
const RULES = 4;
/** Px that a name may take, across and down. */
const NAME = 80;
const LINE = 15;

/** `strong`: the one that the title is about. @typedef {{ name: string, strong: boolean, values: number[] }} Amount */

/**
 * @param {{ times: number[], amounts: Amount[], from: number, to: number, unit: string, label: string,
 *   told: (index: number) => string }} props `times`: when each value began to hold; `told`: what all are at one of them
 */
export function Steps({ times, amounts, from, to, unit, label, told }) {
  const [pointed, setPointed] = useState(/** @type {number | null} */ (null));
  const most = Math.max(...amounts.flatMap(({ values }) => values), 1);
  const ticks = linearTicks(0, most, RULES);
  const rules = amountRules(ticks, most, unit);
  return (
    <TimePlot
      from={from}
      to={to}
      height={HEIGHT}
      rules={rules}
      label={label}
      told={pointed === null ? null : told(pointed)}
      onPoint={(at) => setPointed(at && lastBefore(times, at.frame.x, at.x))}
    >
      {(frame) => (
        <>
          {pointed !== null && (
            <line
              class="pointed-at"
              x1={frame.x(times[pointed])}
              x2={frame.x(times[pointed])}
              y1={frame.top}
              y2={frame.bottom}
            />
          )}
          {amounts.map(({ name, strong, values }) => (
            <path
              key={name}
              class={`step-line${strong ? " is-strong" : ""}`}
              d={stepPath(
                frame,
                times.map((time, index) => ({ time, share: values[index] / most })),
              )}
            />
          ))}
          {amounts.map((amount) => (
            <text key={amount.name} class="axis on-line" {...nameAt(amount, times, most, frame)}>
              {amount.name}
            </text>
          ))}
        </>
      )}
    </TimePlot>
  );
}

/**
 * A name stands at its line's highest step: of the strong line below it, of others above.
 * @param {Amount} amount
 * @param {number[]} times
 * @param {number} most
 * @param {Frame} frame
 */
function nameAt({ values, strong }, times, most, frame) {
  const highest = Math.max(...values);
  const y = frame.y(highest / most);
  return {
    x: Math.min(frame.x(times[values.indexOf(highest)]) + 4, frame.right - NAME),
    y: Math.min(Math.max(strong ? y + LINE : y - 5, LINE - 4), frame.bottom - 4),
  };
}

/**
 * The moment that holds below the pointer.
 * @param {number[]} times
 * @param {(time: number) => number} x
 * @param {number} px
 */
function lastBefore(times, x, px) {
  const index = times.findLastIndex((time) => x(time) <= px);
  return index < 0 ? null : index;
}
