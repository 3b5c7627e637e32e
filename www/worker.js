/**
 * The reader: holds the analyzer and the capture, off the page's thread. It reads the files itself and answers requests for rows.
 *
 * @import { ExportFormat, ExportView, FromWorker, Given, ListState, Session as SessionApi, ToWorker } from "./engine/messages"
 * @import { EventQuery } from "./engine/types"
 */
import { Analysis } from "./engine/analysis";
import { give } from "./engine/given";
import { Listing } from "./engine/listing";
import { givePlaces } from "./engine/places";
import { EventListing, initSync, Session } from "./engine/wasm/swarmscope.js";

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
/** @type {Listing | null} */
let listing = null;

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
      return analysis?.confirmAt(message.threshold);
    case "set_local":
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
      return post({ type: "file", id: message.id, blob: new Blob([written(message.view, message.format)]) });
    case "places":
      places(message.id, message.databases, message.suffixes).catch(giveUp);
      return;
    case "geography":
      return post({ type: "geography", id: message.id, geography: opened().geography() });
    case "list":
      return list(message.list, message.query);
    case "event_rows":
      return post({ type: "event_rows", id: message.id, window: listing?.rows(message.query) ?? null });
    case "ladder":
      return post({ type: "ladder", id: message.id, ladder: listing?.ladder(message.query) ?? null });
  }
}

/**
 * @param {ExportView} view
 * @param {ExportFormat} format
 */
function written(view, format) {
  return view === "events" ? (listing?.written(format) ?? "") : opened().export(view, format);
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
