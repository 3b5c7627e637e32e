/**
 * Values as text: every form that a number, a size or a time can take.
 */
import { describe, expect, test } from "vitest";
import {
  cut,
  clock,
  counted,
  duration,
  kibibytes,
  mebibytes,
  milliseconds,
  moment,
  number,
  percentages,
  short,
  shortened,
  size,
  sizeOf,
  told,
} from "../../../www/base/format";

/** @param {string} text with every thin space as an underscore */
const spaced = (text) => text.replaceAll("\u202f", "_");

describe("numbers", () => {
  test.each([
    [0, 0, "0"],
    [999, 0, "999"],
    [1000, 0, "1_000"],
    [1412806, 0, "1_412_806"],
    [-1234.56, 1, "−1_234.6"],
    [0.05, 2, "0.05"],
    [null, 0, "–"],
    [undefined, 1, "–"],
    [NaN, 0, "–"],
  ])("%s with %s places is %s", (value, digits, text) => expect(spaced(number(value, digits))).toBe(text));

  test.each([
    [99_999, "99_999"],
    [389_182, "389 k"],
    [999_499, "999 k"],
    [999_500, "1.0 M"],
    [12_345_678, "12.3 M"],
  ])("%s in little room is %s", (value, text) => expect(spaced(short(value))).toBe(text));

  test("counts take their noun along", () => {
    expect(counted(1, "frame")).toBe("1 frame");
    expect(spaced(counted(8133, "frame"))).toBe("8_133 frames");
    expect(told(0, "address", "addresses")).toBe("no addresses");
    expect(told(12, "name")).toBe("twelve names");
    expect(told(13, "name")).toBe("13 names");
  });
});

describe("sizes", () => {
  test.each([
    [0, "0 B"],
    [1023, "1_023 B"],
    [1024, "1 KiB"],
    [1536, "1.5 KiB"],
    [262144, "256 KiB"],
    [8790700, "8.4 MiB"],
    [1310000000, "1.22 GiB"],
    [null, "–"],
  ])("%s bytes are %s", (bytes, text) => expect(spaced(size(bytes))).toBe(text));

  test("how far of how much has one unit", () => {
    expect(spaced(sizeOf(536870912, 1309671424))).toBe("512 of 1_249 MiB");
    expect(sizeOf(1048576, 8790700)).toBe("1.0 of 8.4 MiB");
    expect(sizeOf(1048576, null)).toBe("1.0 MiB");
  });

  test("an absent size is not a size of nothing", () => {
    expect(mebibytes(null)).toBe("–");
    expect(mebibytes(0)).toBe("0.0");
    expect(mebibytes(1)).toBe("<0.1");
    expect(mebibytes(1, 2)).toBe("<0.01");
    expect([null, 0, 1, 600, 4096].map(kibibytes)).toEqual(["–", "0", "<1", "1", "4"]);
  });
});

describe("times", () => {
  test.each([
    [0, "0.0 s"],
    [0.0022, "2.2 ms"],
    [0.016, "16 ms"],
    [0.5, "0.5 s"],
    [59.94, "59.9 s"],
    [60, "1 min"],
    [2721, "45 min 21 s"],
    [3600, "1 h"],
    [90061, "1 d 1 h"],
    [null, "–"],
  ])("%s seconds last %s", (seconds, text) => expect(duration(seconds)).toBe(text));

  test("a delay that is not nothing is not written as nothing", () => {
    expect(milliseconds(0.00004)).toBe("<0.1");
    expect(milliseconds(0.00005)).toBe("0.1");
    expect(milliseconds(0)).toBe("0.0");
    expect(milliseconds(null)).toBe("–");
  });

  test("an instant that no calendar holds is absent", () => {
    expect(clock(1e18)).toBe("–");
    expect(clock(1795175099)).toMatch(/^\d\d:\d\d:\d\d$/);
  });
});

test("a hash keeps its first eight and last four digits", () => {
  expect(shortened("0738eaa8b499ef7ddf01bfb81aaea7df4ef72630")).toBe("0738eaa8…2630");
  expect(shortened("0738eaa8b499")).toBe("0738eaa8b499");
});

test("shares add up to a hundred", () => {
  for (const parts of [
    [1, 1, 1],
    [90.5, 8.9, 0.6],
    [1e15, 1, 1],
    [0, 0, 7],
    [2, 3, 5, 7, 11, 13],
  ]) {
    const sum = percentages(parts).reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(100, 9);
  }
  expect(percentages([0, 0])).toEqual([0, 0]);
});

test("a moment has its milliseconds, and no more than it has", () => {
  const at = new Date(2026, 10, 20, 11, 2, 10).getTime() / 1000;
  expect(moment(at + 0.051)).toBe("11:02:10.051");
  expect(moment(at + 0.9999)).toBe("11:02:10.999");
  expect(moment(null)).toBe("–");
});

test("a label is cut in its middle", () => {
  expect(cut("router.bittorrent.com", 30)).toBe("router.bittorrent.com");
  expect(cut("router.bittorrent.com", 12)).toBe("router.b…com");
});
