/**
 * Tables as files: every row once, in order, however many windows that takes.
 *
 * @vitest-environment node
 */
import { expect, test } from "vitest";
import { rowsFile } from "../../../www/engine/rows_file";
import { FakeSession } from "../support/fake_session";

const ORDER = { sort: "address", descending: false, filter: "" };

test("every row of a table stands in the file once", async () => {
  const hosts = Array.from({ length: 25_001 }, (_, index) => ({ address: String(index).padStart(6, "0") }));
  const session = new FakeSession({ tables: { hosts } });
  const lines = (await (await rowsFile(session, { table: "hosts", ...ORDER }, "jsonl")).text()).trim().split("\n");
  expect(lines.length).toBe(hosts.length);
  expect(lines.at(-1)).toBe('jsonl {"address":"025000"}');
  expect(new Set(lines).size).toBe(lines.length);
});

test("a table without rows is a file all the same", async () => {
  const blob = await rowsFile(new FakeSession(), { table: "hosts", ...ORDER }, "csv");
  expect(blob.size).toBe(0);
});
