/**
 * The parts of a frame as a tree: which rows of it are in sight, and which part a byte is of.
 */

/**
 * Some bytes of a frame, from `start` up to `end`, and what they are made of.
 * @typedef {object} Part
 * @property {string} name
 * @property {string} value
 * @property {number} start
 * @property {number} end
 * @property {Part[]} parts
 */

/** A part in sight; `path`: its place among its siblings, and theirs, from the top. @typedef {{ part: Part, path: string, level: number, open: boolean | null }} PartRow */

/** Rows of a tree that are drawn. */
export const MOST_ROWS = 600;

/** Headers that every frame has: closed until somebody opens them. */
export const HEADERS = ["Ethernet", "IPv4", "IPv6", "TCP", "UDP", "VLAN tag", "uTP", "Padding"];
/** Messages that are open from the start. */
const OPEN_FROM_START = 6;

/**
 * The rows in sight, in order.
 * @param {Part[]} parts
 * @param {Set<string>} open paths
 * @returns {PartRow[]}
 */
export function rowsInSight(parts, open) {
  /** @type {PartRow[]} */
  const rows = [];
  const add = (/** @type {Part[]} */ list, /** @type {string} */ above, /** @type {number} */ level) => {
    for (const [index, part] of list.entries()) {
      if (rows.length >= MOST_ROWS) return;
      const path = above === "" ? String(index) : `${above}.${index}`;
      const leaf = part.parts.length === 0;
      rows.push({ part, path, level, open: leaf ? null : open.has(path) });
      if (!leaf && open.has(path)) add(part.parts, path, level + 1);
    }
  };
  add(parts, "", 1);
  return rows;
}

/**
 * What is open when a frame is shown: its messages, and not its headers.
 * @param {Part[]} parts
 */
export function openAtFirst(parts) {
  const messages = parts.flatMap(({ name }, index) => (HEADERS.includes(name) ? [] : [String(index)]));
  const own = messages.length > 0 ? messages : parts.length > 0 ? [String(parts.length - 1)] : [];
  return new Set(own.slice(0, OPEN_FROM_START));
}

/**
 * The smallest part that a byte is of, as its path.
 * @param {Part[]} parts
 * @param {number} at
 * @returns {string | null}
 */
export function pathAt(parts, at) {
  const index = parts.findIndex(({ start, end }) => start <= at && at < end);
  if (index < 0) return null;
  const inner = pathAt(parts[index].parts, at);
  return inner === null ? String(index) : `${index}.${inner}`;
}

/**
 * @param {Part[]} parts
 * @param {string | null} path
 * @returns {Part | null}
 */
export function partAt(parts, path) {
  if (path === null) return null;
  /** @type {Part | null} */
  let found = null;
  let list = parts;
  for (const index of path.split(".")) {
    found = list[Number(index)] ?? null;
    list = found?.parts ?? [];
  }
  return found;
}

/**
 * The paths of the parts around a part.
 * @param {string} path
 */
export function pathsAbove(path) {
  const steps = path.split(".");
  return steps.slice(1).map((_, index) => steps.slice(0, index + 1).join("."));
}
