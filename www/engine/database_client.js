/**
 * The page's side of a database: starts the worker that makes it, brings it together with the reader, and ends it.
 *
 * @import { Client } from "./client"
 * @import { DatabaseProgress, DatabaseSummary, FromDatabase, Problem, ToDatabase } from "./messages"
 */

/**
 * What the page supplies, both fetched when they are first asked for.
 * @typedef {object} DatabaseHost
 * @property {() => Promise<Worker>} createWorker
 * @property {() => Promise<WebAssembly.Module>} loadModule SQLite; rejects with a {@link Problem}
 */

/**
 * @typedef {object} DatabaseListener
 * @property {(progress: DatabaseProgress) => void} onProgress
 * @property {(blob: Blob | null, summary: DatabaseSummary | null) => void} onAdded
 * @property {(problem: Problem) => void} onFailed
 */

/**
 * Adds the capture in sight to a database.
 * @param {DatabaseHost} host
 * @param {Client} client
 * @param {File | null} file `null`: to a new one
 * @param {DatabaseListener} listener is told the outcome once, unless it was ended before
 * @returns {() => void} ends it
 */
export function addToDatabase(host, client, file, listener) {
  /** @type {Worker | null} */
  let worker = null;
  let ended = false;
  const { port1, port2 } = new MessageChannel();
  const end = () => {
    if (ended) return;
    ended = true;
    worker?.terminate();
  };
  const fail = (/** @type {Problem} */ problem) => {
    if (ended) return;
    end();
    listener.onFailed(problem);
  };
  const begin = async () => {
    const [made, module] = await Promise.all([host.createWorker(), host.loadModule()]);
    if (ended) return made.terminate();
    worker = made;
    worker.onerror = () => fail({ code: "database_failed", detail: null, file: null });
    worker.onmessage = ({ data }) => {
      /** @type {FromDatabase} */
      const message = data;
      if (ended) return;
      if (message.type === "progress") return listener.onProgress(message.progress);
      if (message.type === "failed") return fail(message.problem);
      end();
      listener.onAdded(message.blob, message.summary);
    };
    client.serveDatabase(port1);
    worker.postMessage(/** @type {ToDatabase} */ ({ module, port: port2, file }), [port2]);
  };
  begin().catch(() => fail({ code: "engine_missing", detail: null, file: null }));
  return end;
}
