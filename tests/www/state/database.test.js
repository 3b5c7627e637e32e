/**
 * What the page says of a database, and when it makes one.
 */
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { sorted } from "../../../www/state/arrivals";
import { Database, MOST_BYTES, outcomeWords } from "../../../www/state/database";

/** @param {string} status */
function database(status) {
  const capture = { status, end: "finished", subject: { names: ["monday.pcapng"] } };
  return new Database(/** @type {any} */ ({}), /** @type {any} */ ({ capture: signal(capture), say: () => {} }));
}

test("a database is known by how it begins, whatever it is called", async () => {
  const file = new File(["SQLite format 3\0", new Uint8Array(84)], "study.pcap");
  const { captures, studies } = await sorted([file, new File(["SQLite format 4\0"], "other.sqlite")]);
  expect([captures.map(({ name }) => name), studies]).toEqual([["other.sqlite"], [file]]);
});

test("nothing is added before a capture is read to its end", () => {
  const reading = database("loading");
  reading.add();
  expect(reading.state.value).toEqual({ status: "idle" });
  const words = reading.dropped(new File([], "study.sqlite"));
  expect(words).toMatch(/^study\.sqlite is a database of captures: open the capture/);
});

test("a database that is too large, or that nothing can open, is told", () => {
  const ready = database("ready");
  const large = new File([], "study.sqlite");
  Object.defineProperty(large, "size", { value: MOST_BYTES + 1 });
  ready.add();
  expect(outcomeWords(ready.state.value)).toMatch(/^A part of this page could not be loaded/);
  ready.host = { createWorker: () => Promise.reject(new Error()), loadModule: () => Promise.reject(new Error()) };
  expect(ready.dropped(large)).toMatch(/^study\.sqlite is larger than the 512 MiB/);
});

test("the outcome is told with what the database holds", () => {
  const summary = { captures: 2, torrents: 1, peers: 13, confirmed: 1, threshold: 98 };
  expect(outcomeWords({ status: "saved", name: "a.sqlite", summary })).toBe(
    "Saved as a.sqlite: 2 captures, 13 peers met, 1 confirmed download at 98\u202f%.",
  );
  expect(outcomeWords({ status: "idle" })).toBe("");
});
