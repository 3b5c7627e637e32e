/**
 * The study of a torrent as the page takes it.
 */
import { expect, test } from "vitest";
import { inOrder } from "../../../www/state/study";
import { studyOf } from "../support/studies";

test("what was told late counts from when more was known", () => {
  const points = [
    [1, 0.25],
    [3, 0.5],
    [2, 0.75],
    [4, 1],
  ].map(([time, share]) => ({ time, share }));
  const curve = { endpoint: "10.0.0.4:6881", client: null, local: false, completed_at: 4, points };
  const [{ points: ordered }] = inOrder(studyOf({ curves: [curve] }))?.curves ?? [];
  expect(ordered.map(({ time }) => time)).toEqual([1, 3, 3, 4]);
  expect(ordered.map(({ share }) => share)).toEqual([0.25, 0.5, 0.75, 1]);
  expect(inOrder(null)).toBeNull();
});
