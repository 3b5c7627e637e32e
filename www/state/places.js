/**
 * What the page knows of addresses: the countries that come with it, once they were asked for, and databases of the reader's own.
 *
 * @import { Client } from "../engine/client"
 * @import { DatabaseInfo } from "../engine/types"
 */
import { signal } from "@preact/signals";
import { explain } from "./errors";

/** The database of countries that lies beside the page (data/README.md): its name, when it was made, and its size. */
export const COUNTRIES = { name: "country.mmdb", day: "17 June 2026", bytes: 5_187_719 };

/** What lies beside the page: the database of countries, and the list of public suffixes. @typedef {{ database: File, suffixes: Blob }} Bundled */

export class Places {
  #client;
  #loadCountries;
  /** Databases of the reader's own. @type {File[]} */
  #own = [];
  /** Counts what was given, so that answers from before it are known as such. */
  version = signal(0);
  /** What the databases say of themselves, those given last at the end. @type {import("@preact/signals").Signal<DatabaseInfo[]>} */
  databases = signal(/** @type {DatabaseInfo[]} */ ([]));
  /** Are the countries on their way? */
  loading = signal(false);
  /** What went wrong last; empty for nothing. */
  trouble = signal("");

  /**
   * @param {Client} client
   * @param {() => Promise<Bundled>} loadCountries
   */
  constructor(client, loadCountries) {
    this.#client = client;
    this.#loadCountries = loadCountries;
  }

  /** Fetches the countries that come with the page. */
  async load() {
    if (this.loading.value) return;
    this.loading.value = true;
    try {
      const { database, suffixes } = await this.#loadCountries();
      // What is given last is believed: databases of one's own say more.
      await this.#give([database, ...this.#own], suffixes);
    } catch {
      this.trouble.value = worded("countries_failed", null, null);
    }
    this.loading.value = false;
  }

  /**
   * Takes databases of the reader's own.
   * @param {File[]} files
   * @returns {Promise<string>} what became of them, in words
   */
  async add(files) {
    try {
      await this.#give(files, null);
      const taken = new Set(this.databases.value.map(({ name }) => name));
      this.#own = [...this.#own, ...files.filter(({ name }) => taken.has(name))];
    } catch {
      this.trouble.value = worded("worker_gone", null, null);
    }
    const known = this.databases.value.filter(({ name }) => files.some((file) => file.name === name));
    const taken = known.map(({ name, kind }) => `${name} (${kind}) is looked into for the view Geography.`);
    return [this.trouble.value, ...taken].filter(Boolean).join(" ");
  }

  /**
   * @param {File[]} databases
   * @param {Blob | null} suffixes
   */
  async #give(databases, suffixes) {
    const { problems, databases: known } = await this.#client.addPlaces(databases, suffixes);
    this.databases.value = known;
    this.trouble.value = problems.map(({ code, detail, file }) => worded(code, detail, file)).join(" ");
    this.version.value += 1;
  }
}

/**
 * @param {string} code
 * @param {string | null} detail
 * @param {string | null} file
 */
function worded(code, detail, file) {
  const { what, remedy } = explain({ code, detail, file });
  return `${what} ${remedy}`;
}
