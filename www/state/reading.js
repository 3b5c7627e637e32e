/**
 * Opening, holding and resuming: the way from files to a report.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { Listener } from "../engine/reader"
 * @import { Given, Problem } from "../engine/messages"
 * @import { CaptureState } from "./capture"
 */
import { signal } from "@preact/signals";
import { stem } from "../base/format";
import { abandoned, begun, NOTHING, progressed, reported, resumed } from "./capture";
import { explain } from "./errors";
import { Rate } from "./rate";

/** Shares of the reading that are spoken. */
const MILESTONES = [25, 50, 75, 100];

/**
 * What comes back when an opening comes to nothing.
 * @typedef {{ state: CaptureState, run: number, files: File[], whole: boolean }} Before
 */

export class Reading {
  #client;
  #loadSample;
  #given;
  /** The files of the capture in sight. @type {File[]} */
  #files = [];
  /** Whether compressed ones are read to their end, however much they unpack to. */
  #whole = false;
  #rate = new Rate();
  /** The opening that is heard; the reading of one that was replaced is not. */
  #run = 0;
  #runs = 0;
  /** Counts wishes for the sample, which something else may overtake. */
  #asked = 0;
  #spokenUpTo = 0;

  /** @type {Signal<CaptureState>} */
  capture = signal(/** @type {CaptureState} */ (NOTHING));
  /** What a screen reader is told. */
  spoken = signal("");
  /** Bytes that the analyzer takes. */
  memory = signal(0);
  /** A gentle word above the view; empty for none. */
  notice = signal("");

  /**
   * @param {Client} client
   * @param {() => Promise<File>} loadSample
   * @param {() => Given[]} [given] the torrents that a reading is told
   */
  constructor(client, loadSample, given = () => []) {
    this.#client = client;
    this.#given = given;
    this.#loadSample = loadSample;
    client.available.catch((problem) => {
      if (this.capture.value.status === "empty") this.#cameToNothing(problem, this.#before(NOTHING));
    });
  }

  /** The beginning of the name of whatever is saved: that of the capture's first file, without its own endings. */
  stem() {
    const state = this.capture.value;
    const name = state.status === "empty" ? "swarmscope" : state.subject.names[0];
    return stem(name);
  }

  /**
   * Reads files as one capture, in place of the one before.
   * @param {File[]} files
   * @param {boolean} [sample]
   * @param {boolean} [whole] read compressed files to their end, however much they unpack to
   */
  open(files, sample = false, whole = false) {
    if (files.length === 0) return;
    const before = this.#before();
    const run = this.#begin({
      names: files.map((file) => file.name),
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      sample,
    });
    this.#files = files;
    this.#whole = whole;
    this.#client.open(files, this.#listener(run, before), this.#given(), whole);
  }

  /** Reads the capture in sight once more: other torrents are known now. */
  again() {
    const now = this.capture.value;
    if (now.status !== "empty") this.open(this.#files, now.subject.sample, this.#whole);
  }

  /** Reads the capture in sight once more, however much its compressed files unpack to. */
  readOn() {
    this.#whole = true;
    this.again();
  }

  /** What the capture in sight is read from, and the torrents that it was told. */
  source() {
    return { files: this.#files, given: this.#given(), whole: this.#whole };
  }

  /** Reads the sample that lies beside the page. */
  async openSample() {
    const asked = ++this.#asked;
    try {
      const file = await this.#loadSample();
      if (asked === this.#asked) this.open([file], true);
    } catch {
      const problem = { code: "sample_failed", detail: null, file: null };
      if (asked === this.#asked) this.#cameToNothing(problem, this.#before());
    }
  }

  /** Says a gentle word. @param {string} words */
  say(words) {
    this.notice.value = words;
    if (words !== "") this.spoken.value = words;
  }

  /** Holds the reading; what was read stays on screen. */
  stop() {
    if (this.capture.value.status === "loading") this.#client.stop();
  }

  /** Goes on with a held reading. */
  resume() {
    this.capture.value = resumed(this.capture.value);
    this.#rate = new Rate();
    this.#client.resume();
  }

  /** @param {import("./capture").Subject} subject */
  #begin(subject) {
    this.#run = ++this.#runs;
    this.#asked += 1;
    this.#rate = new Rate();
    this.#spokenUpTo = 0;
    this.notice.value = "";
    this.spoken.value = `Reading ${subject.names.join(", ")}.`;
    this.capture.value = begun(subject);
    return this.#run;
  }

  /**
   * @param {number} run
   * @param {Before} before
   * @returns {Listener}
   */
  #listener(run, before) {
    const heard = (/** @type {() => void} */ act) => void (run === this.#run && act());
    return {
      onProgress: (progress) =>
        heard(() => {
          const rate = this.#rate.measured(progress.bytes, performance.now() / 1000);
          this.capture.value = progressed(this.capture.value, progress, rate);
          this.#speakProgress(progress.bytes, progress.bytes_total);
        }),
      onReport: (report) =>
        heard(() => {
          this.memory.value = report.memory;
          this.capture.value = reported(this.capture.value, report);
          if (report.end === "finished") this.#speakProgress(1, 1);
          if (report.end === "stopped") this.spoken.value = "Reading stopped. What was read stays on screen.";
        }),
      onFailed: (problem) => heard(() => this.#fail(problem, before)),
      onLost: () =>
        heard(() => {
          const left = abandoned(this.capture.value, []);
          if (left.status === "empty") this.#restore(before);
          else this.capture.value = left;
          this.spoken.value = "Reading stopped.";
        }),
    };
  }

  /**
   * The report on screen, if it can still answer.
   * @param {CaptureState} [state]
   * @returns {Before}
   */
  #before(state) {
    const now = this.capture.value;
    const standing = now.status === "ready" && now.end !== "gone" ? now : NOTHING;
    return { state: state ?? standing, run: this.#run, files: this.#files, whole: this.#whole };
  }

  /**
   * @param {Problem} problem
   * @param {Before} before
   */
  #fail(problem, before) {
    const left = abandoned(this.capture.value, [problem]);
    if (left.status === "empty") return this.#cameToNothing(problem, before);
    this.capture.value = left;
    this.#say(problem);
  }

  /**
   * Nothing of what was opened can be shown.
   * @param {Problem} problem
   * @param {Before} before
   */
  #cameToNothing(problem, before) {
    const words = this.#say(problem);
    this.#restore(before);
    if (before.state.status === "empty") this.capture.value = { status: "empty", problem };
    else this.notice.value = `${words} The capture before it still stands.`;
  }

  /** @param {Before} before */
  #restore({ state, run, files, whole }) {
    this.#run = run;
    this.#whole = whole;
    this.#files = files;
    this.capture.value = state;
  }

  /** @param {Problem} problem */
  #say(problem) {
    const { what, remedy } = explain(problem);
    this.spoken.value = `${what} ${remedy}`;
    return this.spoken.value;
  }

  /**
   * @param {number} done
   * @param {number | null} total
   */
  #speakProgress(done, total) {
    if (total === null || total === 0) return;
    const percent = (done / total) * 100;
    const reached = MILESTONES.filter((milestone) => percent >= milestone).at(-1) ?? 0;
    if (reached <= this.#spokenUpTo) return;
    this.#spokenUpTo = reached;
    this.spoken.value = reached === 100 ? "Reading finished." : `${reached} % read.`;
  }
}
