/**
 * The selection as the address of the page, and back.
 */
import { describe, expect, test } from "vitest";
import { format, parse } from "../../../www/state/location";
import { EVERYTHING, START } from "../../../www/state/selection";

const HASH = "0738eaa8b499ef7ddf01bfb81aaea7df4ef72630";

test.each([
  START,
  { ...START, view: "peers", filter: "a&b=c#d é", orders: { nodes: { sort: "delay", descending: false } } },
  { ...START, view: "download", torrent: HASH, list: "contributors" },
  { ...START, view: "download", torrent: null, orders: { pieces: { sort: "bytes", descending: true } } },
  { ...START, view: "events", scope: { flow: 12, torrent: HASH, host: "10.0.0.4", protocol: "peer_wire" } },
  { ...START, view: "events", scope: { ...EVERYTHING, host: "[2001:db8::1]:6881" } },
  { ...START, view: "events", scope: { ...EVERYTHING, torrent: HASH, piece: 7 } },
  { ...START, view: "findings", sample: true },
  { ...START, view: "connections", frame: 178 },
])("a selection comes back as it was: %o", (selection) => {
  expect(parse(format(/** @type {any} */ (selection)))).toEqual(selection);
});

describe("what is written", () => {
  test("is short", () => {
    expect(format(START)).toBe("#overview");
    expect(format({ ...START, sample: true, view: "peers", filter: "LT" })).toBe("#sample/peers?filter=LT");
  });
});

describe("what is read", () => {
  test.each([
    "",
    "#",
    "#nowhere",
    "#overview?torrent=xyz&nodes=%3Cb%3E&list=other&what=ever&flow=-1&frame=0x9&about=xyz&host=%3Cb%3E&protocol=%3Cb%3E",
  ])("%s is the start", (hash) => {
    expect(parse(hash)).toEqual(START);
  });

  test("a view that has another name now is found", () => expect(parse("#swarms").view).toBe("torrents"));

  test("the sample may be named alone", () => expect(parse("#sample")).toEqual({ ...START, sample: true }));
});
