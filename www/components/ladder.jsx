/**
 * What two ends said to each other, in order: two lifelines, time downwards, an arrow for each message, and a line that joins a request with what
 * answers it. Of a long exchange only the arrows in sight are drawn.
 *
 * @import { RefObject } from "preact"
 * @import { RowSource } from "./table"
 */
import { useEffect, useRef } from "preact/hooks";
import { cut, number } from "../base/format";
import { useWidth } from "../base/width";
import { LadderJoins } from "./ladder_joins";
import { LadderRung } from "./ladder_rung";
import { usePlace } from "./place";
import { boxHeight, inSight } from "./window";

/** Px of a rung. */
export const RUNG = 22;
const RUNGS_IN_SIGHT = 14;
/** Px for the times, and for the lines that join, beside each lifeline. */
const TIMES = 76;
const NARROW_TIMES = 56;
const JOINS = 56;
const NARROW_JOINS = 20;
const NARROW_BELOW = 560;
const CODE_LETTER = 7.3;

/**
 * - `time`: seconds since the Unix epoch;
 * - `answers`, `answered_by`: the number of the rung at the other end of a join; `outstanding`: how many requests are open after it.
 *
 * @typedef {object} Rung
 * @property {number} number its place, from 0
 * @property {"originator" | "responder"} direction
 * @property {string} kind
 * @property {string} name
 * @property {number} time
 * @property {number | null} index
 * @property {number | null} begin
 * @property {number | null} answers
 * @property {number | null} answered_by
 * @property {number | null} delay
 * @property {number | null} outstanding
 */

/** Where everything stands across. @typedef {{ width: number, times: number, joins: number, originator: number, responder: number }} Across */

/**
 * @template {Rung} R
 * @typedef {object} LadderProps
 * @property {string} originator
 * @property {string} responder
 * @property {RowSource<R>} source
 * @property {number} start what times are counted from
 * @property {string} label what the picture shows, told to those who do not see it
 * @property {number | null} pointed number of a rung
 * @property {(rung: R | null) => void} onPoint
 * @property {(rung: R) => void} onOpen
 */

/**
 * @template {Rung} R
 * @param {LadderProps<R>} props
 */
export function Ladder({ originator, responder, source, start, label, pointed, onPoint, onOpen }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [box, width] = useWidth(1200);
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const count = source.matched.value;
  void source.version.value;
  const place = usePlace(body, count, false);
  const { from, to, y } = inSight(place);
  useEffect(() => source.want(from, to), [source, from, to, source.version.value]);
  const across = acrossOf(width);
  const rungs = Array.from({ length: to - from }, (_, offset) => source.row(from + offset));
  const partner = rungs.find((rung) => rung?.number === pointed);
  const shown = [pointed, partner?.answers, partner?.answered_by];

  /** @param {MouseEvent & { currentTarget: SVGRectElement }} event */
  const at = (event) => {
    const { top } = event.currentTarget.getBoundingClientRect();
    return source.row(from + Math.floor((event.clientY - top) / RUNG)) ?? null;
  };

  return (
    <div
      ref={box}
      class="ladder"
      role="group"
      aria-label={label}
      tabIndex={0}
      data-scroller
      style={{ height: `${Math.min(count, RUNGS_IN_SIGHT) * RUNG + 36}px` }}
    >
      <svg class="ladder-head" aria-hidden="true" width={width} height={28}>
        <text class="axis" x={across.times} y={18} text-anchor="end">
          s
        </text>
        <End x={across.originator} name={originator} across={across} />
        <End x={across.responder} name={responder} across={across} />
      </svg>
      <div ref={body} class="ladder-body" style={{ "--row-height": `${RUNG}px`, height: `${boxHeight(place)}px` }}>
        <svg
          aria-hidden="true"
          width={width}
          height={(to - from) * RUNG}
          style={{ transform: `translateY(${y(from)}px)` }}
        >
          {rungs.map(
            (rung, offset) =>
              rung &&
              shown.includes(rung.number) && (
                <rect key={rung.number} class="rung-ground" y={offset * RUNG} width={width} height={RUNG} />
              ),
          )}
          {[across.originator, across.responder].map((x) => (
            <line key={x} class="lifeline" x1={x} x2={x} y1={0} y2={(to - from) * RUNG} />
          ))}
          <LadderJoins rungs={rungs} from={from} to={to} across={across} shown={shown} />
          {rungs.map(
            (rung, offset) =>
              rung && (
                <LadderRung
                  key={rung.number}
                  rung={rung}
                  y={offset * RUNG}
                  time={number(rung.time - start, 3)}
                  across={across}
                />
              ),
          )}
          <rect
            class="pointer-area"
            width={width}
            height={(to - from) * RUNG}
            onPointerMove={(event) => onPoint(at(event))}
            onPointerLeave={() => onPoint(null)}
            onClick={(event) => {
              const rung = at(event);
              if (rung) onOpen(rung);
            }}
          />
        </svg>
      </div>
    </div>
  );
}

/** @param {{ x: number, name: string, across: Across }} props */
function End({ x, name, across }) {
  const room = (across.responder - across.originator - 12) / CODE_LETTER;
  const ends = name.length * CODE_LETTER > 2 * across.joins;
  const anchor = ends ? (x === across.originator ? "start" : "end") : "middle";
  return (
    <text class="code" x={x} y={18} text-anchor={anchor}>
      {cut(name, room / 2)}
      <title>{name}</title>
    </text>
  );
}

/**
 * @param {number} width
 * @returns {Across}
 */
function acrossOf(width) {
  const narrow = width < NARROW_BELOW;
  const [times, joins] = narrow ? [NARROW_TIMES, NARROW_JOINS] : [TIMES, JOINS];
  return {
    width,
    times,
    joins,
    originator: times + joins + 8.5,
    responder: Math.max(width - joins - 24.5, times + joins),
  };
}
