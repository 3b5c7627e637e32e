/**
 * A database that the page saves is the one that the command line makes, row by row, and so is one to which the page adds a capture.
 *
 * @import { Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import loadSqlite from "@sqlite.org/sqlite-wasm";
import { builtPage, choose, close, ready, textOf } from "./built_page.js";
import { sample } from "./captures.js";

const open = builtPage();
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DHT = fileURLToPath(new URL("../captures/dht.pcap", import.meta.url));
/** The command line; SWARMSCOPE names one that is built already. */
const [PROGRAM, ...BEFORE] = process.env.SWARMSCOPE ? [process.env.SWARMSCOPE] : ["cargo", "run", "--quiet", "--"];

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "swarmscope-"));
});
after(() => rm(folder, { recursive: true }));

/**
 * Lets the command line add captures to a database, one after another.
 * @param {string} name
 * @param {string[]} captures
 */
async function natively(name, captures) {
  const path = join(folder, name);
  for (const capture of captures) {
    // make's job server is not for cargo.
    const env = { ...process.env, MAKEFLAGS: "" };
    execFileSync(PROGRAM, [...BEFORE, capture, "--database", path], { cwd: ROOT, env, stdio: "pipe" });
  }
  return readFile(path);
}

/**
 * Everything in a database: the statements that made it, and the rows of each table.
 * @param {Uint8Array} bytes
 */
