/**
 * The keyboard alone is enough: from an empty page to a sorted, filtered table and its export; and what the clipboard then holds.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { builtPage, close, ready, rowsOf, tabTo, textOf } from "./built_page.js";

const open = builtPage();

test("from an empty page to a sorted, filtered table and its export", async () => {
  const page = await open();
  await tabTo(page, /^Open the sample/);
  await page.keyboard.press("Enter");
  await ready(page);
  await page.keyboard.press("2");
  assert.equal(await textOf(page, "h1"), "Peers");

  await tabTo(page, /^Port/);
  await page.keyboard.press("Enter");
  await page.locator('[aria-sort="ascending"]', { hasText: "Port" }).waitFor();
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll(".table-body [role=row] > :nth-child(3)")];
    const ports = cells.map((cell) => Number(cell.textContent));
    return ports.length >= 20 && ports.every((port, index) => index === 0 || ports[index - 1] <= port);
  });

  await page.keyboard.press("/");
  await page.keyboard.type("A2 0");
  await page.locator(".table-notes", { hasText: "of 20 rows" }).waitFor();
  for (const row of await rowsOf(page, "DHT nodes that answered")) assert.match(row.join(" ").toLowerCase(), /a2 0/);
  assert.match(page.url(), /filter=A2\+0&nodes=port$/);

  await tabTo(page, "Export");
  await page.keyboard.press("Enter");
  await tabTo(page, "Save Peers (DHT) as CSV");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.equal(download.suggestedFilename(), "sample.peers.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split(/\r?\n/);
  assert.match(lines[0], /^node_id,address,port/);
  assert.equal(lines.length, 21);

  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("button", { name: "Export" }).getAttribute("aria-expanded"), "false");
  await page.keyboard.press("Escape");
  await page.locator(".table-notes", { hasText: /^What.*20 rows$/ }).waitFor();
  await close(page);
});

test("a table is moved through, and a row opened and closed", async () => {
  const page = await open({ hash: "#sample/download", viewport: { width: 1440, height: 700 } });
  await ready(page);
  const label = await page.locator("[role=grid]").nth(1).getAttribute("aria-label");
  await rowsOf(page, String(label));
  await page.locator("[role=grid]").nth(1).focus();
  const active = () =>
    page.evaluate(() => {
      const row = document.getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "");
      const box = row?.getBoundingClientRect();
      return {
        row: Number(row?.getAttribute("aria-rowindex")) - 2,
        seen: box && box.top >= 76 && box.bottom <= innerHeight,
      };
    });
  for (const [key, row] of /** @type {const} */ ([
    ["ArrowDown", 0],
    ["ArrowDown", 1],
    ["End", 72],
    ["ArrowDown", 72],
    ["ArrowUp", 71],
    ["Home", 0],
  ])) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
    assert.deepEqual(await active(), { row, seen: true }, key);
  }
  await page.keyboard.press("PageDown");
  await page.waitForTimeout(60);
  assert.ok((await active()).row > 10, "a page is many rows");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  assert.equal(await textOf(page, ".detail h2"), "Piece 0");
  await page.keyboard.press("ArrowDown");
  await page.locator(".detail h2", { hasText: "Piece 1" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".detail").waitFor({ state: "detached" });
  await page.keyboard.press("Enter");
  await tabTo(page, "Close the detail");
  await page.keyboard.press("Enter");
  await page.locator(".detail").waitFor({ state: "detached" });
  assert.equal((await active()).row, 1, "the focus is back where the detail was opened");
  await close(page);
});

test("the list of keys opens and closes, and gives the focus back", async () => {
  const page = await open({ hash: "#sample" });
  await ready(page);
  await page.getByRole("button", { name: "Keys" }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("dialog[open] h2").textContent(), "Keys");
  await page.keyboard.press("3");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.match(await textOf(page, "h1"), /^What BitTorrent did here/);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "Keys");
  await close(page);
});

test("a view is copied as the original tool writes it", async () => {
  const page = await open({ hash: "#sample/init", permissions: ["clipboard-read", "clipboard-write"] });
  await ready(page);
  await page.getByRole("button", { name: "Copy as text" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(
    text,
    /82\.12\.211\.138 : dht\.libtorrent\.org\r?\n1 initial request sent to port 25401, transaction ID de62\r?\n1 response received: BitTorrent DHT Protocol reply=8 nodes/,
  );
  assert.match(
    text,
    /212\.156\.78\.140 : router\.utorrent\.com\r?\n1 initial request sent to port 6881, transaction ID 3cbc\r?\nno response received/,
  );
  await close(page);
});

test("a value is copied whole", async () => {
  const page = await open({ hash: "#sample/peers", permissions: ["clipboard-read", "clipboard-write"] });
  await ready(page);
  await rowsOf(page, "DHT nodes that answered");
  await page.locator(".table-body [role=row]").first().click();
  await page.getByRole("button", { name: "Copy Node ID" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^6e03c152[0-9a-f]{28}95ec$/);
  await close(page);
});
