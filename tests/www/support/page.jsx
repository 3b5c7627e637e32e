/**
 * The page on a digest written by hand: rendered whole, with a worker that answers from given tables.
 *
 * @import { Digest, EventQuery, EventRow, FrameView, EvidenceAnswer, Geography, LadderQuery, PieceMap, Rung, TorrentStudy, TorrentTraffic, WindowQuery } from "../../../www/engine/types"
 * @import { Selection } from "../../../www/state/selection"
 */
import { render } from "preact";
import { Client } from "../../../www/engine/client";
import { givePlaces } from "../../../www/engine/places";
import { rowsFile } from "../../../www/engine/rows_file";
import { App } from "../../../www/state/app";
import { Page } from "../../../www/views/page";
import { digestOf } from "./digests";
import { FakeSession } from "./fake_session";
import { FakeWorker } from "./fake_worker";

/**
 * What a list of events holds. `matched`: how many were asked for, when that is more; `listing`: it is half done; `refused`: the question was.
 * @typedef {{ events: EventRow[], rungs: Rung[], matched?: number, listing?: boolean, refused?: boolean }} Listed
 */

/**
 * @param {{ digest?: Partial<Digest>, tables?: Record<string, any[]>, map?: PieceMap, geography?: Geography, study?: TorrentStudy | null, traffic?: TorrentTraffic | null, selection?: Partial<Selection>, reading?: boolean, listing?: Listed, frames?: FrameView[], answer?: EvidenceAnswer | null }} shown
 *   `reading`: the report is not the last one
 */
export async function pageOf({
  digest = {},
  tables,
  map,
  geography,
  study,
  traffic,
  selection = {},
  reading = false,
  listing,
  frames,
  answer = null,
}) {
  const known = digestOf(digest);
  const session = new FakeSession({ digest: known, tables, map, geography, study, traffic });
  session.answer = answer;
  /** @type {EventQuery[]} */
  const listings = [];
  /** @type {import("../../../www/engine/messages").ToWorker[]} what the page said to its workers */
  const said = [];
  /** @type {AnsweringWorker[]} */
  const workers = [];
  const createWorker = () => {
    workers.push(new AnsweringWorker(session, reading, listing, listings, said, frames));
    return /** @type {any} */ (workers.at(-1));
  };
  const client = new Client({ createWorker, loadModule: async () => /** @type {any} */ ({}) });
  const app = new App(
    client,
    async () => new File(["s"], "sample.pcapng"),
    async () => ({ database: new File(["d"], "country.mmdb"), suffixes: new Blob(["com"]) }),
  );
  app.select(selection);
  const root = document.createElement("div");
  document.body.replaceChildren(root);
  render(<Page app={app} />, root);
  app.reading.open([new File(["x".repeat(2048)], "a.pcap")]);
  await settled();
  const close = () => {
    render(null, root);
    app.dispose();
  };
  /** Lets the worker that was made last say something. @param {import("../../../www/engine/messages").FromWorker} message */
  const say = (message) => workers.at(-1)?.say(message);
  return { app, root, close, listings, said, say };
}

