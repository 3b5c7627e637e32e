/**
 * Which rows of a long list are in sight, and where they stand. Browsers cannot lay out elements of any height, so a list of millions of rows
 * is drawn in a lower box, through which it slides faster than the box scrolls.
 */

/** The tallest box that every browser lays out exactly, in px, with room for what stands around it. */
export const TALLEST = 6_000_000;

/** Rows drawn beyond either edge. */
const MARGIN = 6;

/**
 * - `count` rows of `rowHeight` px;
 * - `view` px of them are in sight, beginning `top` px below the upper edge of the box.
 *
 * @typedef {{ count: number, rowHeight: number, top: number, view: number }} Place
 */

/** @param {Pick<Place, "count" | "rowHeight">} place */
export function boxHeight({ count, rowHeight }) {
  return Math.min(count * rowHeight, TALLEST);
}

/**
 * The rows to draw, and the place of each within the box.
 * @param {Place} place
 * @returns {{ from: number, to: number, y: (index: number) => number }}
 */
export function inSight(place) {
  const { count, rowHeight, view } = place;
  const top = Math.max(Math.min(place.top, boxHeight(place)), -view);
  const slid = slide(place, top);
  const from = Math.max(Math.floor(slid / rowHeight) - MARGIN, 0);
  const to = Math.min(Math.ceil((slid + view) / rowHeight) + MARGIN, count);
  return { from, to: Math.max(to, from), y: (index) => Math.round(top + index * rowHeight - slid) };
}

/**
 * Where the box must be scrolled to, in whole px, so that a row is wholly in sight; null when it is.
 * @param {Place} place
 * @param {number} index
 */
export function toReveal(place, index) {
  const { rowHeight, view, top } = place;
  const { ratio } = proportions(place);
  // A px of the box is several of the list: as much to spare keeps the row in sight.
  const spare = ratio > 1 ? Math.ceil(ratio) : 0;
  const slid = slide(place, top);
  const rowTop = index * rowHeight;
  if (rowTop < slid) return Math.floor(unslide(place, rowTop - spare));
  if (rowTop + rowHeight > slid + view) return Math.ceil(unslide(place, rowTop + rowHeight - view + spare));
  return null;
}

/**
 * How far the list has gone by when the box has gone by `top` px. Above the box and below it the two go alike.
 * @param {Place} place
 * @param {number} top
 */
function slide(place, top) {
  const { list, hidden, ratio } = proportions(place);
  if (top <= 0 || ratio === 1) return top;
  return top < hidden ? top * ratio : list - place.view + (top - hidden);
}

/**
 * Where the box stands when the list has gone by `slid` px.
 * @param {Place} place
 * @param {number} slid
 */
function unslide(place, slid) {
  const { list, hidden, ratio } = proportions(place);
  if (slid <= 0 || ratio === 1) return slid;
  return slid < list - place.view ? slid / ratio : hidden + (slid - list + place.view);
}

/** @param {Place} place */
function proportions({ count, rowHeight, view }) {
  const list = count * rowHeight;
  const hidden = TALLEST - view;
  return { list, hidden, ratio: list <= TALLEST ? 1 : (list - view) / hidden };
}
