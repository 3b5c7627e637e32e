/**
 * Pieces verified and files put together in the browser, held against what the clients of the lab shared.
 *
 * The lab lies beside the checkout and is not part of the repository: without it these tests are skipped.
 *
 * @import { Download, Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import { barriers, sidewaysScroll } from "./barriers.js";
import { builtPage, choose, close, ready, textOf } from "./built_page.js";

const open = builtPage();
const LAB = fileURLToPath(new URL("../../../shared/lab/", import.meta.url));
const without = !existsSync(`${LAB}small.pcapng`) && "the lab is not here";

/** @typedef {{ path: string, sha256: string }} Shared */

/** @returns {{ info_hash: string, name: string, files: Shared[] }[]} */
function truthOf(/** @type {string} */ run) {
  return JSON.parse(readFileSync(`${LAB}${run}.truth.json`, "utf8")).torrents;
}

/** @param {Page} page @param {string} run @param {(capture: Buffer) => Buffer} [change] */
async function openRun(page, run, change = (capture) => capture) {
  const torrents = truthOf(run).map(({ info_hash: hash }) => `${run}.${hash.slice(0, 8)}.torrent`);
  const files = torrents.map((name) => ({ name, buffer: readFileSync(LAB + name) }));
  await choose(page, [...files, { name: `${run}.pcapng`, buffer: change(readFileSync(`${LAB}${run}.pcapng`)) }]);
  await ready(page);
}

/** Without a picker of folders files are saved. @param {Page} page */
async function withoutPicker(page) {
  await page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined }));
}

/** The page's own storage in place of a folder that the user chooses. @param {Page} page */
async function withPicker(page) {
  await page.evaluate(() =>
    Object.assign(window, {
      showDirectoryPicker: async () => {
        const root = await navigator.storage.getDirectory();
        return root.getDirectoryHandle("chosen", { create: true });
      },
    }),
  );
}

/** @param {Buffer} bytes */
function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @param {Download} download */
async function bytesOf(download) {
  return readFileSync(/** @type {string} */ (await download.path()));
}

/**
 * The entries of a zip, by its directory at the end.
 * @param {Buffer} zip
 * @returns {Map<string, Buffer>}
 */
function entriesOf(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const entries = new Map();
  for (let at = zip.readUInt32LE(end + 16); zip.readUInt32LE(at) === 0x02014b50;) {
    const [method, length, name] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(begin, begin + length);
    entries.set(zip.toString("utf8", at + 46, at + 46 + name), method === 0 ? bytes : inflateRawSync(bytes));
    at += 46 + name + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

/** What lies in the page's own storage: path and hash. @param {Page} page @param {string} [below] */
function stored(page, below = "") {
  return page.evaluate(async (name) => {
    /** @type {Record<string, string>} */
    const found = {};
    async function walk(/** @type {any} */ folder, /** @type {string} */ path) {
      for await (const [part, handle] of folder.entries()) {
        if (handle.kind === "directory") await walk(handle, `${path}${part}/`);
        else {
          const digest = await crypto.subtle.digest("SHA-256", await (await handle.getFile()).arrayBuffer());
          found[path + part] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join(
            "",
          );
        }
      }
    }
    const root = await navigator.storage.getDirectory();
    await walk(name ? await root.getDirectoryHandle(name) : root, "");
    return found;
  }, below);
}

test("every piece is verified, and the files that are saved are what was shared", { skip: without }, async () => {
  const page = await open();
  await openRun(page, "small");
  await withoutPicker(page);
  await page.evaluate(() => (location.hash = "#torrents"));
  await page.getByRole("button", { name: "Verify all torrents" }).click();
  await page.locator(".verdict [role=status]", { hasText: /^Two torrents: (\d+) of \1 pieces verified\./ }).waitFor();
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: /^Rebuild files/ }).click();
  const zip = await saved;
  assert.equal(zip.suggestedFilename(), "rebuilt.zip");
  const entries = entriesOf(await bytesOf(zip));
  const truth = truthOf("small").flatMap(({ files }) => files);
  assert.equal(entries.size, truth.length);
  for (const { path, sha256: hash } of truth) assert.equal(sha256(entries.get(path) ?? Buffer.of()), hash, path);

  const [single] = truthOf("small");
  await page.evaluate((hash) => (location.hash = `#torrents?torrent=${hash}`), single.info_hash);
  await page.getByRole("heading", { name: /^All \d+ pieces are verified/ }).waitFor();
  await page.locator('[aria-label="Peers"]', { hasText: "verified" }).first().waitFor();
  const again = page.waitForEvent("download");
  await page.getByRole("button", { name: "Rebuild files" }).click();
  const file = await again;
  assert.equal(file.suggestedFilename(), single.files[0].path);
  assert.equal(sha256(await bytesOf(file)), single.files[0].sha256);
  assert.equal(Object.keys(await stored(page)).length, 1, "what was saved before is cleared away");
  await page.mouse.move(0, 0);
  assert.deepEqual(await barriers(page), []);
  await close(page);
});

