/**
 * What pictures over capture time are made of: step lines, and names that do not meet.
 *
 * @import { Frame } from "../../../www/components/time_plot"
 */
import { h, render } from "preact";
import { describe, expect, test } from "vitest";
import { labelled } from "../../../www/components/completions";
import { CopiesMap } from "../../../www/components/copies_map";
import { namesOf } from "../../../www/components/curves";
import { ProgressSpark, shareAt } from "../../../www/components/progress_spark";
import { stepPath } from "../../../www/components/time_plot";

/** A second is ten px, all of a picture a hundred. @type {Frame} */
const FRAME = {
  left: 0,
  right: 1000,
  top: 0,
  bottom: 100,
  width: 1000,
  narrow: false,
  x: (time) => time * 10,
  y: (share) => 100 - share * 100,
};

/** @param {string} key @param {[number, number][]} points */
function curve(key, points) {
  return {
    key,
    label: key,
    told: key,
    strong: false,
    points: points.map(([time, share]) => ({ time, share })),
    last: 50,
  };
}

/** @param {string} key @param {number} at */
function completion(key, at) {
  return { key, label: "10.0.0.1", told: key, at, since: at };
}

describe("a step line", () => {
  test("holds each value until the next", () => {
    const points = [
      { time: 0, share: 0 },
      { time: 5, share: 0.5 },
      { time: 9, share: 1 },
    ];
    expect(stepPath(FRAME, points)).toBe("M0.0 100.0H50.0V50.0H90.0V0.0");
    expect([0, 4.9, 5, 99].map((time) => shareAt(points, time))).toEqual([0, 0, 0.5, 1]);
    expect(shareAt([], 3)).toBe(0);
  });
});

describe("names", () => {
  test("stand at the first and the last line at a height, and meet no other", () => {
    const curves = [10, 11, 12, 13, 30].map((end) =>
      curve(`10.0.0.${end}`, [
        [0, 0],
        [end / 2, 0.5],
        [end, 1],
      ]),
    );
    const names = namesOf(curves, FRAME);
    expect(names.map(({ curve: { key }, anchor }) => [key, anchor])).toContainEqual(["10.0.0.30", "start"]);
    expect(new Set(names.map(({ curve: { key } }) => key)).size).toBe(names.length);
    const flat = curve("seed", [[0, 1]]);
    expect(namesOf([flat], FRAME)).toEqual([]);
    expect(namesOf([flat], FRAME, flat)).toHaveLength(1);
  });

  test("of completions stand where they fit, and the one that is shown always", () => {
    const all = [completion("a", 20), completion("b", 21), completion("c", 60)];
    const keys = (/** @type {ReturnType<typeof labelled>} */ placed) => placed.map((one) => one.completion.key);
    expect(keys(labelled(all, FRAME, null))).toEqual(["a", "c"]);
    expect(keys(labelled(all, FRAME, all[1]))).toEqual(["b", "c"]);
  });
});

describe("the course of a peer", () => {
  test("ends where it was last seen, with a diamond where it completed", () => {
    const root = document.createElement("div");
    const points = [
      { time: 0, share: 0 },
      { time: 50, share: 1 },
    ];
    render(h(ProgressSpark, { course: { points, completed: 50, last: 90 }, from: 0, to: 100 }), root);
    expect(root.querySelectorAll(".progress-sign")).toHaveLength(2);
    expect(root.querySelector(".progress-line")?.getAttribute("d")).toMatch(/^M5\.0 17\.0H100\.0V4\.0H176\.0$/);
    render(h(ProgressSpark, { course: null, from: 0, to: 100 }), root);
    expect(root.querySelector(".progress-line")).toBeNull();
  });
});

describe("copies of pieces", () => {
  test("are as dark as they are many, and none is no mark", () => {
    const root = document.createElement("div");
    render(h(CopiesMap, { copies: [0, 1, 4, 4], pieces: 4, label: "copies" }), root);
    const marks = [...root.querySelectorAll("path")].map((path) => [
      path.getAttribute("class"),
      (path.getAttribute("d") ?? "").split("z").length - 1,
    ]);
    expect(marks).toEqual([
      ["copies-1", 1],
      ["copies-2", 0],
      ["copies-3", 0],
      ["copies-4", 2],
    ]);
    expect(root.textContent).toContain("full height: 4 copies");
  });
});
