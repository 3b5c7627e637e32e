/**
 * Frames of what is in sight as a capture of their own: saved, and opened again.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { barriers } from "./barriers.js";
import { builtPage, close, ready, rowsOf, textOf } from "./built_page.js";

/** @import { Page } from "playwright-core" */

const open = builtPage();

/** Opens the page of the sample's torrent. @param {Page} page */
async function torrent(page) {
  await ready(page);
  await page.locator('[aria-label="Torrents"] .table-body [role=row]', { hasText: "17a59abd" }).click();
  await page.waitForURL(/#sample\/torrents\?torrent=[0-9a-f]{40}$/);
}

/** Pieces and their senders of a torrent. @param {Page} page */
async function pieces(page) {
  await page.evaluate(() => {
    const torrent = new URLSearchParams(location.hash.split("?")[1]).get("torrent");
    location.hash = torrent ? `#sample/download?torrent=${torrent}` : "#download";
  });
  const grid = page.locator('[aria-label^="Pieces of"]').first();
  await grid.waitFor();
  const rows = await rowsOf(page, String(await grid.getAttribute("aria-label")));
  assert.ok(rows.length > 5);
  return rows.map((cells) => cells.slice(0, 2));
}

test("a torrent's frames are saved, and tell the same when they are opened", async () => {
  const page = await open({ hash: "#sample/torrents" });
  await page.evaluate(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  await torrent(page);
  await page.getByRole("button", { name: "Export" }).first().click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save This torrent as pcapng" }).click();
  const saved = await download;
  assert.match(saved.suggestedFilename(), /\.slice\.pcapng$/);
  const path = await saved.path();
  assert.ok((await readFile(path)).subarray(0, 4).equals(Buffer.from([0x0a, 0x0d, 0x0d, 0x0a])));
  assert.match(await textOf(page, '.export-panel [aria-label="Frames"] [role=status]'), /^Saved [\d\s]+ frames, /);
  assert.deepEqual(await barriers(page), []);
  const before = await pieces(page);
  await page.keyboard.press("Escape");

  const again = await open();
  await again
    .locator("input[type=file]")
    .first()
    .setInputFiles({
      name: "slice.pcapng",
      mimeType: "application/octet-stream",
      buffer: await readFile(path),
    });
  await ready(again);
  const after = await pieces(again);
  // As many as there is room for: the list of torrents above them is shorter now.
  const seen = Math.min(before.length, after.length);
  assert.deepEqual(after.slice(0, seen), before.slice(0, seen));
  await close(again);
  await close(page);
});

test("frames go into a file that the user chose, and can be given up", async () => {
  const page = await open({ hash: "#sample/overview" });
  await ready(page);
  await page.evaluate(() => {
    const chosen = async () => (await navigator.storage.getDirectory()).getFileHandle("chosen", { create: true });
    Object.defineProperty(window, "showSaveFilePicker", { value: chosen, configurable: true });
  });
  await page.getByRole("button", { name: "Export" }).first().click();
  await page.getByLabel("without the bytes of blocks").check();
  await page.getByRole("button", { name: "Save The whole capture as pcapng" }).click();
  await page.locator(".export-panel [role=status]", { hasText: /^Saved/ }).waitFor();
  const size = await page.evaluate(async () => {
    const file = await (await navigator.storage.getDirectory()).getFileHandle("chosen");
    return (await file.getFile()).size;
  });
  assert.ok(size > 1000, `${size} bytes`);

  await page.evaluate(() => {
    Object.defineProperty(window, "showSaveFilePicker", {
      value: () => Promise.reject(new DOMException("no", "AbortError")),
    });
  });
  await page.getByRole("button", { name: "Save The whole capture as pcapng" }).click();
  await page.locator(".export-panel [role=status]", { hasText: "A pcapng file" }).waitFor();
  await close(page);
});
