/**
 * A file in pieces, the next one being read while the current one is looked at. A piece is only valid until the next one is asked for:
 * its buffer is used again.
 */

/** Bytes of one piece: large enough that reading costs nothing, small enough that a request never waits long for its turn. */
export const CHUNK_BYTES = 1 << 20;

/** Slices cost more each than stream reads do, so they are larger. */
const SLICE_BYTES = 4 << 20;

/** @typedef {{ next(): Promise<Uint8Array | null> }} Chunks `null` after the last piece; rejects when the file cannot be read further */

/**
 * @param {File} file
 * @param {number} [bytes] of one piece
 * @returns {Chunks}
 */
export function chunksOf(file, bytes = CHUNK_BYTES) {
  try {
    return new Streamed(file.stream().getReader({ mode: "byob" }), bytes);
  } catch {
    return new Sliced(file, Math.max(bytes, SLICE_BYTES));
  }
}

/** Reads into two buffers in turn. */
class Streamed {
  #reader;
  #ahead;
  #spare;

  /**
   * @param {ReadableStreamBYOBReader} reader
   * @param {number} bytes
   */
  constructor(reader, bytes) {
    this.#reader = reader;
    this.#ahead = this.#read(new ArrayBuffer(bytes));
    this.#spare = new ArrayBuffer(bytes);
  }

  async next() {
    const { value, done } = await this.#ahead;
    if (!value?.byteLength) return null;
    this.#ahead = done ? Promise.resolve({ done: true, value: undefined }) : this.#read(this.#spare);
    this.#spare = value.buffer;
    return value;
  }

  /**
   * @param {ArrayBuffer} buffer
   * @returns {Promise<{ done: boolean, value: Uint8Array<ArrayBuffer> | undefined }>}
   */
  #read(buffer) {
    // Browsers that do not know `min` return shorter pieces, which is as right.
    const view = new Uint8Array(buffer);
    const reading = /** @type {any} */ (this.#reader).read(view, { min: view.byteLength });
    return handled(reading);
  }
}

/** For browsers whose files have no byte streams. */
class Sliced {
  #file;
  #bytes;
  #at = 0;
  #ahead;

  /**
   * @param {File} file
   * @param {number} bytes
   */
  constructor(file, bytes) {
    this.#file = file;
    this.#bytes = bytes;
    this.#ahead = this.#read();
  }

  async next() {
    const buffer = await this.#ahead;
    if (buffer.byteLength === 0) return null;
    this.#ahead = this.#read();
    return new Uint8Array(buffer);
  }

  #read() {
    const slice = this.#file.slice(this.#at, this.#at + this.#bytes);
    this.#at += slice.size;
    return handled(slice.arrayBuffer());
  }
}

/**
 * The same promise, marked as looked after: a read ahead may fail before anyone asks for it.
 * @template T
 * @param {Promise<T>} reading
 */
function handled(reading) {
  reading.catch(() => {});
  return reading;
}
