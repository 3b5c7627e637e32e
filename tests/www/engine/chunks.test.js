/**
 * Files in pieces, by either way of reading them.
 */
import { describe, expect, test } from "vitest";
import { chunksOf } from "../../../www/engine/chunks";

const SIZE = 1 << 16;

/** @param {number} bytes */
function content(bytes) {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

/**
 * A file that has byte streams, as node's own blobs do, or has none, as in older browsers.
 * @param {Uint8Array} bytes
 * @param {boolean} streams
 * @returns {any}
 */
function fileOf(bytes, streams) {
  return {
    size: bytes.length,
    slice: (/** @type {number} */ from, /** @type {number} */ to) => {
      const part = bytes.slice(from, to);
      return { size: part.length, arrayBuffer: async () => part.buffer };
    },
    stream: () => (streams ? new ReadableStream({ type: "bytes", pull: feed(bytes) }) : new ReadableStream()),
  };
}

/** @param {Uint8Array} bytes given out in uneven pieces */
function feed(bytes) {
  let at = 0;
  return (/** @type {ReadableByteStreamController} */ controller) => {
    if (at === bytes.length) {
      controller.close();
      controller.byobRequest?.respond(0);
      return;
    }
    const next = Math.min(at + 1000 + (at % 777), bytes.length);
    controller.enqueue(bytes.slice(at, next));
    at = next;
  };
}

/** @param {import("../../../www/engine/chunks").Chunks} chunks */
async function all(chunks) {
  const parts = [];
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) parts.push(chunk.slice());
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe.each([
  ["streamed", true],
  ["in slices", false],
])("a file that is read %s", (_, streams) => {
  test.each([0, 1, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE + 5])(
    "gives its %s bytes, in order, and then nothing",
    async (bytes) => {
      const chunks = chunksOf(fileOf(content(bytes), streams), SIZE);
      expect(await all(chunks)).toEqual(content(bytes));
    },
  );
});

test("two buffers are enough for a file of any size", async () => {
  const chunks = chunksOf(fileOf(content(6 * SIZE), true), SIZE);
  const lengths = new Set();
  for (let chunk = await chunks.next(); chunk; chunk = await chunks.next()) lengths.add(chunk.buffer.byteLength);
  expect([...lengths]).toEqual([SIZE]);
});

test("a file that cannot be read further says so when its next piece is asked for", async () => {
  let reads = 0;
  const file = fileOf(content(9 << 20), false);
  const { slice } = file;
  file.slice = (/** @type {number} */ from, /** @type {number} */ to) => {
    reads += 1;
    return reads < 2 ? slice(from, to) : { size: 1, arrayBuffer: () => Promise.reject(new Error("gone")) };
  };
  const chunks = chunksOf(file, SIZE);
  expect((await chunks.next())?.length).toBe(4 << 20);
  await expect(chunks.next()).rejects.toThrow("gone");
});
