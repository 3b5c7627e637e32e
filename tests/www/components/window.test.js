/**
 * Which rows of a list are drawn, and where: of short lists, and of lists that no page can lay out.
 */
import { describe, expect, test } from "vitest";
import { boxHeight, inSight, TALLEST, toReveal } from "../../../www/components/window";

const FEW = { count: 100, rowHeight: 28, top: 0, view: 280 };
const MANY = { count: 5_000_000, rowHeight: 28, top: 0, view: 800 };

/**
 * Rows that lie wholly within the part that is in sight.
 * @param {import("../../../www/components/window").Place} place
 */
function whole(place) {
  const { from, to, y } = inSight(place);
  const rows = Array.from({ length: to - from }, (_, offset) => from + offset);
  return rows.filter((row) => y(row) >= place.top && y(row) + place.rowHeight <= place.top + place.view);
}

describe("a list that the page can lay out", () => {
  test("stands where its rows are", () => {
    expect(boxHeight(FEW)).toBe(2800);
    expect(inSight(FEW).y(7)).toBe(196);
    expect(whole({ ...FEW, top: 280 })).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  });

  test("draws nothing it does not have", () => {
    expect(inSight({ ...FEW, count: 0 })).toMatchObject({ from: 0, to: 0 });
    expect(inSight({ ...FEW, count: 3 })).toMatchObject({ from: 0, to: 3 });
  });
});

describe("a list taller than a page can be", () => {
  test("has a box that can be laid out", () => expect(boxHeight(MANY)).toBe(TALLEST));

  test("begins at its first row while the box is not scrolled, and while it stands further down", () => {
    for (const top of [0, -100, -700]) expect(inSight({ ...MANY, top }).y(0)).toBe(0);
    expect(inSight({ ...MANY, top: -400 }).from).toBe(0);
  });

  test("ends at its last row when the box is scrolled to its end, and beyond", () => {
    for (const beyond of [0, 60, 400]) {
      const { to, y } = inSight({ ...MANY, top: TALLEST - MANY.view + beyond });
      expect(to).toBe(MANY.count);
      expect(y(MANY.count - 1) + MANY.rowHeight).toBe(TALLEST);
    }
  });

  test("is in its middle when the box is", () => {
    const middle = whole({ ...MANY, top: (TALLEST - MANY.view) / 2 });
    expect(middle).toContain(MANY.count / 2);
    expect(middle.length).toBeGreaterThan(26);
  });

  test.each([0, 1, 27, 28, 1_234_567, 4_999_998, 4_999_999])("shows row %s when asked to", (row) => {
    const top = toReveal({ ...MANY, top: 3_000_000 }, row);
    expect(whole({ ...MANY, top: /** @type {number} */ (top) })).toContain(row);
  });

  test("does not move for a row that is in sight", () => {
    const place = { ...MANY, top: 1_000_000 };
    expect(toReveal(place, whole(place)[3])).toBeNull();
  });
});
