/**
 * One row of a table: a line of cells, or two lines on a narrow page.
 *
 * @import { Column, Fit } from "./columns"
 */
import { WithFrame } from "./frame_number";

/**
 * @template Row
 * @typedef {object} TableRowProps
 * @property {string} id
 * @property {number} index
 * @property {Row | undefined} row undefined until it has been fetched
 * @property {number} y
 * @property {number} height
 * @property {Fit<Row>} fitted
 * @property {Column<Row>[]} all
 * @property {string} template of its columns
 * @property {boolean} active does the keyboard stand on it?
 * @property {boolean} selected
 * @property {boolean} marked
 * @property {boolean} watched
 * @property {(row: Row) => void} onOpen
 * @property {((row: Row | null) => void) | undefined} onPoint
 */

/**
 * @template Row
 * @param {TableRowProps<Row>} props
 */
export function TableRow(props) {
  const { row, fitted, selected } = props;
  const states = {
    "is-active": props.active,
    "is-selected": selected,
    "is-marked": props.marked,
    "is-watched": props.watched,
  };
  const named = Object.entries(states).flatMap(([name, on]) => (on ? [name] : []));
  return (
    <div
      id={props.id}
      class={["table-row", ...named].join(" ")}
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={selected}
      style={{
        height: `${props.height}px`,
        transform: `translateY(${props.y}px)`,
        gridTemplateColumns: fitted.narrow ? undefined : props.template,
      }}
      onClick={() => row && !hasSelectedText() && props.onOpen(row)}
      onMouseEnter={() => row && props.onPoint?.(row)}
    >
      {props.watched && <span class="visually-hidden">On the watch list.</span>}
      {fitted.columns.map((column) => (
        <Cell key={column.key} column={column} row={row} index={props.all.indexOf(column)} />
      ))}
      {fitted.narrow && (
        <div class="second-line" role="gridcell">
          {row &&
            fitted.second.map((column) => (
              <span key={column.key} class={column.code ? "code" : undefined}>
                {content(column, row)}
              </span>
            ))}
        </div>
      )}
    </div>
  );
}

/**
 * @template Row
 * @param {{ column: Column<Row>, row: Row | undefined, index: number }} props
 */
function Cell({ column, row, index }) {
  const classes = [column.figure && "is-figure", column.code && "code"].filter(Boolean).join(" ");
  return (
    <div
      class={classes || undefined}
      role="gridcell"
      aria-colindex={index + 1}
      title={row ? (column.whole?.(row) ?? column.text(row)) : undefined}
    >
      {row && content(column, row)}
    </div>
  );
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {Row} row
 */
function content(column, row) {
  const content = column.cell?.(row) ?? column.text(row);
  return column.frame && typeof content === "string" ? <WithFrame text={content} frame={column.frame(row)} /> : content;
}

/** Whoever has just marked text wants to copy it, not to open the row. */
function hasSelectedText() {
  return getSelection()?.type === "Range";
}
