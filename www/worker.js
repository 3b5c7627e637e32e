/**
 * The reader: holds the analyzer and the capture, off the page's thread. It reads the files itself and answers requests for rows.
 *
 * @import { Checker, AnonymousSession as AnonymousApi, ExportFormat, ExportView, FromWorker, Given, ListState, Session as SessionApi, SliceState, SliceWish, ToWorker, VerifyOrder } from "./engine/messages"
 * @import { EventQuery } from "./engine/types"
 */
import { Analysis } from "./engine/analysis";
import { FrameLook } from "./engine/frame";
import { Hashing } from "./engine/evidence";
import { serveDatabase } from "./engine/database_source";
import { give } from "./engine/given";
import { Listing } from "./engine/listing";
import { givePlaces } from "./engine/places";
import { readThrough } from "./engine/reading_through";
import { rowsFile } from "./engine/rows_file";
import { Verifying } from "./engine/verification";
import { slicing } from "./engine/slice";
import {
  AnonymousSession,
  EventListing,
  FileHash,
  FrameReading,
  initSync,
  Session,
  Slice,
  Verification,
} from "./engine/wasm/swarmscope.js";

/** @type {SessionApi | null} */
let session = null;
/** @type {Analysis | null} */
let analysis = null;
/** @type {File[]} */
let files = [];
/** @type {Given[]} */
let given = [];
/** Whether compressed files are read to their end, however much they unpack to. */
let whole = false;
/** The share at which downloads are confirmed, where one was chosen. @type {number | null} */
let threshold = null;
/** What was said of hosts. @type {Map<string, boolean | null>} */
const locals = new Map();
/** @type {Listing | null} */
let listing = null;
/** @type {FrameLook | null} */
let look = null;
/** @type {Verifying | null} */
let verifying = null;
/** @type {Hashing | null} */
let hashing = null;
/** What was read under pseudonyms, where that was asked for. @type {AnonymousApi | null} */
let anonymous = null;
/** @type {ReturnType<typeof slicing>} */
let slice = null;

self.onmessage = (event) => {
  try {
    receive(event.data);
  } catch (error) {
    giveUp(error);
  }
};

/** @param {ToWorker} message */
function receive(message) {
  switch (message.type) {
    case "start":
      initSync({ module: message.module });
      session = new Session();
      return post({ type: "ready" });
    case "check":
      return check(message.id, message.given);
    case "open":
      ({ files, given, whole } = message);
      give(opened(), given);
      if (whole) opened().expand_to();
      analysis = new Analysis(opened(), files, post);
      analysis.run().catch(giveUp);
      return;
    case "stop":
      return analysis?.stop();
    case "resume":
      return analysis?.resume();
    case "confirm_at":
      threshold = message.threshold;
      return analysis?.confirmAt(threshold);
    case "set_local":
      locals.set(message.address, message.local);
      return analysis?.setLocal(message.address, message.local);
    case "rows":
      return post({ type: "rows", id: message.id, window: opened().rows(message.query) });
    case "piece_map":
      return post({ type: "piece_map", id: message.id, map: opened().piece_map(message.torrent, message.by_peer) });
    case "torrent_study":
      return post({ type: "torrent_study", id: message.id, study: opened().torrent_study(message.torrent) });
    case "exchange":
      return post({ type: "exchange", id: message.id, exchange: opened().exchange(message.flow) });
    case "torrent_traffic":
      return post({
        type: "torrent_traffic",
        id: message.id,
        traffic: opened().torrent_traffic(message.torrent),
      });
    case "export":
      return post({ type: "file", id: message.id, blob: new Blob([written(message)]) });
    case "export_rows":
      rowsFile(opened(), message.query, message.format).then(
        (blob) => post({ type: "file", id: message.id, blob }),
        giveUp,
      );
      return;
    case "watch":
      return post({ type: "watching", id: message.id, outcome: opened().watch(message.text) });
    case "watched":
      return post({ type: "watched", id: message.id, watched: opened().watched() });
    case "evidence_ladder":
      return post({ type: "evidence_ladder", id: message.id, answer: opened().evidence_ladder(message.subject) });
    case "evidence":
      return post({
        type: "file",
        id: message.id,
        blob: new Blob([opened().evidence(message.query, message.format) ?? ""]),
      });
    case "hash":
      hash(message.id).catch(giveUp);
      return;
    case "stop_hashing":
      return hashing?.end();
    case "places":
      places(message.id, message.databases, message.suffixes).catch(giveUp);
      return;
    case "geography":
      return post({ type: "geography", id: message.id, geography: opened().geography() });
    case "prove":
      return post({ type: "proved", id: message.id, verified: started().prove(message.verified) });
    case "verify":
      return verify(message.order);
    case "cancel":
      return verifying?.cancel();
    case "database":
      return serveDatabase(message.port, opened(), files, goingOn);
    case "anonymise":
      anonymise(message).catch(giveUp);
      return;
    case "list":
      return list(message.list, message.query);
    case "slice":
      return sliced(message.slice, message.wish);
    case "event_rows":
      return post({ type: "event_rows", id: message.id, window: listing?.rows(message.query) ?? null });
    case "ladder":
      return post({ type: "ladder", id: message.id, ladder: listing?.ladder(message.query) ?? null });
    case "frame":
      lookAt(message.id, message.frame).catch(giveUp);
      return;
  }
}

