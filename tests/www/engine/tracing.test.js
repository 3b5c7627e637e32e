/**
 * Files read once more for what peers said of each piece: what is told, and what ends it.
 *
 * @vitest-environment node
 */
import { describe, expect, test } from "vitest";
import { Tracing } from "../../../www/engine/tracing";
import { FakeSession } from "../support/fake_session";

const MIB = 1 << 20;

/** Takes files as a session does, slowly. */
class FakeTracing extends FakeSession {
  freed = 0;

  /** @override */
  push(/** @type {number} */ source, /** @type {Uint8Array} */ chunk) {
    const busyUntil = performance.now() + 4;
    while (performance.now() < busyUntil);
    super.push(source, chunk);
  }

  /** @override @returns {any} */
  rows() {
    return { matched: 0, kept: 0, filtered: 0, rows: [] };
  }

  ladder() {
    return null;
  }

  /** @override */
  free() {
    this.freed += 1;
  }
}

const file = new File([new Uint8Array(100 * MIB)], "a.pcap");

describe("tracing", () => {
  test("tells how far it is, and gives what it read", async () => {
    const [fake, shares] = [new FakeTracing(), /** @type {number[]} */ ([])];
    expect(await new Tracing(fake, [file], (share) => shares.push(share)).run()).toBe(fake);
    expect([fake.finished, fake.freed]).toEqual([true, 0]);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares.every((share, at) => share <= 1 && share >= (shares[at - 1] ?? 0))).toBe(true);
  });

  test("gives nothing where it was ended, and the memory back", async () => {
    const fake = new FakeTracing();
    const tracing = new Tracing(fake, [file], () => tracing.end());
    expect(await tracing.run()).toBeNull();
    expect(fake.freed).toBe(1);
  });
});
