/**
 * Files read once more for a list of events: what is told, and what ends it.
 *
 * @vitest-environment node
 */
import { describe, expect, test } from "vitest";
import { Listing } from "../../../www/engine/listing";
import { FakeSession } from "../support/fake_session";

const MIB = 1 << 20;

/** Takes files as a session does, and lists an event for each MiB of them. */
class FakeListing extends FakeSession {
  freed = 0;

  /** @override */
  push(/** @type {number} */ source, /** @type {Uint8Array} */ chunk) {
    const busyUntil = performance.now() + 4;
    while (performance.now() < busyUntil);
    super.push(source, chunk);
  }

  /** @override @returns {any} */
  rows() {
    const events = Math.floor(this.progress().bytes / MIB);
    return { matched: events, kept: Math.min(events, 50), filtered: 0, rows: [] };
  }

  ladder() {
    return null;
  }

  /** @override */
  export(/** @type {string} */ format) {
    return `events as ${format}`;
  }

  /** @override */
  free() {
    this.freed += 1;
  }
}

/** @param {number} bytes */
function listingOf(bytes) {
  const fake = new FakeListing();
  /** @type {any[]} */
  const told = [];
  const file = new File([new Uint8Array(bytes)], "a.pcap");
  return { fake, told, listing: new Listing(fake, [file], (state) => told.push(state)) };
}

describe("a list of events", () => {
  test("tells how far it is, and its end", async () => {
    const { fake, told, listing } = listingOf(100 * MIB);
    await listing.run();
    expect(fake.finished).toBe(true);
    expect(told.length).toBeGreaterThan(1);
    expect(told[0].status).toBe("listing");
    expect(told.at(-1)).toMatchObject({ status: "listed", events: 100, kept: 50, progress: { bytes: 100 * MIB } });
    expect(fake.freed).toBe(0);
    listing.end();
    expect(fake.freed).toBe(1);
  });

  test("that is given up reads no further, says nothing any more, and gives its memory back once", async () => {
    const { fake, told, listing } = listingOf(100 * MIB);
    const running = listing.run();
    await new Promise((resolve) => setTimeout(resolve, 40));
    listing.end();
    expect(fake.freed).toBe(0);
    const before = told.length;
    await running;
    listing.end();
    expect(fake.freed).toBe(1);
    expect(fake.progress().bytes).toBeLessThan(100 * MIB);
    expect(told.length).toBe(before);
  });

  test("lets messages in while it is read", async () => {
    const { listing } = listingOf(60 * MIB);
    let turns = 0;
    const count = setInterval(() => (turns += 1), 5);
    await listing.run();
    clearInterval(count);
    expect(turns).toBeGreaterThan(3);
  });

  test("is not made of a question that cannot be asked; a broken analyzer is another matter", () => {
    /** @type {any[]} */
    const told = [];
    const of = (/** @type {unknown} */ thrown) =>
      Listing.of(
        () => {
          throw thrown;
        },
        [],
        (state) => told.push(state),
      );
    expect(of("no host is written so")).toBeNull();
    expect(told).toEqual([{ status: "refused" }]);
    expect(() => of(new WebAssembly.RuntimeError("unreachable"))).toThrow();
  });
});
