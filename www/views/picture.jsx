/**
 * A view's picture: a heading that says what is to be seen in it, and what it shares with the table below.
 *
 * @import { ComponentChildren } from "preact"
 * @import { App } from "../state/app"
 * @import { RowTypes, TableId } from "../state/rows"
 */
import { number } from "../base/format";
import { KEYS } from "../state/rows";

/**
 * @param {{ title: string, caption: ComponentChildren, aside?: ComponentChildren, children?: ComponentChildren }} props `aside`: what changes
 *   the picture, at the end of the heading's line
 */
export function Picture({ title, caption, aside, children }) {
  const heading = (
    <h2>
      {title} <small>{caption}</small>
    </h2>
  );
  return (
    <section class="picture">
      {aside ? (
        <div class="heading-row">
          {heading}
          {aside}
        </div>
      ) : (
        heading
      )}
      {children}
    </section>
  );
}

/**
 * Which row is open, and how a mark opens its own.
 * @template {TableId} T
 * @param {App} app
 * @param {T} table
 * @param {RowTypes[T][]} rows
 */
export function openedFrom(app, table, rows) {
  const detail = app.detail.value;
  const keyOf = /** @type {(row: RowTypes[T]) => string} */ (KEYS[table]);
  return {
    selected: detail?.table === table ? detail.key : null,
    onOpen: (/** @type {string} */ key) => {
      const row = rows.find((candidate) => keyOf(candidate) === key);
      if (row) app.look(table, row);
    },
  };
}

/**
 * An endpoint without its port.
 * @param {string} endpoint
 */
export function hostOf(endpoint) {
  return endpoint.replace(/:\d+$/, "");
}

/**
 * The end of a caption that says how many of the rows are drawn; nothing when all of them are.
 * @param {number} drawn
 * @param {number} all
 * @param {string} [which]
 */
export function partTold(drawn, all, which = "the first") {
  return drawn < all ? `; ${which} ${number(drawn)} of ${number(all)}` : "";
}
