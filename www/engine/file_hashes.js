/**
 * Reads files once more for their SHA-256, and tells how far it is. Runs in the worker.
 *
 * A file that cannot be read to its end has no hash. What that means is for who asks: an evidence report says so, and a database, which knows captures by
 * their hashes, is not made.
 *
 * @import { FileHash } from "./messages"
 */
import { CHUNK_BYTES, chunksOf } from "./chunks";
import { breath } from "./feed";

const TELL_MS = 100;
/** After so long without one, let messages in. */
const BREATH_MS = 16;

export class Hashing {
  #files;
  #state;
  #tell;
  #ended = false;

  /**
   * @param {File[]} files
   * @param {FileHash} state that of no bytes
   * @param {(share: number) => void} tell hears which share of the bytes was read
   */
  constructor(files, state, tell) {
    this.#files = files;
    this.#state = state;
    this.#tell = tell;
  }

  /**
   * Reads everything, or until `end`.
   * @returns {Promise<(string | null)[] | null>} a hash for each file, `null` for one that cannot be read; `null` where it was ended
   */
  async run() {
    const total = this.#files.reduce((sum, file) => sum + file.size, 0);
    const hashes = [];
    let before = 0;
    for (const file of this.#files) {
      const from = before;
      hashes.push(await this.#hash(file, (bytes) => this.#tell(total > 0 ? (from + bytes) / total : 1)));
      before += file.size;
    }
    this.#state.free();
    return this.#ended ? null : hashes;
  }

  /** Gives up. */
  end() {
    this.#ended = true;
  }

  /**
   * @param {File} file
   * @param {(bytes: number) => void} tell
   */
  async #hash(file, tell) {
    let [bytes, tellDue, breathDue] = [0, 0, performance.now() + BREATH_MS];
    try {
      const chunks = chunksOf(file, CHUNK_BYTES);
      for (let chunk = await chunks.next(); chunk && !this.#ended; chunk = await chunks.next()) {
        this.#state.push(chunk);
        bytes += chunk.length;
        const now = performance.now();
        if (now >= tellDue) {
          tell(bytes);
          tellDue = now + TELL_MS;
        }
        if (now >= breathDue) {
          await breath();
          breathDue = performance.now() + BREATH_MS;
        }
      }
    } catch {
      // The browser can read it no further: what was read is of no use for a hash.
      this.#state.finish();
      return null;
    }
    return this.#state.finish();
  }
}
