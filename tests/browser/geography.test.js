/**
 * The view of the geography in the built page: countries come when they are asked for, from beside the page, and the sample's peers stand on the map.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, choose, close, ready, rowsOf, textOf } from "./built_page.js";

const open = builtPage();

test("countries are loaded when asked for, from the page's own host, and stay for the next capture", async () => {
  const page = await open({ hash: "#sample/geography" });
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await ready(page);
  assert.match(await textOf(page, ".offer"), /Countries come with the page \(database of .*2026\)/);
  assert.ok(!asked.some((url) => /country|suffix|world/.test(url)), "nothing of it is loaded before");
  await page.getByRole("button", { name: "Load", exact: true }).click();
  await page.locator(".world-mark").first().waitFor();
  // close() asserts that no other host was asked.
  assert.equal(asked.filter((url) => /country|suffix|world/.test(url)).length, 3);
  const rows = await rowsOf(page, "Countries");
  assert.ok(rows.length > 1);
  assert.match(await textOf(page, ".view-title p"), /^Peers at 3 public addresses in \d countries/);

  await page.getByLabel("Compared by").getByText("Bytes").click();
  await page.locator(".picture h2", { hasText: /^Blocks from and to peers in/ }).waitFor();
  await page.locator(".bars .pointer-area").hover({ position: { x: 400, y: 8 } });
  await page.locator(".world-mark.is-pointed").waitFor();
  await page.getByLabel("Summed up by").getByText("Addresses").click();
  assert.equal((await rowsOf(page, "Addresses")).length, 3);

  await page.getByLabel("Summed up by").getByText("Networks").click();
  await page.waitForURL(/#sample\/geography\?by=networks&measure=bytes$/);
  await choose(page, [{ name: "own.mmdb", buffer: Buffer.from("none") }]);
  await page.locator(".notice", { hasText: "own.mmdb is not a database of addresses." }).waitFor();
  await close(page);
});
