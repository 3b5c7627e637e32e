/**
 * Reads the files of a capture once more under pseudonyms, and tells how far it is. Runs in a worker of its own, whose end cancels it.
 *
 * @import { AnonymousSession, Problem } from "./messages"
 * @import { Progress } from "./types"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 100;

/**
 * Throws what the analyzer throws when it is broken.
 * @param {AnonymousSession} session
 * @param {File[]} files
 * @param {(progress: Progress) => void} tell
 * @returns {Promise<Problem[]>} what kept files from being read
 */
export async function readAnonymously(session, files, tell) {
  const feed = new Feed(session, files);
  let tellDue = performance.now() + TELL_MS;
  while (await feed.advance()) {
    if (performance.now() < tellDue) continue;
    tell(session.progress());
    await breath();
    tellDue = performance.now() + TELL_MS;
  }
  session.finish();
  return feed.problems;
}
