/**
 * Reads the files of a capture into a session and tells how far it is. Runs in the worker; knows sessions and files, but not the worker.
 *
 * @import { Chunks } from "./chunks"
 * @import { FromWorker, Problem, Session } from "./messages"
 */
import { CHUNK_BYTES, chunksOf } from "./chunks";

const PROGRESS_MS = 100;
const REPORT_MS = 280;
/** A report may cost at most this share of the time between two of them. */
const REPORT_SHARE = 0.05;
/** After so long without one, let messages in. */
const BREATH_MS = 16;
/** All files together may hold about this much ahead of the session. */
const AHEAD_BYTES = 32 << 20;
const LEAST_CHUNK_BYTES = 64 << 10;

export class Analysis {
  #session;
  #files;
  #post;
  /** @type {Problem[]} */
  #problems = [];
  /** @type {Chunks[]} */
  #chunks = [];
  /** @type {(() => void) | null} set while reading is held, lets it go on */
  #release = null;
  #stopping = false;
  #progressDue = 0;
  #reportDue = 0;
  #breathDue = 0;

  /**
   * @param {Session} session
   * @param {File[]} files
   * @param {(message: FromWorker) => void} post
   */
  constructor(session, files, post) {
    this.#session = session;
    this.#files = files;
    this.#post = post;
  }

  /** Reads everything, or until `stop`. Throws what the session throws when it is broken. */
  async run() {
    for (const file of this.#files) this.#session.add_file(file.name, file.size);
    this.#progressDue = performance.now() + PROGRESS_MS;
    this.#reportDue = performance.now() + REPORT_MS;
    for (let source = this.#session.wants(); source !== undefined; source = this.#session.wants()) {
      await this.#advance(source);
      await this.#tell();
    }
    if (this.#problems.length === this.#files.length && this.#session.progress().frames === 0) {
      this.#post({ type: "failed", problem: this.#problems[0] });
      return;
    }
    this.#session.finish();
    this.#report("finished");
  }

  /** Holds the reading; a last report follows. */
  stop() {
    this.#stopping = true;
  }

  /** Goes on where `stop` held it. */
  resume() {
    this.#stopping = false;
    this.#release?.();
  }

  /**
   * Gives one source its next piece, or its end.
   * @param {number} source
   */
  async #advance(source) {
    const file = this.#files[source];
    const chunk = await this.#next(source);
    try {
      if (chunk) this.#session.push(source, chunk);
      else this.#session.end(source);
    } catch (error) {
      const { code, detail } = notACapture(error);
      this.#problems.push({ code, detail, file: file.name });
      if (chunk) this.#session.end(source);
    }
  }

  /**
   * The next piece of a source; where it cannot be read, `null` and a problem.
   * @param {number} source
   */
  async #next(source) {
    const file = this.#files[source];
    const share = Math.floor(AHEAD_BYTES / (2 * this.#files.length));
    const bytes = Math.max(Math.min(CHUNK_BYTES, share), LEAST_CHUNK_BYTES);
    try {
      this.#chunks[source] ??= chunksOf(file, bytes);
      return await this.#chunks[source].next();
    } catch {
      const { bytes } = this.#session.progress();
      this.#problems.push({ code: "read_failed", detail: String(bytes), file: file.name });
      return null;
    }
  }

  /** Says what is due to be said, and lets messages in. */
  async #tell() {
    const now = performance.now();
    if (this.#stopping) {
      this.#report("stopped");
      await new Promise((release) => (this.#release = () => release(undefined)));
      this.#release = null;
    } else if (now >= this.#reportDue) {
      this.#report(null);
    } else if (now >= this.#progressDue) {
      this.#progressDue = now + PROGRESS_MS;
      this.#post({ type: "progress", progress: this.#session.progress() });
    }
    if (now >= this.#breathDue) {
      await breath();
      this.#breathDue = performance.now() + BREATH_MS;
    }
  }

  /** @param {import("./messages").End} end */
  #report(end) {
    const begun = performance.now();
    const report = {
      digest: this.#session.digest(),
      progress: this.#session.progress(),
      problems: [...this.#problems],
      end,
      memory: this.#session.memory(),
    };
    this.#post({ type: "report", report });
    const now = performance.now();
    this.#progressDue = now + PROGRESS_MS;
    this.#reportDue = now + Math.max(REPORT_MS, (now - begun) / REPORT_SHARE);
  }
}

/**
 * What a session throws for a file that is not a capture. Anything else is thrown on.
 * @param {unknown} error
 * @returns {{ code: string, detail: string | null }}
 */
function notACapture(error) {
  const { code, detail } = /** @type {{ code?: unknown, detail?: unknown }} */ (error ?? {});
  if (typeof code !== "string") throw error;
  return { code, detail: typeof detail === "string" && detail !== "" ? detail : null };
}

/** Lets the messages that wait be handled: a piece that is already read would not. */
function breath() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
