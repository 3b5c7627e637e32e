/**
 * A table of any length: only the rows in sight are drawn, from windows that its source fetches. Sorted by its heads, moved through with the keys.
 *
 * @import { ComponentChildren } from "preact"
 * @import { Column } from "./columns"
 */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { number } from "../base/format";
import { usePrinting } from "../base/printing";
import { useWidth } from "../base/width";
import { fit, gridTemplate } from "./columns";
import { HEAD, reveal, usePlace } from "./place";
import { TableHead } from "./table_head";
import { TableRow } from "./table_row";
import { boxHeight, inSight } from "./window";

/** Rows that paper bears. */
const PRINTED_ROWS = 200;

/**
 * Where rows come from; its values are signals' values, so that whoever draws them follows.
 * @template Row
 * @typedef {object} RowSource
 * @property {{ readonly value: number | null }} total
 * @property {{ readonly value: number }} matched
 * @property {{ readonly value: number }} version
 * @property {(index: number) => Row | undefined} row
 * @property {(from: number, to: number) => void} want
 * @property {(held: boolean) => void} hold
 */

/**
 * @template Row
 * @typedef {object} TableProps
 * @property {string} label
 * @property {Column<Row>[]} columns
 * @property {RowSource<Row>} source
 * @property {(row: Row) => string} keyOf
 * @property {{ sort: string, descending: boolean }} order
 * @property {(column: string, descending: boolean) => void} [onSort] without it, rows have one order only
 * @property {(row: Row) => void} onOpen
 * @property {string | null} [selected] key of the row that is open
 * @property {boolean} [follows] does moving to a row open it?
 * @property {string | null} [marked] key of a row that is pointed at elsewhere
 * @property {(row: Row) => boolean} [watched] is somebody watching for what a row is about?
 * @property {(row: Row | null) => void} [onPoint]
 * @property {number} [maxRows] of a table that scrolls by itself
 * @property {ComponentChildren} nothing what stands there when no row does
 */

/**
 * @template Row
 * @param {TableProps<Row>} props
 */
export function Table(props) {
  const { label, columns, source, keyOf, order, onSort, onOpen, selected = null, follows = false } = props;
  const id = useId();
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [grid, width] = useWidth(1200);
  const body = useRef(/** @type {HTMLDivElement | null} */ (null));
  const [active, setActive] = useState(-1);
  const [focused, setFocused] = useState(false);
  const fitted = fit(columns, width, order.sort);
  const printing = usePrinting();
  const matched = source.matched.value;
  const count = printing ? Math.min(matched, PRINTED_ROWS) : matched;
  void source.version.value;
  const seen = usePlace(body, count, fitted.narrow);
  const place = printing ? { ...seen, top: 0, view: count * seen.rowHeight } : seen;
  const { from, to, y } = inSight(place);
  useEffect(() => source.want(from, to), [source, from, to, source.version.value]);
  // The row that is open may stand elsewhere after another sort: its place is not known until it is seen.
  useEffect(() => setActive(-1), [order.sort, order.descending]);

  /** @param {number} index */
  function move(index) {
    const next = Math.max(0, Math.min(index, count - 1));
    setActive(next);
    reveal(body.current, place, next);
    const row = source.row(next);
    if (row && follows && selected !== null) onOpen(row);
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.target !== grid.current || event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
    const page = Math.max(Math.floor(place.view / place.rowHeight) - 1, 1);
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => move(active + 1),
      ArrowUp: () => move(active - 1),
      PageDown: () => move(active + page),
      PageUp: () => move(active - page),
      Home: () => move(0),
      End: () => move(count - 1),
      Enter: () => {
        const row = source.row(active);
        if (row) onOpen(row);
      },
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  const pointed = useRef(false);
  /** @param {boolean} now */
  const point = (now) => {
    pointed.current = now;
    source.hold(now || focused);
  };
  /** @param {FocusEvent} event */
  const focus = (event) => {
    setFocused(event.type === "focus" && event.target === grid.current);
    source.hold(event.type === "focus" || pointed.current);
  };

  const table = (
    <div
      ref={grid}
      class={fitted.narrow ? "table is-narrow" : "table"}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={focused && active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocusCapture={focus}
      onBlurCapture={focus}
      onMouseEnter={() => point(true)}
      onMouseLeave={() => {
        point(false);
        props.onPoint?.(null);
      }}
    >
      <TableHead fitted={fitted} all={columns} order={order} onSort={onSort} />
      <div ref={body} class="table-body" role="rowgroup" style={{ height: `${boxHeight(place)}px` }}>
        {Array.from({ length: to - from }, (_, offset) => {
          const index = from + offset;
          const row = source.row(index);
          const key = row && keyOf(row);
          return (
            <TableRow
              key={index}
              id={`${id}-${index}`}
              index={index}
              row={row}
              y={y(index)}
              height={place.rowHeight}
              fitted={fitted}
              all={columns}
              template={gridTemplate(fitted.columns)}
              active={focused && index === active}
              selected={key !== undefined && key === selected}
              marked={key !== undefined && key === props.marked}
              watched={row !== undefined && (props.watched?.(row) ?? false)}
              onOpen={(opened) => {
                setActive(index);
                onOpen(opened);
              }}
              onPoint={props.onPoint}
            />
          );
        })}
      </div>
    </div>
  );
  return (
    <>
      {props.maxRows && count > props.maxRows ? (
        <div
          class="table-scroller"
          data-scroller
          style={{ height: `${(props.maxRows + 0.5) * place.rowHeight + HEAD}px` }}
        >
          {table}
        </div>
      ) : (
        table
      )}
      {count < matched && (
        <p class="caption">
          The first {number(count)} of {number(matched)} rows; the export has them all.
        </p>
      )}
      {count === 0 && source.total.value !== null && <div class="table-nothing">{props.nothing}</div>}
    </>
  );
}
