/**
 * The parts of a frame as a tree.
 */
import { expect, test } from "vitest";
import { MOST_ROWS, openAtFirst, partAt, pathAt, pathsAbove, rowsInSight } from "../../../www/components/parts";
import { frameOf, part } from "../support/frames";

const { layers } = frameOf();

test("rows are those of open parts, in order", () => {
  const told = (/** @type {string[]} */ ...open) =>
    rowsInSight(layers, new Set(open)).map(({ path, level, open }) => [path, level, open]);
  expect(told()).toEqual([
    ["0", 1, false],
    ["1", 1, false],
  ]);
  expect(told("1")).toEqual([
    ["0", 1, false],
    ["1", 1, true],
    ["1.0", 2, null],
    ["1.1", 2, null],
  ]);
  const many = Array.from({ length: MOST_ROWS + 5 }, (_, at) => part("Have", "", at, at + 1));
  expect(rowsInSight(many, new Set())).toHaveLength(MOST_ROWS);
});

test("messages are open at first, headers are not", () => {
  expect([...openAtFirst(layers)]).toEqual(["1"]);
  expect([...openAtFirst(layers.slice(0, 1))]).toEqual(["0"]);
  expect([...openAtFirst([])]).toEqual([]);
});

test("a byte is of the smallest part around it", () => {
  expect([0, 7, 13, 14, 19, 23, 24].map((at) => pathAt(layers, at))).toEqual([
    "0.0",
    "0",
    "0.1",
    "1.0",
    "1",
    "1.1",
    null,
  ]);
  expect(partAt(layers, "1.1")?.name).toBe("Piece");
  expect(partAt(layers, "1.7")).toBeNull();
  expect(partAt(layers, null)).toBeNull();
  expect(pathsAbove("1.2.3")).toEqual(["1", "1.2"]);
});
