/**
 * The head of a table: every column's name is a button that sorts by it, unless its rows have one order only.
 *
 * @import { Column, Fit } from "./columns"
 */
import { gridTemplate } from "./columns";

/**
 * @template Row
 * @param {{ fitted: Fit<Row>, all: Column<Row>[], order: { sort: string, descending: boolean }, onSort?: (column: string, descending: boolean) => void }} props
 */
export function TableHead({ fitted, all, order, onSort }) {
  return (
    <div class="table-head" role="rowgroup">
      <div
        class="table-row"
        role="row"
        aria-rowindex={1}
        style={{ gridTemplateColumns: fitted.narrow ? undefined : gridTemplate(fitted.columns) }}
      >
        {fitted.columns.map((column) => {
          const sorted = column.key === order.sort;
          const direction = order.descending ? "descending" : "ascending";
          return (
            <div
              key={column.key}
              class={column.figure ? "is-figure" : undefined}
              role="columnheader"
              aria-colindex={all.indexOf(column) + 1}
              aria-sort={onSort && (sorted ? direction : "none")}
            >
              {onSort ? (
                <button
                  type="button"
                  class="sort"
                  title={column.meaning}
                  onClick={() => onSort(column.key, Boolean(column.figure) && !column.rising)}
                >
                  {column.title}
                  {column.unit && <span class="unit"> {column.unit}</span>}
                  {sorted && <span aria-hidden="true">{order.descending ? " ↓" : " ↑"}</span>}
                </button>
              ) : (
                <span class="sort" title={column.meaning}>
                  {column.title}
                </span>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
