/**
 * A database in memory: opened from a file or made new, one capture added, and written out again. Runs in the worker of databases; knows SQLite, and
 * the statements only as texts that the analyzer gives.
 *
 * @import { Database, PreparedStatement, Sqlite3Static } from "@sqlite.org/sqlite-wasm"
 * @import { DatabaseOpening, DatabaseStatements, DatabaseSummary } from "./messages"
 */

export class DatabaseFile {
  #sqlite;
  #database;
  /** By their texts. @type {Map<string, PreparedStatement>} */
  #prepared = new Map();

  /**
   * @param {Sqlite3Static} sqlite
   * @param {Uint8Array | null} bytes `null` for a new one
   */
  constructor(sqlite, bytes) {
    this.#sqlite = sqlite;
    this.#database = new sqlite.oo1.DB(":memory:");
    if (bytes) load(sqlite, this.#database, bytes);
  }

  /** What it says of itself. Throws where it is none. @returns {DatabaseOpening} */
  opening() {
    const number = (/** @type {string} */ sql) => Number(this.#database.selectValue(sql));
    return {
      application_id: number("PRAGMA application_id"),
      user_version: number("PRAGMA user_version"),
      objects: number("SELECT count(*) FROM sqlite_schema"),
    };
  }

  /**
   * Makes it one of now, in a transaction that goes on.
   * @param {DatabaseStatements} statements
   */
  begin(statements) {
    this.#database.exec("PRAGMA foreign_keys = 1; BEGIN IMMEDIATE");
    if (statements.opening !== "") this.#database.exec(statements.opening);
  }

  /**
   * Whether a file is in it.
   * @param {DatabaseStatements} statements
   * @param {string} hash
   */
  holds(statements, hash) {
    return this.#database.selectValue(statements.known, [hash]) !== undefined;
  }

  /**
   * Writes rows into a table, by the statement that writes one.
   * @param {string} insert
   * @param {(string | number | null)[][]} rows
   */
  write(insert, rows) {
    const statement = this.#prepared.get(insert) ?? this.#database.prepare(insert);
    this.#prepared.set(insert, statement);
    for (const row of rows) statement.bind(row).stepReset();
  }

  /**
   * What was not over in the capture before one that begins at a time, in microseconds: a line each.
   * @param {DatabaseStatements} statements
   * @param {number} begins
   */
  earlier(statements, begins) {
    return /** @type {string[]} */ (this.#database.selectValues(statements.earlier, [begins]));
  }

  /** Begins what is written. @param {DatabaseStatements} statements */
  stage(statements) {
    this.#database.exec(statements.staging);
  }

  /**
   * Takes what was written into the database, for good.
   * @param {DatabaseStatements} statements
   * @returns {DatabaseSummary}
   */
  commit(statements) {
    for (const statement of this.#prepared.values()) statement.finalize();
    this.#prepared.clear();
    this.#database.exec(statements.merge);
    const [captures, torrents, peers, confirmed, threshold] = /** @type {number[]} */ (
      this.#database.selectArray(statements.summary)
    ).map(Number);
    this.#database.exec("COMMIT");
    return { captures, torrents, peers, confirmed, threshold };
  }

  /** Its bytes, as they stand in a file. */
  bytes() {
    return this.#sqlite.capi.sqlite3_js_db_export(/** @type {any} */ (this.#database.pointer));
  }
}

/**
 * @param {Sqlite3Static} sqlite
 * @param {Database} database
 * @param {Uint8Array} bytes
 */
function load({ capi, wasm }, database, bytes) {
  const memory = wasm.allocFromTypedArray(bytes);
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_RESIZEABLE;
  const pointer = /** @type {any} */ (database.pointer);
  database.checkRc(capi.sqlite3_deserialize(pointer, "main", memory, bytes.length, bytes.length, flags));
}
