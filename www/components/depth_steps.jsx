/**
 * How many there were at one time: steps along the capture's time, on a scale that begins at zero.
 *
 * @import { RefObject } from "preact"
 */
import { clockTicks, linearTicks, tickText } from "../base/ticks";
import { useWidth } from "../base/width";

const HEIGHT = 72;
const AXIS = 24;
/** As far in as the lanes that stand above begin. */
const LEFT = 7;
const RIGHT = 7;
const TOP = 16;
const TICK_EVERY = 96;

/**
 * `begin`: seconds since the Unix epoch; each step lasts `step` seconds; `from` and `to` are the ends of the axis.
 * @typedef {{ begin: number, step: number, depths: number[], from: number, to: number, label: string }} DepthStepsProps
 */

/** @param {DepthStepsProps} props */
export function DepthSteps({ begin, step, depths, from, to, label }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(480);
  const inner = Math.max(width - LEFT - RIGHT, 1);
  const most = depths.reduce((high, depth) => Math.max(high, depth), 1);
  const span = Math.max(to - from, 1e-6);
  const x = (/** @type {number} */ at) => LEFT + (Math.min(Math.max(at - from, 0), span) / span) * inner;
  const y = (/** @type {number} */ depth) => HEIGHT - (depth / most) * (HEIGHT - TOP);
  const edges = depths.map((depth, index) => `V${y(depth).toFixed(1)}H${x(begin + (index + 1) * step).toFixed(1)}`);
  const rows = linearTicks(0, most, 2).filter(Number.isInteger);
  const columns = clockTicks(from, to, Math.max(Math.floor(inner / TICK_EVERY), 1));
  return (
    <div ref={ref} class="depth-steps">
      <svg role="img" aria-label={label} width={width} height={HEIGHT + AXIS}>
        <path class="bar fill-download" d={`M${x(begin).toFixed(1)} ${HEIGHT}${edges.join("")}V${HEIGHT}Z`} />
        {rows.map((tick) => (
          <g key={tick}>
            <line class="grid-line" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text class="axis" x={0} y={y(tick) - 4}>
              {tickText(tick)}
            </text>
          </g>
        ))}
        {columns.map(({ at, text }) => (
          <text
            key={at}
            class="axis"
            x={x(at)}
            y={HEIGHT + 17}
            text-anchor={x(at) > width - 40 ? "end" : x(at) < LEFT + 24 ? "start" : "middle"}
          >
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}
