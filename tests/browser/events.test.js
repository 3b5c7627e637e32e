/**
 * The list of events: reached from a connection by the keyboard, left by going back, quick with a large capture, and text whatever it holds.
 *
 * @import { Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { barriers, sidewaysScroll } from "./barriers.js";
import { builtPage, choose, close, ready, rowsOf, tabTo, textOf } from "./built_page.js";
import { bootstrap } from "./captures.js";

const open = builtPage();

/** So many times the sample, one after the other: long enough to be interrupted. */
const COPIES = 400;

/** The page must answer within 50 ms. A machine that does other things, too, is given much more, and one exception: the list takes far longer. */
const LONG_TASK_MS = 250;
const LONG_TASKS = 1;

/** @param {Page} page */
async function listed(page) {
  await page.locator(".listing").waitFor({ state: "detached" });
  await rowsOf(page, "Events");
}

test("events are reached from a connection by the keyboard, and left by going back", async () => {
  const page = await open({ hash: "#sample/connections" });
  await ready(page);
  const [connection] = await rowsOf(page, "Connections");
  await page.locator("[role=grid]").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator(".detail").waitFor();
  await tabTo(page, "Show its events");
  await page.keyboard.press("Enter");
  await listed(page);
  assert.match(page.url(), /#sample\/events\?flow=\d+$/);
  assert.ok((await textOf(page, ".chip")).startsWith(`connection ${connection[2]} → ${connection[3]}`));
  const [, ...rows] = await rowsOf(page, "Events");
  for (const cells of rows) assert.ok([cells[2], cells[3]].includes(connection[3]), cells.join(" "));

  await tabTo(page, /^Requests and blocks in order/);
  const first = await textOf(page, ".rung");
  await page.keyboard.press("End");
  await page.waitForFunction((before) => document.querySelector(".rung")?.textContent !== before, first);

  await page.goBack();
  assert.equal(await textOf(page, "h1"), "Connections");
  await page.goForward();
  await listed(page);
  assert.equal(await page.locator(".ladder").count(), 1);
  await tabTo(page, "Take away the connection");
  await page.keyboard.press("Enter");
  await page.locator(".chip").waitFor({ state: "detached" });
  await listed(page);
  assert.equal(await page.locator(".ladder").count(), 0);
  await page.goBack();
  await page.locator(".ladder").waitFor();
  await close(page);
});

test("an address names what is listed, of a torrent and of a host too", async () => {
  const page = await open({ hash: "#sample/events?host=95.13.29.121&protocol=peer_wire&filter=unchoke" });
  await ready(page);
  await listed(page);
  for (const cells of await rowsOf(page, "Events")) assert.equal(cells[5], "unchoke");
  await page.keyboard.press("3");
  await page.getByRole("button", { name: "Show its events" }).click();
  await listed(page);
  assert.match(page.url(), /events\?about=[0-9a-f]{40}/);
  await page.keyboard.press("4");
  await page.locator(".table-body [role=row]").first().click();
  await page.locator(".detail").getByRole("button", { name: "Show its events" }).click();
  await listed(page);
  assert.match(await textOf(page, ".chip"), /^host \d/);
  await close(page);
});

test("the list is taken away as CSV", async () => {
  const page = await open({ hash: "#sample/events?protocol=lsd" });
  await ready(page);
  await listed(page);
  await page.getByRole("button", { name: "Export" }).click();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save Events as CSV" }).click();
  const download = await saved;
  assert.equal(download.suggestedFilename(), "sample.events.csv");
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split(/\r?\n/);
  assert.match(lines[0], /^number,frame,time,source/);
  assert.match(await textOf(page, ".view-title p"), new RegExp(`^${lines.length - 1} events?:`));
  await close(page);
});

test("another choice ends the list before it, and the page stays quick", async () => {
  const page = await open({ hash: "#events" });
  await page.evaluate(async (count) => {
    const tasks = /** @type {number[]} */ ([]);
    Object.assign(window, { tasks });
    const dataTransfer = new DataTransfer();
    const sample = await (await fetch("sample.pcapng")).blob();
    const copies = Array.from({ length: count }, () => sample);
    dataTransfer.items.add(new File(copies, "large.pcapng"));
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ["longtask"],
    });
  }, COPIES);
  await ready(page);
  await page.locator(".listing-progress").waitFor();
  await rowsOf(page, "Events");
  await page.locator(".scope select").selectOption("dht");
  await page.locator(".view-title p", { hasText: "so far" }).waitFor();
  await listed(page);
  for (const cells of await rowsOf(page, "Events")) assert.equal(cells[4], "dht");
  const tasks = await page.evaluate(() => /** @type {any} */ (window).tasks);
  const long = tasks.filter((/** @type {number} */ ms) => ms > LONG_TASK_MS);
  assert.ok(long.length <= LONG_TASKS, `long tasks: ${tasks.join(", ")}`);
  await close(page);
});

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 400, height: 850 },
])
  test(`${viewport.width} px wide there are no barriers, and nothing scrolls sideways`, async () => {
    const page = await open({ hash: "#sample/connections", viewport, colorScheme: "dark" });
    await ready(page);
    await rowsOf(page, "Connections");
    await page.locator(".table-body [role=row]").first().click();
    await page.locator(".two-sides").first().waitFor();
    assert.deepEqual(await barriers(page), [], "a connection");
    assert.deepEqual(await sidewaysScroll(page), [], "a connection");
    await page.getByRole("button", { name: "Show its events" }).click();
    await listed(page);
    await page.locator(".rung").first().waitFor();
    assert.deepEqual(await barriers(page), [], "its events");
    assert.deepEqual(await sidewaysScroll(page), [], "its events");
    await page.locator(".ladder .pointer-area").click({ position: { x: 200, y: 30 } });
    await page.locator(".detail").waitFor();
    assert.deepEqual(await barriers(page), [], "a rung");
    assert.deepEqual(await sidewaysScroll(page), [], "a rung");
    await close(page);
  });

test("a message that would like to be markup is text", async () => {
  const page = await open();
  const label = "<img src=x onerror=name=1>";
  await choose(page, [{ name: "a.pcap", buffer: bootstrap(["router", label, "org"], "<b>\0") }]);
  await ready(page);
  await page.keyboard.press("9");
  await listed(page);
  const rows = await rowsOf(page, "Events");
  assert.ok(rows.some((cells) => cells.join(" ").includes(label.toLowerCase()) || cells.join(" ").includes(label)));
  await page.locator(".table-body [role=row]").first().click();
  await page.locator(".detail").waitFor();
  assert.equal(await page.locator("img, #page script, b").count(), 0);
  assert.equal(await page.evaluate(() => name), "");
  await close(page);
});
