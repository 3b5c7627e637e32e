/**
 * The list of torrents and the page of one, in the sample and in a swarm that was captured whole.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { barriers, sidewaysScroll } from "./barriers.js";
import { builtPage, close, ready, rowsOf, tabTo, textOf } from "./built_page.js";

const open = builtPage();
const SWARM = fileURLToPath(new URL("../../../shared/lab/swarm.pcapng", import.meta.url));
const without = !existsSync(SWARM) && "the capture of a whole swarm is not here";

test("a torrent is opened from the list, and the way leads back", async () => {
  const page = await open({ hash: "#sample/swarms" });
  await ready(page);
  assert.equal(await textOf(page, "h1"), "Torrents");
  assert.equal((await rowsOf(page, "Torrents")).length, 2);
  assert.equal((await rowsOf(page, "Peers of all torrents")).length, 8);
  assert.match(await textOf(page, ".view-title p"), /1 download is confirmed at 98 % of the pieces/);
  await page.locator(".lanes .pointer-area").hover({ position: { x: 300, y: 5 } });
  await page.locator(".lanes .is-pointed", { hasText: "completed" }).waitFor();

  await page.locator('[aria-label="Torrents"] .table-body [role=row]', { hasText: "17a59abd" }).click();
  await page.locator(".way-back", { hasText: /^Torrents, [12] of 2$/ }).waitFor();
  await page.waitForURL(/#sample\/torrents\?torrent=[0-9a-f]{40}$/);
  const name = await textOf(page, "h1");
  await page.locator(".completion").first().waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "Torrents", level: 1 }).waitFor();
  await page.goForward();
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  await page.getByRole("link", { name: "Torrents", exact: true }).first().click();
  await page.getByRole("heading", { name: "Torrents", level: 1 }).waitFor();
  await close(page);
});

test("a peer of a torrent leads to its events", async () => {
  const page = await open({ hash: "#sample/torrents" });
  await ready(page);
  await page.locator('[aria-label="Torrents"] .table-body [role=row]').last().click();
  await page.locator('[aria-label="Peers"] .table-body [role=row]').first().click();
  await page.locator(".detail").getByRole("button", { name: "Show its events" }).click();
  await page.waitForURL(/#sample\/events\?.*about=[0-9a-f]{40}&host=[0-9.]+$/);
  await page.locator(".view-title p", { hasText: /^[\d\u202f]+ events: / }).waitFor();
  await close(page);
});

test("the page of a swarm's torrent: another share, and its numbers as tables", { skip: without }, async () => {
  const page = await open();
  await page.locator("input[type=file]").first().setInputFiles(SWARM);
  await ready(page);
  await page.evaluate(() => (location.hash = "#torrents"));
  await page.getByRole("heading", { name: "At least 11 peers completed it" }).waitFor();
  assert.equal(await page.locator(".way-back").count(), 0, "there is one torrent only");
  const confirmed = page.locator(".picture", { hasText: "completed it" });
  await confirmed.locator(".completion").first().waitFor();
  await confirmed.locator(".figures summary").click();
  await confirmed.locator(".figures tbody tr").nth(10).waitFor();
  await page.locator(".torrent-peers .table-notes", { hasText: "13 rows" }).waitFor();

  await page.getByLabel("Confirmed at, % of the pieces").fill("50");
  await page.keyboard.press("Enter");
  await page.locator("small", { hasText: "never crossed 50 %" }).waitFor();

  await page.locator(".torrent-known summary", { hasText: "1 file" }).click();
  await page.locator(".torrent-known td", { hasText: "sample-0-e555f391.bin" }).first().waitFor();
  await page.getByRole("button", { name: "When" }).click();
  await page.locator('svg[aria-label^="What each contributor sent"] .fill-peer-8').waitFor();
  await page.locator(".contributors", { hasText: "5 others" }).waitFor();
  await page.getByRole("button", { name: "Copies" }).click();
  await page.getByRole("heading", { name: /^Every piece had 12 copies or more at .*, among 13 peers/ }).waitFor();
  await page
    .locator(".picture", { hasText: /down|between hosts elsewhere; busiest at/ })
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Who sent" }).click();

  await page.locator(".picture .figures summary").first().focus();
  await page.keyboard.press("Enter");
  await page.locator(".picture .figures tbody tr").first().waitFor();
  await tabTo(page, /^Which pieces each contributor sent most of/);
  await page.mouse.move(0, 0); // whatever the pointer rests on dims the others
  assert.deepEqual(await barriers(page), []);
  await close(page);
});

test("narrow and dark, nothing is in the way", { skip: without }, async () => {
  const page = await open({ viewport: { width: 400, height: 850 }, colorScheme: "dark" });
  await page.locator("input[type=file]").first().setInputFiles(SWARM);
  await ready(page);
  await page.evaluate(() => (location.hash = "#torrents"));
  await page.getByRole("heading", { name: "At least 11 peers completed it" }).waitFor();
  await rowsOf(page, "Peers");
  assert.deepEqual(await sidewaysScroll(page), []);
  assert.deepEqual(await barriers(page), []);
  await close(page);
});