test(
  "a chosen folder is gone on with: what is right there stays, what is not is written anew",
  { skip: without },
  async () => {
    const page = await open({ viewport: { width: 400, height: 850 }, colorScheme: "dark" });
    await openRun(page, "hybrid");
    await withPicker(page);
    await page.evaluate(() => (location.hash = "#torrents"));
    const rebuild = page.getByRole("button", { name: /^Rebuild files/ });
    await rebuild.click();
    await page.locator(".verdict [role=status]", { hasText: /whole/ }).waitFor();
    const truth = Object.fromEntries(
      truthOf("hybrid").flatMap(({ files }) => files.map(({ path, sha256: hash }) => [path, hash])),
    );
    assert.deepEqual(await stored(page, "chosen"), truth);
    await page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("chosen");
      /** @type {(within: any) => Promise<any>} */
      const first = async (within) => {
        for await (const handle of within.values()) return handle.kind === "file" ? handle : first(handle);
      };
      const writable = await (await first(folder)).createWritable({ keepExistingData: true });
      await writable.write({ type: "write", position: 0, data: new Uint8Array([1, 2, 3]) });
      await writable.close();
    });
    assert.notDeepEqual(await stored(page, "chosen"), truth);
    await rebuild.click();
    await page.locator(".verdict [role=status]", { hasText: /whole/ }).waitFor();
    assert.deepEqual(await stored(page, "chosen"), truth);
    assert.deepEqual(await sidewaysScroll(page), []);
    assert.deepEqual(await barriers(page), []);
    await close(page);
  },
);

test(
  "a flipped byte fails its piece, names who sent it, and leaves a hole that is mapped",
  { skip: without },
  async () => {
    const page = await open();
    await openRun(page, "small", (capture) => {
      // Bytes in the middle of the largest frames: all of those are blocks.
      const sizes = blocksOf(capture).filter(({ length }) => length > 1400);
      const { at, length } = sizes[Math.floor(sizes.length / 2)];
      capture[at + Math.floor(length / 2)] ^= 0x40;
      return capture;
    });
    await withoutPicker(page);
    await page.evaluate(() => (location.hash = "#torrents"));
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: /^Rebuild files/ }).click();
    const entries = entriesOf(await bytesOf(await saved));
    const maps = [...entries.keys()].filter((name) => name.endsWith(".holes.json"));
    assert.equal(maps.length, 1);
    const map = JSON.parse(String(entries.get(maps[0])));
    assert.equal(map.holes.length, 1);
    const name = maps[0].replace(/\.holes\.json$/, "");
    const [from, to] = map.holes[0];
    assert.ok(
      entries
        .get(name)
        ?.subarray(from, to)
        .every((byte) => byte === 0),
    );
    const { info_hash: hash } = /** @type {any} */ (
      truthOf("small").find(({ files }) => files.some(({ path }) => path === name))
    );
    await page.evaluate((torrent) => (location.hash = `#torrents?torrent=${torrent}`), hash);
    await page.getByRole("heading", { name: /pieces are verified, 1 failed/ }).waitFor();
    await page.locator("summary", { hasText: "What became of each piece" }).click();
    const failed = page.locator("tr", { hasText: /failed/ });
    assert.match((await failed.first().textContent()) ?? "", /wrong bytes from .*\d+\.\d+\.\d+\.\d+:\d+/);
    await close(page);
  },
);

test("cancelled in the middle nothing is kept, and the report still answers", { skip: without }, async () => {
  const page = await open();
  await openRun(page, "large");
  await withoutPicker(page);
  await page.evaluate(() => (location.hash = "#torrents"));
  await page.getByRole("button", { name: "Rebuild files" }).click();
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await page.locator(".verdict [role=status]", { hasText: "Cancelled" }).waitFor();
  await page.waitForFunction(async () => {
    for await (const name of /** @type {any} */ (await navigator.storage.getDirectory()).keys()) return name === "";
    return true;
  });
  await page.getByRole("button", { name: "Verify pieces" }).click();
  await page.getByRole("heading", { name: /pieces are verified/ }).waitFor();
  assert.ok((await textOf(page, "h1")).length > 0);
  await close(page);
});

test("without the torrent it is said what is missing", { skip: without }, async () => {
  const page = await open();
  const [{ info_hash: hash }] = truthOf("utp");
  await choose(page, [{ name: "utp.pcapng", buffer: readFileSync(`${LAB}utp.pcapng`) }]);
  await ready(page);
  await page.evaluate((torrent) => (location.hash = `#torrents?torrent=${torrent}`), hash);
  await page.getByRole("button", { name: "Verify pieces" }).click();
  await page.locator(".verdict [role=status]").waitFor();
  assert.match(await textOf(page, ".verdict [role=status]"), /Drop the \.torrent file/);
  await close(page);
});

/**
 * The blocks of a pcapng file.
 * @param {Buffer} capture
 */
function blocksOf(capture) {
  const blocks = [];
  for (let at = 0; at + 8 <= capture.length; at += capture.readUInt32LE(at + 4)) {
    blocks.push({ at, length: capture.readUInt32LE(at + 4) });
  }
  return blocks;
}
