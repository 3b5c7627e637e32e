/**
 * The reader's part in making a database: gives the statements, the hashes of the files and the rows to the worker that runs SQLite, over a port.
 *
 * @import { DatabaseAnswer, DatabaseAsk, Session } from "./messages"
 */
import { refusal } from "./feed";
import { Hashing } from "./file_hashes";
import { readThrough } from "./reading_through";
import { FileHash } from "./wasm/swarmscope.js";

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
  /** @type {Hashing | null} */
  let hashing = null;
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
        case "hashes": {
          const read = session.digest().capture.files;
          const captures = files.filter((_, index) => read[index]?.format);
          hashing = new Hashing(captures, new FileHash(), (share) => answer({ share }));
          return answer({ answer: spread(captures, await hashing.run(), files) });
        }
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
          hashing?.end();
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
    const { file = null } = /** @type {{ file?: string }} */ (error ?? {});
    return { ...refusal(error), file };
  } catch {
    return { code: "database_failed", detail: String(error), file: null };
  }
}

/**
 * The hash of each file: an empty text of one that is no capture. Throws where a capture cannot be read again.
 * @param {File[]} captures
 * @param {(string | null)[] | null} hashes of them; `null` where reading was ended
 * @param {File[]} files
 */
export function spread(captures, hashes, files) {
  if (hashes === null) return [];
  const lost = hashes.indexOf(null);
  if (lost >= 0) throw { code: "read_failed", detail: "", file: captures[lost].name };
  return files.map((file) => hashes[captures.indexOf(file)] ?? "");
}
