/**
 * The reader's part in making a database: gives the statements, the hashes of the files and the rows to the worker that runs SQLite, over a port.
 *
 * @import { DatabaseAnswer, DatabaseAsk, Session } from "./messages"
 */
import { CHUNK_BYTES, chunksOf } from "./chunks";
import { refusal } from "./feed";
import { readThrough } from "./reading_through";
import { FileHash } from "./wasm/swarmscope.js";

const TELL_MS = 100;

/**
 * Answers whatever is asked over the port, until it is told to stop.
 * @param {MessagePort} port
 * @param {Session} session that has read everything
 * @param {File[]} files of which it is
 * @param {(lines: string[]) => Session} goingOn makes another for the same files, which knows what an earlier capture left open
 */
export function serveDatabase(port, session, files, goingOn) {
  const answer = (/** @type {DatabaseAnswer} */ message, /** @type {Transferable[]} */ transfer = []) =>
    port.postMessage(message, transfer);
  let stopped = false;
  /** Has read the files once more. @type {Session | null} */
  let again = null;
  port.onmessage = async (event) => {
    /** @type {DatabaseAsk} */
    const ask = event.data;
    try {
      switch (ask.ask) {
        case "statements": {
          const { application_id, user_version, objects } = ask;
          return answer({ answer: session.database_statements(application_id, user_version, objects) });
        }
        case "hashes":
          return answer({ answer: await hashesOf(session, files, answer, () => stopped) });
        case "begins":
          return answer({ answer: session.database_begins() ?? null });
        case "go_on":
          again = goingOn(ask.lines);
          await readThrough(
            again,
            files,
            ({ bytes, bytes_total }) => answer({ share: bytes_total ? bytes / bytes_total : 1 }),
            () => stopped,
          );
          return answer({ answer: null });
        case "rows":
          (again ?? session).database_rows(ask.part, ask.hashes, (insert, bytes) =>
            answer({ insert, bytes }, [bytes.buffer]),
          );
          return answer({ answer: null });
        case "stop":
          stopped = true;
          again?.free();
          return port.close();
      }
    } catch (error) {
      answer({ refused: problemOf(error) });
    }
  };
}

/** @param {unknown} error */
function problemOf(error) {
  try {
    return { ...refusal(error), file: null };
  } catch {
    return { code: "database_failed", detail: String(error), file: null };
  }
}

/**
 * The SHA-256 of each file: one more reading. Of a file that is no capture none.
 * @param {Session} session
 * @param {File[]} files
 * @param {(message: DatabaseAnswer) => void} tell
 * @param {() => boolean} stopped
 */
async function hashesOf(session, files, tell, stopped) {
  const read = session.digest().capture.files;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let [done, due] = [0, 0];
  const hashes = [];
  for (const [index, file] of files.entries()) {
    if (!read[index]?.format) {
      hashes.push("");
      continue;
    }
    const hash = new FileHash();
    const chunks = chunksOf(file, CHUNK_BYTES);
    for (
      let chunk = await chunks.next().catch(unreadable(file));
      chunk;
      chunk = await chunks.next().catch(unreadable(file))
    ) {
      if (stopped()) return [];
      hash.push(chunk);
      done += chunk.length;
      if (performance.now() < due) continue;
      due = performance.now() + TELL_MS;
      tell({ share: total > 0 ? done / total : 1 });
    }
    hashes.push(hash.finish());
    hash.free();
  }
  return hashes;
}

/**
 * @param {File} file
 * @returns {() => never}
 */
function unreadable(file) {
  return () => {
    throw { code: "read_failed", detail: "", file: file.name };
  };
}
