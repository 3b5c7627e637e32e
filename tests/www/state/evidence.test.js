/**
 * Evidence reports and ladders as the page asks for them.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { offsetAt } from "../../../www/state/evidence";
import { pageOf, settled } from "../support/page";

vi.mock("../../../www/base/clipboard", () => ({ save: vi.fn(), copy: vi.fn() }));
const { save } = await import("../../../www/base/clipboard");

/** @type {Awaited<ReturnType<typeof pageOf>>} */
let page;
afterEach(() => {
  page?.close();
  vi.clearAllMocks();
});

describe("a report", () => {
  test("asks for the hashes once, and is saved under the capture's name", async () => {
    page = await pageOf({});
    const { app } = page;
    const state = app.reading.capture.value;
    const digest = state.status === "empty" ? null : state.digest;
    await app.evidence.save({}, "html", "a.pcap", digest);
    await app.evidence.save({ host: "2001:db8::1" }, "json", "a.pcap", digest);
    await settled();
    expect(page.said.filter(({ type }) => type === "hash")).toHaveLength(1);
    expect(vi.mocked(save).mock.calls.map(([, name]) => name)).toEqual([
      "a.evidence.html",
      "a.2001-db8--1.evidence.json",
    ]);
    const asked = page.said.filter((message) => message.type === "evidence");
    expect(asked[1]).toMatchObject({ format: "json", query: { host: "2001:db8::1", hashes: ["ab".repeat(32)] } });
    expect(app.evidence.share.value).toBeNull();
  });

  test("tells local time by the zone at the time of the capture", () => {
    expect(offsetAt(1_700_000_000)).toBe(0 - new Date(1_700_000_000_000).getTimezoneOffset());
  });
});
