/**
 * Several things side by side: a lane for each, along one axis, which is capture time unless its ticks say otherwise. A lane bears bars (from one
 * moment to another) and signs (at one moment).
 *
 * @import { RefObject } from "preact"
 * @import { ClockTick } from "../base/ticks"
 */
import { useId, useMemo } from "preact/hooks";
import { cut } from "../base/format";
import { clockTicks } from "../base/ticks";
import { useWidth } from "../base/width";
import { BAND, LaneMark } from "./lane_mark";

/** The share of the width, and the px, that labels may take. */
const LABELS_SHARE = 0.28;
const LABELS = 312;
const NOTES = 108;
const GAP = 12;
const LANE = 22;
/** Below so many px, the words of a lane stand above its marks. */
const WORDS_ABOVE_BELOW = 560;
const WORDS = 16;
const AXIS = 24;
/** Px that a letter of a name takes on average, and one of an address always. */
const LETTER = 6.6;
const CODE_LETTER = 7.3;
/** How near, in px, the pointer must come to one of several marks of a lane. */
const REACH = 24;
const TICK_EVERY = 96;

/**
 * - `key`: the row that the mark stands for; several marks may share it;
 * - `at`, `until`: seconds since the Unix epoch; a mark without an end is a sign;
 * - `share`: how much of the lane's height a bar takes, from 0 to 1;
 * - `hatched`: what is in it cannot be seen;
 * - `told`: what it says when it is pointed at.
 *
 * @typedef {object} Mark
 * @property {string} key
 * @property {number} at
 * @property {number} [until]
 * @property {"dot" | "ring" | "diamond" | "cross" | "stroke"} [sign]
 * @property {"tracker" | "dht" | "tcp" | "utp" | "encrypted" | "lost" | "quiet" | "ink"} hue
 * @property {number} [share]
 * @property {boolean} [hatched]
 * @property {string} told
 */

/** `short` stands where there is no room for the label, `note` at its end. @typedef {{ label: string, short?: string, code?: boolean, note: string, marks: Mark[] }} Lane */

/**
 * @typedef {object} LanesProps
 * @property {Lane[]} lanes
 * @property {number} from the axis' ends, in seconds since the Unix epoch
 * @property {number} to
 * @property {(from: number, to: number, most: number) => ClockTick[]} [ticks] of the axis
 * @property {number} [line] where a line stands across all lanes
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {string | null} pointed key of the row that is pointed at, here or elsewhere
 * @property {string | null} selected
 * @property {(key: string | null) => void} onPoint
 * @property {(key: string) => void} onOpen
 */

