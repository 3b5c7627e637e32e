/**
 * The order of tables.
 */
import { expect, test } from "vitest";
import { orderOf, sorted, START } from "../../../www/state/selection";

test("a column sorts its own way first, and the other way when it is chosen again", () => {
  const once = sorted(START, "nodes", "delay", false);
  expect(orderOf(once, "nodes")).toEqual({ sort: "delay", descending: false });
  const twice = sorted(once, "nodes", "delay", false);
  expect(orderOf(twice, "nodes")).toEqual({ sort: "delay", descending: true });
});

test("only orders that differ from the table's own are kept", () => {
  const once = sorted(START, "nodes", "responses", true);
  expect(once.orders).toEqual({ nodes: { sort: "responses", descending: false } });
  expect(sorted(once, "nodes", "responses", true).orders).toEqual({});
});

test("tables keep their orders apart", () => {
  const selection = sorted(sorted(START, "nodes", "port", false), "pieces", "bytes", true);
  expect(orderOf(selection, "nodes").sort).toBe("port");
  expect(orderOf(selection, "pieces").sort).toBe("bytes");
  expect(orderOf(selection, "torrents").sort).toBe("bytes");
});
