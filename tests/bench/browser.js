/**
 * Chromium with two pages to measure: the built one, and a bare one that only reads the file in a worker. Both have a file input, say in
 * `data-state` of their root element how far they are, and mark the moments of choosing and of the end with `performance.mark`.
 */
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serveFolder } from "../browser/static_server.js";

/** @typedef {Awaited<ReturnType<typeof serveFolder>>} Server */

/** The longest that one run may take. */
const LONGEST_RUN_MS = 300_000;

/** A browser and what it opens. */
export class Browser {
  #browser;
  #servers;

  /**
   * @param {import("playwright-core").Browser} browser
   * @param {{ page: Server, reading: Server }} servers
   */
  constructor(browser, servers) {
    this.#browser = browser;
    this.#servers = servers;
  }

  /** @param {string} dist the folder of the built page */
  static async launch(dist) {
    const servers = { page: await serveFolder(dist), reading: await serveFolder(join(import.meta.dirname, "reading")) };
    const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
    return new Browser(await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] }), servers);
  }

  get version() {
    return this.#browser.version();
  }

  /**
   * Opens a fresh page and gives it the capture.
   * @param {"page" | "reading"} which
   * @param {string} capture
   * @returns {Promise<{ seconds: number, memory: number }>} from the choice to the end, and bytes of wasm memory then
   */
  async measure(which, capture) {
    const page = await this.#browser.newPage();
    try {
      await page.goto(this.#servers[which].url, { waitUntil: "networkidle" }); // the analyzer is there too
      await page.waitForSelector(":root[data-state=empty]", { state: "attached" });
      await page.locator("input[type=file]").first().setInputFiles(capture);
      await page.waitForSelector(":root[data-state=ready], :root[data-state=failed]", {
        state: "attached",
        timeout: LONGEST_RUN_MS,
      });
      return await page.evaluate(() => {
        const { state, memory } = document.documentElement.dataset;
        if (state !== "ready") throw new Error(`the page is ${state}`);
        const { duration } = performance.measure("run", "swarmscope:open", "swarmscope:ready");
        return { seconds: duration / 1000, memory: Number(memory) };
      });
    } finally {
      await page.close();
    }
  }

  /**
   * Opens a capture with its torrent in a fresh page, and verifies all pieces or puts the files together too.
   * @param {"Verify pieces" | "Rebuild files"} button
   * @param {string} capture
   * @returns {Promise<{ seconds: number, memory: number }>} from the click to the end, and bytes of wasm memory then
   */
  async verify(button, capture) {
    const page = await this.#browser.newPage();
    try {
      await page.goto(this.#servers.page.url, { waitUntil: "networkidle" });
      await page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined }));
      await page
        .locator("input[type=file]")
        .first()
        .setInputFiles([`${capture}.torrent`, capture]);
      await page.waitForSelector(":root[data-state=ready]", { state: "attached", timeout: LONGEST_RUN_MS });
      await page.evaluate(() => (location.hash = "#torrents"));
      await page.getByRole("button", { name: button }).click();
      const over = ":root[data-verifying=done], :root[data-verifying=failed]";
      await page.waitForSelector(over, { state: "attached", timeout: LONGEST_RUN_MS });
      await page.getByRole("heading", { name: /^All .* pieces are verified/ }).waitFor();
      return await page.evaluate(() => {
        const { duration } = performance.measure("verified", "swarmscope:verify", "swarmscope:verified");
        return { seconds: duration / 1000, memory: Number(document.documentElement.dataset.verifyingMemory) };
      });
    } finally {
      await page.close();
    }
  }

  /**
   * Opens a fresh page and reads what is dropped on it.
   * @template T
   * @param {(page: import("playwright-core").Page) => Promise<T>} drop
   * @returns {Promise<T & { seconds: number, memory: number, findings: string }>} what was dropped, and what came of it
   */
  async measureLarge(drop) {
    const page = await this.#browser.newPage();
    try {
      await page.goto(this.#servers.page.url, { waitUntil: "networkidle" });
      const dropped = await drop(page);
      await page.waitForSelector(":root[data-state=ready]", { state: "attached", timeout: LONGEST_RUN_MS });
      const { duration, memory } = await page.evaluate(() => ({
        duration: performance.measure("run", "swarmscope:open", "swarmscope:ready").duration,
        memory: Number(document.documentElement.dataset.memory),
      }));
      await page.keyboard.press("0");
      const findings = (await page.locator(".findings").first().textContent()) ?? "";
      return { ...dropped, seconds: duration / 1000, memory, findings };
    } finally {
      await page.close();
    }
  }

  async close() {
    await this.#browser.close();
    for (const server of Object.values(this.#servers)) server.close();
  }
}
