/**
 * How many copies of each piece there are: the pieces in rows, each as high and as dark as it has copies; none stays a line.
 *
 * @import { RefObject } from "preact"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { useWidth } from "../base/width";
import { pieceAt, ROW_FILL, ROW_STEP, rowLength } from "./piece_rows";

const LABELS = 52;
const AXIS = 22;
const LEAST_HEIGHT = 3;
/** Shades, from the lightest. */
const SHADES = 4;
/** Below so many px a piece, the gap between two would eat them. */
const GAP_FROM = 3;

/**
 * @param {{ copies: number[], pieces: number, label: string }} props `copies`: of each piece, or, of a torrent with many, the least in each of
 *   equal ranges of pieces
 */
export function CopiesMap({ copies, pieces, label }) {
  /** @type {[RefObject<HTMLDivElement | null>, number]} */
  const [ref, full] = useWidth(836);
  const [pointed, setPointed] = useState(/** @type {number | null} */ (null));
  const width = full - LABELS;
  const length = rowLength(copies.length);
  const rows = Math.ceil(copies.length / length);
  const height = rows * ROW_STEP;
  const range = pieces / Math.max(copies.length, 1);
  const most = Math.max(...copies, 1);
  const firstOf = (/** @type {number} */ index) => Math.floor(index * range);
  return (
    <div ref={ref} class="piece-map-picture">
      <svg role="img" aria-label={label} width={full} height={height + AXIS}>
        {Array.from({ length: rows }, (_, row) => (
          <g key={row}>
            <text class="axis" x={LABELS - 10} y={row * ROW_STEP + 11} text-anchor="end">
              {number(firstOf(row * length))}
            </text>
            <rect
              class="not-seen"
              x={LABELS}
              y={row * ROW_STEP + ROW_FILL - 0.5}
              width={((Math.min(copies.length, (row + 1) * length) - row * length) / length) * width}
              height={1}
            />
          </g>
        ))}
        {shaded(copies, most).map((indexes, shade) => (
          <path
            key={shade}
            class={`copies-${shade + 1}`}
            d={pathOf(indexes, copies, most, length, width)}
            transform={`translate(${LABELS} 0)`}
          />
        ))}
        <text class="axis" x={LABELS - 10} y={height + 14} text-anchor="end">
          piece
        </text>
        <text class={pointed === null ? "axis" : "axis is-pointed"} x={full} y={height + 14} text-anchor="end">
          {pointed === null
            ? `full height: ${counted(most, "copy", "copies")}`
            : told(firstOf(pointed), firstOf(pointed + 1), copies[pointed])}
        </text>
        <rect
          class="pointer-area"
          x={LABELS}
          width={Math.max(width, 0)}
          height={height}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const at = pieceAt(event.clientX - box.left, event.clientY - box.top, length, width);
            setPointed(at < copies.length ? at : null);
          }}
          onPointerLeave={() => setPointed(null)}
        />
      </svg>
    </div>
  );
}

/**
 * @param {number} first
 * @param {number} next the first piece of the next range
 * @param {number} copies
 */
function told(first, next, copies) {
  const which = next - first > 1 ? `${number(first)} to ${number(next - 1)}: at least` : `${number(first)}:`;
  return `${which} ${counted(copies, "copy", "copies")}`;
}

/**
 * Indexes by shade; what has no copy is in none.
 * @param {number[]} copies
 * @param {number} most
 */
function shaded(copies, most) {
  /** @type {number[][]} */
  const shades = Array.from({ length: SHADES }, () => []);
  copies.forEach((count, index) => {
    if (count > 0) shades[Math.ceil((count / most) * SHADES) - 1].push(index);
  });
  return shades;
}

/**
 * @param {number[]} indexes
 * @param {number[]} copies
 * @param {number} most
 * @param {number} length
 * @param {number} width
 */
function pathOf(indexes, copies, most, length, width) {
  const step = width / length;
  const wide = (step >= GAP_FROM ? step - 1 : step).toFixed(1);
  return indexes
    .map((index) => {
      const tall = Math.max((copies[index] / most) * ROW_FILL, LEAST_HEIGHT);
      const x = ((index % length) * step).toFixed(1);
      const bottom = Math.floor(index / length) * ROW_STEP + ROW_FILL;
      return `M${x} ${bottom}h${wide}v-${tall.toFixed(1)}h-${wide}z`;
    })
    .join("");
}
