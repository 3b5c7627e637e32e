/**
 * What the columns of a table mean, one sentence each.
 *
 * @import { Column } from "./columns"
 */

/**
 * @template Row
 * @param {{ columns: Column<Row>[] }} props
 */
export function ColumnMeanings({ columns }) {
  return (
    <details class="meanings">
      <summary>What the columns mean</summary>
      <dl>
        {columns.map(({ key, title, unit, meaning }) => (
          <div key={key}>
            <dt>
              {title}
              {unit && <span class="unit"> {unit}</span>}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
