/**
 * Folders that files are put together in: one that the user chose (File System Access), or one of the browser's own storage. A path is a list of plain
 * names, and nothing else leads anywhere.
 */

/** A file that is being written. @typedef {{ write: (at: number, bytes: Uint8Array) => unknown, close: () => unknown, abandon: () => unknown }} Open */

/** A file of the browser's own storage, in a worker. @typedef {{ write: (bytes: Uint8Array, where: { at: number }) => number, truncate: (length: number) => void, close: () => void }} SyncHandle */

/** How files of a folder are opened: `length`: what it will have. @typedef {(file: FileSystemFileHandle, length: number) => Promise<Open>} Opening */

/** A folder of the browser's own: what holds it, and what takes that away. @typedef {{ above: FileSystemDirectoryHandle, remove: () => Promise<void> }} Own */

/** Files that are open at a time: each takes memory in the browser. */
const MOST_OPEN = 128;

/**
 * A folder on the user's disk. The browser writes beside a file, and puts that in its place when it is closed.
 * @param {FileSystemDirectoryHandle} root
 */
export function chosenFolder(root) {
  return new Keeping(root, async (file, length) => {
    const writable = await file.createWritable({ keepExistingData: true });
    if ((await file.getFile()).size !== length) await writable.truncate(length);
    return {
      write: (position, data) => writable.write({ type: "write", position, data: /** @type {BufferSource} */ (data) }),
      close: () => writable.close(),
      abandon: () => writable.abort(),
    };
  });
}

/**
 * An empty folder of the browser's own storage.
 * @param {string} name
 * @param {number} bytes that may have to fit
 * @returns {Promise<Keeping>} rejects with a problem where there is no storage, or no room in it
 */
export async function ownStorage(name, bytes) {
  const storage = await navigator.storage?.getDirectory?.().catch(() => null);
  if (!storage || !("createSyncAccessHandle" in FileSystemFileHandle.prototype)) throw problem("no_storage", null);
  const { quota = Infinity, usage = 0 } = await navigator.storage.estimate();
  if (bytes > quota - usage) throw problem("no_room", String(Math.max(quota - usage, 0)));
  const above = await storage.getDirectoryHandle(name, { create: true });
  const root = await above.getDirectoryHandle(FILES, { create: true });
  const own = { above, remove: () => storage.removeEntry(name, { recursive: true }) };
  const opening = async (/** @type {FileSystemFileHandle} */ file, /** @type {number} */ length) => {
    /** @type {SyncHandle} */
    const handle = await /** @type {any} */ (file).createSyncAccessHandle();
    handle.truncate(length);
    return {
      write: (/** @type {number} */ at, /** @type {Uint8Array} */ bytes) => writeAll(handle, at, bytes),
      close: () => handle.close(),
      abandon: () => handle.close(),
    };
  };
  return new Keeping(root, opening, own);
}

/** A folder and the files in it that are open. */
export class Keeping {
  #root;
  #opening;
  #own;
  /** By path, those that were written last at the end. @type {Map<string, Open>} */
  #open = new Map();
  /** Every path that was written. @type {Map<string, string[]>} */
  #written = new Map();
  /** Paths of files that were not there before. @type {string[][]} */
  #made = [];
  /** @type {Set<string>} */
  #refused = new Set();

  /**
   * @param {FileSystemDirectoryHandle} root
   * @param {Opening} opening
   * @param {Own} [own] where it is not the user's
   */
  constructor(root, opening, own) {
    this.#root = root;
    this.#opening = opening;
    this.#own = own;
  }

  /**
   * A file that is there; null where there is none.
   * @param {string[]} place
   */
  async read(place) {
    const file = await this.#file(place, false).catch(() => null);
    return file ? file.getFile() : null;
  }

  /**
   * Leaves a file as it is.
   * @param {string[]} place
   */
  refuse(place) {
    this.#refused.add(place.join("/"));
  }

