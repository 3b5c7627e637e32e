/**
 * What must hold for every look of the page: narrow, dark, printed, and to those who do not see it.
 *
 * @import { Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { barriers, sidewaysScroll } from "./barriers.js";
import { builtPage, choose, close, ready, rowsOf, textOf } from "./built_page.js";

const open = builtPage();
/** In the order of their keys, the overview left out; Torrents has none. */
const VIEWS = /** @type {const} */ ([
  "init",
  "peers",
  "download",
  "hosts",
  "trackers",
  "dht",
  "connections",
  "encrypted",
  "events",
  "findings",
]);
const NARROW = { width: 400, height: 850 };
const INK = { light: "rgb(27, 28, 31)", dark: "rgb(236, 236, 234)" };

/** @param {Page} page */
function ink(page) {
  return page.evaluate(() => getComputedStyle(document.body).color);
}

describe("without barriers", () => {
  for (const colorScheme of /** @type {const} */ (["light", "dark"]))
    for (const viewport of [{ width: 1440, height: 900 }, NARROW])
      test(`in ${colorScheme}, ${viewport.width} px wide`, async () => {
        const page = await open({ colorScheme, viewport });
        assert.deepEqual(await barriers(page), [], "empty");
        await choose(page, [{ name: "a.zip", buffer: Buffer.from("PK\x03\x04") }]);
        await page.locator(".trouble").waitFor();
        assert.deepEqual(await barriers(page), [], "trouble");
        await page.getByRole("button", { name: "Open the sample" }).click();
        await ready(page);
        for (const [index, view] of VIEWS.entries()) {
          await page.keyboard.press(String((index + 1) % 10));
          await page.locator(".table-body [role=gridcell], .table-nothing, .findings").first().waitFor();
          assert.deepEqual(await barriers(page), [], view);
        }
        await page.keyboard.press("o");
        await page.locator(".answers").waitFor();
        await page.locator(".table-body [role=gridcell]").first().waitFor();
        assert.deepEqual(await barriers(page), [], "overview");
        await page.evaluate(() => (location.hash = "#sample/torrents"));
        await page.getByRole("heading", { name: "Torrents", level: 1 }).waitFor();
        await page.locator(".picture").waitFor();
        assert.deepEqual(await barriers(page), [], "torrents");
        await page.locator('[aria-label="Torrents"] .table-body [role=row]', { hasText: "17a59abd" }).click();
        await page.locator(".completion").first().waitFor();
        assert.deepEqual(await barriers(page), [], "torrent");
        await page.keyboard.press("2");
        await page.locator(".table-body [role=row]").first().click();
        await page.locator(".detail").waitFor();
        assert.deepEqual(await barriers(page), [], "detail");
        await page.keyboard.press("?");
        assert.deepEqual(await barriers(page), [], "keys");
        await close(page);
      });
});

describe("narrow", () => {
  test("nothing scrolls sideways, and everything can be reached", async () => {
    const page = await open({ viewport: NARROW });
    assert.deepEqual(await sidewaysScroll(page), []);
    await page.getByRole("button", { name: "Open the sample" }).click();
    await ready(page);
    for (const name of [
      "Peers (DHT)",
      "Download",
      "Torrents",
      "Hosts",
      "Trackers",
      "Encrypted flows",
      "Connections",
      "Events",
      "Findings",
      "Overview",
      "Init",
    ]) {
      await page.getByRole("button", { name: "Menu" }).click();
      assert.deepEqual(await sidewaysScroll(page), [], "menu");
      await page.locator(".menu").getByRole("link", { name }).click();
      assert.equal(await textOf(page, ".view-name"), name);
      assert.deepEqual(await sidewaysScroll(page), [], name);
    }
    await page.getByRole("button", { name: "Menu" }).click();
    await page.locator(".menu").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".menu").waitFor({ state: "detached" });
    await rowsOf(page, "Bootstrap nodes");
    await page.locator(".table-body [role=row]").first().click();
    await page.locator(".detail").waitFor();
    assert.deepEqual(await sidewaysScroll(page), [], "detail");
    await close(page);
  });
});

describe("light and dark", () => {
  test("follow the system until one is chosen, and the choice is remembered", async () => {
    const page = await open({ colorScheme: "dark" });
    assert.equal(await ink(page), INK.dark);
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByRole("button", { name: "Dark" }).waitFor();
    assert.equal(await ink(page), INK.light);
    await page.keyboard.press("t");
    assert.equal(await ink(page), INK.dark);
    await page.reload();
    assert.equal(await ink(page), INK.dark);
    await page.getByRole("button", { name: "Light" }).click();
    assert.equal(await ink(page), INK.light);
    await close(page);
  });

  test("paper is light and bears the view alone", async () => {
    const page = await open({ colorScheme: "dark", hash: "#sample/peers", viewport: { width: 1440, height: 400 } });
    await ready(page);
    await rowsOf(page, "DHT nodes that answered");
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    assert.equal(await ink(page), INK.light);
    for (const hidden of [".top-bar", ".rail", ".view-title .button"])
      assert.equal(await page.locator(hidden).first().isVisible(), false, hidden);
    assert.equal((await rowsOf(page, "DHT nodes that answered")).length, 20);
    await close(page);
  });
});
