/**
 * Reads twenty gigabytes in the page: a file that is the same bytes again and again.
 *
 * @import { Browser } from "./browser.js"
 */
import { dropLarge } from "../browser/large_file.js";

const GIGABYTES = 20;
const MOST_MIB = 64;

/**
 * @param {Browser} browser
 * @returns {Promise<string>} its part of the report
 */
export async function measureSize(browser) {
  const { bytes, frames, damage, seconds, memory, findings } = await browser.measureLarge((page) =>
    dropLarge(page, GIGABYTES),
  );
  const digits = findings.replaceAll(/\D/g, "");
  const right = digits.includes(String(damage)) && digits.includes(String(frames));
  const mib = memory / (1 << 20);
  return [
    "## a large file in the page\n",
    "| GB | s | MB/s | wasm memory, MiB | aim | | places and frames behind it |",
    "| ---: | ---: | ---: | ---: | ---: | --- | --- |",
    `| ${[
      (bytes / 1e9).toFixed(1),
      seconds.toFixed(1),
      (bytes / seconds / 1e6).toFixed(0),
      mib.toFixed(1),
      `≤ ${MOST_MIB}`,
      mib <= MOST_MIB ? "met" : "**missed**",
      right ? "right" : "**wrong**",
    ].join(" | ")} |`,
    "",
  ].join("\n");
}
