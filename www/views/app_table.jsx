/**
 * A table of the page: its rows, order, filter and open row come from the state.
 *
 * @import { ComponentChildren } from "preact"
 * @import { Column } from "../components/columns"
 * @import { App } from "../state/app"
 * @import { RowTypes, TableId } from "../state/rows"
 */
import { counted, number } from "../base/format";
import { ColumnMeanings } from "../components/column_meanings";
import { Table } from "../components/table";
import { KEYS } from "../state/rows";
import { ORDERS } from "../state/selection";

/**
 * @template {TableId} T
 * @typedef {object} AppTableProps
 * @property {App} app
 * @property {T} table
 * @property {string} label
 * @property {Column<RowTypes[T]>[]} columns
 * @property {string | null} [selected]
 * @property {string | null} [marked]
 * @property {(key: string | null) => void} [onPoint]
 * @property {number} [maxRows]
 * @property {ComponentChildren} [nothing] what stands there when the table has no row at all
 */

/**
 * @template {TableId} T
 * @param {AppTableProps<T>} props
 */
export function AppTable({ app, table, label, columns, selected, marked, onPoint, maxRows, nothing }) {
  /** @type {import("../state/table_source").TableSource<RowTypes[T]>} */
  const source = /** @type {any} */ (app.tables[table]);
  const keyOf = /** @type {(row: RowTypes[T]) => string} */ (KEYS[table]);
  const detail = app.detail.value;
  const total = source.total.value ?? 0;
  return (
    <>
      {total > 0 && (
        <div class="table-notes">
          <ColumnMeanings columns={columns} />
          <p class="caption" role="status">
            {rowsTold(source.matched.value, total, app.selection.value.filter)}
          </p>
        </div>
      )}
      <Table
        label={label}
        columns={columns}
        source={source}
        keyOf={keyOf}
        order={app.orderOf(table)}
        onSort={table in ORDERS ? (column, descending) => app.sort(table, column, descending) : undefined}
        onOpen={(row) => app.look(table, row)}
        selected={selected ?? (detail?.table === table ? detail.key : null)}
        follows
        marked={marked}
        watched={app.watch.of(table)}
        onPoint={onPoint && ((row) => onPoint(row && keyOf(row)))}
        maxRows={maxRows}
        nothing={total === 0 ? nothing : <NoneFits app={app} total={total} />}
      />
      {source.gone.value && (
        <p class="caption">
          Rows that were not fetched before the reader ended cannot be shown. Choose the file again.
        </p>
      )}
    </>
  );
}

/** @param {{ app: App, total: number }} props */
function NoneFits({ app, total }) {
  return (
    <>
      No row fits <q>{app.selection.value.filter}</q>. {number(total)} without it.{" "}
      <button type="button" class="button" onClick={() => app.select({ filter: "" })}>
        Clear the filter
      </button>
    </>
  );
}

/**
 * @param {number} matched
 * @param {number} total
 * @param {string} filter
 */
function rowsTold(matched, total, filter) {
  return filter === "" ? counted(total, "row") : `${number(matched)} of ${counted(total, "row")}`;
}
