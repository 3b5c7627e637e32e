/**
 * Reads the files of a capture into a session and tells how far it is. Runs in the worker; knows sessions and files, but not the worker.
 *
 * @import { FromWorker, Session } from "./messages"
 */
import { breath, Feed } from "./feed";

const PROGRESS_MS = 100;
const REPORT_MS = 280;
/** What is read within so long is shown once and whole: drawing what is about to change would only keep a processor from reading. */
const FIRST_REPORT_MS = 500;
/** A report may cost at most this share of the time between two of them. */
const REPORT_SHARE = 0.05;
/** After so long without one, let messages in. */
const BREATH_MS = 16;

export class Analysis {
  #session;
  #files;
  #feed;
  #post;
  /** @type {(() => void) | null} set while reading is held, lets it go on */
  #release = null;
  #stopping = false;
  /** What the last report was. @type {import("./messages").End} */
  #end = null;
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
    this.#feed = new Feed(session, files);
    this.#post = post;
  }

  /** Reads everything, or until `stop`. Throws what the session throws when it is broken. */
  async run() {
    this.#progressDue = performance.now() + PROGRESS_MS;
    this.#reportDue = performance.now() + FIRST_REPORT_MS;
    while (await this.#feed.advance()) await this.#tell();
    const { problems } = this.#feed;
    if (problems.length === this.#files.length && this.#session.progress().frames === 0) {
      this.#post({ type: "failed", problem: problems[0] });
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
    this.#end = null;
    this.#release?.();
  }

  /**
   * Sets the share of pieces at which downloads are confirmed; a report with it follows.
   * @param {number} threshold in percent, from 50 to 100
   */
  confirmAt(threshold) {
    this.#session.confirm_at(threshold);
    this.#reportSoon();
  }

  /**
   * Says whether a host is on the network where the capture was made; a report follows.
   * @param {string} address
   * @param {boolean | null} local
   */
  setLocal(address, local) {
    this.#session.set_local(address, local ?? undefined);
    this.#reportSoon();
  }

  /**
   * Takes what a verification proved; a report with it follows.
   * @param {import("./types").Verified} verified
   */
  prove(verified) {
    const proved = this.#session.prove(verified);
    this.#reportSoon();
    return proved;
  }

  /** While files are read, with the next bytes; afterwards at once. */
  #reportSoon() {
    if (this.#end === null) this.#reportDue = 0;
    else this.#report(this.#end);
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
    this.#end = end;
    const report = {
      digest: this.#session.digest(),
      progress: this.#session.progress(),
      problems: [...this.#feed.problems],
      end,
      memory: this.#session.memory(),
    };
    this.#post({ type: "report", report });
    const now = performance.now();
    this.#progressDue = now + PROGRESS_MS;
    this.#reportDue = now + Math.max(REPORT_MS, (now - begun) / REPORT_SHARE);
  }
}
