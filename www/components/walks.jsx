/**
 * Searches that come closer step by step: a line each, from step to step, as high as the level that it reached.
 *
 * @import { RefObject } from "preact"
 */
import { useMemo } from "preact/hooks";
import { linearTicks, tickText } from "../base/ticks";
import { useWidth } from "../base/width";
import { linearAxis, logAxis } from "./scale";

const HEIGHT = 168;
const LEFT = 44;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;
/** How near, in px, the pointer must come to a step. */
const REACH = 24;
const TICK_EVERY = 110;
const ROWS = 5;

/** @typedef {{ x: number, y: number }} Step `x`: time since it began; `y`: the level that it reached */
/** @typedef {{ key: string, label: string, steps: Step[] }} Walk */

/**
 * @typedef {object} WalksProps
 * @property {Walk[]} walks
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string} unit of the x axis
 * @property {string} level what a level is called
 * @property {boolean} logarithmic is the x axis? A linear one begins at 0
 * @property {string | null} pointed key of the walk that is pointed at, here or elsewhere
 * @property {string | null} selected
 * @property {(key: string | null) => void} onPoint
 * @property {(key: string) => void} onOpen
 */

/** @param {WalksProps} props */
export function Walks({ walks, label, unit, level, logarithmic, pointed, selected, onPoint, onOpen }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const scale = useMemo(() => scaleOf(walks, logarithmic, width), [walks, logarithmic, width]);
  const lines = useMemo(() => walks.map((walk) => lineOf(walk, scale)), [walks, scale]);
  const dots = useMemo(() => dotsOf(walks, scale), [walks, scale]);
  const shown = walks.findIndex(({ key }) => key === (pointed ?? selected));

  /** @param {MouseEvent & { currentTarget: SVGRectElement }} event */
  function nearest(event) {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestOf(walks, scale, event.clientX - box.left + LEFT, event.clientY - box.top);
  }

  return (
    <div ref={ref} class="walks">
      <svg role="img" aria-label={label} width={width} height={HEIGHT}>
        {scale.rows.map((tick) => (
          <g key={tick}>
            <line class="grid-line" x1={LEFT} x2={width - RIGHT} y1={scale.y(tick)} y2={scale.y(tick)} />
            <text class="axis" x={LEFT - 10} y={scale.y(tick) + 4} text-anchor="end">
              {tickText(tick)}
            </text>
          </g>
        ))}
        <text class="axis" x={LEFT} y={10}>
          {level}
        </text>
        {scale.columns.map((tick, index) => (
          <text
            key={tick}
            class="axis"
            x={scale.x(tick)}
            y={HEIGHT - 6}
            text-anchor={index === 0 ? "start" : scale.x(tick) > width - 40 ? "end" : "middle"}
          >
            {tickText(tick)}
            {index === 0 && ` ${unit}`}
          </text>
        ))}
        <g class={shown >= 0 ? "walk is-dim" : "walk"}>
          {lines.map((line, index) => (
            <path key={index} d={line} />
          ))}
          <path class="walk-steps" d={dots} />
        </g>
        {shown >= 0 && <Shown walk={walks[shown]} line={lines[shown]} scale={scale} width={width} />}
        <rect
          class="pointer-area"
          x={LEFT}
          width={Math.max(width - LEFT, 0)}
          height={HEIGHT - BOTTOM}
          onPointerMove={(event) => onPoint(nearest(event))}
          onPointerLeave={() => onPoint(null)}
          onClick={(event) => {
            const key = nearest(event);
            if (key !== null) onOpen(key);
          }}
        />
      </svg>
    </div>
  );
}

/** @param {{ walk: Walk, line: string, scale: Scale, width: number }} props */
function Shown({ walk, line, scale, width }) {
  const last = walk.steps.at(-1) ?? { x: 0, y: 0 };
  const x = scale.x(last.x);
  const left = x > width / 2;
  return (
    <g class="walk is-pointed">
      <path d={line} />
      {walk.steps.map((step) => (
        <circle key={step.x} cx={scale.x(step.x)} cy={scale.y(step.y)} r={4} />
      ))}
      <text
        class="on-picture"
        x={left ? x - 10 : x + 10}
        y={Math.max(scale.y(last.y) - 8, 12)}
        text-anchor={left ? "end" : "start"}
      >
        {walk.label}
      </text>
    </g>
  );
}

/** @typedef {ReturnType<typeof scaleOf>} Scale */

/**
 * @param {Walk[]} walks
 * @param {boolean} logarithmic
 * @param {number} width
 */
function scaleOf(walks, logarithmic, width) {
  const inner = Math.max(width - LEFT - RIGHT, 1);
  const depth = HEIGHT - TOP - BOTTOM;
  const moments = walks.flatMap(({ steps }) => steps.map(({ x }) => x));
  const across = logarithmic ? logAxis(moments) : linearAxis(moments, Math.max(Math.floor(inner / TICK_EVERY), 1));
  const highest = walks.reduce((most, { steps }) => Math.max(most, steps.at(-1)?.y ?? 0), 1);
  const rows = linearTicks(0, highest, ROWS).filter(Number.isInteger);
  return {
    rows,
    columns: across.ticks,
    x: (/** @type {number} */ value) => LEFT + across.share(value) * inner,
    y: (/** @type {number} */ value) => TOP + (1 - value / highest) * depth,
  };
}

/**
 * @param {Walk} walk
 * @param {Scale} scale
 */
function lineOf({ steps }, { x, y }) {
  return steps
    .map((step, index) => `${index === 0 ? "M" : "L"}${x(step.x).toFixed(1)} ${y(step.y).toFixed(1)}`)
    .join("");
}

/**
 * @param {Walk[]} walks
 * @param {Scale} scale
 */
function dotsOf(walks, { x, y }) {
  return walks
    .flatMap(({ steps }) => steps.map((step) => `M${x(step.x).toFixed(1)} ${y(step.y).toFixed(1)}h0`))
    .join("");
}

/**
 * @param {Walk[]} walks
 * @param {Scale} scale
 * @param {number} px
 * @param {number} py
 */
function nearestOf(walks, { x, y }, px, py) {
  let best = null;
  let least = REACH;
  for (const { key, steps } of walks) {
    for (const step of steps) {
      const distance = Math.hypot(x(step.x) - px, y(step.y) - py);
      if (distance < least) {
        least = distance;
        best = key;
      }
    }
  }
  return best;
}
