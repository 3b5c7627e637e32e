/**
 * The peers view on digests written by hand, and what every table does with keys and pointer.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { timeAxis } from "../../../www/views/time_axis";
import { START } from "../support/digests";
import { pageOf, rowsOf, settled, textOf } from "../support/page";

/** @param {number} n */
function node(n) {
  return {
    node_id: n.toString(16).padStart(40, "0"),
    address: `10.0.0.${n}`,
    port: 6881,
    client: n % 2 ? "LT 2.1" : null,
    responses: n,
    delay: n === 3 ? null : n / 1000,
    first_frame: 100 + n,
    last_frame: 200 + n,
    first_time: START + n,
    last_time: START + n,
  };
}

const NODES = Array.from({ length: 60 }, (_, index) => node(index + 1));

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
/** @type {HTMLElement} */
let grid;
beforeEach(async () => {
  const peers = { nodes: NODES.length, queries: 90, responses: 80 };
  page = await pageOf({ digest: { peers }, tables: { nodes: NODES }, selection: { view: "peers" } });
  grid = /** @type {HTMLElement} */ (page.root.querySelector('[role="grid"]'));
});
afterEach(() => page.close());

/** @param {string} key */
async function press(key) {
  grid.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  await settled();
}

const first = () => rowsOf(page.root, "DHT nodes that answered")[0];
const activeRow = () =>
  document.getElementById(grid.getAttribute("aria-activedescendant") ?? "")?.getAttribute("aria-rowindex");

describe("the view", () => {
  test("explains its title, and finds what half of the nodes did", () => {
    expect(textOf(page.root.querySelector(".view-title p"))).toMatch(/^60 DHT nodes answered\. .*original tool’s word/);
    expect(textOf(page.root.querySelector(".picture h2"))).toContain("Half of them answered within 31.0 ms");
    expect(textOf(page.root.querySelector(".picture h2"))).toContain("1 whose query is not in the capture");
  });

  test("draws a dot for every delay that is known", () => {
    expect(page.root.querySelector(".dot-rim")?.getAttribute("d")?.match(/M/g)).toHaveLength(59);
  });

  test("tells what is absent from what is nothing", () => {
    // The cells of a row, joined by spaces, are what the session of these tests filters.
    page.app.select({ filter: "10.0.0.3 " });
    return expect.poll(first).toEqual(["00000000…0003", "10.0.0.3", "6881", "LT 2.1", "3", "–", "103", "203"]);
  });
});

describe("a table", () => {
  test("has as many rows as it says, and draws those in sight", () => {
    expect(grid.getAttribute("aria-rowcount")).toBe("61");
    expect(rowsOf(page.root, "DHT nodes that answered").length).toBeLessThanOrEqual(60);
    expect(first()[4]).toBe("60");
  });

  test("is sorted by its heads, and says so", async () => {
    const head = /** @type {HTMLElement} */ (page.root.querySelectorAll('[role="columnheader"]')[4]);
    expect(head.getAttribute("aria-sort")).toBe("descending");
    head.querySelector("button")?.click();
    await settled();
    expect(head.getAttribute("aria-sort")).toBe("ascending");
    expect(first()[4]).toBe("1");
  });

  test("is filtered, and says how much of it is left", async () => {
    page.app.select({ filter: "LT 2.1" });
    await settled();
    expect(textOf(page.root.querySelector(".table-notes p"))).toBe("30 of 60 rows");
    page.app.select({ filter: "no such node" });
    await settled();
    expect(textOf(page.root.querySelector(".table-nothing"))).toContain("No row fits no such node. 60 without it.");
    /** @type {HTMLElement} */ (page.root.querySelector(".table-nothing button")).click();
    await settled();
    expect(first()[4]).toBe("60");
  });

  test("is moved through with the keys, and opens what they stand on", async () => {
    grid.focus();
    await press("ArrowDown");
    await press("ArrowDown");
    expect(activeRow()).toBe("3");
    await press("Home");
    expect(activeRow()).toBe("2");
    await press("Enter");
    expect(textOf(page.root.querySelector(".detail h2"))).toBe("10.0.0.60:6881");
    await press("ArrowDown");
    expect(textOf(page.root.querySelector(".detail h2"))).toBe("10.0.0.59:6881");
  });

  test("shows a row in full, with nothing cut", async () => {
    /** @type {HTMLElement} */ (page.root.querySelector(".table-body [role=row]")).click();
    await settled();
    expect(textOf(page.root.querySelector(".detail"))).toContain(NODES[59].node_id);
    expect(page.root.querySelectorAll(".detail .copy-value").length).toBeGreaterThan(5);
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    await settled();
    expect(page.root.querySelector(".detail")).toBeNull();
  });

  test("says what its columns mean", () => {
    expect(textOf(page.root.querySelector(".meanings"))).toContain("How many different queries the node answered.");
  });
});

describe("the time axis", () => {
  test("is linear where moments are spread, logarithmic where they are one burst", () => {
    expect(timeAxis([1, 5, 9, 14, 20])).toEqual({ unit: "s", logarithmic: false });
    expect(timeAxis([0.001, 0.002, 0.003, 0.004, 0.5])).toEqual({ unit: "ms", logarithmic: true });
  });

  test("is not logarithmic with a moment that has no logarithm", () => {
    expect(timeAxis([0, 0, 0, 0, 3]).logarithmic).toBe(false);
    expect(timeAxis([])).toEqual({ unit: "ms", logarithmic: false });
  });
});
