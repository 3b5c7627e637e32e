/**
 * Pieces verified and files put together with an analyzer that hands out what it was given.
 *
 * @vitest-environment node
 * @import { VerifyOrder, VerifyState } from "../../../www/engine/messages"
 */
import { beforeEach, describe, expect, test } from "vitest";
import { Verifying } from "../../../www/engine/verification";
import { Verifier } from "../../../www/engine/verifier";
import { FakeFolder } from "../support/fake_folder";
import { FakeSession } from "../support/fake_session";
import { FakeWorker } from "../support/fake_worker";

const VERIFIED = { torrents: [], unattributed_bytes: 0, hidden_connections: 0 };

/** Two pieces of four bytes: the first of `a`, the second half of `a` and half of `b`; what is in `right` comes with the first bytes read. */
class FakeChecker extends FakeSession {
  stage = "learning";
  /** @type {number[]} */
  kept = [];

  /** @param {number[]} right pieces that are in the captures */
  constructor(right) {
    super();
    this.rights = right;
    this.waiting = [...right];
  }

  check() {
    this.stage = "checking";
    this.sources = [];
  }

  planned() {
    const file = (/** @type {string} */ path, /** @type {number} */ length) => ({
      path,
      length,
      place: ["t", path],
      renamed: false,
    });
    return [{ info_hash: "aa", name: "t", piece_count: 2, files: [file("a", 6), file("b", 2), file("empty", 0)] }];
  }

  spans(/** @type {number} */ _torrent, /** @type {number} */ index) {
    return Float64Array.from(index === 0 ? [0, 0, 0, 4] : [0, 4, 0, 2, 1, 0, 2, 4]);
  }

  piece_length() {
    return 4;
  }

  keep(/** @type {number} */ _torrent, /** @type {number} */ index, /** @type {Uint8Array} */ bytes) {
    const right = bytes.every((byte) => byte === index + 1);
    if (right) {
      this.kept.push(index);
      this.waiting = this.waiting.filter((waits) => waits !== index);
    }
    return right;
  }

  right() {
    return Uint32Array.of(this.rights.length);
  }

  /** @returns {[Float64Array, Uint8Array] | undefined} */
  take() {
    const index = this.stage === "checking" ? this.waiting.shift() : undefined;
    if (index === undefined) return undefined;
    const spans = this.spans(0, index);
    const runs = [];
    for (let at = 0; at < spans.length; at += 4) runs.push(0, spans[at], spans[at + 1], spans[at + 3] - spans[at + 2]);
    return [Float64Array.from(runs), new Uint8Array(4).fill(index + 1)];
  }

  holes(/** @type {number} */ _torrent, /** @type {number} */ file) {
    const there = [...this.rights, ...this.kept];
    const all = [
      [0, 4, 0],
      [4, 6, 1],
    ]
      .filter(([, , index]) => !there.includes(index))
      .map(([from, to]) => [from, to]);
    if (file === 0) return Float64Array.from(all.flat());
    return Float64Array.from(file === 1 && !there.includes(1) ? [0, 2] : []);
  }

  verified() {
    return VERIFIED;
  }
}

/** @param {number[]} right @param {FakeFolder | null} folder @param {number} [bytes] */
function verifyingOf(right, folder, bytes = 4096) {
  const checker = new FakeChecker(right);
  /** @type {VerifyState[]} */
  const told = [];
  const into = folder && { kind: /** @type {const} */ ("folder"), folder: /** @type {any} */ (folder) };
  const order = { files: [new File([new Uint8Array(bytes)], "a.pcap")], given: [], whole: false, torrents: [], into };
  return { checker, told, verifying: new Verifying(/** @type {any} */ (checker), order, (state) => told.push(state)) };
}

