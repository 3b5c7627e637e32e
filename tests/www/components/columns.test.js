/**
 * Which columns a width has room for; for every table of the page.
 */
import { expect, test } from "vitest";
import { COLUMN_GAP, fit } from "../../../www/components/columns";
import { BOOTSTRAP_COLUMNS } from "../../../www/views/init_columns";
import { CONTRIBUTOR_COLUMNS, PIECE_COLUMNS, TORRENT_COLUMNS } from "../../../www/views/download_columns";
import { NODE_COLUMNS } from "../../../www/views/peers_columns";

const TABLES = { BOOTSTRAP_COLUMNS, NODE_COLUMNS, TORRENT_COLUMNS, PIECE_COLUMNS, CONTRIBUTOR_COLUMNS };

test.each(Object.entries(TABLES))("%s: columns that are shown fit, whatever the width and the order", (_, columns) => {
  for (let width = 560; width <= 1600; width += 37) {
    for (const { key } of columns) {
      const fitted = fit(/** @type {any[]} */ (columns), width, key).columns;
      const needed = fitted.reduce((sum, column) => sum + column.width + COLUMN_GAP, -COLUMN_GAP);
      expect(needed).toBeLessThanOrEqual(width);
      expect(fitted.map((column) => column.key)).toContain(key);
    }
  }
});

test.each(Object.entries(TABLES))("%s: all columns are shown at 1200 px", (_, columns) => {
  expect(fit(/** @type {any[]} */ (columns), 1200, columns[0].key).columns).toHaveLength(columns.length);
});

test.each(Object.entries(TABLES))("%s: every column says in a sentence what it means", (_, columns) => {
  for (const { meaning } of columns) expect(meaning).toMatch(/^[A-Z].{10,}\.$/);
});

test("a narrow row has its key, the sorted figure and one more", () => {
  const fitted = fit(NODE_COLUMNS, 368, "last_frame");
  expect(fitted.columns.map(({ key }) => key)).toEqual(["address", "last_frame", "responses"]);
  expect(fitted.narrow && fitted.second.map(({ key }) => key)).toEqual(["node_id", "client"]);
});
