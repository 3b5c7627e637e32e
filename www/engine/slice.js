/**
 * Reads the files of a capture twice more and writes some of their frames into a file. Runs in the worker.
 *
 * @import { Slice, SliceState } from "./messages"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 250;
/** After so long without one, let messages in. */
const BREATH_MS = 16;
/** Bytes that are gathered before the browser takes them: it keeps large blobs on disk. */
const PART_BYTES = 4 << 20;

export class Slicing {
  #slice;
  #files;
  #target;
  #tell;
  #ended = false;

  /**
   * @param {Slice} slice
   * @param {File[]} files
   * @param {FileSystemFileHandle | null} target where the file goes; `null`: into a blob
   * @param {(state: SliceState) => void} tell
   */
  constructor(slice, files, target, tell) {
    this.#slice = slice;
    this.#files = files;
    this.#target = target;
    this.#tell = tell;
  }

  /** Gives up the slice. */
  end() {
    this.#ended = true;
  }

  /**
   * Reads everything twice, or until `end`. Throws what the analyzer throws when it is broken.
   * @param {string | null} key under which only headers are written
   */
  async run(key) {
    const slice = this.#slice;
    let out = null;
    try {
      const readable = await this.#read("choosing", async () => {});
      if (readable && !this.#ended) {
        slice.write(key ?? undefined);
        out = this.#target ? await stream(this.#target) : gathered();
        const { write } = out;
        const whole = await this.#read("writing", () => write(/** @type {Uint8Array<ArrayBuffer>} */ (slice.take())));
        if (whole && !this.#ended) {
          const blob = await out.close();
          out = null;
          this.#tell({ status: "sliced", summary: slice.summary(), blob });
        }
      }
    } catch (error) {
      // Whoever keeps files may refuse: no room, no permission. Anything else is the analyzer's.
      if (!(error instanceof DOMException)) throw error;
      this.#tell({ status: "failed", detail: error.message });
    } finally {
      await out?.abort();
      slice.free();
    }
  }

  /**
   * Reads the files once; answers whether all could be read.
   * @param {"choosing" | "writing"} status
   * @param {() => Promise<void>} after each piece
   */
  async #read(status, after) {
    const feed = new Feed(this.#slice, this.#files);
    let tellDue = 0;
    let breathDue = performance.now() + BREATH_MS;
    while (!this.#ended && (await feed.advance())) {
      await after();
      const now = performance.now();
      if (now >= tellDue) {
        this.#tell({ status, progress: this.#slice.progress() });
        tellDue = now + TELL_MS;
      }
      if (now >= breathDue) {
        await breath();
        breathDue = performance.now() + BREATH_MS;
      }
    }
    if (this.#ended) return false;
    this.#slice.finish();
    await after();
    // A file that is no capture was none before; one that can no longer be read is missed.
    const unread = feed.problems.find(({ code }) => code === "read_failed");
    if (unread) this.#tell({ status: "failed", detail: `${unread.file} can no longer be read.` });
    return !unread;
  }
}

/**
 * @typedef {object} Out
 * @property {(bytes: Uint8Array<ArrayBuffer>) => Promise<void>} write
 * @property {() => Promise<Blob | null>} close
 * @property {() => Promise<void>} abort
 */

/**
 * Into a file that the user chose.
 * @param {FileSystemFileHandle} target
 * @returns {Promise<Out>}
 */
async function stream(target) {
  const writable = await target.createWritable();
  return {
    write: (bytes) => (bytes.length > 0 ? writable.write(bytes) : Promise.resolve()),
    close: () => writable.close().then(() => null),
    abort: () => writable.abort().catch(() => {}),
  };
}

/** Into a blob, of which the browser keeps the parts. @returns {Out} */
function gathered() {
  /** @type {Blob[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  let waiting = [];
  let bytes = 0;
  const settle = () => {
    parts.push(new Blob(waiting));
    waiting = [];
    bytes = 0;
  };
  return {
    write: async (more) => {
      waiting.push(more);
      bytes += more.length;
      if (bytes >= PART_BYTES) settle();
    },
    close: async () => {
      settle();
      return new Blob(parts);
    },
    abort: async () => {},
  };
}

/**
 * A slice, unless the question cannot be asked.
 * @param {() => Slice} make throws a text where no torrent or no host is written as the question's is
 * @param {File[]} files
 * @param {FileSystemFileHandle | null} target
 * @param {(state: SliceState) => void} tell
 */
export function slicing(make, files, target, tell) {
  try {
    return new Slicing(make(), files, target, tell);
  } catch (error) {
    if (typeof error !== "string") throw error;
    tell({ status: "failed", detail: error });
    return null;
  }
}
