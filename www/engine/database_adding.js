/**
 * Adds the capture that the reader holds to a database, step by step. Runs in the worker of databases.
 *
 * @import { DatabaseAnswer, DatabaseAsk, DatabaseProgress, DatabaseSummary, Problem } from "./messages"
 * @import { DatabaseFile } from "./database_file"
 */

/**
 * What became of it: `blob` is the database with the capture; `null` where all its files are in it already.
 * @typedef {{ blob: Blob | null, summary: DatabaseSummary | null }} Added
 */

/** Thrown with what was wrong, for a person. */
export class Refused extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

export class Adding {
  #port;
  #tell;
  /** @type {((answer: any) => void) | null} */
  #resolve = null;
  /** @type {((error: Error) => void) | null} */
  #reject = null;
  /** @type {(insert: string, bytes: Uint8Array) => void} */
  #take = () => {};

  /**
   * @param {MessagePort} port to the reader
   * @param {(progress: DatabaseProgress) => void} tell
   */
  constructor(port, tell) {
    this.#port = port;
    this.#tell = tell;
    port.onmessage = (event) => this.#receive(event.data);
  }

  /**
   * @param {DatabaseFile} file
   * @param {string | null} name what the file is called
   * @returns {Promise<Added>}
   */
  async run(file, name) {
    const statements = await this.#ask({ ask: "statements", ...openingOf(file, name) });
    this.#tell({ step: "hashing", share: 0 });
    /** @type {string[]} */
    const hashes = await this.#ask({ ask: "hashes" });
    file.begin(statements);
    const known = hashes.filter((hash) => hash !== "" && file.holds(statements, hash));
    if (known.length > 0 && known.length === hashes.filter(Boolean).length) return { blob: null, summary: null };
    if (known.length > 0) throw new Refused({ code: "database_has_some", detail: String(known.length), file: name });
    /** @type {number | null} */
    const begins = await this.#ask({ ask: "begins" });
    const lines = begins === null ? [] : file.earlier(statements, begins);
    if (lines.length > 0) await this.#ask({ ask: "go_on", lines });
    file.stage(statements);
    this.#take = (insert, bytes) => file.write(insert, JSON.parse(new TextDecoder().decode(bytes)));
    for (let part = 0; part < statements.parts; part++) {
      this.#tell({ step: "writing", share: part / (statements.parts + 1) });
      await this.#ask({ ask: "rows", part, hashes });
    }
    this.#tell({ step: "writing", share: statements.parts / (statements.parts + 1) });
    const summary = file.commit(statements);
    this.#port.postMessage(/** @type {DatabaseAsk} */ ({ ask: "stop" }));
    return { blob: new Blob([file.bytes()], { type: "application/vnd.sqlite3" }), summary };
  }

  /**
   * @param {DatabaseAsk} question
   * @returns {Promise<any>}
   */
  #ask(question) {
    return new Promise((resolve, reject) => {
      [this.#resolve, this.#reject] = [resolve, reject];
      this.#port.postMessage(question);
    });
  }

  /** @param {DatabaseAnswer} message */
  #receive(message) {
    if ("answer" in message) this.#resolve?.(message.answer);
    else if ("refused" in message) this.#reject?.(new Refused(message.refused));
    else if ("share" in message) this.#tell({ step: "hashing", share: message.share });
    else this.#written(message.insert, message.bytes);
  }

  /**
   * @param {string} insert
   * @param {Uint8Array} bytes
   */
  #written(insert, bytes) {
    try {
      this.#take(insert, bytes);
    } catch (error) {
      this.#reject?.(/** @type {Error} */ (error));
    }
  }
}

/**
 * @param {DatabaseFile} file
 * @param {string | null} name
 */
function openingOf(file, name) {
  try {
    return file.opening();
  } catch (error) {
    throw new Refused({ code: "database_damaged", detail: String(error), file: name });
  }
}
