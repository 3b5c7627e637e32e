/**
 * The hashes of a capture's files, and what a file without one means to a database.
 */
import { describe, expect, test, vi } from "vitest";
import { Hashing } from "../../../www/engine/file_hashes";

// Only what answers a database's worker needs the analyzer.
vi.mock("../../../www/engine/wasm/swarmscope.js", () => ({ FileHash: class {} }));
const { spread } = await import("../../../www/engine/database_source");

/** A hash that says how many bytes it was given. */
class Counting {
  bytes = 0;
  freed = false;

  push(/** @type {Uint8Array} */ chunk) {
    this.bytes += chunk.length;
  }

  finish() {
    const told = `hash of ${this.bytes}`;
    this.bytes = 0;
    return told;
  }

  free() {
    this.freed = true;
  }
}

describe("hashing", () => {
  test("goes through all files, one after the other", async () => {
    const [state, shares] = [new Counting(), /** @type {number[]} */ ([])];
    const files = [new File(["x".repeat(300)], "a"), new File([], "b"), new File(["y".repeat(100)], "c")];
    const hashing = new Hashing(files, state, (share) => shares.push(share));
    expect(await hashing.run()).toEqual(["hash of 300", "hash of 0", "hash of 100"]);
    expect([shares.at(-1), state.freed]).toEqual([1, true]);
  });

  test("ends when it is told to, with nothing", async () => {
    const hashing = new Hashing([new File(["x"], "a")], new Counting(), () => hashing.end());
    expect(await hashing.run()).toBeNull();
  });

  test("has none for a file that cannot be read, and goes on", async () => {
    const gone = new File(["x"], "gone");
    /** @returns {never} */
    const unreadable = () => {
      throw new Error("gone");
    };
    [gone.stream, gone.slice] = [unreadable, unreadable];
    const hashing = new Hashing([gone, new File(["yy"], "b")], new Counting(), () => {});
    expect(await hashing.run()).toEqual([null, "hash of 2"]);
  });
});

describe("a database", () => {
  const [capture, note, other] = [new File(["x"], "a.pcap"), new File(["y"], "note.txt"), new File(["z"], "b.pcap")];

  test("has the hash of each capture, and none of what is no capture", () => {
    expect(spread([capture, other], ["one", "two"], [capture, note, other])).toEqual(["one", "", "two"]);
    expect(spread([capture], null, [capture, note])).toEqual([]);
  });

  test("is not made of a capture without a hash", () => {
    const fails = () => spread([capture, other], ["one", null], [capture, note, other]);
    expect(fails).toThrow(expect.objectContaining({ code: "read_failed", file: "b.pcap" }));
  });
});
