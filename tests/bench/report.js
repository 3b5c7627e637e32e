/**
 * Writes what was measured as Markdown: the times, and how they stand to each other and to what is aimed at.
 *
 * @import { Growth } from "./growth.js"
 * @import { Verifying } from "./verifying.js"
 */

/**
 * @typedef {"native" | "page" | "reading" | "tshark"} Contestant
 *
 * What was measured. `aims`: how many times as fast as TShark the command line is to be; what share of the speed of reading only the page
 * is to have; the most wasm memory in MiB, if any.
 * @typedef {{ name: string, aims: { tshark: number, page: number, memory: number | null } }} Subject
 *
 * Every run of a contestant, and the most wasm memory of any, in bytes.
 * @typedef {{ who: Contestant, seconds: number[], memory: number }} Result
 */

/** @type {Record<Contestant, string>} */
const NAMES = {
  native: "swarmscope --json",
  page: "page in Chromium",
  reading: "page that only reads the file",
  tshark: "TShark, one pass with fields",
};

const MIB = 1 << 20;

/**
 * One capture's part of the report.
 * @param {Subject} subject
 * @param {number} bytes of the capture
 * @param {Result[]} results
 */
export function section({ name, aims }, bytes, results) {
  return [
    `## ${name}, ${(bytes / 1e6).toFixed(0)} MB\n`,
    row("what", "runs", "median, s", "min, s", "max, s", "MB/s"),
    row("---", "---:", "---:", "---:", "---:", "---:"),
    ...results.map((result) => times(result, bytes)),
    "",
    row("of the medians", "found", "aim", ""),
    row("---", "---:", "---:", "---"),
    ...ratios(aims, results),
    "",
  ].join("\n");
}

/**
 * @param {Result} result
 * @param {number} bytes
 */
function times({ who, seconds }, bytes) {
  const figures = [median(seconds), Math.min(...seconds), Math.max(...seconds)].map((value) => value.toFixed(3));
  return row(NAMES[who], seconds.length, ...figures, (bytes / median(seconds) / 1e6).toFixed(0));
}

/**
 * @param {Subject["aims"]} aims
 * @param {Result[]} results
 */
function ratios(aims, results) {
  const by = new Map(results.map((result) => [result.who, result]));
  /** @param {Contestant} who */
  const seconds = (who) => median(by.get(who)?.seconds ?? []);
  const share = seconds("reading") / seconds("page");
  const memory = (by.get("page")?.memory ?? 0) / MIB;
  const rows = [
    row("speed of the page, of reading only", share.toFixed(2), `≥ ${aims.page}`, verdict(share >= aims.page)),
    aims.memory === null
      ? row("wasm memory", `${memory.toFixed(1)} MiB`, "", "")
      : row("wasm memory", `${memory.toFixed(1)} MiB`, `≤ ${aims.memory} MiB`, verdict(memory <= aims.memory)),
  ];
  if (by.has("tshark")) {
    const times = seconds("tshark") / seconds("native");
    const found = [`${times.toFixed(1)} ×`, `≥ ${aims.tshark} ×`];
    rows.unshift(row("speed of the command line, of TShark", ...found, verdict(times >= aims.tshark)));
  }
  return rows;
}

/**
 * How the cost grows with the peers of a torrent.
 * @param {Growth[]} growths
 */
export function growthSection(growths) {
  return [
    "## peers of one torrent\n",
    row("peers", "capture, MB", "swarmscope, s", "its memory, MiB", "bytes a peer", "page, s", "wasm memory, MiB"),
    row("---:", "---:", "---:", "---:", "---:", "---:", "---:"),
    ...growths.map(({ peers, bytes, native, page }) =>
      row(
        peers,
        (bytes / 1e6).toFixed(0),
        native.seconds.toFixed(2),
        (native.memory / MIB).toFixed(0),
        (native.memory / peers).toFixed(0),
        page.seconds.toFixed(2),
        (page.memory / MIB).toFixed(0),
      ),
    ),
    "",
  ].join("\n");
}

/**
 * How fast pieces are verified.
 * @param {Verifying[]} measured
 * @param {{ native: number, page: number, memory: number }} aims
 */
export function verifyingSection(measured, aims) {
  const speed = (/** @type {number} */ bytes, /** @type {number} */ seconds) =>
    `${(bytes / seconds / 1e6).toFixed(0)} MB/s`;
  const rows = measured.flatMap(({ version, bytes, native, page, rebuilt }) => {
    const hash = version === 1 ? "SHA-1" : "SHA-256";
    const memory = Math.max(native.memory, page.memory, rebuilt.memory);
    return [
      row(
        `${hash}, command line`,
        speed(bytes, native.seconds),
        `≥ ${aims.native / 1e6} MB/s`,
        verdict(bytes / native.seconds >= aims.native),
      ),
      row(
        `${hash}, page`,
        speed(bytes, page.seconds),
        `≥ ${aims.page / 1e6} MB/s`,
        verdict(bytes / page.seconds >= aims.page),
      ),
      row(`${hash}, page, with the file`, speed(bytes, rebuilt.seconds), "", ""),
      row(
        `${hash}, most memory of any`,
        `${(memory / MIB).toFixed(0)} MiB`,
        `≤ ${aims.memory / MIB} MiB`,
        verdict(memory <= aims.memory),
      ),
    ];
  });
  const heading = `## pieces verified, of ${((measured[0]?.bytes ?? 0) / 1e6).toFixed(0)} MB of payload\n`;
  return [heading, row("what", "found", "aimed at", ""), row("---", "---:", "---:", "---"), ...rows, ""].join("\n");
}

/** @param {boolean} met */
function verdict(met) {
  return met ? "met" : "**missed**";
}

/** @param {...(string | number)} cells */
function row(...cells) {
  return `| ${cells.join(" | ")} |`;
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