async function dump(bytes) {
  const { capi, oo1, wasm } = await loadSqlite();
  const database = new oo1.DB(":memory:");
  const pointer = /** @type {any} */ (database.pointer);
  const memory = wasm.allocFromTypedArray(new Uint8Array(bytes));
  database.checkRc(capi.sqlite3_deserialize(pointer, "main", memory, bytes.length, bytes.length, 1));
  assert.equal(database.selectValue("PRAGMA integrity_check"), "ok");
  assert.deepEqual(database.selectArrays("PRAGMA foreign_key_check"), []);
  const schema = database.selectArrays("SELECT name, sql FROM sqlite_schema ORDER BY name");
  const header = [database.selectValue("PRAGMA application_id"), database.selectValue("PRAGMA user_version")];
  const tables = database.selectValues("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  const rows = tables.map((table) => [table, database.selectArrays(`SELECT * FROM "${table}"`).map(String).sort()]);
  database.close();
  return { header, schema, rows };
}

/**
 * Both, held against each other a table at a time.
 * @param {Uint8Array} found
 * @param {Uint8Array} expected
 */
async function assertSame(found, expected) {
  const [ours, theirs] = [await dump(found), await dump(expected)];
  assert.deepEqual([ours.header, ours.schema], [theirs.header, theirs.schema]);
  for (const [index, table] of theirs.rows.entries()) assert.deepEqual(ours.rows[index], table);
}

/**
 * Opens a capture, and the panel.
 * @param {Page} page
 * @param {string} name
 * @param {Buffer} buffer
 */
async function panelOf(page, name, buffer) {
  await choose(page, [{ name, buffer }]);
  await ready(page);
  if (!(await page.locator(".export-database").isVisible())) await page.getByRole("button", { name: "Export" }).click();
}

/**
 * What is saved by whatever is done.
 * @param {Page} page
 * @param {() => Promise<void>} act
 */
async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const outcome = ".export-database p";

test("the page makes the database that the command line makes, and adds as it does", { timeout: 400_000 }, async () => {
  const first = join(folder, "sample.pcapng");
  await writeFile(first, await sample());
  const page = await open();
  /** @type {string[]} */
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await panelOf(page, "sample.pcapng", await sample());
  assert.deepEqual(
    asked.filter((url) => /sqlite|database/.test(url)),
    [],
    "SQLite comes when it is asked for",
  );
  const alone = await saved(page, () => page.getByRole("button", { name: "Save as database" }).click());
  assert.equal(alone.name, "sample.sqlite");
  assert.match(await textOf(page, outcome), /^Saved as sample\.sqlite: 1 capture, /);
  await assertSame(alone.bytes, await natively("sample.sqlite", [first]));

  const given = page.locator(".export-database input[type=file]");
  const study = (/** @type {string} */ name, /** @type {Buffer} */ buffer) => ({
    name,
    buffer,
    mimeType: "application/vnd.sqlite3",
  });
  await given.setInputFiles([study("study.sqlite", alone.bytes)]);
  await page.locator(outcome, { hasText: "study.sqlite holds this capture already. Nothing was changed." }).waitFor();
  await given.setInputFiles([study("text.sqlite", Buffer.from("SQLite format 3\0 and no more"))]);
  await page.locator(outcome, { hasText: "text.sqlite is not a database that can be read." }).waitFor();

  await panelOf(page, "dht.pcap", await readFile(DHT));
  const both = await saved(page, () => given.setInputFiles([study("study.sqlite", alone.bytes)]));
  assert.equal(both.name, "study.sqlite");
  assert.match(await textOf(page, outcome), /: 2 captures, /);
  await assertSame(both.bytes, await natively("both.sqlite", [first, DHT]));
  await close(page);
});

/**
 * A capture (pcap, little-endian) cut in two behind about half of its bytes.
 * @param {Buffer} bytes
 */
function halves(bytes) {
  let at = 24;
  while (at < bytes.length / 2) at += 16 + bytes.readUInt32LE(at + 8);
  return [bytes.subarray(0, at), Buffer.concat([bytes.subarray(0, 24), bytes.subarray(at)])];
}

test(
  "what is open when one capture ends goes on in the next, as on the command line",
  { timeout: 400_000 },
  async () => {
    const parts = halves(await readFile(fileURLToPath(new URL("../captures/block32k.pcap", import.meta.url))));
    const paths = parts.map((_, index) => join(folder, `part-${index}.pcap`));
    for (const [index, part] of parts.entries()) await writeFile(paths[index], part);
    const page = await open();
    await panelOf(page, "part-1.pcap", parts[1]);
    const before = await natively("parts.sqlite", paths.slice(0, 1));
    const file = { name: "parts.sqlite", buffer: before, mimeType: "application/vnd.sqlite3" };
    const given = page.locator(".export-database input[type=file]");
    const both = await saved(page, () => given.setInputFiles([file]));
    await assertSame(both.bytes, await natively("parts.sqlite", paths.slice(1)));
    const { rows } = await dump(both.bytes);
    const downloads = new Map(rows.map(([table, of]) => [String(table), /** @type {string[]} */ (of)])).get(
      "downloads",
    );
    const known = downloads?.filter((row) => row.split(",")[2] !== "");
    assert.equal(known?.length, 2, `in both captures the torrent is known: ${downloads}`);
    await close(page);
  },
);

test(
  "a database that is dropped on a capture has it added, and one that comes first is told",
  { timeout: 120_000 },
  async () => {
    const page = await open();
    const drop = async (/** @type {Buffer} */ buffer) =>
      page.evaluate((text) => {
        const transfer = new DataTransfer();
        transfer.items.add(
          new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], "<b>study</b>.sqlite"),
        );
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: transfer }));
      }, buffer.toString("base64"));
    const before = await natively("dropped.sqlite", [DHT]);
    await drop(before);
    await page
      .locator(".notice", { hasText: "<b>study</b>.sqlite is a database of captures: open the capture" })
      .waitFor();
    await choose(page, [{ name: "sample.pcapng", buffer: await sample() }]);
    await ready(page);
    const { bytes } = await saved(page, () => drop(before));
    await page.locator(".notice", { hasText: "Saved as <b>study</b>.sqlite: 2 captures" }).waitFor();
    const path = join(folder, "sample.pcapng");
    await writeFile(path, await sample());
    await assertSame(bytes, await natively("dropped.sqlite", [path]));
    await close(page);
  },
);
