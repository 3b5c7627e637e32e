/**
 * What a column of a table is, and which columns a given width has room for.
 *
 * @import { ComponentChildren } from "preact"
 */

/**
 * - `meaning`: one sentence, told on the head and under "What the columns mean";
 * - `text`: the value as it stands in the cell; `whole`: what it shortens, told on hover and in the detail;
 * - `cell`: the cell's content, when it is more than its text; `frame`: the frame that its text, or the whole of it, ends with;
 * - `width`: the least px it needs; `grows`: so many times as eager as others to have more; `rank`: 1 stays longest when room gets short;
 * - `figure`: a number, on the right; `code`: an address, a hash, an ID; `rising`: a first click sorts from the smallest;
 * - `line`: on a narrow page a row has two lines: the key stands on the first, what goes with it on the second.
 *
 * @template Row
 * @typedef {object} Column
 * @property {string} key
 * @property {string} title
 * @property {string} [unit]
 * @property {string} meaning
 * @property {(row: Row) => string} text
 * @property {(row: Row) => string | null} [whole]
 * @property {(row: Row) => ComponentChildren} [cell]
 * @property {(row: Row) => number | null} [frame]
 * @property {number} width
 * @property {number} [grows]
 * @property {number} rank
 * @property {boolean} [figure]
 * @property {boolean} [code]
 * @property {boolean} [rising]
 * @property {1 | 2} [line]
 */

/** Px between two columns. */
export const COLUMN_GAP = 16;

/** Below this many px a row takes two lines. */
const TWO_LINES_BELOW = 560;

/** Figures at the right end of a row of two lines. */
const NARROW_FIGURES = 2;

/**
 * @template Row
 * @typedef {{ narrow: false, columns: Column<Row>[] } | { narrow: true, columns: Column<Row>[], key: Column<Row>, second: Column<Row>[], figures: Column<Row>[] }} Fit
 */

/**
 * The columns that fit, in their order; the sorted one always does.
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {number} width px
 * @param {string} sort key of the sorted column
 * @returns {Fit<Row>}
 */
export function fit(columns, width, sort) {
  if (width < TWO_LINES_BELOW) return narrow(columns, sort);
  const order = (/** @type {Column<Row>} */ column) => (column.key === sort ? 0 : column.rank);
  const kept = [...columns];
  while (kept.length > 1 && needed(kept) > width) {
    const least = kept.reduce((worst, column) => (order(column) >= order(worst) ? column : worst));
    kept.splice(kept.indexOf(least), 1);
  }
  return { narrow: false, columns: kept };
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 */
export function gridTemplate(columns) {
  return columns.map(({ width, grows = 1 }) => `minmax(${width}px, ${width * grows}fr)`).join(" ");
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {string} sort
 * @returns {Fit<Row>}
 */
function narrow(columns, sort) {
  const key = columns.find((column) => column.line === 1) ?? columns[0];
  const second = columns.filter((column) => column.line === 2);
  const rest = columns.filter((column) => column.figure && column !== key && !second.includes(column));
  rest.sort((a, b) => Number(b.key === sort) - Number(a.key === sort) || a.rank - b.rank);
  const figures = rest.slice(0, NARROW_FIGURES);
  return { narrow: true, columns: [key, ...figures], key, second, figures };
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 */
function needed(columns) {
  return columns.reduce((sum, { width }) => sum + width + COLUMN_GAP, -COLUMN_GAP);
}
