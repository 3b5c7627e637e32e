/**
 * Making a database of the capture in sight, or adding it to one that was saved before.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { DatabaseHost } from "../engine/database_client"
 * @import { DatabaseProgress, DatabaseSummary, Problem } from "../engine/messages"
 * @import { Reading } from "./reading"
 */
import { signal } from "@preact/signals";
import { save } from "../base/clipboard";
import { counted, number, stem } from "../base/format";
import { addToDatabase } from "../engine/database_client";
import { explain } from "./errors";

/** A database is held in memory, up to three times while it is written out: larger ones are for the command line. */
export const MOST_BYTES = 512 << 20;

/**
 * `held`: all files of the capture are in it already, and nothing is saved.
 * @typedef {{ status: "idle" }
 *   | { status: "working", name: string, progress: DatabaseProgress | null }
 *   | { status: "saved", name: string, summary: DatabaseSummary }
 *   | { status: "held", name: string }
 *   | { status: "failed", problem: Problem }} DatabaseState
 */

export class Database {
  #client;
  #reading;
  /** What brings SQLite; `null` where there is none. @type {DatabaseHost | null} */
  host = null;
  /** Ends what is under way. */
  #end = () => {};
  /** Its outcome is told at the top of the page, because it was dropped there. */
  #aloud = false;
  /** @type {Signal<DatabaseState>} */
  state = signal(/** @type {DatabaseState} */ ({ status: "idle" }));

  /**
   * @param {Client} client
   * @param {Pick<Reading, "capture" | "say">} reading
   */
  constructor(client, reading) {
    this.#client = client;
    this.#reading = reading;
  }

  /** Whether there is a capture of which everything is known: only such are added. */
  get isReady() {
    const capture = this.#reading.capture.value;
    return capture.status === "ready" && capture.end === "finished";
  }

  /**
   * Saves the capture as a database, alone or with what a file holds.
   * @param {File | null} [file] a database
   */
  add(file = null) {
    this.reset();
    const capture = this.#reading.capture.value;
    if (!this.isReady || capture.status === "empty") return;
    const name = file?.name ?? `${stem(capture.subject.names[0])}.sqlite`;
    if (this.host === null)
      return this.#tell({ status: "failed", problem: { code: "engine_missing", detail: null, file: null } });
    if (file && file.size > MOST_BYTES) {
      return this.#tell({ status: "failed", problem: { code: "database_too_large", detail: null, file: name } });
    }
    this.state.value = { status: "working", name, progress: null };
    this.#end = addToDatabase(this.host, this.#client, file, {
      onProgress: (progress) => (this.state.value = { status: "working", name, progress }),
      onFailed: (problem) => this.#tell({ status: "failed", problem }),
      onAdded: (blob, summary) => {
        if (blob === null || summary === null) return this.#tell({ status: "held", name });
        save(blob, name);
        this.#tell({ status: "saved", name, summary });
      },
    });
  }

  /**
   * A database was dropped on the page. Answers what comes of it.
   * @param {File} file
   */
  dropped(file) {
    if (!this.isReady)
      return `${file.name} is a database of captures: open the capture that is to be added to it, then drop it again.`;
    this.add(file);
    if (this.state.value.status !== "working") return outcomeWords(this.state.value);
    this.#aloud = true;
    return `Adding this capture to ${file.name}.`;
  }

  /** Gives up what is under way, and forgets what was. */
  reset() {
    this.#end();
    this.#end = () => {};
    this.#aloud = false;
    this.state.value = { status: "idle" };
  }

  /** @param {DatabaseState} state */
  #tell(state) {
    this.state.value = state;
    if (this.#aloud) this.#reading.say(outcomeWords(state));
  }
}

/**
 * What came of it, in words; none while nothing has.
 * @param {DatabaseState} state
 */
export function outcomeWords(state) {
  switch (state.status) {
    case "saved": {
      const { captures, peers, confirmed, threshold } = state.summary;
      const what = [
        counted(captures, "capture"),
        `${counted(peers, "peer")} met`,
        counted(confirmed, "confirmed download"),
      ];
      return `Saved as ${state.name}: ${what.join(", ")} at ${number(threshold)}\u202f%.`;
    }
    case "held":
      return `${state.name} holds this capture already. Nothing was changed.`;
    case "failed": {
      const { what, remedy } = explain(state.problem);
      return `${what} ${remedy}`;
    }
    default:
      return "";
  }
}
