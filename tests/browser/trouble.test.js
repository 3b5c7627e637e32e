/**
 * What the page says when a part of it is missing or dies.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, choose, close, ready, rowsOf, textOf } from "./built_page.js";
import { bootstrap } from "./captures.js";

const open = builtPage();
const CAPTURE = { name: "a.pcap", buffer: bootstrap(["dht", "one", "org"], "LT\x02\x01") };

test("without WebAssembly it says which browsers have it", async () => {
  const page = await open();
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "WebAssembly"));
  await page.reload();
  assert.match(
    await textOf(page, ".trouble"),
    /^This browser cannot run WebAssembly\. Firefox, Chrome, Edge and Safari/,
  );
  await close(page);
});

test("without the analyzer it says that a part is missing", async () => {
  const page = await open({ expected: /Failed to load resource/ });
  await page.route("**/*.wasm", (route) => route.fulfill({ status: 404, body: "" }));
  await page.reload();
  assert.match(await textOf(page, ".trouble"), /^A part of this page could not be loaded\. Load the page again/);
  await close(page);
});

test("a host that does not know what a .wasm file is will do", async () => {
  const page = await open();
  await page.route("**/*.wasm", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { "content-type": "application/octet-stream" } });
  });
  await page.reload();
  await choose(page, [CAPTURE]);
  await ready(page);
  await close(page);
});

test("without the sample it says that own captures need none", async () => {
  const page = await open({ expected: /Failed to load resource/ });
  await page.route("**/sample.pcapng", (route) => route.fulfill({ status: 404, body: "" }));
  await page.getByRole("button", { name: "Open the sample" }).click();
  assert.match(await textOf(page, ".trouble"), /^The sample could not be loaded\./);
  await choose(page, [CAPTURE]);
  await ready(page);
  await close(page);
});

test("when the reader dies the report stays, and the next capture has another reader", async () => {
  const page = await open({ hash: "#init", expected: /struck down/ });
  await choose(page, [CAPTURE]);
  await ready(page);
  await rowsOf(page, "Bootstrap nodes");
  for (const reader of page.workers())
    await reader.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("struck down");
        }),
    );
  await page.locator(".notice.is-problem").waitFor();
  assert.match(await textOf(page, ".notice.is-problem"), /^The reader stopped unexpectedly\..* Drop the file again\./);
  assert.equal((await rowsOf(page, "Bootstrap nodes"))[0][0], "dht.one.org");
  await choose(page, [CAPTURE]);
  await page.locator(".notice.is-problem").waitFor({ state: "detached" });
  await ready(page);
  await rowsOf(page, "Bootstrap nodes");
  await close(page);
});
