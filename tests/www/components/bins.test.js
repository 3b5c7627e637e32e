/**
 * Bins: how they are made coarser, and drawn.
 */
import { describe, expect, test } from "vitest";
import { outline, peakOf, summed, together } from "../../../www/components/bins";

describe("bins", () => {
  test("are taken together until each has the least width", () => {
    expect([together(512, 1024, 2), together(512, 300, 2), together(0, 300, 2), together(9, 0, 1)]).toEqual([
      1, 4, 1, 9,
    ]);
    expect(summed([1, 2, 3, 4, 5], 2)).toEqual([3, 7, 5]);
  });

  test("know their peak", () => {
    expect([peakOf([1, 5, 5]), peakOf([])]).toEqual([
      { at: 1, amount: 5 },
      { at: 0, amount: 0 },
    ]);
  });

  test("are drawn from base to top, where there is anything, and never too small to be seen", () => {
    expect(outline([0, 0, 1], [10, 0, 1.2], 2)).toBe("M0 0v-10h2v10zM4 -1v-1h2v1z");
    expect(outline([0], [-4], 3)).toBe("M0 0v4h3v-4z");
  });
});
