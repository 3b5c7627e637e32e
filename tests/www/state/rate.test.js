/**
 * How fast, and how long still.
 */
import { expect, test } from "vitest";
import { Rate, secondsLeft } from "../../../www/state/rate";

test("a rate needs two measurements that stand apart", () => {
  const rate = new Rate();
  expect(rate.measured(0, 10)).toBeNull();
  expect(rate.measured(5, 10.01)).toBeNull();
  expect(rate.measured(100, 10.1)).toBeCloseTo(1000);
});

test("a steady reading has its rate, and a jump does not move it at once", () => {
  const rate = new Rate();
  let value = null;
  for (let tenth = 0; tenth <= 30; tenth += 1) value = rate.measured(tenth * 10, tenth / 10);
  expect(value).toBeCloseTo(100);
  value = rate.measured(400, 3.1);
  expect(value).toBeGreaterThan(100);
  expect(value).toBeLessThan(200);
});

test("what is left is told only when it can be", () => {
  expect(secondsLeft(50, 150, 20)).toBe(5);
  expect(secondsLeft(160, 150, 20)).toBe(0);
  expect(secondsLeft(50, null, 20)).toBeNull();
  expect(secondsLeft(50, 150, null)).toBeNull();
  expect(secondsLeft(50, 150, 0)).toBeNull();
});
