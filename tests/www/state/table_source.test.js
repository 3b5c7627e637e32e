/**
 * Windows of a table: what is fetched when, and what stays on screen meanwhile.
 */
import { describe, expect, test, vi } from "vitest";
import { TableSource } from "../../../www/state/table_source";

const ALL = { sort: "n", descending: false, filter: "" };

/** @typedef {{ n: number, figure: number }} Row */

/** A table of `length` rows whose answers are given when the test says so. */
function tableOf(/** @type {number} */ length) {
  /** @type {{ query: any, answer: (rows?: Row[]) => Promise<void>, fail: () => Promise<void> }[]} */
  const asked = [];
  const fetch = vi.fn(
    (query) =>
      new Promise((resolve, reject) => {
        const count = Math.max(Math.min(query.count, length - query.from), 0);
        const own = Array.from({ length: count }, (_, offset) => ({ n: query.from + offset, figure: 0 }));
        const settled = () => new Promise((done) => setTimeout(() => done(undefined)));
        asked.push({
          query,
          answer: (rows = own) => (resolve({ total: length, matched: length, rows }), settled()),
          fail: () => (reject(new Error("gone")), settled()),
        });
      }),
  );
  const source = new TableSource("nodes", /** @type {any} */ (fetch), (/** @type {Row} */ row) => String(row.n));
  return { source, asked, fetch };
}

describe("windows", () => {
  test("are fetched as they come into sight, each once", async () => {
    const { source, asked } = tableOf(1000);
    source.ask(ALL);
    await asked[0].answer();
    expect([source.total.value, source.matched.value]).toEqual([1000, 1000]);
    source.want(10, 40);
    expect(asked).toHaveLength(1);
    source.want(390, 420);
    expect(asked.slice(1).map(({ query }) => [query.from, query.count])).toEqual([
      [200, 200],
      [400, 200],
    ]);
    expect(source.row(410)).toBeUndefined();
    await asked[2].answer();
    expect(source.row(410)?.n).toBe(410);
  });

  test("of another question replace the old ones only when they come", async () => {
    const { source, asked } = tableOf(10);
    source.ask(ALL);
    await asked[0].answer();
    source.ask({ ...ALL, descending: true });
    expect(source.row(0)?.n).toBe(0);
    await asked[1].answer([{ n: 9, figure: 0 }]);
    expect(source.row(0)?.n).toBe(9);
    expect(source.row(1)).toBeUndefined();
  });

  test("that answer a question no longer asked are not taken", async () => {
    const { source, asked } = tableOf(10);
    source.ask(ALL);
    source.ask({ ...ALL, filter: "x" });
    await asked[1].answer([{ n: 5, figure: 0 }]);
    await asked[0].answer();
    expect(source.row(0)?.n).toBe(5);
  });

  test("are forgotten for another capture", async () => {
    const { source, asked } = tableOf(10);
    source.ask(ALL);
    await asked[0].answer();
    source.reset();
    expect(source.total.value).toBeNull();
    expect(source.row(0)).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  test("that nobody can give any more leave the others where they are", async () => {
    const { source, asked } = tableOf(1000);
    source.ask(ALL);
    await asked[0].answer();
    source.want(500, 510);
    await asked[1].fail();
    expect(source.gone.value).toBe(true);
    expect(source.row(3)?.n).toBe(3);
  });

  test("do not pile up", async () => {
    const { source, asked } = tableOf(100_000);
    source.ask(ALL);
    await asked[0].answer();
    for (let page = 1; page < 60; page += 1) {
      source.want(page * 200, page * 200 + 30);
      await asked[page].answer();
    }
    expect(source.row(59 * 200)?.n).toBe(59 * 200);
    expect(source.row(0)).toBeUndefined();
  });
});

describe("a table that grows", () => {
  const rows = [
    { n: 1, figure: 10 },
    { n: 2, figure: 20 },
  ];
  const later = [
    { n: 2, figure: 25 },
    { n: 3, figure: 15 },
    { n: 1, figure: 11 },
  ];

  test("shows its new order", async () => {
    const { source, asked } = tableOf(3);
    source.ask(ALL);
    await asked[0].answer(rows);
    source.refresh(true);
    await asked[1].answer(later);
    expect([0, 1, 2].map((index) => source.row(index))).toEqual(later);
  });

  test("keeps its order while it is pointed at, with new figures, and takes up the new one after", async () => {
    const { source, asked } = tableOf(3);
    source.ask(ALL);
    await asked[0].answer(rows);
    source.hold(true);
    source.refresh(true);
    await asked[1].answer(later);
    expect([0, 1, 2].map((index) => source.row(index))).toEqual([later[2], later[0], later[1]]);
    source.hold(false);
    await asked[2].answer(later);
    expect(source.row(0)).toEqual(later[0]);
  });

  test("is not fetched again and again when that takes long", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const { source, asked } = tableOf(3);
    source.ask(ALL);
    vi.advanceTimersByTime(50);
    await asked[0].answer();
    vi.advanceTimersByTime(400);
    source.refresh();
    expect(asked).toHaveLength(1);
    vi.advanceTimersByTime(200);
    source.refresh();
    expect(asked).toHaveLength(2);
    source.refresh(true);
    vi.useRealTimers();
    await asked[1].answer();
    expect(asked).toHaveLength(3);
  });
});
