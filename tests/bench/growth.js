/**
 * Measures how time and memory grow with the peers of a capture: the command line and the page, on captures of ten thousand, a hundred
 * thousand and a million peers of one torrent.
 *
 * @import { Browser } from "./browser.js"
 */
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { median } from "./report.js";

/** How many peers each capture has. */
export const PEERS = [10_000, 100_000, 1_000_000];

const RUNS = 3;

/** How often a process is asked how much memory it took so far. */
const GLANCE_MS = 10;

/** Medians of the seconds, and the most bytes of memory of any run. @typedef {{ seconds: number, memory: number }} Cost */
/** @typedef {{ peers: number, bytes: number, native: Cost, page: Cost }} Growth */

/**
 * @param {string} swarmscope the command line
 * @param {Browser} browser
 * @param {number} peers
 * @param {string} capture
 * @returns {Promise<Growth>}
 */
export async function measureGrowth(swarmscope, browser, peers, capture) {
  const native = [];
  const page = [];
  for (let run = 0; run < RUNS; run++) {
    native.push(await once(swarmscope, [capture]));
    page.push(await browser.measure("page", capture));
    process.stderr.write(
      `${peers} peers: ${native[run].seconds.toFixed(3)} s, page ${page[run].seconds.toFixed(3)} s\n`,
    );
  }
  return { peers, bytes: statSync(capture).size, native: costOf(native), page: costOf(page) };
}

/** @param {Cost[]} runs @returns {Cost} */
export function costOf(runs) {
  return { seconds: median(runs.map(({ seconds }) => seconds)), memory: Math.max(...runs.map(({ memory }) => memory)) };
}

/**
 * Runs a command, its output thrown away.
 * @param {string} command
 * @param {string[]} words
 * @returns {Promise<Cost>}
 */
export function once(command, words) {
  const start = performance.now();
  const child = spawn(command, words, { stdio: "ignore" });
  let memory = 0;
  const glance = setInterval(() => (memory = Math.max(memory, peakOf(Number(child.pid)))), GLANCE_MS);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => {
      clearInterval(glance);
      if (status === 0) resolve({ seconds: (performance.now() - start) / 1000, memory });
      else reject(new Error(`${command} ended with ${status}`));
    });
  });
}

/**
 * @param {number} process
 * @returns {number} the most bytes that it had in memory so far; 0 where the system does not tell (only Linux does)
 */
function peakOf(process) {
  try {
    const [, kibibytes] = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${process}/status`, "utf8")) ?? [];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
