/**
 * The view of swarms on the sample: the share that confirms a download, a torrent's own peers, and the way from a peer to its events.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, close, ready, rowsOf, textOf } from "./built_page.js";

const open = builtPage();

test("a share is set, a torrent chosen, a mark pointed at, and a peer's events listed", async () => {
  const page = await open({ hash: "#sample/swarms" });
  await ready(page);
  assert.equal((await rowsOf(page, "Peers")).length, 8);
  assert.match(await textOf(page, ".view-title p"), /1 download is confirmed at 98 % of the pieces/);
  await page.getByLabel("Confirmed at, % of the pieces").fill("60");
  await page.keyboard.press("Enter");
  await page.locator(".view-title p", { hasText: "confirmed at 60 %" }).waitFor();

  await page.locator(".scope select").selectOption({ index: 1 });
  await page.locator(".table-notes", { hasText: "4 rows" }).waitFor();
  await page.locator(".lanes .pointer-area").hover({ position: { x: 300, y: 5 } });
  await page.locator(".lanes .is-pointed", { hasText: "completed" }).waitFor();

  await page.locator(".table-body [role=row]").first().click();
  await page.getByRole("button", { name: "Show its events" }).click();
  await page.waitForURL(/#sample\/events\?.*about=17a59abd[0-9a-f]{32}&host=192\.168\.1\.10$/);
  await page.locator(".view-title p", { hasText: /^[\d\u202f]+ events: / }).waitFor();
  await close(page);
});
