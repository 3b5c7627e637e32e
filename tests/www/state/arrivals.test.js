/**
 * What of a folder is taken, and what is passed over and told.
 */
import { expect, test } from "vitest";
import { named } from "../../../www/components/dropped_files";
import { sorted } from "../../../www/state/arrivals";

const MAGIC = new Uint8Array([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]);
const GZIP = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);

/** @param {string} name @param {BlobPart} content */
const file = (name, content) => new File([content], name);

test("captures and torrents of a folder are taken, the rest is told", async () => {
  const found = [
    file("a.pcap", MAGIC),
    file("b.dump.gz", GZIP),
    file("logs.tar.gz", GZIP),
    file("notes.txt", "magnet:?xt=urn:btih:1"),
    file("film.torrent", "d4:infode"),
    file("empty", ""),
  ];
  const { captures, given, passed } = await sorted({ files: [], found, hidden: 1, beyond: 0 });
  expect(captures.map(({ name }) => name)).toEqual(["a.pcap", "b.dump.gz"]);
  expect(given.map(({ name }) => name)).toEqual(["film.torrent"]);
  expect(passed).toBe(
    "3 files of the folder taken. Passed over: 3 files that are no capture, 1 hidden file or folder.",
  );
});

test("a folder without captures says so, and what was named itself is left to the analyzer", async () => {
  const haul = { ...named([file("none.bin", "?")]), found: [file("x.txt", "?")] };
  const { captures, passed } = await sorted(haul);
  expect(captures.map(({ name }) => name)).toEqual(["none.bin"]);
  expect(passed).toBe("There is no capture in the folder. Passed over: 1 file that is no capture.");
  expect((await sorted([file("a.pcap", MAGIC)])).passed).toBe("");
});

test("a torrent that cannot be read is told as a file that cannot, and does not stop the others", async () => {
  const gone = file("gone.torrent", "d4:infode");
  let slices = 0;
  gone.slice = (...range) => {
    slices += 1;
    if (slices > 1) throw new DOMException("gone", "NotReadableError");
    return File.prototype.slice.apply(gone, range);
  };
  const { captures, given } = await sorted([gone, file("a.torrent", "d4:infode")]);
  expect([captures.map(({ name }) => name), given.map(({ name }) => name)]).toEqual([["gone.torrent"], ["a.torrent"]]);
});