/** @param {{ view: ExportView, format: ExportFormat, filter: string }} asked */
function written({ view, format, filter }) {
  if (anonymous !== null) return view === "events" ? "" : anonymous.export(view, format);
  return view === "events" ? (listing?.written(format, filter) ?? "") : opened().export(view, format);
}

/**
 * A session for the same files and settings that goes on with what an earlier capture left open.
 * @param {string[]} lines
 */
function goingOn(lines) {
  const made = new Session();
  give(made, given);
  if (whole) made.expand_to();
  if (threshold !== null) made.confirm_at(threshold);
  for (const [address, local] of locals) made.set_local(address, local ?? undefined);
  for (const line of lines) made.go_on(line);
  return made;
}

/** @param {Extract<ToWorker, { type: "anonymise" }>} message */
async function anonymise({ id, key, torrents, threshold, local, ...what }) {
  anonymous = new AnonymousSession(key, torrents);
  give(anonymous, what.given);
  if (what.whole) anonymous.expand_to();
  if (threshold !== null) anonymous.confirm_at(threshold);
  for (const [address, is] of local) anonymous.set_local(address, is);
  const problems = await readThrough(anonymous, what.files, (progress) => post({ type: "progress", progress }));
  post({ type: "anonymised", id, problems });
}

/**
 * Begins a list of events in place of the one before.
 * @param {number} number
 * @param {EventQuery | null} query
 */
function list(number, query) {
  listing?.end();
  const tell = (/** @type {ListState} */ state) => post({ type: "listed", list: number, state });
  const make = (/** @type {EventQuery} */ asked) => {
    const made = new EventListing(asked);
    give(made, given);
    if (whole) made.expand_to();
    return made;
  };
  listing = query && Listing.of(() => make(query), files, tell);
  listing?.run().catch(giveUp);
}

/** @param {VerifyOrder} order */
function verify(order) {
  const checker = /** @type {Checker} */ (new Verification(order.torrents, order.into !== null));
  if (order.whole) checker.expand_to();
  verifying = new Verifying(checker, order, (state) => post({ type: "verifying", state }));
  verifying.run().catch(giveUp);
}

/**
 * Looks at a frame in place of the one before.
 * @param {number} id
 * @param {number} frame
 */
async function lookAt(id, frame) {
  look?.end();
  const reading = new FrameReading(frame);
  give(reading, given);
  if (whole) reading.expand_to();
  look = new FrameLook(reading, files);
  post({ type: "frame", id, view: await look.run() });
}

/** @param {number} id */
async function hash(id) {
  hashing = new Hashing(files, new FileHash(), (share) => post({ type: "hashing", share }));
  post({ type: "hashes", id, hashes: await hashing.run() });
}

/**
 * Begins a file with some frames in place of the one on its way.
 * @param {number} number
 * @param {SliceWish | null} wish
 */
function sliced(number, wish) {
  slice?.end();
  const tell = (/** @type {SliceState} */ state) => post({ type: "sliced", slice: number, state });
  const make = (/** @type {SliceWish["query"]} */ query) => {
    const made = new Slice(query);
    give(made, given);
    if (whole) made.expand_to();
    return made;
  };
  slice = wish && slicing(() => make(wish.query), files, wish.target, tell);
  slice?.run(wish?.key ?? null).catch(giveUp);
}

/**
 * @param {number} id
 * @param {File[]} databases
 * @param {Blob | null} suffixes
 */
async function places(id, databases, suffixes) {
  const problems = await givePlaces(opened(), databases, suffixes);
  post({ type: "places", id, problems, databases: opened().databases() });
}

/**
 * @param {number} id
 * @param {Given[]} torrents
 */
function check(id, torrents) {
  const trial = new Session();
  post({ type: "checked", id, outcomes: give(trial, torrents) });
  trial.free();
}

function started() {
  if (analysis === null) throw new Error("no capture has been opened");
  return analysis;
}

function opened() {
  if (session === null) throw new Error("the analyzer has not been started");
  return session;
}

/** @param {FromWorker} message */
function post(message) {
  self.postMessage(message);
}

/**
 * After a trap the analyzer's memory cannot be trusted: the page ends this worker and starts another.
 * @param {unknown} error
 */
function giveUp(error) {
  post({ type: "failed", problem: { code: "worker_gone", detail: String(error), file: null } });
}
