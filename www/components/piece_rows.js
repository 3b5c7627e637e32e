/**
 * The piece map as marks: runs of pieces laid out in rows, as paths by contributor.
 */

/** @typedef {{ first: number, count: number, rank: number }} Run `rank` 0: one of the smaller senders */
/** @typedef {{ rank: number, x: number, y: number, width: number, first: number, count: number }} Mark in px within the map */

export const ROW_STEP = 16;
export const ROW_FILL = 14;
export const REST_FILL = 6;
/** A run at least so wide carries its contributor's number. */
export const NUMBERED_FROM = 36;

const MOST_ROWS = 12;
/** Below so many px a piece, the gap between runs would eat them. */
const GAP_FROM = 2;

/**
 * Pieces in a row, a round number, so that there are twelve rows at most.
 * @param {number} pieces
 */
export function rowLength(pieces) {
  const least = Math.max(pieces / MOST_ROWS, 1);
  const power = 10 ** Math.floor(Math.log10(least));
  const round = [1, 2, 2.5, 5, 10].map((factor) => factor * power);
  const found = round.find((length) => length >= least && Number.isInteger(length)) ?? 10 * power;
  return Math.max(found, Math.min(pieces, 10), 1);
}

/**
 * Runs as marks: cut at the ends of rows, and where several pieces share a pixel, the one that has most of it.
 * @param {Run[]} runs in ascending order
 * @param {number} length pieces in a row
 * @param {number} width px of a row
 * @returns {Mark[]}
 */
export function marksOf(runs, length, width) {
  const scale = width / length;
  const gap = scale >= GAP_FROM ? 1 : 0;
  /** @type {Mark[]} */
  const marks = [];
  for (const run of scale < 1 ? merged(runs, Math.ceil(1 / scale), length) : runs) {
    let first = run.first;
    const end = run.first + run.count;
    while (first < end) {
      const row = Math.floor(first / length);
      const last = Math.min(end, (row + 1) * length);
      const x = (first - row * length) * scale;
      const span = Math.max((last - first) * scale - gap, 0.5);
      marks.push({ rank: run.rank, x, y: row * ROW_STEP, width: span, first, count: last - first });
      first = last;
    }
  }
  return marks;
}

/**
 * All marks of one rank as one path.
 * @param {Mark[]} marks
 */
export function pathOf(marks) {
  return marks
    .map(({ rank, x, y, width }) => {
      const height = rank === 0 ? REST_FILL : ROW_FILL;
      const top = y + (ROW_FILL - height) / 2;
      return `M${x.toFixed(1)} ${top}h${width.toFixed(1)}v${height}h-${width.toFixed(1)}z`;
    })
    .join("");
}

/**
 * The piece below a point of the map.
 * @param {number} x
 * @param {number} y
 * @param {number} length
 * @param {number} width
 */
export function pieceAt(x, y, length, width) {
  const column = Math.min(Math.max(Math.floor((x / width) * length), 0), length - 1);
  return Math.floor(y / ROW_STEP) * length + column;
}

/**
 * Runs over bins of so many pieces, each of the rank that has most of its pieces.
 * @param {Run[]} runs
 * @param {number} bin
 * @param {number} length
 * @returns {Run[]}
 */
function merged(runs, bin, length) {
  /** @type {Map<number, Map<number, number>>} first piece of a bin → rank → pieces */
  const bins = new Map();
  for (const run of runs) {
    let at = run.first;
    const end = run.first + run.count;
    while (at < end) {
      const row = Math.floor(at / length) * length;
      const first = row + Math.floor((at - row) / bin) * bin;
      const next = Math.min(end, first + bin, row + length);
      const ranks = bins.get(first) ?? new Map();
      ranks.set(run.rank, (ranks.get(run.rank) ?? 0) + next - at);
      bins.set(first, ranks);
      at = next;
    }
  }
  /** @type {Run[]} */
  const result = [];
  for (const [first, ranks] of bins) {
    const [rank] = [...ranks].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
    const count = Math.min(bin, length - (first % length));
    const before = result.at(-1);
    if (before && before.rank === rank && before.first + before.count === first) before.count += count;
    else result.push({ first, count, rank });
  }
  return result;
}
