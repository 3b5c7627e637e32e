/**
 * Reads the files of a capture twice more: to learn what pieces must be, then to check them, and to write the files that they make. Runs in a worker
 * of its own.
 *
 * @import { Checker, VerifyOrder, VerifyStage, VerifyState } from "./messages"
 * @import { Rebuilding } from "./rebuilding"
 */
import { breath, Feed } from "./feed";
import { give } from "./given";
import { rebuildingOf } from "./rebuilding";

const TELL_MS = 100;
/** After so long without one, let messages in. */
const BREATH_MS = 16;
/** Bytes of files that are taken over at a time. */
const RUN_BYTES = 512 << 10;

/** The user wants no more of it. */
class Cancelled extends Error {}

export class Verifying {
  #checker;
  #order;
  #tell;
  #cancelled = false;
  #tellDue = 0;
  #breathDue = 0;
  /** @type {VerifyStage} */
  #stage = "learning";
  #pieces = 0;
  /** What is written; null where pieces are only checked. @type {Rebuilding | null} */
  #rebuilding = null;

  /**
   * @param {Checker} checker
   * @param {VerifyOrder} order
   * @param {(state: VerifyState) => void} tell
   */
  constructor(checker, order, tell) {
    this.#checker = checker;
    this.#order = order;
    this.#tell = tell;
  }

  /** Verifies, and says at last what came of it. Nothing is left half written. Throws what the analyzer throws when it is broken. */
  async run() {
    try {
      this.#tell(await this.#verify());
    } catch (error) {
      await this.#rebuilding?.abandon();
      if (error instanceof Cancelled) return this.#tell({ status: "cancelled" });
      const problem = problemOf(error);
      if (problem === null) throw error;
      this.#tell({ status: "failed", problem });
    }
  }

  /** Ends it soon. */
  cancel() {
    this.#cancelled = true;
  }

  /** @returns {Promise<VerifyState>} */
  async #verify() {
    const { into } = this.#order;
    await this.#read(null);
    this.#checker.check();
    const planned = this.#checker.planned();
    this.#pieces = planned.reduce((sum, torrent) => sum + torrent.piece_count, 0);
    if (into !== null && planned.length > 0) {
      this.#rebuilding = await rebuildingOf(this.#checker, planned, into);
      this.#stage = "looking";
      await this.#rebuilding.keep(() => this.#pause());
    }
    this.#stage = "checking";
    await this.#read(this.#rebuilding);
    this.#stage = "closing";
    const written = (await this.#rebuilding?.finish(() => this.#pause())) ?? null;
    return { status: "done", verified: this.#checker.verified(), written, memory: this.#checker.memory() };
  }

  /** @param {Rebuilding | null} rebuilding takes bytes of files */
  async #read(rebuilding) {
    const { files, given } = this.#order;
    give(this.#checker, given);
    const feed = new Feed(this.#checker, files);
    while (await feed.advance()) {
      await rebuilding?.write(RUN_BYTES);
      await this.#pause();
    }
    if (feed.problems.length === files.length) throw feed.problems[0];
    this.#checker.finish();
    await rebuilding?.write(1);
  }

  /** Says how far it is, and lets messages in; throws when it was cancelled. */
  async #pause() {
    const now = performance.now();
    if (now >= this.#breathDue) {
      await breath();
      this.#breathDue = performance.now() + BREATH_MS;
    }
    if (this.#cancelled) throw new Cancelled();
    if (now < this.#tellDue) return;
    this.#tellDue = now + TELL_MS;
    this.#tell({
      status: "running",
      stage: this.#stage,
      progress: this.#checker.progress(),
      right: this.#checker.right().reduce((sum, count) => sum + count, 0),
      pieces: this.#pieces,
    });
  }
}

/**
 * What can be said in words; null for what only broken code throws.
 * @param {unknown} error
 * @returns {import("./messages").Problem | null}
 */
function problemOf(error) {
  if (error instanceof DOMException) {
    const code = error.name === "QuotaExceededError" ? "no_room" : "not_written";
    return { code, detail: error.message, file: null };
  }
  const { code, detail, file } = /** @type {Partial<import("./messages").Problem>} */ (error ?? {});
  return typeof code === "string" ? { code, detail: detail ?? null, file: file ?? null } : null;
}
