/**
 * Moments as dots: each at its time, and as high as its value is large, on a logarithmic scale; the axis of time is linear or logarithmic.
 */
import { useMemo } from "preact/hooks";
import { tickText } from "../base/ticks";
import { useWidth } from "../base/width";
import { linearAxis, logAxis } from "./scale";

const HEIGHT = 132;
const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const RADIUS = 3.5;
/** How near, in px, the pointer must come to a dot. */
const REACH = 24;

/** @typedef {{ key: string, x: number, y: number, label: string }} Dot */

/**
 * @typedef {object} DotsProps
 * @property {Dot[]} dots
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string} unit of the x axis
 * @property {boolean} logarithmic is the x axis? A linear one begins at 0
 * @property {string | null} pointed key of the dot that is pointed at, here or elsewhere
 * @property {string | null} selected
 * @property {(key: string | null) => void} onPoint
 * @property {(key: string) => void} onOpen
 */

/** @param {DotsProps} props */
export function Dots({ dots, label, unit, logarithmic, pointed, selected, onPoint, onOpen }) {
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const scale = useMemo(() => scaleOf(dots, logarithmic, width), [dots, logarithmic, width]);
  const path = useMemo(() => dots.map((dot) => `M${scale.x(dot.x)} ${scale.y(dot.y)}h0`).join(""), [dots, scale]);

  /** @param {PointerEvent & { currentTarget: SVGRectElement }} event */
  function nearest(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left + LEFT;
    const y = event.clientY - box.top;
    let best = null;
    let least = REACH;
    for (const dot of dots) {
      const distance = Math.hypot(Number(scale.x(dot.x)) - x, Number(scale.y(dot.y)) - y);
      if (distance < least) {
        least = distance;
        best = dot.key;
      }
    }
    return best;
  }

  const labelled = dots.find(({ key }) => key === (pointed ?? selected));
  return (
    <div ref={ref} class="dots">
      <svg role="img" aria-label={label} width={width} height={HEIGHT}>
        {scale.rows.map((tick) => (
          <g key={tick}>
            <line class="grid-line" x1={LEFT} x2={width - RIGHT} y1={scale.y(tick)} y2={scale.y(tick)} />
            <text class="axis" x={LEFT - 10} y={Number(scale.y(tick)) + 4} text-anchor="end">
              {tickText(tick)}
            </text>
          </g>
        ))}
        {scale.columns.map((tick, index) => (
          <text
            key={tick}
            class="axis"
            x={scale.x(tick)}
            y={HEIGHT - 6}
            text-anchor={index === 0 ? "start" : Number(scale.x(tick)) > width - 40 ? "end" : "middle"}
          >
            {tickText(tick)}
            {index === 0 && ` ${unit}`}
          </text>
        ))}
        <path class="dot-rim" d={path} stroke-width={RADIUS * 2 + 3} />
        <path class="dot-core" d={path} stroke-width={RADIUS * 2 - 1} />
        {labelled && (
          <Labelled dot={labelled} x={Number(scale.x(labelled.x))} y={Number(scale.y(labelled.y))} width={width} />
        )}
        <rect
          class="pointer-area"
          x={LEFT}
          width={Math.max(width - LEFT, 0)}
          height={HEIGHT - BOTTOM}
          onPointerMove={(event) => onPoint(nearest(event))}
          onPointerLeave={() => onPoint(null)}
          onClick={(event) => {
            const key = nearest(/** @type {any} */ (event));
            if (key !== null) onOpen(key);
          }}
        />
      </svg>
    </div>
  );
}

/** @param {{ dot: Dot, x: number, y: number, width: number }} props */
function Labelled({ dot, x, y, width }) {
  const left = x > width / 2;
  return (
    <g>
      <circle class="dot-pointed" cx={x} cy={y} r={RADIUS + 2} />
      <text class="on-picture" x={left ? x - 10 : x + 10} y={Math.max(y - 6, 12)} text-anchor={left ? "end" : "start"}>
        {dot.label}
      </text>
    </g>
  );
}

/**
 * @param {Dot[]} dots
 * @param {boolean} logarithmic
 * @param {number} width
 */
function scaleOf(dots, logarithmic, width) {
  const inner = Math.max(width - LEFT - RIGHT, 1);
  const depth = HEIGHT - TOP - BOTTOM;
  const moments = dots.map(({ x }) => x);
  const across = logarithmic ? logAxis(moments) : linearAxis(moments, Math.max(Math.floor(inner / 110), 1));
  const up = logAxis(dots.map(({ y }) => y));
  return {
    rows: up.ticks,
    columns: across.ticks,
    x: (/** @type {number} */ value) => (LEFT + across.share(value) * inner).toFixed(1),
    y: (/** @type {number} */ value) => (TOP + (1 - up.share(value)) * depth).toFixed(1),
  };
}