/** Waits until answers have come and what they change is drawn. */
export async function settled() {
  for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

/**
 * What is written in an element, with plain spaces.
 * @param {Element | null | undefined} element
 */
export function textOf(element) {
  return (element?.textContent ?? "").replaceAll("\u202f", " ");
}

/**
 * The rows of a table in sight, cell by cell.
 * @param {Element} root
 * @param {string} label
 */
export function rowsOf(root, label) {
  const rows = root.querySelectorAll(`[role="grid"][aria-label="${label}"] .table-body [role="row"]`);
  return [...rows].map((row) => [...row.children].map(textOf));
}

class AnsweringWorker extends FakeWorker {
  #session;
  #reading;
  #listing;
  #listings;
  #said;
  #frames;

  /**
   * @param {FakeSession} session
   * @param {boolean} reading
   * @param {Listed} [listing]
   * @param {EventQuery[]} [listings] what was listed
   * @param {import("../../../www/engine/messages").ToWorker[]} [said]
   * @param {FrameView[]} [frames] that the capture has
   */
  constructor(session, reading, listing = { events: [], rungs: [] }, listings = [], said = [], frames = []) {
    super();
    this.#frames = frames;
    this.#said = said;
    this.#session = session;
    this.#reading = reading;
    this.#listing = listing;
    this.#listings = listings;
  }

  /** @override @param {import("../../../www/engine/messages").ToWorker} message */
  postMessage(message) {
    super.postMessage(message);
    this.#said.push(message);
    setTimeout(() => this.#answer(message));
  }

  /** @param {import("../../../www/engine/messages").ToWorker} message */
  #answer(message) {
    const session = this.#session;
    switch (message.type) {
      case "open": {
        const progress = { ...session.progress(), bytes: 1024, bytes_total: 2048 };
        const end = this.#reading ? null : "finished";
        return this.say({
          type: "report",
          report: { digest: session.digest(), progress, problems: [], end, memory: 0 },
        });
      }
      case "confirm_at": {
        session.confirm_at(message.threshold);
        const report = { digest: session.digest(), progress: session.progress(), problems: [], memory: 0 };
        return this.say({ type: "report", report: { ...report, end: "finished" } });
      }
      case "prove":
        return this.say({ type: "proved", id: message.id, verified: session.prove(message.verified) });
      case "rows":
        return this.say({ type: "rows", id: message.id, window: session.rows(message.query) });
      case "list":
        if (message.query) this.#listings.push(message.query);
        return this.say({ type: "listed", list: message.list, state: this.#listState() });
      case "event_rows":
        return this.say({ type: "event_rows", id: message.id, window: this.#eventWindow(message.query) });
      case "ladder":
        return this.say({ type: "ladder", id: message.id, ladder: this.#ladder(message.query) });
      case "piece_map":
        return this.say({ type: "piece_map", id: message.id, map: session.piece_map() });
      case "places":
        givePlaces(session, message.databases, message.suffixes).then((problems) =>
          this.say({ type: "places", id: message.id, problems, databases: session.databases() }),
        );
        return;
      case "geography":
        return this.say({ type: "geography", id: message.id, geography: session.geography() });
      case "torrent_traffic":
        return this.say({ type: "torrent_traffic", id: message.id, traffic: session.torrent_traffic() });
      case "torrent_study":
        return this.say({ type: "torrent_study", id: message.id, study: session.torrent_study(message.torrent) });
      case "frame": {
        const view = this.#frames.find(({ number }) => number === message.frame) ?? null;
        return this.say({ type: "frame", id: message.id, view });
      }
      case "evidence_ladder":
        return this.say({ type: "evidence_ladder", id: message.id, answer: session.evidence_ladder() });
      case "evidence":
        return this.say({
          type: "file",
          id: message.id,
          blob: new Blob([session.evidence(message.query, message.format)]),
        });
      case "hash":
        this.say({ type: "hashing", share: 0.5 });
        return this.say({ type: "hashes", id: message.id, hashes: ["ab".repeat(32)] });
      case "trace":
        return this.say({ type: "traced", id: message.id, done: true });
      case "exchange":
        return this.say({ type: "exchange", id: message.id, exchange: session.exchange() });
      case "watch":
        return this.say({ type: "watching", id: message.id, outcome: session.watch(message.text) });
      case "watched":
        return this.say({ type: "watched", id: message.id, watched: session.watched() });
      case "export_rows":
        rowsFile(session, message.query, message.format).then((blob) =>
          this.say({ type: "file", id: message.id, blob }),
        );
        return;
      case "export":
        return this.say({
          type: "file",
          id: message.id,
          blob: new Blob([session.export(message.view, message.format)]),
        });
    }
  }

  /** @returns {import("../../../www/engine/messages").ListState} */
  #listState() {
    const { events, matched = events.length, listing, refused } = this.#listing;
    if (refused) return { status: "refused" };
    const progress = { ...this.#session.progress(), bytes: 1024, bytes_total: 2048 };
    return { status: listing ? "listing" : "listed", progress, events: matched, kept: events.length };
  }

  /** @param {WindowQuery} query */
  #eventWindow({ filter, from, count }) {
    const { events, matched = events.length } = this.#listing;
    const fitting = events.filter((row) => Object.values(row).join(" ").includes(filter));
    return { matched, kept: events.length, filtered: fitting.length, rows: fitting.slice(from, from + count) };
  }

  /** @param {LadderQuery} query */
  #ladder({ from, count }) {
    const { events, rungs } = this.#listing;
    const flow = this.#listings.at(-1)?.flow ?? null;
    if (flow === null || rungs.length === 0) return null;
    return {
      flow,
      originator: events[0].source,
      responder: events[0].destination,
      messages: rungs.length,
      truncated: false,
      matched: rungs.length,
      first_time: rungs[0].time,
      last_time: rungs[rungs.length - 1].time,
      most_outstanding: Math.max(...rungs.map(({ outstanding }) => outstanding ?? 0)),
      rungs: rungs.slice(from, from + count),
    };
  }
}
