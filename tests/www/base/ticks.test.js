/**
 * Round values for axes.
 */
import { expect, test } from "vitest";
import { clockTicks, linearTicks, logTicks, roundStep, tickText } from "../../../www/base/ticks";

test("a linear axis has round steps, and no more than it may", () => {
  expect(linearTicks(0, 25.3, 5)).toEqual([0, 10, 20]);
  expect(linearTicks(0, 25.3, 6)).toEqual([0, 5, 10, 15, 20, 25]);
  expect(linearTicks(0, 0.3, 3)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(linearTicks(0, 0, 5)).toEqual([0]);
});

test("a logarithmic axis covers its values", () => {
  expect(logTicks(0.3, 42)).toEqual([0.1, 1, 10, 100]);
  expect(logTicks(1, 1000)).toEqual([1, 10, 100, 1000]);
});

test("steps are 1, 2 or 5 times a power of ten", () => {
  expect([0.011, 0.2, 3, 6, 70].map(roundStep)).toEqual([0.02, 0.2, 5, 10, 100]);
});

test("a tick is written with the decimals it needs", () => {
  expect([0, 0.01, 0.1, 0.25, 1, 2.5, 90].map(tickText)).toEqual(["0", "0.01", "0.1", "0.25", "1", "2.5", "90"]);
});

test("times of day are round in the reader’s zone, and a short span counts from its start", () => {
  const noon = new Date(2026, 10, 20, 12, 0, 7).getTime() / 1000;
  const texts = (/** @type {number} */ seconds, /** @type {number} */ most) =>
    clockTicks(noon, noon + seconds, most).map(({ text }) => text);
  expect(texts(60, 5)).toEqual(["12:00:15", "12:00:30", "12:00:45", "12:01:00"]);
  expect(texts(3600, 4)).toEqual(["12:15", "12:30", "12:45", "13:00"]);
  expect(texts(1, 4)).toEqual(["0 s", "0.5", "1"]);
  expect(texts(0, 4)).toEqual(["0 s"]);
});
