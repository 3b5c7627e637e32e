/**
 * A capture larger than a 32-bit number counts: places and frames behind that are right, and memory does not grow. `make bench` reads twenty
 * gigabytes.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, close, ready, rowsOf, textOf } from "./built_page.js";
import { dropLarge } from "./large_file.js";

const GIGABYTES = 4.5;
const LONGEST_MS = 120_000;
const MOST_MEMORY = 64 << 20;

const open = builtPage();

test("a capture of more than four gigabytes is read to its end, in flat memory", async () => {
  const page = await open({ hash: "#init" });
  page.setDefaultTimeout(LONGEST_MS);
  const { bytes, frames, damage, skipped } = await dropLarge(page, GIGABYTES);
  assert.ok(damage > 2 ** 32);
  await ready(page);
  assert.equal((await rowsOf(page, "Bootstrap nodes"))[0][0], "dht.far.org");
  const memory = await page.evaluate(() => Number(document.documentElement.dataset.memory));
  assert.ok(memory < MOST_MEMORY, `${memory} bytes of memory for ${bytes} of capture`);
  await page.keyboard.press("0");
  const findings = await textOf(page, ".findings");
  const spaced = (/** @type {number} */ value) => String(value).replaceAll(/\B(?=(\d{3})+$)/g, " ");
  assert.ok(
    findings.includes(`large.pcap, byte ${spaced(damage)}: a record's length cannot be, ${skipped} B skipped`),
    findings,
  );
  assert.ok(findings.includes(`frame ${spaced(frames)}`), findings);
  await close(page);
});
