/**
 * The lanes below a timeline: small bars on a scale of their own, strokes where there was something, or crosses where something is missing.
 */
import { outline, peakOf } from "./bins";

const HEIGHT = 12;
/** Px that keep two signs apart. */
const APART = { strokes: 2, crosses: 9 };

/**
 * `y`: the lane's foot; `amounts`: a bin each.
 * @typedef {{ text: string, kind: "bars" | "strokes" | "crosses", hue: string, amounts: number[], y: number }} TimelineLane
 */

/** @param {{ lanes: TimelineLane[], left: number, right: number, step: number }} props */
export function TimelineLanes({ lanes, left, right, step }) {
  return (
    <>
      {lanes.map(({ text, kind, hue, amounts, y }) => (
        <g key={text} class={`timeline-lane hue-${hue}`}>
          <text x={0} y={y}>
            {text}
          </text>
          <line class="grid-line" x1={left} x2={right} y1={y + 0.5} y2={y + 0.5} />
          <g transform={`translate(${left} ${y})`}>
            {kind === "bars" ? (
              <path class="lane-bar" d={barsOf(amounts, step)} />
            ) : (
              <path class="lane-line" d={signsOf(amounts, step, kind)} />
            )}
          </g>
        </g>
      ))}
    </>
  );
}

/**
 * @param {number[]} amounts
 * @param {number} step
 */
function barsOf(amounts, step) {
  const most = Math.max(peakOf(amounts).amount, 1);
  const tops = amounts.map((amount) => (amount / most) * HEIGHT);
  return outline(
    amounts.map(() => 0),
    tops,
    step,
  );
}

/**
 * A sign where there is anything, as many as can be told apart.
 * @param {number[]} amounts
 * @param {number} step
 * @param {"strokes" | "crosses"} kind
 */
function signsOf(amounts, step, kind) {
  let path = "";
  let last = -Infinity;
  amounts.forEach((amount, index) => {
    const x = (index + 0.5) * step;
    if (amount === 0 || x - last < APART[kind]) return;
    last = x;
    path += kind === "strokes" ? `M${x.toFixed(1)} 0v${-HEIGHT + 2}` : `M${(x - 3).toFixed(1)} -8l6 6m0-6l-6 6`;
  });
  return path;
}
