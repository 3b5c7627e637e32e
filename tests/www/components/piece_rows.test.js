/**
 * The piece map as marks.
 */
import { describe, expect, test } from "vitest";
import { marksOf, pathOf, pieceAt, ROW_STEP, rowLength } from "../../../www/components/piece_rows";

describe("the length of a row", () => {
  test.each([
    [1, 1],
    [5, 5],
    [48, 10],
    [121, 20],
    [300, 25],
    [1200, 100],
    [1201, 200],
    [40_000, 5000],
  ])("%s pieces stand in rows of %s", (pieces, length) => expect(rowLength(pieces)).toBe(length));

  test("never makes more than twelve rows", () => {
    for (let pieces = 1; pieces < 5000; pieces += 1)
      expect(Math.ceil(pieces / rowLength(pieces))).toBeLessThanOrEqual(12);
  });
});

describe("runs as marks", () => {
  test("a run is cut at the end of its row", () => {
    const marks = marksOf([{ first: 8, count: 5, rank: 2 }], 10, 500);
    expect(marks).toEqual([
      { rank: 2, x: 400, y: 0, width: 99, first: 8, count: 2 },
      { rank: 2, x: 0, y: ROW_STEP, width: 149, first: 10, count: 3 },
    ]);
  });

  test("what was not seen has no mark", () => {
    const marks = marksOf(
      [
        { first: 0, count: 1, rank: 1 },
        { first: 9, count: 1, rank: 1 },
      ],
      10,
      500,
    );
    expect(marks.map(({ first }) => first)).toEqual([0, 9]);
  });

  test("of pieces that share a pixel the sender of most is drawn", () => {
    const runs = [
      { first: 0, count: 1, rank: 1 },
      { first: 1, count: 3, rank: 2 },
      { first: 4, count: 4, rank: 2 },
      { first: 9, count: 1, rank: 3 },
    ];
    const marks = marksOf(runs, 1000, 250);
    expect(marks.map(({ rank, first, count }) => [rank, first, count])).toEqual([
      [2, 0, 8],
      [3, 8, 4],
    ]);
  });

  test("a bin does not reach beyond its row", () => {
    const marks = marksOf([{ first: 999, count: 2, rank: 1 }], 1000, 300);
    expect(marks.map(({ first, count, y }) => [first, count, y])).toEqual([
      [996, 4, 0],
      [1000, 4, ROW_STEP],
    ]);
  });

  test("the rest is half as high", () => {
    const path = (/** @type {number} */ rank) => pathOf(marksOf([{ first: 0, count: 1, rank }], 10, 100));
    expect(path(1)).toBe("M0.0 0h9.0v14h-9.0z");
    expect(path(0)).toBe("M0.0 4h9.0v6h-9.0z");
  });
});

test("the piece below the pointer is found in its row", () => {
  expect(pieceAt(0, 0, 100, 800)).toBe(0);
  expect(pieceAt(799, 15, 100, 800)).toBe(99);
  expect(pieceAt(8, 16, 100, 800)).toBe(101);
});
