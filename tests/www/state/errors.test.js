/**
 * Every code in words.
 */
import { expect, test } from "vitest";
import { explain } from "../../../www/state/errors";

const CODES = [
  "empty",
  "not_a_capture",
  "unsupported_format",
  "read_failed",
  "worker_gone",
  "no_wasm",
  "engine_missing",
  "not_a_torrent",
  "torrent_too_long",
  "too_many_torrents",
];
const LOOKS = [
  "zip",
  "gzip",
  "zstd",
  "xz",
  "lz4",
  "bzip2",
  "tar",
  "7z",
  "rar",
  "pdf",
  "png",
  "jpeg",
  "html",
  "torrent",
  "text",
];
const FORMATS = ["snoop", "netmon", "pcap_version", "pcapng_version", "btsnoop", "iptrace", "netxray"];

test.each([...CODES, "sample_failed"])("%s is what happened and what to do", (code) => {
  const { what, remedy } = explain({ code, detail: null, file: "a.pcap" });
  for (const text of [what, remedy]) expect(text).toMatch(/^[A-Za-z].*[.]$/);
  expect(what).not.toMatch(/wrong|undefined|null/);
});

test.each(LOOKS)("a file that looks like %s is told as that", (detail) => {
  const { what } = explain({ code: "not_a_capture", detail, file: "a" });
  expect(what).not.toBe(explain({ code: "not_a_capture", detail: null, file: "a" }).what);
});

test.each(FORMATS)("a capture as %s is told as that", (detail) => {
  const { what } = explain({ code: "unsupported_format", detail, file: "a" });
  expect(what).not.toBe(explain({ code: "unsupported_format", detail: "other", file: "a" }).what);
});

test("the file is named, and how far it could be read", () => {
  expect(explain({ code: "not_a_capture", detail: "zip", file: "notes.zip" })).toEqual({
    what: "notes.zip is not a capture: it begins as a ZIP archive.",
    remedy: "Unpack it and drop what is inside.",
  });
  expect(explain({ code: "read_failed", detail: "432013312", file: "a.pcap" }).what).toContain(
    "a.pcap any further (at 412.0 MiB)",
  );
});

test("a code of tomorrow still has words", () => {
  expect(explain({ code: "new", detail: null, file: null })).toEqual({
    what: "Something went wrong.",
    remedy: "Drop the file again.",
  });
});