describe("a verification", () => {
  /** @type {FakeFolder} */
  let folder;
  beforeEach(() => {
    folder = new FakeFolder();
  });

  test("reads twice, tells how far it is, and what came of it", async () => {
    const { told, verifying } = verifyingOf([0, 1], null, 64 << 20);
    await verifying.run();
    expect(told[0]).toMatchObject({ status: "running", stage: "learning", pieces: 0 });
    expect(told.at(-1)).toMatchObject({ status: "done", verified: VERIFIED, written: null });
  });

  test("writes files whole, also those without bytes", async () => {
    const { told, verifying } = verifyingOf([0, 1], folder);
    await verifying.run();
    expect(folder.all()).toEqual({ "t/a": [1, 1, 1, 1, 2, 2], "t/b": [2, 2], "t/empty": [] });
    const { written } = /** @type {any} */ (told.at(-1));
    expect(written.files.map((/** @type {any} */ file) => [file.path, file.missing])).toEqual([
      ["a", 0],
      ["b", 0],
      ["empty", 0],
    ]);
  });

  test("leaves holes and maps them; a later run fills them, and takes the map away", async () => {
    await verifyingOf([1], folder).verifying.run();
    const { "t/a.holes.json": map, ...files } = folder.all();
    expect(files).toEqual({ "t/a": [0, 0, 0, 0, 2, 2], "t/b": [2, 2], "t/empty": [] });
    expect(JSON.parse(String.fromCharCode(...map))).toMatchObject({ file: "a", length: 6, holes: [[0, 4]] });
    const { checker, verifying } = verifyingOf([0], folder);
    await verifying.run();
    expect(checker.kept).toEqual([1]);
    expect(folder.all()).toEqual({ "t/a": [1, 1, 1, 1, 2, 2], "t/b": [2, 2], "t/empty": [] });
  });

  test("of a file of which nothing is there none is made, and a longer one is left alone", async () => {
    const within = await folder.getDirectoryHandle("t", { create: true });
    const longer = await within.getFileHandle("a", { create: true });
    /** @type {any} */ (longer).bytes = Uint8Array.from([9, 9, 9, 9, 9, 9, 9]);
    const { told, verifying } = verifyingOf([0], folder);
    await verifying.run();
    expect(folder.all()["t/a"]).toEqual([9, 9, 9, 9, 9, 9, 9]);
    expect(folder.all()).not.toHaveProperty("t/b");
    expect(/** @type {any} */ (told.at(-1)).written.refused).toEqual([{ path: "t/a", why: "longer" }]);
  });

  test("cancelled it leaves nothing that was written by it", async () => {
    const { checker, told, verifying } = verifyingOf([0, 1], folder, 64 << 20);
    let pushed = 0;
    checker.push = (source, chunk) => {
      FakeSession.prototype.push.call(checker, source, chunk);
      if (checker.stage === "checking" && ++pushed === 2) verifying.cancel();
    };
    await verifying.run();
    expect(told.at(-1)).toEqual({ status: "cancelled" });
    expect(folder.all()).toEqual({});
  });

  test("a disk that is full is told", async () => {
    const { told, verifying } = verifyingOf([0, 1], folder);
    folder.getDirectoryHandle = async () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    await verifying.run();
    expect(told.at(-1)).toMatchObject({ status: "failed", problem: { code: "no_room" } });
  });
});

describe("the page's side", () => {
  const order = /** @type {VerifyOrder} */ ({ files: [], given: [], whole: false, torrents: [], into: null });
  const module = /** @type {Promise<any>} */ (Promise.resolve({}));

  test("starts a worker, hears it, and ends it with the last word", async () => {
    const worker = new FakeWorker();
    /** @type {VerifyState[]} */
    const told = [];
    new Verifier(/** @type {any} */ (worker), module, order, (state) => told.push(state));
    await module;
    expect(worker.types()).toEqual(["start", "verify"]);
    worker.say({ type: "verifying", state: { status: "done", verified: VERIFIED, written: null, memory: 1 } });
    expect(told.map(({ status }) => status)).toEqual(["done"]);
    expect(worker.ended).toBe(true);
  });

  test("a worker that breaks is a failure, and one that does not answer a cancel is ended", async () => {
    const broken = new FakeWorker();
    /** @type {VerifyState[]} */
    const told = [];
    new Verifier(/** @type {any} */ (broken), module, order, (state) => told.push(state));
    broken.onerror?.();
    expect(told).toMatchObject([{ status: "failed", problem: { code: "worker_gone" } }]);
    const busy = new FakeWorker();
    const verifier = new Verifier(/** @type {any} */ (busy), module, order, (state) => told.push(state));
    await module;
    verifier.cancel();
    expect(busy.types()).toEqual(["start", "verify", "cancel"]);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    expect(busy.ended).toBe(true);
    expect(told.at(-1)).toEqual({ status: "cancelled" });
  });
});
