/**
 * Which pieces are right, and files that are put together of them: asked for by the user, read from the files twice more.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { Given, Problem, RebuildInto, VerifyState, Written } from "../engine/messages"
 * @import { Verified, VerifiedTorrent } from "../engine/types"
 * @import { Verifier } from "../engine/verifier"
 */
import { signal } from "@preact/signals";
import { save } from "../base/clipboard";
import { Scratch } from "../engine/scratch";
import { Rate } from "./rate";

/** @typedef {Extract<VerifyState, { status: "running" }>} Running */

/**
 * What is being done, or was done last. `about`: the torrent; `null` all of them.
 * @typedef {{ about: string | null, rebuilds: boolean } & (
 *   | { status: "asking" }
 *   | (Running & { rate: number | null })
 *   | { status: "done", found: boolean, written: Written | null, memory: number }
 *   | { status: "cancelled" }
 *   | { status: "failed", problem: Problem })} Doing
 */

/** What a verification reads. @typedef {() => { files: File[], given: Given[], whole: boolean }} Read */

export class Verification {
  #client;
  #read;
  #scratch = new Scratch();
  /** @type {Verifier | null} */
  #verifier = null;
  /** Counts what was asked for: what was overtaken is not heard. */
  #asked = 0;

  /** @type {Signal<Doing | null>} */
  doing = signal(/** @type {Doing | null} */ (null));
  /** What was verified of this capture, by any of them. @type {Signal<Verified | null>} */
  verified = signal(/** @type {Verified | null} */ (null));

  /**
   * @param {Client} client
   * @param {Read} read
   */
  constructor(client, read) {
    this.#client = client;
    this.#read = read;
  }

  /**
   * What is known of the pieces of a torrent, by any of its names; null where it was not verified.
   * @param {string} torrent
   * @returns {VerifiedTorrent | null}
   */
  of(torrent) {
    const is = (/** @type {string | null} */ name) => name !== null && name.startsWith(torrent);
    const found = this.verified.value?.torrents.find((row) =>
      [row.info_hash, row.info_hash_v1, row.info_hash_v2].some(is),
    );
    return found ?? null;
  }

  /** Is something being done? */
  isBusy() {
    const { status } = this.doing.value ?? {};
    return status === "running" || status === "asking";
  }

  /**
   * Checks the pieces of a torrent, or of all.
   * @param {string | null} torrent
   */
  verify(torrent) {
    this.#begin(torrent, null);
  }

  /**
   * Puts the files of a torrent together, or of all: in a folder that the user chooses, or, where a browser has no such thing, to be saved.
   * @param {string | null} torrent
   */
  async rebuild(torrent) {
    const asked = ++this.#asked;
    this.doing.value = { about: torrent, rebuilds: true, status: "asking" };
    /** @type {RebuildInto | null} */
    const into = await this.#place().catch(() => null);
    if (asked !== this.#asked) return;
    if (into === null) this.doing.value = null;
    else this.#begin(torrent, into);
  }

  /** Ends what is being done: nothing is left half written. */
  cancel() {
    this.#verifier?.cancel();
  }

  /** Saves what was put together, once more. */
  saveAgain() {
    const doing = this.doing.value;
    if (doing?.status === "done" && doing.written?.saved) save(doing.written.saved.blob, doing.written.saved.name);
  }

  /** Another capture is in sight. */
  reset() {
    this.#asked += 1;
    this.#verifier?.cancel();
    this.#verifier = null;
    this.doing.value = null;
    this.verified.value = null;
    this.#scratch.clear().catch(() => {});
  }

  /** @returns {Promise<RebuildInto>} rejects where the user chose none */
  async #place() {
    const choose = /** @type {any} */ (window).showDirectoryPicker;
    if (choose) return { kind: "folder", folder: await choose.call(window, { mode: "readwrite", id: "swarmscope" }) };
    return { kind: "storage", name: await this.#scratch.next() };
  }

  /**
   * @param {string | null} torrent
   * @param {RebuildInto | null} into
   */
  #begin(torrent, into) {
    const asked = ++this.#asked;
    this.#verifier?.cancel();
    let rate = new Rate();
    let stage = "";
    const mine = { about: torrent, rebuilds: into !== null };
    const order = { ...this.#read(), torrents: torrent === null ? [] : [torrent], into };
    this.doing.value = { ...mine, status: "asking" };
    this.#verifier = this.#client.verify(order, (state) => {
      if (asked !== this.#asked) return;
      if (state.status === "running") {
        if (stage !== state.stage) rate = new Rate();
        stage = state.stage;
        this.doing.value = { ...mine, ...state, rate: rate.measured(state.progress.bytes, performance.now() / 1000) };
      } else if (state.status === "done") this.#done(asked, mine, state);
      else this.doing.value = { ...mine, ...state };
    });
  }

  /**
   * @param {number} asked
   * @param {{ about: string | null, rebuilds: boolean }} mine
   * @param {Extract<VerifyState, { status: "done" }>} done
   */
  async #done(asked, mine, { verified, written, memory }) {
    const known = verified.torrents.map(({ info_hash: name }) => name);
    const before = this.verified.value?.torrents.filter(({ info_hash: name }) => !known.includes(name)) ?? [];
    const all = { ...verified, torrents: [...before, ...verified.torrents] };
    // Where the reader is gone, the rows stand as they are.
    const proved = await this.#client.prove(all).catch(() => all);
    if (asked !== this.#asked) return;
    this.verified.value = proved;
    this.doing.value = { ...mine, status: "done", found: verified.torrents.length > 0, written, memory };
    this.saveAgain();
  }
}
