/**
 * Measures compressed captures: the command line beside the libraries that unpack for it, driven alone, and the page beside a page that only
 * lets the browser unpack (of gzip, which is all that browsers have).
 *
 * @import { Browser } from "./browser.js"
 */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, renameSync, statSync } from "node:fs";
import { median } from "./report.js";

const RUNS = 5;

/** Share of the speed of unpacking alone that reading is to have, of the download. */
const AIM = 0.8;

/** How each compression is made, of standard input; `inBrowser`: browsers unpack it too. */
const PACKERS = [
  { end: "gz", command: "gzip", words: ["-n"], inBrowser: true },
  { end: "zst", command: "zstd", words: ["-q"], inBrowser: false },
  { end: "xz", command: "xz", words: ["-1"], inBrowser: false },
];

/** Seconds of each contestant; `null` for one that cannot run. @typedef {Record<"native" | "alone" | "page" | "browser", number | null>} Seconds */
/** @typedef {{ name: string, bytes: number, packedBytes: number, seconds: Seconds }} Packed */

/**
 * @param {{ swarmscope: string, unpack: string }} programs the command line, and what only unpacks
 * @param {Browser} browser
 * @param {string} name of the subject
 * @param {string} capture
 * @returns {Promise<Packed[]>} one for each compression that this machine has
 */
export async function measurePacked({ swarmscope, unpack }, browser, name, capture) {
  const found = [];
  for (const packer of PACKERS) {
    const packed = packedBy(packer, capture);
    if (packed === null) continue;
    /** @type {Record<keyof Seconds, number[]>} */
    const runs = { native: [], alone: [], page: [], browser: [] };
    for (let run = 0; run < RUNS; run++) {
      runs.native.push(timed(swarmscope, [packed, "--json"]));
      runs.alone.push(timed(unpack, [packed]));
      runs.page.push((await browser.measure("page", packed)).seconds);
      if (packer.inBrowser) runs.browser.push((await browser.measure("reading", packed)).seconds);
    }
    /** @param {keyof Seconds} who */
    const of = (who) => (runs[who].length > 0 ? median(runs[who]) : null);
    found.push({
      name: `${name}, ${packer.command}`,
      bytes: statSync(capture).size,
      packedBytes: statSync(packed).size,
      seconds: { native: of("native"), alone: of("alone"), page: of("page"), browser: of("browser") },
    });
    process.stderr.write(`${packed}: ${JSON.stringify(found.at(-1)?.seconds)}\n`);
  }
  return found;
}

/**
 * The capture in a compression, packed unless it is there already; `null` where the program is not installed.
 * @param {typeof PACKERS[number]} packer
 * @param {string} capture
 */
function packedBy({ end, command, words }, capture) {
  const path = `${capture}.${end}`;
  if (existsSync(path) && statSync(path).mtimeMs >= statSync(capture).mtimeMs) return path;
  const [from, to] = [openSync(capture, "r"), openSync(`${path}.part`, "w")];
  const run = spawnSync(command, [...words, "-c"], { stdio: [from, to, "inherit"] });
  closeSync(from);
  closeSync(to);
  if (run.status !== 0) return null;
  renameSync(`${path}.part`, path);
  return path;
}

/**
 * Seconds that a command takes, its output thrown away.
 * @param {string} command
 * @param {string[]} words
 */
function timed(command, words) {
  const start = performance.now();
  const run = spawnSync(command, words, { stdio: ["ignore", "ignore", "inherit"] });
  if (run.status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${run.status}`);
  return (performance.now() - start) / 1000;
}

/**
 * What of it stands in the report. The aim is the download's: of DHT traffic reading the messages takes longer than unpacking them.
 * @param {Packed[]} found
 */
export function packedSection(found) {
  const cell = (/** @type {number | null} */ seconds) => (seconds === null ? "" : seconds.toFixed(3));
  const rows = found.map(({ name, bytes, packedBytes, seconds }) => {
    const share = (seconds.alone ?? 0) / (seconds.native ?? 1);
    const verdict = name.startsWith("download") ? (share >= AIM ? "met" : "**missed**") : "";
    const sizes = `${(bytes / 1e6).toFixed(0)} in ${(packedBytes / 1e6).toFixed(0)}`;
    const cells = [
      cell(seconds.native),
      cell(seconds.alone),
      share.toFixed(2),
      verdict,
      cell(seconds.page),
      cell(seconds.browser),
    ];
    return `| ${[name, sizes, ...cells].join(" | ")} |`;
  });
  return [
    "## compressed captures\n",
    `| what | MB | swarmscope, s | unpacking alone, s | share (aim ≥ ${AIM}) | | page, s | Chromium unpacking alone, s |`,
    "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |",
    ...rows,
    "",
  ].join("\n");
}
