/**
 * The file with some frames of the capture: what it is to hold, and how far it is.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { SliceState } from "../engine/messages"
 * @import { Digest, SliceQuery } from "../engine/types"
 * @import { Scope } from "./selection"
 */
import { signal } from "@preact/signals";
import { save } from "../base/clipboard";
import { queryOf } from "./events";

/**
 * @typedef {object} Wish
 * @property {Scope} scope
 * @property {Digest} digest
 * @property {boolean} cut are the bytes of blocks left out?
 * @property {string} name of the file
 * @property {string | null} [key] headers only, under the pseudonyms of this key: 64 hex digits
 */

export class Slices {
  #client;
  /** The latest one that was begun. */
  #number = 0;

  /** How far it is; null when there is none. @type {Signal<SliceState | null>} */
  state = signal(/** @type {SliceState | null} */ (null));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /**
   * Begins one. Where the browser lets the page write into a file, the user is asked for it first.
   * @param {Wish} wish
   */
  async begin({ scope, digest, cut, name, key = null }) {
    this.cancel();
    const number = ++this.#number;
    /** @type {FileSystemFileHandle | null} */
    let target;
    try {
      target = await chosenFile(name);
    } catch {
      // The user chose none.
      return;
    }
    if (number !== this.#number) return;
    this.state.value = { status: "choosing", progress: null };
    /** @type {SliceQuery} */
    const query = { events: queryOf(scope, digest), cut_payload: cut };
    this.#client.slice({ query, key, target }, (state) => {
      if (number !== this.#number) return;
      this.state.value = state;
      if (state.status === "sliced" && state.blob) save(state.blob, name);
    });
  }

  /** Gives up the one that is on its way. */
  cancel() {
    const status = this.state.value?.status;
    this.#number++;
    this.state.value = null;
    if (status === "choosing" || status === "writing") this.#client.slice(null, () => {});
  }
}

/**
 * The file that the user chooses; `null` where the browser has no such question.
 * @param {string} suggestedName
 * @returns {Promise<FileSystemFileHandle | null>}
 */
async function chosenFile(suggestedName) {
  if (!("showSaveFilePicker" in window)) return null;
  const ask = /** @type {(options: object) => Promise<FileSystemFileHandle>} */ (window.showSaveFilePicker);
  const types = [{ description: "Packet capture", accept: { "application/vnd.tcpdump.pcap": [".pcapng"] } }];
  return ask({ suggestedName, types });
}
