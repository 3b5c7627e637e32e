/**
 * What keeps people from using a page: found by axe, or by scrolling sideways.
 *
 * @import { Page } from "playwright-core"
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * The serious barriers, each with the elements that are one.
 * @param {Page} page
 */
export async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] }),
  );
  return violations
    .filter((/** @type {any} */ { impact }) => impact === "serious" || impact === "critical")
    .map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(" ")}`);
}

/**
 * What is wider than its place.
 * @param {Page} page
 */
export function sidewaysScroll(page) {
  return page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll(".view, .detail, .menu, .empty-page, .ladder")]
      .filter((element) => element.scrollWidth > element.clientWidth)
      .map((element) => element.className),
  );
}
