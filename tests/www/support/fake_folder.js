/**
 * Folders as a browser hands them out, in memory: what is written shows once it is closed.
 */

class FakeFile {
  kind = "file";
  /** @param {string} name @param {Uint8Array} [bytes] */
  constructor(name, bytes = new Uint8Array()) {
    this.name = name;
    this.bytes = bytes;
    this.writing = 0;
  }

  async getFile() {
    return new File([new Uint8Array(this.bytes)], this.name);
  }

  async createWritable() {
    let draft = new Uint8Array(this.bytes);
    this.writing += 1;
    const sized = (/** @type {number} */ length) => {
      const next = new Uint8Array(length);
      next.set(draft.subarray(0, length));
      draft = next;
    };
    return {
      truncate: async (/** @type {number} */ length) => sized(length),
      write: async (/** @type {{ position: number, data: Uint8Array }} */ { position, data }) => {
        if (position + data.length > draft.length) sized(position + data.length);
        draft.set(data, position);
      },
      close: async () => {
        this.bytes = draft;
        this.writing -= 1;
      },
      abort: async () => {
        this.writing -= 1;
      },
    };
  }
}

/** A folder. */
export class FakeFolder {
  kind = "directory";
  /** @type {Map<string, FakeFolder | FakeFile>} */
  entries = new Map();

  /** @param {string} name @param {{ create?: boolean }} options */
  async getDirectoryHandle(name, { create } = {}) {
    if (create && !this.entries.has(name)) this.entries.set(name, new FakeFolder());
    const found = this.entries.get(name);
    if (!(found instanceof FakeFolder)) throw new DOMException("no folder", "NotFoundError");
    return found;
  }

  /** @param {string} name @param {{ create?: boolean }} options */
  async getFileHandle(name, { create } = {}) {
    if (create && !this.entries.has(name)) this.entries.set(name, new FakeFile(name));
    const found = this.entries.get(name);
    if (!(found instanceof FakeFile)) throw new DOMException("no file", "NotFoundError");
    return found;
  }

  /** @param {string} name */
  async removeEntry(name) {
    if (!this.entries.delete(name)) throw new DOMException("nothing there", "NotFoundError");
  }

  /** Paths and bytes of all files. @param {string} [below] @returns {Record<string, number[]>} */
  all(below = "") {
    return Object.assign(
      {},
      ...[...this.entries].map(([name, entry]) =>
        entry instanceof FakeFolder ? entry.all(`${below}${name}/`) : { [below + name]: [...entry.bytes] },
      ),
    );
  }
}
