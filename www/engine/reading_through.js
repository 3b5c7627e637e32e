/**
 * Reads the files of a capture once more into another session, from beginning to end, and tells how far it is.
 *
 * @import { Problem, Sink } from "./messages"
 * @import { Progress } from "./types"
 */
import { breath, Feed } from "./feed";

const TELL_MS = 100;
/** After so long without one, let messages in. */
const BREATH_MS = 16;

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
  let [tellDue, breathDue] = [performance.now() + TELL_MS, performance.now() + BREATH_MS];
  while (!stopped() && (await feed.advance())) {
    const now = performance.now();
    if (now >= breathDue) {
      await breath();
      breathDue = performance.now() + BREATH_MS;
    }
    if (now >= tellDue && !stopped()) {
      tell(session.progress());
      tellDue = now + TELL_MS;
    }
  }
  session.finish();
  return feed.problems;
}
