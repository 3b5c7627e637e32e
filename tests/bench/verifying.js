/**
 * Measures how fast pieces are verified, by the command line and by the page, and what memory that takes.
 *
 * @import { Browser } from "./browser.js"
 * @import { Cost } from "./growth.js"
 */
import { costOf, once } from "./growth.js";

/** Bytes of payload of each capture, which is then of 2 GB. */
export const PAYLOAD_BYTES = 1_850_000_000;
const RUNS = 3;

/** What is aimed at: bytes of payload a second, and bytes of memory: the cap of pieces that are held, and what the analyzer takes besides. */
export const AIMS = { native: 1e9, page: 300e6, memory: 640 << 20 };

/** @typedef {{ version: 1 | 2, bytes: number, native: Cost, page: Cost, rebuilt: Cost }} Verifying */

/**
 * @param {string} swarmscope the command line
 * @param {Browser} browser
 * @param {1 | 2} version of the torrent
 * @param {number} bytes of payload
 * @param {string} capture beside which its torrent lies
 * @returns {Promise<Verifying>}
 */
export async function measureVerifying(swarmscope, browser, version, bytes, capture) {
  const [native, page, rebuilt] = [[], [], []].map((list) => /** @type {Cost[]} */ (list));
  for (let run = 0; run < RUNS; run++) {
    native.push(await once(swarmscope, [capture, "--verify", "--torrent", `${capture}.torrent`]));
    page.push(await browser.verify("Verify pieces", capture));
    rebuilt.push(await browser.verify("Rebuild files", capture));
    const speeds = [native, page, rebuilt].map((costs) => `${(bytes / costs[run].seconds / 1e6).toFixed(0)} MB/s`);
    process.stderr.write(`version ${version}: native ${speeds[0]}, page ${speeds[1]}, with files ${speeds[2]}\n`);
  }
  return { version, bytes, native: costOf(native), page: costOf(page), rebuilt: costOf(rebuilt) };
}
