/**
 * The sign of the ladder of evidence.
 */
import { render, h } from "preact";
import { expect, test } from "vitest";
import { Rungs } from "../../../www/components/rungs";

test.each([
  [5, undefined, 5, 1],
  [0, 4, 0, 4],
  [4, 4, 4, 0],
])("%s of %s rungs: %s filled, %s open, and the word", (reached, of, filled, open) => {
  const root = document.createElement("div");
  render(h(Rungs, { reached, of, word: "sent blocks" }), root);
  expect(root.querySelectorAll(".rungs-reached")).toHaveLength(filled);
  expect(root.querySelectorAll(".rungs-open")).toHaveLength(open);
  expect(root.textContent).toBe("sent blocks");
});
