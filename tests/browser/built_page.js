/**
 * The built page in a real Chromium, served from this machine below a deep path, as a static host might. Whatever a test does with it, it must not
 * ask another host for anything, report an error, or break its own policy.
 *
 * @import { Browser, BrowserContextOptions, Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveFolder } from "./static_server.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const BELOW = "/some/deep/path/";
const WAIT_MS = 20_000;

/**
 * Sets up the page for the tests of a file.
 * @returns {(options?: BrowserContextOptions & { hash?: string, expected?: RegExp }) => Promise<Page>} opens the page anew; the page is closed, and
 *   what went wrong in it asserted, by {@link close}. `expected`: console errors that the test provokes
 */
export function builtPage() {
  /** @type {Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof serveFolder>>} */
  let server;
  before(async () => {
    await access(`${DIST}/index.html`).catch(() => assert.fail("there is no built page: npm run build"));
    server = await serveFolder(DIST, { below: BELOW });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });
  return async ({ hash = "", expected, ...options } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    /** @type {string[]} */
    const troubles = [];
    context.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== new URL(server.url).origin)
        troubles.push(`asked another host: ${request.url()}`);
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !expected?.test(message.text())) troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    TROUBLES.set(page, troubles);
    await page.goto(server.url + hash);
    return page;
  };
}

/** @type {WeakMap<Page, string[]>} */
const TROUBLES = new WeakMap();

/**
 * Closes a page and asserts that nothing went wrong in it.
 * @param {Page} page
 */
export async function close(page) {
  await page.context().close();
  assert.deepEqual(TROUBLES.get(page), []);
}

/**
 * Waits until a report stands and nothing is being read any more.
 * @param {Page} page
 */
export async function ready(page) {
  await page.locator(".top-bar.is-ready").waitFor();
}

/**
 * Opens files as the file picker would give them.
 * @param {Page} page
 * @param {{ name: string, buffer: Buffer }[]} files
 */
export async function choose(page, files) {
  const input = page.locator('input[aria-label="Capture files"]').first();
  await input.setInputFiles(files.map((file) => ({ mimeType: "application/octet-stream", ...file })));
}

/**
 * What an element says, with plain spaces.
 * @param {Page} page
 * @param {string} selector
 */
export async function textOf(page, selector) {
  const text = await page.locator(selector).first().textContent();
  return (text ?? "").replaceAll("\u202f", " ").trim();
}

/**
 * The cells of a table's first rows.
 * @param {Page} page
 * @param {string} label
 */
export async function rowsOf(page, label) {
  const rows = page.locator(`[role=grid][aria-label="${label}"] .table-body [role=row]`);
  await rows.first().locator("[role=gridcell]:not(:empty)").first().waitFor();
  const cells = await rows.evaluateAll((found) =>
    found.map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  return cells.map((row) => row.map((cell) => (cell ?? "").replaceAll("\u202f", " ")));
}

/**
 * Goes on with Tab until what has the focus has a name.
 * @param {Page} page
 * @param {string | RegExp} name
 */
export async function tabTo(page, name) {
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    });
    if (typeof name === "string" ? focused === name : name.test(focused)) return;
  }
  assert.fail(`Tab never comes to ${name}`);
}
