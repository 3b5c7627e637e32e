/**
 * A frame is opened from a table with the keyboard alone, in a plain capture and in a compressed one; and comes back with the address.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { builtPage, close, ready, tabTo, textOf } from "./built_page.js";
import { bootstrap } from "./captures.js";

const open = builtPage();
const CAPTURE = bootstrap(["router", "bittorrent", "com"], "LT\u0001\u0002");

for (const [name, bytes] of /** @type {[string, Buffer][]} */ ([
  ["dht.pcap", CAPTURE],
  ["dht.pcap.gz", gzipSync(CAPTURE)],
])) {
  test(`from a table to a frame of ${name}, by keys`, async () => {
    const page = await open();
    await page.setInputFiles("input[type=file]", { name, mimeType: "application/octet-stream", buffer: bytes });
    await ready(page);
    await page.keyboard.press("2");
    await page.locator(".table-body [role=row]").first().waitFor();
    await page.locator("[role=grid]").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".detail").waitFor();
    await tabTo(page, "Frame 4");
    await page.keyboard.press("Enter");
    const tree = page.getByRole("tree", { name: "Layers and messages" });
    await tree.waitFor();
    assert.equal(await textOf(page, ".frame-view h2"), "Frame 4");
    assert.match(page.url(), /frame=4/);
    assert.match(await tree.innerText(), /UDP[\s\S]*DHT message[\s\S]*response/);

    await tabTo(page, /^.?Ethernet/);
    await page.keyboard.press("End");
    const selected = page.locator('[role=treeitem][aria-selected="true"]');
    assert.match(await selected.innerText(), /^y/);
    assert.equal(await page.locator(".hex-bytes .is-marked").count(), "1:y1:r".length);

    await page.keyboard.press("[");
    await page.locator(".frame-view h2", { hasText: "Frame 3" }).waitFor();
    await page
      .getByRole("treeitem", { name: /get_peers/ })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".frame-view").waitFor({ state: "detached" });
    await close(page);
  });
}

test("a frame of the sample survives a reload, and a number that is none says so", async () => {
  const page = await open({ hash: "#sample/findings?frame=5" });
  await ready(page);
  await page.locator(".frame-view .hex-row").first().waitFor();
  assert.equal(await textOf(page, ".frame-view h2"), "Frame 5");
  const command = await textOf(page, ".frame-filter + .frame-filter");
  assert.match(String(command), /^tshark -r sample\.pcapng --enable-heuristic .* -V -x$/);
  await page.evaluate(() => {
    location.hash = "#sample/findings?frame=99999999";
  });
  await page.getByText("There is no frame 99").waitFor();
  await close(page);
});
