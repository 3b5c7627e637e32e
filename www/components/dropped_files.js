/**
 * Files that were dropped, also those in folders, whatever the depth.
 */

/**
 * What came in: files that were named one by one, those that stand in folders (in the order of their paths), and how many in folders were passed
 * over: `hidden` by their names, `beyond` because there are more, or deeper, than are looked at.
 * @typedef {{ files: File[], found: File[], hidden: number, beyond: number }} Haul
 */

/** Files of folders that are taken, each of which has some memory until it is read: a day in captures of a minute is 1440. */
const MOST_FILES = 1500;
/** Entries of folders that are walked, so that a whole disk ends. */
const MOST_ENTRIES = 100_000;
const MOST_DEPTH = 32;

/**
 * What was dropped. To be called while the event is handled: a transfer is empty afterwards.
 * @param {DataTransfer | null} transfer
 * @returns {Haul | Promise<Haul>} at once where no folder is among it
 */
export function dropped(transfer) {
  const files = [...(transfer?.files ?? [])];
  const entries = [...(transfer?.items ?? [])].flatMap((item) => entryOf(item) ?? []);
  if (!entries.some((entry) => entry.isDirectory)) return named(files);
  return walked(entries);
}

/** Files that were named one by one. @param {File[]} files @returns {Haul} */
export function named(files) {
  return { files, found: [], hidden: 0, beyond: 0 };
}

/** The files of a folder that was chosen. @param {File[]} files @returns {Haul} */
export function inFolder(files) {
  const seen = files.filter(({ webkitRelativePath: path }) => !path.split("/").slice(1).some(isHidden));
  const sorted = seen.sort((one, other) => order(one.webkitRelativePath, other.webkitRelativePath));
  const beyond = Math.max(sorted.length - MOST_FILES, 0);
  return { files: [], found: sorted.slice(0, MOST_FILES), hidden: files.length - seen.length, beyond };
}

/**
 * @param {FileSystemEntry[]} entries
 * @returns {Promise<Haul>}
 */
async function walked(entries) {
  const single = entries.filter((entry) => entry.isFile);
  const haul = named(await Promise.all(single.map(fileOf)).then((files) => files.flatMap((file) => file ?? [])));
  /** @type {[FileSystemEntry, number][]} the next one is the last */
  const waiting = sorted(entries.filter((entry) => entry.isDirectory)).map((entry) => [entry, 0]);
  let walkedEntries = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [entry, depth] = next;
    walkedEntries += 1;
    if (depth > 0 && isHidden(entry.name)) haul.hidden += 1;
    else if (haul.found.length >= MOST_FILES || walkedEntries > MOST_ENTRIES || depth > MOST_DEPTH) haul.beyond += 1;
    else if (entry.isDirectory) for (const inner of sorted(await childrenOf(entry))) waiting.push([inner, depth + 1]);
    else haul.found.push(...[await fileOf(entry)].flatMap((file) => file ?? []));
  }
  return haul;
}

/** @param {DataTransferItem} item */
function entryOf(item) {
  return item.kind === "file" ? (item.webkitGetAsEntry?.() ?? null) : null;
}

/**
 * @param {FileSystemEntry} entry
 * @returns {Promise<File | null>} `null` where it is gone, or may not be read
 */
function fileOf(entry) {
  return new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null)));
}

/**
 * @param {FileSystemEntry} folder
 * @returns {Promise<FileSystemEntry[]>} as many as are walked at all; what cannot be read is empty
 */
async function childrenOf(folder) {
  const reader = /** @type {FileSystemDirectoryEntry} */ (folder).createReader();
  /** @type {FileSystemEntry[]} */
  const children = [];
  // A reader gives a hundred at a time, and none at the end.
  while (children.length <= MOST_ENTRIES) {
    const more = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (more.length === 0) break;
    children.push(...more);
  }
  return children;
}

/** The last one by name first, as they are taken from the end. @param {FileSystemEntry[]} entries */
function sorted(entries) {
  return entries.sort((one, other) => order(other.name, one.name));
}

/** @param {string} name */
function isHidden(name) {
  return name.startsWith(".");
}

/** The same everywhere, whatever the language. @param {string} one @param {string} other */
function order(one, other) {
  return one < other ? -1 : Number(one > other);
}
