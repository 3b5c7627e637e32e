/**
 * Torrents on their way to the analyzer: what is taken, what is refused, and what is broken.
 *
 * @vitest-environment node
 */
import { expect, test } from "vitest";
import { give } from "../../../www/engine/given";
import { FakeSession } from "../support/fake_session";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

test("each is taken or refused by itself", () => {
  const session = new FakeSession();
  const outcomes = give(session, [
    { name: "a.torrent", bytes: bytes("d4:infodee") },
    { name: "b.torrent", bytes: bytes("hello") },
    { name: "", text: "magnet:?xt=1\nhello\nmagnet:?xt=2" },
  ]);
  expect(outcomes).toEqual([
    { taken: 1, refused: 0, lines: [], problem: null },
    { taken: 0, refused: 0, lines: [], problem: { code: "not_a_torrent", detail: "metainfo", file: "b.torrent" } },
    { taken: 2, refused: 1, lines: [{ line: 2, reason: "is no magnet link" }], problem: null },
  ]);
  expect(session.given).toEqual(["a.torrent", ""]);
});

test("what is no refusal is thrown on", () => {
  const broken = {
    add_torrent() {
      throw new Error("unreachable");
    },
    add_magnets: () => ({ taken: 0, refused: 0, lines: [] }),
  };
  expect(() => give(broken, [{ name: "a", bytes: bytes("d") }])).toThrow("unreachable");
});
