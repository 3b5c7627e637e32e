/**
 * The worker of databases: holds SQLite and one database in memory, apart from the reader, so that it can be ended at any time. It comes when a database
 * is first asked for.
 *
 * @import { Sqlite3Static } from "@sqlite.org/sqlite-wasm"
 * @import { FromDatabase, ToDatabase } from "./engine/messages"
 */
import sqlite3InitModule from "@sqlite.org/sqlite-wasm";
import { Adding, Refused } from "./engine/database_adding";
import { DatabaseFile } from "./engine/database_file";

/** Its declaration names no options. */
const loadSqlite = /** @type {(options: object) => Promise<Sqlite3Static>} */ (sqlite3InitModule);

self.onmessage = (event) => {
  add(event.data).catch((error) => {
    const problem =
      error instanceof Refused ? error.problem : { code: "database_failed", detail: String(error), file: null };
    post({ type: "failed", problem });
  });
};

/** @param {ToDatabase} message */
async function add({ module, port, file }) {
  const sqlite = await loadSqlite({ instantiateWasm: instantiate(module) });
  const bytes = file && new Uint8Array(await file.arrayBuffer());
  const adding = new Adding(port, (progress) => post({ type: "progress", progress }));
  const { blob, summary } = await adding.run(new DatabaseFile(sqlite, bytes), file?.name ?? null);
  post({ type: "added", blob, summary });
}

/** Lets SQLite take what the page has compiled. @param {WebAssembly.Module} module */
function instantiate(module) {
  return (
    /** @type {WebAssembly.Imports} */ imports,
    /** @type {(instance: WebAssembly.Instance, module: WebAssembly.Module) => void} */ done,
  ) => {
    WebAssembly.instantiate(module, imports).then((instance) => done(instance, module));
    return {};
  };
}

/** @param {FromDatabase} message */
function post(message) {
  self.postMessage(message);
}
