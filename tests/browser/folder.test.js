/**
 * A folder is read as one capture, chosen or dropped: its captures in the order of time, what else it holds told.
 */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { builtPage, close, ready, textOf } from "./built_page.js";
import { pcap } from "./captures.js";

const open = builtPage();

/** A query of the DHT, so many milliseconds in. @param {string} transaction */
function query(transaction) {
  const payload = Buffer.from(`d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:${transaction}1:y1:qe`);
  return { from: "192.168.1.10:6881", to: "82.12.211.138:6881", payload };
}

/**
 * A folder with two captures, one of them below, and what is none.
 * @param {(folder: string) => Promise<void>} use
 */
async function withFolder(use) {
  const folder = await mkdtemp(join(tmpdir(), "captures-"));
  try {
    await mkdir(join(folder, "below"));
    await writeFile(join(folder, "a.pcap"), pcap([query("aa"), query("ab")]));
    await writeFile(join(folder, "below", "b.pcap"), pcap([query("ba"), query("bb"), query("bc")]));
    await writeFile(join(folder, "notes.txt"), "no capture");
    await writeFile(join(folder, ".hidden.pcap"), pcap([query("zz")]));
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a folder that is chosen is read as one capture, and what it holds beside is told", async () => {
  const page = await open();
  await withFolder(async (folder) => {
    await page.locator('input[aria-label="Folder of captures"]').setInputFiles(folder);
    await ready(page);
  });
  assert.match(
    await textOf(page, ".notice"),
    /^2 files of the folder taken\. Passed over: 1 file that is no capture, 1 hidden file or folder\./,
  );
  assert.equal(await page.title(), "a.pcap – Swarmscope");
  await close(page);
});

test("a folder that is dropped is walked", async () => {
  const page = await open();
  // The browser makes no folder from data: the transfer's items are told to be entries of one.
  await page.evaluate(
    (files) => {
      const entry = (/** @type {string} */ name, /** @type {any} */ content) =>
        typeof content === "string"
          ? {
              name,
              isFile: true,
              isDirectory: false,
              file: (/** @type {(file: File) => void} */ tell) =>
                tell(new File([Uint8Array.from(atob(content), (char) => char.charCodeAt(0))], name)),
            }
          : {
              name,
              isFile: false,
              isDirectory: true,
              createReader: () => {
                const rest = Object.entries(content).map(([inner, of]) => entry(inner, of));
                return { readEntries: (/** @type {(found: any[]) => void} */ tell) => tell(rest.splice(0)) };
              },
            };
      const folder = entry("captures", files);
      const transfer = new DataTransfer();
      transfer.items.add(new File([""], "captures"));
      DataTransferItem.prototype.webkitGetAsEntry = () => /** @type {any} */ (folder);
      const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
      document.body.dispatchEvent(new DragEvent("drop", options));
    },
    {
      "a.pcap": pcap([query("aa")]).toString("base64"),
      below: { "b.pcap": pcap([query("ba"), query("bb")]).toString("base64") },
      "notes.txt": Buffer.from("no capture").toString("base64"),
    },
  );
  await ready(page);
  assert.match(
    await textOf(page, ".notice"),
    /^2 files of the folder taken\. Passed over: 1 file that is no capture\./,
  );
  await close(page);
});

test("a capture and its copy are told to be one", async () => {
  const page = await open({ hash: "#findings" });
  const buffer = pcap([query("aa"), query("ab"), query("ac")]);
  const files = ["one.pcap", "copy.pcap"].map((name) => ({ name, mimeType: "application/octet-stream", buffer }));
  await page.locator("input[type=file]").first().setInputFiles(files);
  await ready(page);
  await page.evaluate(() => (location.hash = "#findings"));
  await page
    .locator(".findings")
    .getByText("it is a copy of one.pcap: each of its 3 frames stands there too")
    .waitFor();
  await close(page);
});
