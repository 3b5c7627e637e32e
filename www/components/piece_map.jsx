/**
 * Who sent which piece: the pieces of a torrent in rows, one hue a contributor, and the contributors beside them. Pointing at one of either
 * dims what is not its own.
 *
 * @import { Mark, Run } from "./piece_rows"
 */
import { useMemo, useState } from "preact/hooks";
import { mebibytes, number } from "../base/format";
import { useWidth } from "../base/width";
import { marksOf, NUMBERED_FROM, pathOf, pieceAt, ROW_FILL, ROW_STEP, rowLength } from "./piece_rows";

const LABELS = 52;
const AXIS = 22;
const RANKS = 8;

/** @typedef {{ endpoint: string, bytes: number, pieces: number }} Contributor */
/** @typedef {{ pieces: number, runs: Run[], contributors: Contributor[], others: number, other_bytes: number }} Pieces */

/**
 * @param {{ map: Pieces, label: string, pointed: number | null, onPoint: (rank: number | null) => void }} props `pointed`: the rank of the
 *   contributor that is pointed at, here or elsewhere; 0 the others
 */
export function PieceMap({ map, label, pointed, onPoint }) {
  return (
    <div class="piece-map">
      <SendersMap map={map} label={label} pointed={pointed} onPoint={onPoint} />
      <Contributors map={map} pointed={pointed} onPoint={onPoint} />
    </div>
  );
}

/**
 * Room for a map that is still to come, so that what stands below does not move when it does.
 * @param {{ pieces: number }} props
 */
export function PieceMapPlace({ pieces }) {
  const rows = Math.ceil(pieces / rowLength(pieces));
  return <div class="piece-map" style={{ minHeight: `${rows * ROW_STEP + AXIS}px` }} />;
}

/** @typedef {{ map: Pieces, pointed: number | null, onPoint: (rank: number | null) => void }} Shared */

/** @param {Shared & { label: string }} props */
export function SendersMap({ map, label, pointed, onPoint }) {
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [ref, full] = useWidth(836);
  const [piece, setPiece] = useState(/** @type {number | null} */ (null));
  const width = full - LABELS;
  const length = rowLength(map.pieces);
  const rows = Math.ceil(map.pieces / length);
  const marks = useMemo(() => marksOf(map.runs, length, width), [map.runs, length, width]);
  const ranked = useMemo(() => byRank(marks), [marks]);
  const height = rows * ROW_STEP;

  /** @param {PointerEvent & { currentTarget: SVGRectElement }} event */
  function onMove(event) {
    const box = event.currentTarget.getBoundingClientRect();
    const at = pieceAt(event.clientX - box.left, event.clientY - box.top, length, width);
    const run = map.runs.find(({ first, count }) => at >= first && at < first + count);
    setPiece(at < map.pieces ? at : null);
    onPoint(run ? run.rank : null);
  }

  const ticks = tickPieces(length, width);
  return (
    <div ref={ref} class="piece-map-picture">
      <svg role="img" aria-label={label} width={full} height={height + AXIS}>
        {Array.from({ length: rows }, (_, row) => (
          <text key={row} class="axis" x={LABELS - 10} y={row * ROW_STEP + 11} text-anchor="end">
            {number(row * length)}
          </text>
        ))}
        <g transform={`translate(${LABELS} 0)`}>
          {Array.from({ length: rows }, (_, row) => (
            <rect
              key={row}
              class="not-seen"
              x={0}
              y={row * ROW_STEP + ROW_FILL - 0.5}
              width={((Math.min(map.pieces, (row + 1) * length) - row * length) / length) * width}
              height={1}
            />
          ))}
          {ranked.map(([rank, own]) => (
            <path
              key={rank}
              class={`fill-peer-${rank || "rest"}${pointed !== null && pointed !== rank ? " is-dim" : ""}`}
              d={pathOf(own)}
            />
          ))}
          {marks
            .filter((mark) => mark.rank > 0 && mark.width >= NUMBERED_FROM)
            .map((mark) => (
              <text
                key={mark.first}
                class={`on-peer-${mark.rank}${pointed !== null && pointed !== mark.rank ? " is-dim" : ""}`}
                x={mark.x + 6}
                y={mark.y + 11}
              >
                {mark.rank}
              </text>
            ))}
          <rect
            class="pointer-area"
            width={width}
            height={height}
            onPointerMove={onMove}
            onPointerLeave={() => {
              setPiece(null);
              onPoint(null);
            }}
          />
        </g>
        <text class="axis" x={LABELS - 10} y={height + 14} text-anchor="end">
          piece
        </text>
        {ticks.map((tick) => (
          <text key={tick} class="axis" x={LABELS + (tick / length) * width} y={height + 14}>
            +{number(tick)}
          </text>
        ))}
        {piece !== null && (
          <text class="axis is-pointed" x={full} y={height + 14} text-anchor="end">
            {told(map, piece)}
          </text>
        )}
      </svg>
    </div>
  );
}

/** @param {Shared} props */
export function Contributors({ map, pointed, onPoint }) {
  const whole = map.other_bytes + map.contributors.reduce((sum, { bytes }) => sum + bytes, 0);
  const share = (/** @type {number} */ bytes) => (whole > 0 ? `${number((bytes / whole) * 100)} %` : "");
  return (
    <table class="contributors" onMouseLeave={() => onPoint(null)}>
      <colgroup>
        <col class="rank" />
        <col />
        <col class="figures" />
        <col class="figures" />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            Sent by
          </th>
          <th scope="col">MiB</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {map.contributors.map(({ endpoint, bytes }, index) => (
          <tr
            key={endpoint}
            class={pointed !== null && pointed !== index + 1 ? "is-dim" : undefined}
            onMouseEnter={() => onPoint(index + 1)}
          >
            <td>
              <span class={`swatch swatch-peer-${index + 1}`}>{index + 1}</span>
            </td>
            <td class="code" title={endpoint}>
              {endpoint}
            </td>
            <td class="is-figure">{mebibytes(bytes)}</td>
            <td class="is-figure">{share(bytes)}</td>
          </tr>
        ))}
        {map.others > 0 && (
          <tr class={pointed !== null && pointed !== 0 ? "is-dim" : undefined} onMouseEnter={() => onPoint(0)}>
            <td>
              <span class="swatch swatch-peer-rest" />
            </td>
            <td>{number(map.others)} others</td>
            <td class="is-figure">{mebibytes(map.other_bytes)}</td>
            <td class="is-figure">{share(map.other_bytes)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

/**
 * @param {Mark[]} marks
 * @returns {[number, Mark[]][]}
 */
function byRank(marks) {
  /** @type {Mark[][]} */
  const ranks = Array.from({ length: RANKS + 1 }, () => []);
  for (const mark of marks) ranks[mark.rank]?.push(mark);
  return ranks.flatMap((own, rank) => (own.length > 0 ? [/** @type {[number, Mark[]]} */ ([rank, own])] : []));
}

/**
 * @param {number} length
 * @param {number} width
 */
function tickPieces(length, width) {
  const quarters = width > 400 && length >= 4 ? [0, 0.25, 0.5, 0.75] : [0, 0.5];
  const ticks = quarters.map((share) => share * length).filter(Number.isInteger);
  return [...new Set(ticks)];
}

/**
 * @param {Pieces} map
 * @param {number} piece
 */
function told(map, piece) {
  const run = map.runs.find(({ first, count }) => piece >= first && piece < first + count);
  const sender = run ? (map.contributors[run.rank - 1]?.endpoint ?? "one of the others") : "not seen in this capture";
  return `${number(piece)}: ${sender}`;
}