  /**
   * Writes bytes of a file.
   * @param {string[]} place
   * @param {number} length of the whole file
   * @param {number} at
   * @param {Uint8Array} bytes
   */
  async write(place, length, at, bytes) {
    const key = place.join("/");
    if (this.#refused.has(key)) return;
    const open = this.#open.get(key) ?? (await this.#begin(key, place, length));
    await open.write(at, bytes);
  }

  /**
   * @param {string} key
   * @param {string[]} place
   * @param {number} length
   */
  async #begin(key, place, length) {
    const [oldest] = this.#open.size >= MOST_OPEN ? this.#open : [];
    if (oldest) {
      this.#open.delete(oldest[0]);
      await oldest[1].close();
    }
    if ((await this.read(place)) === null) this.#made.push(place);
    const open = await this.#opening(/** @type {FileSystemFileHandle} */ (await this.#file(place, true)), length);
    this.#open.set(key, open);
    this.#written.set(key, place);
    return open;
  }

  /**
   * Writes a whole small file in place of what is there.
   * @param {string[]} place
   * @param {Uint8Array} bytes
   */
  async replace(place, bytes) {
    await this.write(place, bytes.length, 0, bytes);
  }

  /**
   * Takes a file away, if it holds `mark`.
   * @param {string[]} place
   * @param {string} mark
   */
  async remove(place, mark) {
    const found = await this.read(place);
    if (!found || !(await found.slice(0, 256).text()).includes(mark)) return;
    const folder = await this.#folder(place.slice(0, -1), false);
    await folder.removeEntry(place[place.length - 1]);
  }

  /** Everything that was written, by path. */
  names() {
    return [...this.#written.values()];
  }

  /** @param {string[]} place */
  async blob(place) {
    return /** @type {FileSystemFileHandle} */ (await this.#file(place, false)).getFile();
  }

  /**
   * Writes a stream to a file beside a folder of the browser's own, and lets go of the folder.
   * @param {ReadableStream<Uint8Array>} stream
   * @param {() => Promise<void>} pause
   */
  async packed(stream, pause) {
    const { above } = /** @type {Own} */ (this.#own);
    const file = await above.getFileHandle(PACK, { create: true });
    const open = await this.#opening(file, 0);
    let at = 0;
    try {
      const reader = stream.getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        await open.write(at, read.value);
        at += read.value.length;
        await pause();
      }
    } finally {
      await open.close();
    }
    await above.removeEntry(FILES, { recursive: true });
    return file.getFile();
  }

  /** Closes all files: what was written stands. */
  async close() {
    for (const open of this.#open.values()) await open.close();
    this.#open.clear();
  }

  /** Gives up what is open, and takes away files that were not there before; the whole folder where it is not the user's. */
  async abandon() {
    for (const open of this.#open.values()) await Promise.resolve(open.abandon()).catch(() => {});
    this.#open.clear();
    if (this.#own) return this.#own.remove().catch(() => {});
    for (const place of this.#made) {
      const folder = await this.#folder(place.slice(0, -1), false).catch(() => null);
      await folder?.removeEntry(place[place.length - 1]).catch(() => {});
    }
  }

  /**
   * @param {string[]} place
   * @param {boolean} create
   */
  async #file(place, create) {
    const folder = await this.#folder(place.slice(0, -1), create);
    return folder.getFileHandle(place[place.length - 1], { create });
  }

  /**
   * @param {string[]} parts
   * @param {boolean} create
   */
  async #folder(parts, create) {
    let folder = this.#root;
    for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
    return folder;
  }
}

/**
 * @param {SyncHandle} handle
 * @param {number} at
 * @param {Uint8Array} bytes
 */
function writeAll(handle, at, bytes) {
  let written = 0;
  while (written < bytes.length) {
    const count = handle.write(bytes.subarray(written), { at: at + written });
    if (count === 0) throw problem("no_room", null);
    written += count;
  }
}

/**
 * @param {string} code
 * @param {string | null} detail
 */
function problem(code, detail) {
  return { code, detail, file: null };
}

/** What lies in a folder of the browser's own: the files, and beside them what they are packed in. */
const FILES = "files";
const PACK = "pack.zip";