/** @param {LanesProps} props */
export function Lanes({ lanes, from, to, ticks = clockTicks, line, label, pointed, selected, onPoint, onOpen }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const hatch = useId();
  const frame = useMemo(() => frameOf(width, lanes, from, to, ticks), [width, lanes, from, to, ticks]);
  const drawn = useMemo(
    () =>
      lanes.map((lane, index) => (
        <g key={index} transform={`translate(0 ${index * frame.step})`}>
          {line !== undefined && (
            <line class="lane-threshold" x1={frame.x(line)} x2={frame.x(line)} y1={frame.words} y2={frame.step} />
          )}
          <LaneWords lane={lane} frame={frame} width={width} />
          {lane.marks.map((mark, order) => (
            <LaneMark key={order} mark={mark} x={frame.x} y={frame.band} hatch={hatch} />
          ))}
        </g>
      )),
    [lanes, frame, width, hatch, line],
  );
  const shown = pointed ?? selected;
  const marked = lanes.flatMap(({ marks }, index) =>
    marks.filter(({ key }) => key === shown).map((mark) => ({ mark, index })),
  );

  /** @param {MouseEvent & { currentTarget: SVGRectElement }} event */
  function nearest(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const lane = lanes[Math.floor((event.clientY - box.top) / frame.step)];
    return lane ? nearestOf(lane, event.clientX - box.left + frame.left, frame.x) : null;
  }

  return (
    <div ref={ref} class="lanes">
      <svg role="img" aria-label={label} width={width} height={frame.height + AXIS}>
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
          <path class="lane-hatch" d="M2 0v5" />
        </pattern>
        {frame.ticks.map(({ at, text }) => (
          <g key={at}>
            <line class="grid-line" x1={frame.x(at)} x2={frame.x(at)} y1={0} y2={frame.height} />
            <text class="axis" x={frame.x(at)} y={frame.height + 17} text-anchor={anchorOf(frame, at)}>
              {text}
            </text>
          </g>
        ))}
        {drawn}
        {marked.map(({ mark, index }, order) => (
          <g key={order} class="is-pointed" transform={`translate(0 ${index * frame.step})`}>
            <LaneMark mark={mark} x={frame.x} y={frame.band} hatch={hatch} />
          </g>
        ))}
        {marked[0] && (
          <text class="axis is-pointed" x={width} y={frame.height + 17} text-anchor="end">
            {cut(marked[0].mark.told, width / LETTER)}
          </text>
        )}
        <rect
          class="pointer-area"
          x={frame.left}
          width={Math.max(width - frame.left, 0)}
          height={frame.height}
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

/** @param {{ lane: Lane, frame: Frame, width: number }} props */
function LaneWords({ lane: { label, short = label, code, note }, frame, width }) {
  const y = frame.above ? 12 : 15;
  // As many as the labels' width was made for, in spite of rounding.
  const room = (frame.above ? width - NOTES : frame.left - GAP) / (code ? CODE_LETTER : LETTER) + 0.1;
  return (
    <>
      <line class="grid-line" x1={frame.left} x2={frame.right} y1={frame.step - 0.5} y2={frame.step - 0.5} />
      <text class={code ? "code" : "on-picture"} x={0} y={y}>
        {cut(label.length <= room ? label : short, room)}
        <title>{label}</title>
      </text>
      <text class="axis lane-note" x={width} y={y} text-anchor="end">
        {note}
      </text>
    </>
  );
}

/** @typedef {ReturnType<typeof frameOf>} Frame */

/**
 * Where everything stands.
 * @param {number} width
 * @param {Lane[]} lanes
 * @param {number} from
 * @param {number} to
 * @param {(from: number, to: number, most: number) => ClockTick[]} ticksOf
 */
function frameOf(width, lanes, from, to, ticksOf) {
  const above = width < WORDS_ABOVE_BELOW;
  const longest = lanes.reduce((px, lane) => Math.max(px, lane.label.length * (lane.code ? CODE_LETTER : LETTER)), 0);
  const left = above ? 0 : Math.min(longest + GAP, LABELS, width * LABELS_SHARE);
  const right = Math.max(above ? width : width - NOTES, left + 1);
  const words = above ? WORDS : 0;
  const step = LANE + words;
  const inset = BAND / 2;
  const span = Math.max(to - from, 1e-6);
  const x = (/** @type {number} */ at) => left + inset + ((at - from) / span) * (right - left - 2 * inset);
  const ticks = ticksOf(from, to, Math.max(Math.floor((right - left) / TICK_EVERY), 1));
  return { above, left, right, words, step, x, ticks, band: words + LANE / 2, height: lanes.length * step };
}

/**
 * @param {Frame} frame
 * @param {number} at
 */
function anchorOf({ left, right, x }, at) {
  if (x(at) < left + 24) return "start";
  return x(at) > right - 24 ? "end" : "middle";
}

/**
 * The row of the mark that is nearest; a lane that is about one row has no other.
 * @param {Lane} lane
 * @param {number} px
 * @param {(at: number) => number} x
 */
function nearestOf({ marks }, px, x) {
  if (marks.length > 0 && marks.every(({ key }) => key === marks[0].key)) return marks[0].key;
  let best = null;
  let least = REACH;
  for (const { key, at, until } of marks) {
    const distance = Math.max(x(at) - px, px - x(until ?? at), 0);
    if (distance < least) {
      least = distance;
      best = key;
    }
  }
  return best;
}
