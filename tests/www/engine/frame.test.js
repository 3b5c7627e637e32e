/**
 * Files read once more for one frame: what it comes to, and what ends it.
 *
 * @vitest-environment node
 */
import { expect, test } from "vitest";
import { FrameLook } from "../../../www/engine/frame";
import { FakeSession } from "../support/fake_session";
import { frameOf } from "../support/frames";

/** Finds its frame after so many bytes. */
class FakeFrame extends FakeSession {
  freed = 0;
  #after;

  /** @param {number} after */
  constructor(after) {
    super();
    this.#after = after;
  }

  /** @override */
  wants() {
    return this.progress().bytes >= this.#after ? undefined : super.wants();
  }

  view() {
    return this.progress().bytes >= this.#after ? frameOf() : null;
  }

  /** @override */
  free() {
    this.freed += 1;
  }
}

const file = new File([new Uint8Array(3 << 20)], "a.pcap");

test("reads no further than it must, and gives its memory back", async () => {
  const fake = new FakeFrame(1);
  expect(await new FrameLook(fake, [file]).run()).toEqual(frameOf());
  expect(fake.progress().bytes).toBeLessThan(3 << 20);
  expect([fake.finished, fake.freed]).toEqual([true, 1]);
});

test("a frame that is not there is none", async () => {
  const fake = new FakeFrame(4 << 20);
  expect(await new FrameLook(fake, [file]).run()).toBeNull();
  expect([fake.progress().bytes, fake.freed]).toEqual([3 << 20, 1]);
});

test("one that nobody waits for any more reads no further", async () => {
  const fake = new FakeFrame(4 << 20);
  const look = new FrameLook(fake, [file]);
  const outcome = look.run();
  look.end();
  expect(await outcome).toBeNull();
  expect([fake.finished, fake.freed, fake.progress().bytes < 3 << 20]).toEqual([false, 1, true]);
});
