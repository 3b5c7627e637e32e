/**
 * Gives a session databases of addresses. Runs in the worker.
 *
 * @import { Problem, Session } from "./messages"
 */
import { refusal } from "./feed";

/**
 * @param {Session} session
 * @param {File[]} databases
 * @param {Blob | null} suffixes the list of public suffixes
 * @returns {Promise<Problem[]>} what could not be taken, and why
 */
export async function givePlaces(session, databases, suffixes) {
  /** @type {Problem[]} */
  const problems = [];
  for (const file of databases) {
    const bytes = await bytesOf(file);
    if (bytes === null) {
      problems.push({ code: "read_failed", detail: null, file: file.name });
      continue;
    }
    try {
      session.add_places(file.name, bytes);
    } catch (error) {
      problems.push({ ...refusal(error), file: file.name });
    }
  }
  const list = suffixes && (await bytesOf(suffixes));
  if (list) session.set_suffixes(list);
  return problems;
}

/** @param {Blob} blob */
async function bytesOf(blob) {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch {
    return null;
  }
}
