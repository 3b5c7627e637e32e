/**
 * The findings, and what can be done about one.
 */
import { afterEach, expect, test } from "vitest";
import { pageOf } from "../support/page";

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;

afterEach(() => page.close());

test("where a compressed file unpacks to more than is read, reading can go on", async () => {
  const places = [{ file: "a.pcap.gz", offset: 1, bytes: 0, text: "it unpacks to more than is read" }];
  const text = "A compressed file unpacks to more than is read. Reading stopped there.";
  const finding = {
    code: "limit_expanded",
    severity: /** @type {const} */ ("problem"),
    text,
    count: 1,
    frames: [],
    places,
  };
  page = await pageOf({ digest: { findings: [finding] }, selection: { view: "findings" } });
  const opened = () => page.said.flatMap((message) => (message.type === "open" ? [message.whole] : []));
  expect(opened()).toEqual([false]);
  const button = /** @type {HTMLButtonElement} */ (page.root.querySelector(".findings button"));
  expect(button.textContent).toBe("Read on");
  button.click();
  await expect.poll(opened).toEqual([false, true]);
  page.app.reading.again();
  await expect.poll(opened).toEqual([false, true, true]);
});

test("no other finding has a button", async () => {
  const finding = { code: "file_cut", severity: /** @type {const} */ ("problem"), text: "Cut.", count: 1, frames: [] };
  page = await pageOf({ digest: { findings: [finding] }, selection: { view: "findings" } });
  expect(page.root.querySelectorAll(".findings button").length).toBe(0);
});
