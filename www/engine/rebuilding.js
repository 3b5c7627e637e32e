/**
 * Puts files together of verified pieces: in a folder that the user chose, or in the browser's own storage, to be saved from there. What is missing
 * is left as zeros, and told in a map beside the file.
 *
 * @import { Checker, PlannedFile, PlannedTorrent, RebuildInto, Written } from "./messages"
 */
import { makeZip } from "client-zip";
import { chosenFolder, Keeping, ownStorage } from "./folder";

/** @typedef {() => Promise<void>} Pause says how far it is, and lets messages in */

/**
 * Begins to rebuild.
 * @param {Checker} checker
 * @param {PlannedTorrent[]} planned
 * @param {RebuildInto} into
 */
export async function rebuildingOf(checker, planned, into) {
  const folder = into.kind === "folder" ? chosenFolder(into.folder) : await ownStorage(into.name, bytesOf(planned));
  return new Rebuilding(checker, planned, folder, into.kind === "storage");
}

export class Rebuilding {
  #checker;
  #planned;
  #folder;
  #isSaved;
  /** The paths of all files. */
  #places;
  /** What could not be written, and why. @type {Written["refused"]} */
  #refused = [];

  /**
   * @param {Checker} checker
   * @param {PlannedTorrent[]} planned
   * @param {Keeping} folder
   * @param {boolean} isSaved does the user save one file of it afterwards?
   */
  constructor(checker, planned, folder, isSaved) {
    this.#checker = checker;
    this.#planned = planned;
    this.#folder = folder;
    this.#isSaved = isSaved;
    this.#places = new Set(planned.flatMap(({ files }) => files.map(({ place }) => place.join("/"))));
  }

  /**
   * Keeps pieces that lie there already, and are right.
   * @param {Pause} pause
   */
  async keep(pause) {
    for (const [torrent, { files, piece_count: pieces }] of this.#planned.entries()) {
      const there = await Promise.all(files.map((file) => this.#found(file)));
      if (!there.some((file) => file !== null)) continue;
      for (let index = 0; index < pieces; index += 1) {
        const bytes = await pieceOf(this.#checker, there, torrent, index);
        if (bytes) this.#checker.keep(torrent, index, bytes);
        await pause();
      }
    }
  }

  /**
   * A file that is there and may be gone on with.
   * @param {PlannedFile} file
   */
  async #found(file) {
    const found = await this.#folder.read(file.place);
    if (found === null || found.size <= file.length) return found;
    this.#refused.push({ path: file.place.join("/"), why: "longer" });
    this.#folder.refuse(file.place);
    return null;
  }

  /**
   * Writes what waits, once there are so many bytes.
   * @param {number} least
   */
  async write(least) {
    const taken = this.#checker.take(least);
    if (!taken) return;
    const [runs, bytes] = taken;
    let from = 0;
    for (let at = 0; at < runs.length; at += 4) {
      const [torrent, file, place, length] = runs.subarray(at, at + 4);
      const planned = this.#planned[torrent].files[file];
      await this.#folder.write(planned.place, planned.length, place, bytes.subarray(from, from + length));
      from += length;
    }
  }

  /**
   * Closes what was written, and maps the holes.
   * @param {Pause} pause
   * @returns {Promise<Written>}
   */
  async finish(pause) {
    /** @type {Written["files"]} */
    const files = [];
    for (const [torrent, planned] of this.#planned.entries()) {
      for (const [at, file] of planned.files.entries()) {
        const holes = pairs(this.#checker.holes(torrent, at));
        const missing = holes.reduce((sum, [begin, end]) => sum + end - begin, 0);
        const isThere = missing < file.length || file.length === 0;
        if (file.length === 0) await this.#folder.write(file.place, 0, 0, new Uint8Array());
        files.push({
          path: file.path,
          place: file.place,
          length: file.length,
          missing,
          renamed: file.renamed,
          isThere,
        });
        if (isThere) await this.#map(file, holes);
        await pause();
      }
    }
    await this.#folder.close();
    const saved = this.#isSaved ? await this.#packed(files, pause) : null;
    return { files, refused: this.#refused, saved };
  }

  /**
   * Writes down which bytes of a file are missing; takes away what was written down before, where none is any more.
   * @param {PlannedFile} file
   * @param {[number, number][]} holes
   */
  async #map(file, holes) {
    const place = [...file.place.slice(0, -1), `${file.place.at(-1)}${MAP_ENDING}`];
    if (this.#places.has(place.join("/"))) return;
    if (holes.length === 0) return this.#folder.remove(place, MADE);
    const map = { [MADE]: "bytes from, and up to but without", file: file.place.at(-1), length: file.length, holes };
    const bytes = new TextEncoder().encode(JSON.stringify(map, null, 1));
    await this.#folder.replace(place, bytes);
  }

  /**
   * One file for all: itself, or a zip with it and the others.
   * @param {Written["files"]} files
   * @param {Pause} pause
   */
  async #packed(files, pause) {
    const names = this.#folder.names();
    if (names.length === 0) return null;
    if (names.length === 1)
      return {
        name: files.find(({ isThere }) => isThere)?.place.at(-1) ?? "file",
        blob: await this.#folder.blob(names[0]),
      };
    const name = this.#planned.length === 1 ? `${this.#planned[0].files[0].place[0]}.zip` : "rebuilt.zip";
    const entries = this.#folder;
    async function* each() {
      for (const place of names) yield { name: place.join("/"), input: await entries.blob(place), lastModified: EPOCH };
    }
    return { name, blob: await this.#folder.packed(makeZip(each()), pause) };
  }

  /** Leaves nothing half written. */
  async abandon() {
    await this.#folder.abandon();
  }
}

/**
 * A piece as it lies in files; null where one of them is not there, or too short.
 * @param {Checker} checker
 * @param {(File | null)[]} files
 * @param {number} torrent
 * @param {number} index
 */
async function pieceOf(checker, files, torrent, index) {
  const spans = checker.spans(torrent, index);
  const bytes = new Uint8Array(checker.piece_length(torrent, index));
  for (let at = 0; at < spans.length; at += 4) {
    const [file, place, begin, end] = spans.subarray(at, at + 4);
    const there = files[file];
    if (!there || there.size < place + end - begin) return null;
    bytes.set(new Uint8Array(await there.slice(place, place + end - begin).arrayBuffer()), begin);
  }
  return bytes;
}

/** @param {PlannedTorrent[]} planned */
function bytesOf(planned) {
  return planned.reduce((sum, { files }) => files.reduce((of, { length }) => of + length, sum), 0);
}

/**
 * @param {Float64Array} numbers
 * @returns {[number, number][]}
 */
function pairs(numbers) {
  return Array.from({ length: numbers.length / 2 }, (_, at) => [numbers[2 * at], numbers[2 * at + 1]]);
}

/** What a map of holes is called, behind its file's name. */
const MAP_ENDING = ".holes.json";
/** The first key of a map: a file without it is not one of ours. */
const MADE = "holes of a file rebuilt by Swarmscope";
/** The same files make the same zip. */
const EPOCH = new Date(1980, 0, 1);
