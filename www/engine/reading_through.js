/**
 * Reads the files of a capture once more into another session, from beginning to end, and tells how far it is.
 *
 * @import { Problem, Sink } from "./messages"
 * @import { Progress } from "./types"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 100;

/**
 * Throws what the analyzer throws when it is broken.
 * @param {Sink & { progress: () => Progress, finish: () => void }} session
 * @param {File[]} files
 * @param {(progress: Progress) => void} tell
 * @param {() => boolean} [stopped] asked now and then: whether the rest is not wanted any more
 * @returns {Promise<Problem[]>} what kept files from being read
 */
export async function readThrough(session, files, tell, stopped = () => false) {
  const feed = new Feed(session, files);
  let tellDue = performance.now() + TELL_MS;
  while (!stopped() && (await feed.advance())) {
    if (performance.now() < tellDue) continue;
    tell(session.progress());
    await breath();
    tellDue = performance.now() + TELL_MS;
  }
  session.finish();
  return feed.problems;
}
