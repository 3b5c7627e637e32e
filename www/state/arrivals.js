/**
 * What was dropped, pasted or chosen, told apart by its first bytes: captures, `.torrent` files, texts of magnet links, and databases of
 * captures (SQLite); databases of addresses by their names. What a folder holds beside these is passed over.
 *
 * @import { Haul } from "../components/dropped_files"
 * @import { Given } from "../engine/messages"
 */
import { counted } from "../base/format";
import { named } from "../components/dropped_files";

/** Bytes of a file by which it is told. */
const HEAD_BYTES = 4096;
/** Longer files are neither a `.torrent` file nor a list of links: the analyzer refuses them, and they need not be read. */
const MOST_BYTES = 32 << 20;

/** How captures begin, and what may be one that is compressed, in hex. */
const CAPTURES =
  /^(0a0d0d0a|a1b2c3d4|d4c3b2a1|a1b23c4d|4d3cb2a1|a1b2cd34|34cdb2a1|736e6f6f70000000|52545353|474d4255|1f8b|28b52ffd|fd377a585a00|04224d18)/;
/** Compressed files of a folder that say themselves that they are none. */
const OTHERS_PACKED =
  /\.(tar|log|txt|csv|json|sql|xml|html?|md|mmdb)\.(gz|zst|xz|lz4)$|\.(tgz|txz|tzst|vcf\.gz|deb|rpm|svgz)$/i;

/**
 * @typedef {object} Arrivals
 * @property {File[]} captures
 * @property {Given[]} given
 * @property {File[]} databases
 * @property {File[]} studies databases of captures
 * @property {string} passed what of a folder was taken and what was not; empty where there is none
 */

/**
 * @param {File[] | Haul} haul
 * @returns {Promise<Arrivals>}
 */
export async function sorted(haul) {
  const { files, found, hidden, beyond } = Array.isArray(haul) ? named(haul) : haul;
  const all = [...files, ...found];
  const sorts = await Promise.all(
    all.map((file, index) => sortOf(file, index >= files.length).catch(() => /** @type {const} */ ("capture"))),
  );
  const of = (/** @type {Sort} */ sort) => all.filter((_, index) => sorts[index] === sort);
  const captures = of("capture");
  // One that cannot be read is told as a capture that cannot.
  const read = async (/** @type {File} */ file, /** @type {(file: File) => Promise<Given>} */ how) =>
    how(file).catch(() => (captures.push(file), []));
  const torrents = of("torrent").map((file) =>
    read(file, async (one) => ({ name: one.name, bytes: await bytesOf(one) })),
  );
  const links = of("links").map((file) => read(file, async (one) => ({ name: one.name, text: await one.text() })));
  const given = (await Promise.all([...torrents, ...links])).flat();
  const others = of("other").length;
  const taken = found.length - others;
  const passed = found.length + hidden + beyond > 0 ? passedWords({ taken, others, hidden, beyond }) : "";
  return { captures, given, databases: of("database"), studies: of("study"), passed };
}

/** @param {string} text */
export function holdsLinks(text) {
  return /(^|\s)magnet:/i.test(text);
}

/** @typedef {"torrent" | "links" | "database" | "study" | "capture" | "other"} Sort */

/**
 * What was named itself is a capture if it is nothing else: the analyzer says why it is none.
 * @param {File} file
 * @param {boolean} inFolder
 * @returns {Promise<Sort>}
 */
async function sortOf(file, inFolder) {
  if (/\.mmdb$/i.test(file.name)) return "database";
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const head = new TextDecoder().decode(bytes);
  if (head.startsWith("SQLite format 3\0")) return "study";
  if (/^d\d+:/.test(head) || /\.torrent$/i.test(file.name)) return "torrent";
  if (inFolder) return isCapture(file, bytes) ? "capture" : "other";
  return holdsLinks(head) && file.size <= MOST_BYTES ? "links" : "capture";
}

/**
 * @param {File} file
 * @param {Uint8Array} bytes its first
 */
function isCapture(file, bytes) {
  const begins = [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return CAPTURES.test(begins) && !OTHERS_PACKED.test(file.name);
}

/** @param {{ taken: number, others: number, hidden: number, beyond: number }} counts */
function passedWords({ taken, others, hidden, beyond }) {
  const passed = [
    others > 0 ? `${counted(others, "file that is", "files that are")} no capture` : "",
    hidden > 0 ? counted(hidden, "hidden file or folder", "hidden files or folders") : "",
    beyond > 0
      ? counted(beyond, "file or folder beyond what is looked at", "files or folders beyond what is looked at")
      : "",
  ].filter(Boolean);
  const over = passed.length > 0 ? ` Passed over: ${passed.join(", ")}.` : "";
  return `${taken === 0 ? "There is no capture in the folder." : `${counted(taken, "file")} of the folder taken.`}${over}`;
}

/** One byte more than is read shows that there are more. @param {File} file */
async function bytesOf(file) {
  return new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
}
