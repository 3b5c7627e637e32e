/**
 * What became of each piece of a torrent, in rows: filled where it is right, crossed where it is wrong, hatched where it is not known. Shape says it,
 * not colour.
 */
import { useId, useMemo } from "preact/hooks";
import { number } from "../base/format";
import { useWidth } from "../base/width";
import { marksOf, pathOf, ROW_FILL, ROW_STEP, rowLength } from "./piece_rows";

const LABELS = 52;
const AXIS = 4;
/** The arms of a cross, in px. */
const CROSS = 4;

/** @typedef {"verified" | "failed" | "incomplete"} PieceState */

/** Ranks, so that runs are laid out as those of the other map. @type {Record<PieceState, number>} */
const RANKS = { verified: 1, failed: 2, incomplete: 3 };

/** @param {{ pieces: { first: number, last: number, state: PieceState }[], count: number, label: string }} props */
export function PieceStates({ pieces, count, label }) {
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [ref, full] = useWidth(836);
  const hatch = useId();
  const width = full - LABELS;
  const length = rowLength(count);
  const rows = Math.ceil(count / length);
  const marks = useMemo(() => {
    const runs = pieces.map(({ first, last, state }) => ({ first, count: last - first + 1, rank: RANKS[state] }));
    return marksOf(runs, length, width);
  }, [pieces, length, width]);
  const of = (/** @type {PieceState} */ state) => marks.filter(({ rank }) => rank === RANKS[state]);
  return (
    <div ref={ref} class="piece-map-picture">
      <svg role="img" aria-label={label} width={full} height={rows * ROW_STEP + AXIS}>
        <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">
          <path class="piece-hatch" d="M2 0v5" />
        </pattern>
        {Array.from({ length: rows }, (_, row) => (
          <text key={row} class="axis" x={LABELS - 10} y={row * ROW_STEP + 11} text-anchor="end">
            {number(row * length)}
          </text>
        ))}
        <g transform={`translate(${LABELS} 0)`}>
          <path class="piece-verified" d={pathOf(of("verified"))} />
          <path class="piece-incomplete" fill={`url(#${hatch})`} d={pathOf(of("incomplete"))} />
          <path class="piece-failed" d={pathOf(of("failed"))} />
          <path class="piece-cross" d={of("failed").map(crossOf).join("")} />
        </g>
      </svg>
    </div>
  );
}

/** @param {{ x: number, y: number, width: number }} mark */
function crossOf({ x, y, width }) {
  const arm = Math.min(CROSS, Math.max(width / 2 - 1, 1));
  const [left, top] = [x + width / 2 - arm, y + ROW_FILL / 2 - arm];
  return `M${left.toFixed(1)} ${top}l${2 * arm} ${2 * arm}m0 ${-2 * arm}l${-2 * arm} ${2 * arm}`;
}
