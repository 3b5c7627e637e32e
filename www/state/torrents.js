/**
 * Torrents that the user gave: kept until they are taken back, for every capture that is read.
 *
 * @import { Signal } from "@preact/signals"
 * @import { Client } from "../engine/client"
 * @import { Given, GivenOutcome } from "../engine/messages"
 */
import { signal } from "@preact/signals";
import { counted } from "../base/format";
import { explain } from "./errors";

/** A file or a text that was taken, and how many torrents it names. @typedef {{ given: Given, torrents: number }} Kept */

/** What is said of so many lines or files; the rest is counted. */
const TOLD = 3;

export class Torrents {
  #client;
  /** @type {Signal<Kept[]>} */
  kept = signal(/** @type {Kept[]} */ ([]));

  /** @param {Client} client */
  constructor(client) {
    this.#client = client;
  }

  /** What a reading is to be told. */
  given() {
    return this.kept.value.map(({ given }) => given);
  }

  /** How many torrents are kept. */
  count() {
    return this.kept.value.reduce((sum, { torrents }) => sum + torrents, 0);
  }

  /**
   * Keeps what is a torrent or a link.
   * @param {Given[]} given
   * @returns {Promise<{ taken: number, refused: string }>} how many torrents were taken, and what was not and why; empty where all was
   */
  async take(given) {
    // A capture by itself need not wait until a reader is there to answer.
    if (given.length === 0) return { taken: 0, refused: "" };
    const outcomes = await this.#client.checked(given);
    const fresh = given.map((one, index) => ({ given: one, torrents: outcomes[index].taken }));
    const taken = fresh.filter(({ torrents }) => torrents > 0);
    const before = this.kept.value.filter(({ given: old }) => !taken.some((kept) => isSame(kept.given, old)));
    this.kept.value = [...before, ...taken];
    return { taken: taken.reduce((sum, { torrents }) => sum + torrents, 0), refused: refusals(given, outcomes) };
  }

  /**
   * Takes one back, or all.
   * @param {Kept} [kept]
   */
  forget(kept) {
    this.kept.value = kept === undefined ? [] : this.kept.value.filter((other) => other !== kept);
  }
}

/**
 * What is said of torrents that were taken, and those that were not.
 * @param {number} taken
 * @param {boolean} read whether a capture is read with them now
 * @param {string} refused
 */
export function takenWords(taken, read, refused) {
  const then = read ? "The capture is read with what that tells." : "Drop a capture to read it with what that tells.";
  return [taken > 0 ? `${counted(taken, "torrent")} taken. ${then}` : "", refused].filter(Boolean).join(" ");
}

/**
 * The name of what was given, for people.
 * @param {Given} given
 */
export function nameOf(given) {
  return given.name || "pasted links";
}

/**
 * @param {Given} one
 * @param {Given} other
 */
function isSame(one, other) {
  if ("text" in one || "text" in other) return "text" in one && "text" in other && one.text === other.text;
  return one.bytes.length === other.bytes.length && one.bytes.every((byte, index) => byte === other.bytes[index]);
}

/**
 * @param {Given[]} given
 * @param {GivenOutcome[]} outcomes
 */
function refusals(given, outcomes) {
  const told = outcomes.flatMap(({ problem, refused, lines }, index) => {
    if (problem) {
      const { what, remedy } = explain(problem);
      return [`${what} ${remedy}`];
    }
    if (refused === 0) return [];
    const which = lines.slice(0, TOLD).map(({ line, reason }) => `line ${line} ${reason}`);
    const more = refused > which.length ? `, and ${counted(refused - which.length, "line")} more` : "";
    return [`Of ${nameOf(given[index])} not all could be taken: ${which.join(", ")}${more}.`];
  });
  const more = told.length > TOLD ? [`So it is with ${counted(told.length - TOLD, "file")} more.`] : [];
  return [...told.slice(0, TOLD), ...more].join(" ");
}
