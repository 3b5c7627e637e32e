/**
 * The reader: holds the analyzer and the capture, off the page's thread. It reads the files itself and answers requests for rows.
 *
 * @import { FromWorker, Session as SessionApi, ToWorker } from "./engine/messages"
 */
import { Analysis } from "./engine/analysis";
import { initSync, Session } from "./engine/wasm/swarmscope.js";

/** @type {SessionApi | null} */
let session = null;
/** @type {Analysis | null} */
let analysis = null;

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
    case "open":
      analysis = new Analysis(opened(), message.files, post);
      analysis.run().catch(giveUp);
      return;
    case "stop":
      return analysis?.stop();
    case "resume":
      return analysis?.resume();
    case "rows":
      return post({ type: "rows", id: message.id, window: opened().rows(message.query) });
    case "piece_map":
      return post({ type: "piece_map", id: message.id, map: opened().piece_map(message.torrent) });
    case "export":
      return post({ type: "file", id: message.id, blob: new Blob([opened().export(message.view, message.format)]) });
  }
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
