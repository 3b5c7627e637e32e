/**
 * How often what lay where: a bar for each bucket, as wide as the bucket is on a logarithmic axis, as high as its count.
 *
 * @import { RefObject } from "preact"
 */
import { number } from "../base/format";
import { tickText } from "../base/ticks";
import { useWidth } from "../base/width";
import { logAxis } from "./scale";

const HEIGHT = 104;
const AXIS = 24;
const TOP = 16;
const RIGHT = 12;

/** `from` is greater than 0. @typedef {{ from: number, until: number, count: number }} Bucket */

/** `unit`: of the axis. `label`: what the picture shows, told to those who do not see it. @param {{ buckets: Bucket[], unit: string, label: string }} props */
export function Histogram({ buckets, unit, label }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(480);
  const axis = logAxis(buckets.flatMap(({ from, until }) => [from, until]));
  const inner = Math.max(width - RIGHT, 1);
  const x = (/** @type {number} */ value) => axis.share(value) * inner;
  const most = buckets.reduce((high, { count }) => Math.max(high, count), 1);
  const y = (/** @type {number} */ count) => HEIGHT - (count / most) * (HEIGHT - TOP);
  const highest = buckets.find(({ count }) => count === most);
  return (
    <div ref={ref} class="histogram">
      <svg role="img" aria-label={label} width={width} height={HEIGHT + AXIS}>
        {axis.ticks.map((tick, index) => (
          <g key={tick}>
            <line class="grid-line" x1={x(tick)} x2={x(tick)} y1={TOP} y2={HEIGHT} />
            <text class="axis" x={x(tick)} y={HEIGHT + 17} text-anchor={anchorOf(index, axis.ticks.length)}>
              {tickText(tick)}
              {index === 0 && ` ${unit}`}
            </text>
          </g>
        ))}
        {buckets.map(({ from, until, count }) => (
          <rect
            key={from}
            class="bar fill-download"
            x={x(from) + 0.5}
            width={Math.max(x(until) - x(from) - 1, 1)}
            y={count > 0 ? Math.min(y(count), HEIGHT - 1) : HEIGHT}
            height={count > 0 ? Math.max(HEIGHT - y(count), 1) : 0}
          >
            <title>{`${tickText(from)} to ${tickText(until)} ${unit}: ${number(count)}`}</title>
          </rect>
        ))}
        <line class="grid-line" x1={0} x2={inner} y1={HEIGHT + 0.5} y2={HEIGHT + 0.5} />
        {highest && (
          <text class="axis" x={(x(highest.from) + x(highest.until)) / 2} y={TOP - 4} text-anchor="middle">
            {number(most)}
          </text>
        )}
      </svg>
    </div>
  );
}

/**
 * @param {number} index
 * @param {number} count
 */
function anchorOf(index, count) {
  if (index === 0) return "start";
  return index === count - 1 ? "end" : "middle";
}
