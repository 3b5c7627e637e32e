/**
 * A large capture: progress is seen, the page stays quick, and the reading can be held and go on.
 *
 * @import { Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, close, ready, rowsOf, textOf } from "./built_page.js";

const open = builtPage();

/** So many times the sample, one after the other, as sections of one pcapng file: to be read to its end, and long enough to be interrupted. */
const COPIES = 80;
const MANY_COPIES = 240;
/** The page must answer within 50 ms. A machine that does other things, too, is given as much again, and one exception. */
const LONG_TASK_MS = 100;
const LONG_TASKS = 1;

/**
 * @param {Page} page
 * @param {number} copies
 */
async function dropLarge(page, copies) {
  await page.evaluate(async (count) => {
    const sample = await (await fetch("sample.pcapng")).blob();
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(
      new File(
        Array.from({ length: count }, () => sample),
        "large.pcapng",
      ),
    );
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
  }, copies);
}

test("progress is seen, results stand before the end, and the page stays quick", async () => {
  const page = await open();
  await page.evaluate(() => {
    const record = { tasks: /** @type {number[]} */ ([]), values: /** @type {number[]} */ ([]), partial: 0, told: "" };
    Object.assign(window, { record });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) record.tasks.push(entry.duration);
    }).observe({ entryTypes: ["longtask"] });
    const look = () => {
      const bar = document.querySelector("progress");
      if (bar && bar.value !== record.values.at(-1)) record.values.push(bar.value);
      record.told = document.querySelector(".reading")?.textContent ?? record.told;
      if (bar && document.querySelector(".view [role=grid] [role=gridcell]")) record.partial += 1;
      requestAnimationFrame(look);
    };
    look();
  });
  await dropLarge(page, MANY_COPIES);
  await ready(page);
  const record = await page.evaluate(() => /** @type {any} */ (window).record);
  assert.match(record.told, /^Reading [\d\s]+ of 2\s012 MiB · .*\/s · .* left$/);
  assert.ok(record.values.length > 3, `progress moved ${record.values.length} times`);
  assert.deepEqual(
    record.values,
    [...record.values].sort((a, b) => a - b),
  );
  assert.ok(record.partial > 0, "rows stood while it was read");
  const long = record.tasks.filter((/** @type {number} */ task) => task > LONG_TASK_MS);
  assert.ok(long.length <= LONG_TASKS, `the page stood still for ${record.tasks} ms`);
  assert.equal(await textOf(page, "[role=status].visually-hidden"), "Reading finished.");
  await close(page);
});

test("Escape holds the reading; what was read stays, can be asked, and goes on", async () => {
  const page = await open({ hash: "#init" });
  await dropLarge(page, MANY_COPIES);
  await page.waitForFunction(() => Number(document.querySelector("progress")?.value) > 50e6);
  await page.keyboard.press("Escape");
  await ready(page);
  assert.match(await textOf(page, ".notice"), /^Stopped at [\d ]+ of 2 012 MiB\. Figures cover the first/);
  assert.equal((await rowsOf(page, "Bootstrap nodes")).length, 6);
  await page.keyboard.press("2");
  assert.ok((await rowsOf(page, "DHT nodes that answered")).length >= 20, "rows can still be asked for");
  await page.getByRole("button", { name: "Read the rest" }).click();
  await page.locator(".top-bar.is-loading").waitFor();
  await ready(page);
  assert.equal(await page.locator(".notice").count(), 0);
  assert.match(await textOf(page, ".capture-facts"), /1 896 240 frames/);
  await close(page);
});

test("a reader that hangs is ended: the report stays, and the page can open another capture", async () => {
  const page = await open({ hash: "#init" });
  await dropLarge(page, MANY_COPIES);
  await page.waitForFunction(() => document.querySelector(".view [role=grid] [role=gridcell]"));
  const reader = page.workers()[0];
  void reader
    .evaluate(() => {
      for (;;);
    })
    .catch(() => {});
  await page.getByRole("button", { name: "Cancel" }).click();
  await ready(page);
  assert.match(await textOf(page, ".notice"), /Choose the file again to read the rest\.$/);
  assert.equal((await rowsOf(page, "Bootstrap nodes")).length, 6);
  await dropLarge(page, COPIES);
  await page.locator(".top-bar.is-loading").waitFor();
  await ready(page);
  assert.equal(await page.locator(".notice").count(), 0);
  await close(page);
});
