/**
 * Exports under pseudonyms: a key, one more reading, and texts that name nobody of the capture.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { builtPage, choose, close, ready } from "./built_page.js";
import { sample } from "./captures.js";

const open = builtPage();

/** The client of the sample, as the ordinary report names it. */
const CLIENT = "192.168.1.10";

test("the report is saved under pseudonyms, the same under the same key", async () => {
  const page = await open({ acceptDownloads: true });
  await choose(page, [{ name: "alice.pcapng", buffer: await sample() }]);
  await ready(page);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("checkbox", { name: "Anonymise" }).check();
  assert.match(await page.getByLabel("Key, 64 hex digits").inputValue(), /^[0-9a-f]{64}$/);
  const saved = async () => {
    await page.getByRole("button", { name: "Read", exact: true }).click();
    const button = page.getByRole("button", { name: "Save Whole report as JSON, anonymised" });
    await button.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    assert.equal(download.suggestedFilename(), "anonymised.report.json");
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const first = await saved();
  assert.doesNotMatch(first, new RegExp(`${CLIENT.replaceAll(".", "\\.")}\\b|alice`));
  assert.ok(JSON.parse(first).findings.some((/** @type {{ code: string }} */ { code }) => code === "pseudonyms"));
  const key = await page.getByLabel("Key, 64 hex digits").inputValue();
  await page.getByRole("button", { name: "New key" }).click();
  const other = await saved();
  assert.notEqual(other, first);
  await page.getByLabel("Key, 64 hex digits").fill(key);
  assert.equal(await saved(), first);
  await page.getByLabel("Key, 64 hex digits").fill("no key");
  assert.ok(await page.getByRole("button", { name: "Read", exact: true }).isDisabled());
  await close(page);
});
