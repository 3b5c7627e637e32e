/**
 * Exports under pseudonyms: the files are read once more by a reader of their own, which then writes any view of what it read.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { ExportFormat, ExportView, Given } from "../engine/messages"
 * @import { Reader } from "../engine/reader"
 * @import { Progress } from "../engine/types"
 */
import { signal } from "@preact/signals";
import { explain } from "./errors";

/** How far it is; `words`: why there is nothing. @typedef {{ status: "off" } | { status: "reading", progress: Progress | null } | { status: "ready" } | { status: "failed", words: string }} AnonymousState */

/** What is read. @typedef {{ files: File[], given: Given[], whole: boolean }} Source */

const KEY = /^\s*[0-9a-f]{64}\s*$/i;

export class Anonymous {
  #client;
  #source;
  /** @type {Reader | null} */
  #reader = null;
  /** At which share of its pieces a download is confirmed, where that was said. @type {number | null} */
  threshold = null;
  /** Which hosts were said to be local. @type {Map<string, boolean>} */
  #local = new Map();

  /** @type {Signal<AnonymousState>} */
  state = signal(/** @type {AnonymousState} */ ({ status: "off" }));
  /** 64 hex digits, as long as they are that. */
  key = signal("");
  /** Are info hashes to be replaced too? */
  torrents = signal(false);

  /**
   * @param {Client} client
   * @param {() => Source} source
   */
  constructor(client, source) {
    this.#client = client;
    this.#source = source;
  }

  /** Draws a key where there is none. */
  begin() {
    if (this.key.value === "") this.draw();
  }

  /** Draws another key. */
  draw() {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    this.use(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  }

  /** @param {string} key */
  use(key) {
    this.cancel();
    this.key.value = key;
  }

  /** @param {boolean} torrents */
  replaceTorrents(torrents) {
    this.cancel();
    this.torrents.value = torrents;
  }

  /** Is what stands for the key one? */
  isKey() {
    return KEY.test(this.key.value);
  }

  /**
   * @param {string} address
   * @param {boolean | null} local
   */
  setLocal(address, local) {
    if (local === null) this.#local.delete(address);
    else this.#local.set(address, local);
    this.cancel();
  }

  /** @param {number} threshold in percent */
  confirmAt(threshold) {
    this.threshold = threshold;
    this.cancel();
  }

  /** Reads the files. */
  async read() {
    this.cancel();
    const reader = this.#client.lend();
    this.#reader = reader;
    this.state.value = { status: "reading", progress: null };
    const heard = (/** @type {() => void} */ act) => void (reader === this.#reader && act());
    reader.listen({
      onProgress: (progress) => heard(() => (this.state.value = { status: "reading", progress })),
      onReport: () => {},
      onFailed: (problem) => heard(() => this.#fail(explain(problem))),
      onLost: () => {},
    });
    const { files, given, whole } = this.#source();
    try {
      await this.#client.available;
      await reader.ask((id) => ({
        type: "anonymise",
        id,
        files,
        given,
        whole,
        key: this.key.value.trim(),
        torrents: this.torrents.value,
        threshold: this.threshold,
        local: [...this.#local],
      }));
      heard(() => (this.state.value = { status: "ready" }));
    } catch {
      heard(() => this.#fail({ what: "The files could not be read once more.", remedy: "Try again." }));
    }
  }

  /** Gives up the reading, or what was read. */
  cancel() {
    this.#reader?.end();
    this.#reader = null;
    this.state.value = { status: "off" };
  }

  /** Another capture: nothing that was said of the last one holds. The key stays, so that both have the same pseudonyms. */
  reset() {
    this.cancel();
    this.threshold = null;
    this.#local.clear();
  }

  /**
   * @param {ExportView} view
   * @param {ExportFormat} format
   * @returns {Promise<Blob>}
   */
  exported(view, format) {
    const reader = this.#reader;
    if (reader === null || this.state.value.status !== "ready") return Promise.reject(new Error("nothing was read"));
    return reader.ask((id) => ({ type: "export", id, view, format, filter: "" }));
  }

  /** @param {{ what: string, remedy: string }} words */
  #fail({ what, remedy }) {
    if (this.state.value.status === "failed") return;
    this.state.value = { status: "failed", words: `${what} ${remedy}` };
  }
}
