/**
 * The frame that is looked at: the newest question counts.
 */
import { expect, test } from "vitest";
import { Frames } from "../../../www/state/frame";
import { frameOf } from "../support/frames";

/** Answers when the test says so. */
function asked() {
  /** @type {{ frame: number, resolve: (view: any) => void, reject: (error: Error) => void }[]} */
  const questions = [];
  const client = {
    frame: (/** @type {number} */ frame) =>
      new Promise((resolve, reject) => void questions.push({ frame, resolve, reject })),
  };
  return { questions, frames: new Frames(/** @type {any} */ (client)) };
}

test("a frame is read once, and shown", async () => {
  const { questions, frames } = asked();
  frames.follow(178);
  frames.follow(178);
  expect(questions.map(({ frame }) => frame)).toEqual([178]);
  expect(frames.state.value).toEqual({ number: 178, status: "reading", view: null });
  questions[0].resolve(frameOf());
  await Promise.resolve();
  expect(frames.state.value).toEqual({ number: 178, status: "shown", view: frameOf() });
});

test("the one before stays in sight until the next one is there, and comes late to nobody", async () => {
  const { questions, frames } = asked();
  frames.follow(178);
  questions[0].resolve(frameOf());
  await Promise.resolve();
  frames.follow(179);
  expect(frames.state.value?.view?.number).toBe(178);
  frames.follow(180);
  questions[1].resolve(frameOf({ number: 179 }));
  await Promise.resolve();
  expect(frames.state.value).toMatchObject({ number: 180, status: "reading" });
  questions[2].resolve(null);
  await Promise.resolve();
  expect(frames.state.value).toEqual({ number: 180, status: "none", view: null });
});

test("without a reader there is none, and closed it is forgotten", async () => {
  const { questions, frames } = asked();
  frames.follow(5);
  questions[0].reject(new Error("gone"));
  await Promise.resolve();
  await Promise.resolve();
  expect(frames.state.value?.status).toBe("gone");
  frames.follow(null);
  expect(frames.state.value).toBeNull();
  frames.follow(5);
  expect(questions).toHaveLength(2);
});
