/**
 * Torrents that are given: told apart from captures, kept, told to every reading, and taken back.
 */
import { beforeEach, expect, test } from "vitest";
import { Client } from "../../../www/engine/client";
import { App } from "../../../www/state/app";
import { holdsLinks, sorted } from "../../../www/state/arrivals";
import { digestOf, START } from "../support/digests";
import { fakeWorkers } from "../support/fake_worker";

const CAPTURE = new File(["\xa1\xb2"], "a.pcap");
const TORRENT = new File(["d4:infod4:name1:aee"], "a.torrent");
const BROKEN = new File(["<html>"], "<b>.torrent");
const LINKS = new File(["# mine\nmagnet:?xt=1\n"], "links.txt");
const MODULE = /** @type {WebAssembly.Module} */ ({});
const TAKEN = { taken: 1, refused: 0, lines: [], problem: null };

/** @type {ReturnType<typeof fakeWorkers>["made"]} */
let made;
/** @type {App} */
let app;

/** Waits until files are read and answers have come. */
async function settled() {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

beforeEach(async () => {
  const workers = fakeWorkers();
  made = workers.made;
  app = new App(
    new Client({ createWorker: workers.createWorker, loadModule: async () => MODULE }),
    async () => CAPTURE,
  );
  await settled();
  return () => app.dispose();
});

/** Answers the question what would become of the torrents. @param {import("../../../www/engine/messages").GivenOutcome[]} outcomes */
async function judged(outcomes) {
  await settled();
  const worker = made.findLast(({ told }) => told.at(-1)?.type === "check");
  worker?.say({ type: "checked", id: worker.asked().id, outcomes });
  await settled();
}

/** @param {number} worker */
function finished(worker) {
  const progress = { bytes: 2, bytes_total: 2, frames: 1, first_time: START, last_time: START };
  made[worker].say({
    type: "report",
    report: { digest: digestOf({}), progress, problems: [], end: "finished", memory: 0 },
  });
}

/** What the readings were told to open: the files' names and the torrents'. */
const openings = () =>
  made.flatMap(({ told }) =>
    told.flatMap((message) =>
      message.type === "open" ? [[...message.files, ...message.given].map(({ name }) => name)] : [],
    ),
  );

test("files are told by their first bytes, else by their names", async () => {
  const odd = new File(["d8:announce"], "download");
  const { captures, given } = await sorted([CAPTURE, odd, TORRENT, BROKEN, LINKS, new File(["notes"], "notes.txt")]);
  expect(captures.map(({ name }) => name)).toEqual(["a.pcap", "notes.txt"]);
  expect(given.map(({ name }) => name)).toEqual(["download", "a.torrent", "<b>.torrent", "links.txt"]);
  expect(given[3]).toEqual({ name: "links.txt", text: "# mine\nmagnet:?xt=1\n" });
  expect([holdsLinks("see magnet:?xt"), holdsLinks("\nMAGNET:?"), holdsLinks("electromagnet: on")]).toEqual([
    true,
    true,
    false,
  ]);
});

test("before a capture they are kept, and told to every reading that follows", async () => {
  app.take([TORRENT]);
  await judged([TAKEN]);
  expect(app.reading.capture.value.status).toBe("empty");
  expect(app.reading.notice.value).toBe("1 torrent taken. Drop a capture to read it with what that tells.");
  app.take([CAPTURE]);
  await settled();
  expect(openings()).toEqual([["a.pcap", "a.torrent"]]);
});

test("behind a capture it is read again, the view stays, and once more when they are taken back", async () => {
  app.take([CAPTURE]);
  await settled();
  finished(0);
  app.show("torrents");
  app.take([], "magnet:?xt=urn:btih:1");
  await judged([{ ...TAKEN, taken: 2 }]);
  expect(openings()).toEqual([["a.pcap"], ["a.pcap", ""]]);
  expect([app.selection.value.view, app.torrents.count()]).toEqual(["torrents", 2]);
  finished(1);
  app.forgetTorrents(app.torrents.kept.value[0]);
  await settled();
  expect(openings().at(-1)).toEqual(["a.pcap"]);
});

test("captures and torrents that come together are read together", async () => {
  app.take([CAPTURE, TORRENT, LINKS]);
  await judged([TAKEN, TAKEN]);
  expect(openings()).toEqual([["a.pcap", "a.torrent", "links.txt"]]);
  app.take([TORRENT]);
  await judged([TAKEN]);
  expect(app.torrents.kept.value.map(({ given }) => given.name)).toEqual(["links.txt", "a.torrent"]);
});

test("what is refused is told with its reason, and not kept", async () => {
  app.take([BROKEN, LINKS]);
  await judged([
    { ...TAKEN, taken: 0, problem: { code: "not_a_torrent", detail: "metainfo", file: "<b>.torrent" } },
    { taken: 1, refused: 5, lines: [{ line: 1, reason: "is no magnet link" }], problem: null },
  ]);
  expect(app.reading.notice.value).toBe(
    "1 torrent taken. Drop a capture to read it with what that tells. " +
      "<b>.torrent is not a .torrent file that can be read: its metainfo cannot. " +
      "It may be cut, or a web page that was saved in its place: fetch it again. " +
      "Of links.txt not all could be taken: line 1 is no magnet link, and 4 lines more.",
  );
  expect(app.torrents.kept.value.map(({ given }) => given.name)).toEqual(["links.txt"]);
});

test("a capture that comes to nothing leaves the one before to be read again", async () => {
  app.take([CAPTURE]);
  await settled();
  finished(0);
  app.take([new File(["x"], "none.pcap")]);
  await settled();
  made[1].say({ type: "failed", problem: { code: "not_a_capture", detail: null, file: "none.pcap" } });
  app.take([TORRENT]);
  await judged([TAKEN]);
  expect(openings().at(-1)).toEqual(["a.pcap", "a.torrent"]);
});
