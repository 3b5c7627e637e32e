/**
 * Torrents come in by every way there is, before a capture and behind one, and what is none is told.
 *
 * @import { Page } from "playwright-core"
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, choose, close, ready, rowsOf, textOf } from "./built_page.js";
import { sample } from "./captures.js";

const open = builtPage();

/** The torrent of the sample that its client had from a file: what it is called is told by nothing in the capture. */
const INFO_HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";
const LINK = `magnet:?xt=urn:btih:${INFO_HASH}&dn=%3Cb%3Ebold%3C%2Fb%3E`;

/** A torrent of one piece. @param {string} name */
function torrent(name) {
  const info = `d6:lengthi5e4:name${name.length}:${name}12:piece lengthi16384e6:pieces20:${"h".repeat(20)}e`;
  return Buffer.from(`d4:info${info}e`);
}

/**
 * @param {Page} page
 * @param {"drop" | "paste"} how
 * @param {{ name: string, buffer: Buffer }[]} files
 * @param {string} [text]
 */
async function bring(page, how, files, text = "") {
  const given = files.map(({ name, buffer }) => ({ name, bytes: buffer.toString("base64") }));
  await page.evaluate(
    ({ given, text, how }) => {
      const transfer = new DataTransfer();
      for (const { name, bytes } of given)
        transfer.items.add(new File([Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0))], name));
      if (text) transfer.setData("text/plain", text);
      const options = { bubbles: true, cancelable: true };
      const event =
        how === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: transfer })
          : new DragEvent("drop", { ...options, dataTransfer: transfer });
      document.body.dispatchEvent(event);
    },
    { given, text, how },
  );
}

test("a torrent is kept before a capture, told to its reading, and taken back", async () => {
  const page = await open();
  await bring(page, "drop", [{ name: "<i>film</i>.torrent", buffer: torrent("film") }]);
  await page.locator(".chip", { hasText: "<i>film</i>.torrent" }).waitFor();
  assert.match(await textOf(page, ".notice"), /^1 torrent taken\. Drop a capture to read it/);
  await choose(page, [{ name: "sample.pcapng", buffer: await sample() }]);
  await ready(page);
  assert.equal(await textOf(page, ".chip-name"), "<i>film</i>.torrent");
  await page.evaluate(() => (location.hash = "#torrents"));
  const rows = await rowsOf(page, "Torrents");
  const film = rows.find(([name]) => name === "film");
  assert.equal(rows.indexOf(film ?? []), rows.length - 1, "what is only given comes last");
  assert.deepEqual(
    film?.filter((cell) => cell === "<i>film</i>.torrent" || cell === "given"),
    ["<i>film</i>.torrent", "given"],
  );
  await page.getByRole("button", { name: "Forget <i>film</i>.torrent" }).click();
  await ready(page);
  assert.equal(await page.locator(".chip").count(), 0);
  await close(page);
});

test("links are pasted behind a capture: it is read again, and the view stays", async () => {
  const page = await open();
  await choose(page, [{ name: "sample.pcapng", buffer: await sample() }]);
  await ready(page);
  await page.keyboard.press("3");
  await page.locator(".view-title").first().waitFor();
  const title = await textOf(page, ".rail [aria-current]");
  await bring(page, "paste", [], `${LINK}\nhello`);
  await page.locator(".chip", { hasText: "pasted links" }).waitFor();
  await ready(page);
  assert.match(
    await textOf(page, ".notice"),
    /^1 torrent taken\. The capture is read with what that tells\. Of pasted links not all could be taken: line 2 is no magnet link\./,
  );
  assert.equal(await textOf(page, ".rail [aria-current]"), title);
  assert.equal(await textOf(page, ".capture-name"), "sample.pcapng");
  await close(page);
});

test("captures, lists of links and what is no torrent come together", async () => {
  const page = await open();
  await bring(page, "drop", [
    { name: "sample.pcapng", buffer: await sample() },
    { name: "links.txt", buffer: Buffer.from(`${LINK}\n\n${LINK}&tr=udp://t\n`) },
    { name: "broken.torrent", buffer: Buffer.from("<html>no</html>") },
  ]);
  await ready(page);
  assert.match(
    await textOf(page, ".notice"),
    /^2 torrents taken\. .* broken\.torrent is not a \.torrent file that can be read: its metainfo cannot\./,
  );
  assert.equal(await textOf(page, ".capture-name"), "sample.pcapng");
  assert.equal(await page.locator(".chip").count(), 1);
  await close(page);
});
