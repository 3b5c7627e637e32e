/**
 * A value that is fetched again and again.
 */
import { expect, test, vi } from "vitest";
import { Latest } from "../../../www/state/latest";

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("one request at a time, and the newest question wins", async () => {
  const latest = new Latest();
  /** @type {((answer: string) => void)[]} */
  const answers = [];
  const fetch = vi.fn(() => new Promise((resolve) => answers.push(resolve)));
  latest.load("a", fetch, true);
  latest.load("b", fetch, true);
  latest.load("c", fetch, true);
  expect(fetch).toHaveBeenCalledTimes(1);
  answers[0]("of a");
  await settled();
  expect(latest.value.value).toBeNull();
  expect(fetch).toHaveBeenCalledTimes(2);
  answers[1]("of c");
  await settled();
  expect(latest.value.value).toEqual({ about: "c", is: "of c" });
});

test("the last answer stays when there is no other", async () => {
  const latest = new Latest();
  latest.load("a", async () => 1, true);
  await settled();
  latest.load("a", () => Promise.reject(new Error("gone")), true);
  await settled();
  expect(latest.value.value).toEqual({ about: "a", is: 1 });
});

test("what was forgotten does not come back", async () => {
  const latest = new Latest();
  latest.load("a", async () => 1, true);
  latest.reset();
  await settled();
  expect(latest.value.value).toBeNull();
});
