/**
 * Gives an analyzer the bytes of its files, in the order in which it wants them.
 *
 * @import { Chunks } from "./chunks"
 * @import { Problem, Sink } from "./messages"
 */
import { CHUNK_BYTES, chunksOf } from "./chunks";

/** All files together may hold about this much ahead of the analyzer. */
const AHEAD_BYTES = 32 << 20;
const LEAST_CHUNK_BYTES = 16 << 10;

export class Feed {
  #sink;
  #files;
  /** @type {Chunks[]} */
  #chunks = [];
  /** Bytes that were read of each. @type {number[]} */
  #read;
  /** What kept files from being read, or read further. @type {Problem[]} */
  problems = [];

  /**
   * @param {Sink} sink
   * @param {File[]} files
   */
  constructor(sink, files) {
    this.#sink = sink;
    this.#files = files;
    this.#read = files.map(() => 0);
    for (const file of files) sink.add_file(file.name, file.size);
  }

  /**
   * Gives the source that is due its next piece, or its end. Throws what the analyzer throws when it is broken.
   * @returns {Promise<boolean>} whether there was one
   */
  async advance() {
    const source = this.#sink.wants();
    if (source === undefined) return false;
    const chunk = await this.#next(source);
    try {
      if (chunk) this.#sink.push(source, chunk);
      else this.#sink.end(source);
    } catch (error) {
      const { code, detail } = refusal(error);
      this.problems.push({ code, detail, file: this.#files[source].name });
      if (chunk) this.#sink.end(source);
    }
    return true;
  }

  /**
   * The next piece of a source; where it cannot be read, `null` and a problem.
   * @param {number} source
   */
  async #next(source) {
    const file = this.#files[source];
    const share = Math.floor(AHEAD_BYTES / (2 * this.#files.length));
    const bytes = Math.max(Math.min(CHUNK_BYTES, share), LEAST_CHUNK_BYTES);
    try {
      this.#chunks[source] ??= chunksOf(file, bytes);
      const chunk = await this.#chunks[source].next();
      this.#read[source] += chunk?.byteLength ?? 0;
      return chunk;
    } catch {
      this.problems.push({ code: "read_failed", detail: String(this.#read[source]), file: file.name });
      return null;
    }
  }
}

/**
 * What an analyzer throws for a file that is not a capture. Anything else is thrown on.
 * @param {unknown} error
 * @returns {{ code: string, detail: string | null }}
 */
export function refusal(error) {
  const { code, detail } = /** @type {{ code?: unknown, detail?: unknown }} */ (error ?? {});
  if (typeof code !== "string") throw error;
  return { code, detail: typeof detail === "string" && detail !== "" ? detail : null };
}

/** Lets the messages that wait be handled: a piece that is already read would not. */
export function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
