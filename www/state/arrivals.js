/**
 * What was dropped, pasted or chosen, told apart by its first bytes: captures, `.torrent` files, and texts of magnet links; databases of captures (SQLite);
 * databases of addresses by their names.
 *
 * @import { Given } from "../engine/messages"
 */

/** Bytes of a file by which it is told. */
const HEAD_BYTES = 4096;
/** Longer files are neither a `.torrent` file nor a list of links: the analyzer refuses them, and they need not be read. */
const MOST_BYTES = 32 << 20;

/**
 * @param {File[]} files
 * @returns {Promise<{ captures: File[], given: Given[], databases: File[], studies: File[] }>} `studies`: databases of captures
 */
export async function sorted(files) {
  const sorts = await Promise.all(files.map((file) => sortOf(file).catch(() => null)));
  const of = (/** @type {string | null} */ sort) => files.filter((_, index) => sorts[index] === sort);
  const torrents = of("torrent").map(async (file) => ({ name: file.name, bytes: await bytesOf(file) }));
  const links = of("links").map(async (file) => ({ name: file.name, text: await file.text() }));
  return {
    captures: of(null),
    given: await Promise.all([...torrents, ...links]),
    databases: of("database"),
    studies: of("study"),
  };
}

/** @param {string} text */
export function holdsLinks(text) {
  return /(^|\s)magnet:/i.test(text);
}

/**
 * @param {File} file
 * @returns {Promise<"torrent" | "links" | "database" | "study" | null>}
 */
async function sortOf(file) {
  if (/\.mmdb$/i.test(file.name)) return "database";
  const head = await file.slice(0, HEAD_BYTES).text();
  if (head.startsWith("SQLite format 3\0")) return "study";
  if (/^d\d+:/.test(head) || /\.torrent$/i.test(file.name)) return "torrent";
  return holdsLinks(head) && file.size <= MOST_BYTES ? "links" : null;
}

/** One byte more than is read shows that there are more. @param {File} file */
async function bytesOf(file) {
  return new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());
}
