/**
 * One mark of a lane: a bar, or a sign.
 *
 * @import { Mark } from "./lanes"
 */

/** Px that the highest bar takes. */
export const BAND = 14;
const LEAST_WIDTH = 3;
const RADIUS = 4;

/** @param {{ mark: Mark, x: (at: number) => number, y: number, hatch: string }} props `y`: the middle; `hatch`: the id of the pattern */
export function LaneMark({ mark: { at, until, sign, hue, share = 1, hatched = false }, x, y, hatch }) {
  const left = x(at);
  if (until !== undefined) {
    const height = Math.max(share * BAND, 2);
    const box = { x: left, y: y + BAND / 2 - height, width: Math.max(x(until) - left, LEAST_WIDTH), height };
    return (
      <g class={`lane-mark hue-${hue}`}>
        <rect class={hatched ? "lane-bar is-hatched" : "lane-bar"} {...box} />
        {hatched && <rect fill={`url(#${hatch})`} {...box} />}
      </g>
    );
  }
  return (
    <g class={`lane-mark hue-${hue}`}>
      {sign === "cross" && <path class="lane-line" d={`M${left - 4} ${y - 4}l8 8m0-8l-8 8`} />}
      {sign === "stroke" && <path class="lane-line" d={`M${left} ${y - BAND / 2}v${BAND}`} />}
      {sign === "diamond" && <path class="lane-sign" d={`M${left} ${y - 6}l6 6l-6 6l-6 -6z`} />}
      {sign === "dot" && <circle class="lane-sign" cx={left} cy={y} r={RADIUS} />}
      {sign === "ring" && <circle class="lane-ring" cx={left} cy={y} r={RADIUS} />}
    </g>
  );
}
