/**
 * The frame of pictures whose x axis is capture time: its axes, and what is drawn in between. All that stand below one another on a page have the
 * same gutter, so that one moment is in one place.
 *
 * @import { ComponentChildren, RefObject } from "preact"
 */
import { useMemo } from "preact/hooks";
import { clockTicks, tickText } from "../base/ticks";
import { useWidth } from "../base/width";

/** Px left of the axis, for words; of a narrow page, for figures alone. */
const GUTTER = 96;
const NARROW_GUTTER = 40;
const NARROW_BELOW = 560;
const RIGHT = 8;
const TOP = 8;
const AXIS = 24;
const TICK_EVERY = 110;

/** `share`: how high on the picture, from 0 to 1; `short` stands where there is little room. @typedef {{ share: number, text: string, short?: string }} Rule */

/**
 * Where things stand, in px.
 * @typedef {{ left: number, right: number, top: number, bottom: number, width: number, narrow: boolean, x: (time: number) => number, y: (share: number) => number }} Frame
 */

/**
 * @typedef {object} TimePlotProps
 * @property {number} from seconds since the Unix epoch
 * @property {number} to
 * @property {number} height px between the axis and the top
 * @property {Rule[]} rules
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string | null} [told] what is pointed at
 * @property {(at: { x: number, y: number, frame: Frame } | null) => void} [onPoint] where the pointer is, in px of the picture
 * @property {(frame: Frame) => ComponentChildren} children
 */

/** @param {TimePlotProps} props */
export function TimePlot({ from, to, height, rules, label, told, onPoint, children }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const frame = useMemo(() => frameOf(width, height, from, to), [width, height, from, to]);
  const { left, right, bottom, narrow } = frame;
  const ticks = clockTicks(from, to, Math.max(Math.floor((right - left) / TICK_EVERY), 1));
  return (
    <div ref={ref} class="time-plot">
      <svg role="img" aria-label={label} width={width} height={bottom + AXIS}>
        {ticks.map(({ at, text }) => (
          <g key={at}>
            <line class="grid-line" x1={frame.x(at)} x2={frame.x(at)} y1={0} y2={bottom} />
            <text class="axis" x={frame.x(at)} y={bottom + 17} text-anchor={anchorOf(frame, at)}>
              {text}
            </text>
          </g>
        ))}
        {rules.map(({ share, text, short = text }) => (
          <g key={share}>
            <line class="grid-line" x1={left} x2={right} y1={frame.y(share)} y2={frame.y(share)} />
            <text class="axis" x={left - 8} y={frame.y(share) + 4} text-anchor="end">
              {narrow ? short : text}
            </text>
          </g>
        ))}
        {children(frame)}
        {told && (
          <text class="axis is-pointed" x={right} y={bottom + 17} text-anchor="end">
            {told}
          </text>
        )}
        {onPoint && (
          <rect
            class="pointer-area"
            x={left}
            width={Math.max(right - left, 0)}
            height={bottom}
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              onPoint({ x: event.clientX - box.left + left, y: event.clientY - box.top, frame });
            }}
            onPointerLeave={() => onPoint(null)}
          />
        )}
      </svg>
    </div>
  );
}

/**
 * Rules at round amounts from zero to the greatest; the highest says the unit.
 * @param {number[]} ticks
 * @param {number} most
 * @param {string} unit
 * @returns {Rule[]}
 */
export function amountRules(ticks, most, unit) {
  return ticks.map((tick, index) => ({
    share: tick / most,
    text: index === ticks.length - 1 ? `${tickText(tick)} ${unit}` : tickText(tick),
    short: tickText(tick),
  }));
}

/**
 * A line in steps: a value holds until the next.
 * @param {Frame} frame
 * @param {{ time: number, share: number }[]} points by time
 */
export function stepPath({ x, y }, points) {
  return points
    .map(({ time, share }, index) => {
      const [px, py] = [x(time).toFixed(1), y(share).toFixed(1)];
      return index === 0 ? `M${px} ${py}` : `H${px}V${py}`;
    })
    .join("");
}

/**
 * @param {number} width
 * @param {number} height
 * @param {number} from
 * @param {number} to
 * @returns {Frame}
 */
function frameOf(width, height, from, to) {
  const narrow = width < NARROW_BELOW;
  const left = narrow ? NARROW_GUTTER : GUTTER;
  const right = Math.max(width - RIGHT, left + 1);
  const bottom = TOP + height;
  const span = Math.max(to - from, 1e-6);
  return {
    left,
    right,
    top: TOP,
    bottom,
    width,
    narrow,
    x: (time) => left + (Math.min(Math.max(time - from, 0), span) / span) * (right - left),
    y: (share) => bottom - share * height,
  };
}

/**
 * @param {Frame} frame
 * @param {number} at
 */
function anchorOf({ left, right, x }, at) {
  if (x(at) < left + 16) return "start";
  return x(at) > right - 24 ? "end" : "middle";
}
