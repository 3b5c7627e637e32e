/**
 * A picture's numbers as a table, below it and closed until it is asked for.
 *
 * @import { ComponentChildren } from "preact"
 */
import { useState } from "preact/hooks";
import { number } from "../base/format";

/** Rows that stand there at once. */
const SHOWN = 256;

/** `figure`: a number, on the right; `code`: an address. @typedef {{ title: string, figure?: boolean, code?: boolean }} FigureColumn */

/**
 * @param {{ label: string, columns: FigureColumn[], rows: ComponentChildren[][], summary?: string }} props `summary`: what is there while it is closed
 */
export function Figures({ label, columns, rows, summary = "As a table" }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="figures" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {summary}
        <span class="visually-hidden">: {label}</span>
      </summary>
      {open && (
        <div class="figures-scroller" role="region" aria-label={label} tabIndex={0}>
          <table>
            <caption class="visually-hidden">{label}</caption>
            <thead>
              <tr>
                {columns.map(({ title, figure }) => (
                  <th key={title} scope="col" class={figure ? "is-figure" : undefined}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, SHOWN).map((cells, row) => (
                <tr key={row}>
                  {cells.map((cell, index) => (
                    <td key={index} class={classOf(columns[index])}>
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > SHOWN && (
            <p class="caption">
              The first {number(SHOWN)} of {number(rows.length)}; the whole report as JSON has them all.
            </p>
          )}
        </div>
      )}
    </details>
  );
}

/** @param {FigureColumn} column */
function classOf({ figure, code }) {
  return figure ? "is-figure" : code ? "code" : undefined;
}
