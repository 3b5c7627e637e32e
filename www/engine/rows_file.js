/**
 * Writes the rows of a table into a file, window by window, so that no text is as long as all of them. Runs in the worker.
 *
 * @import { RowsAsked, SessionAnswers } from "./messages"
 * @import { RowFormat } from "./types"
 */
import { breath } from "./feed";

/** Rows of a window. */
const COUNT = 10_000;

/**
 * @param {Pick<SessionAnswers, "rows_written">} session
 * @param {RowsAsked} asked
 * @param {RowFormat} format
 */
export async function rowsFile(session, asked, format) {
  const parts = [];
  for (let from = 0; ; from += COUNT) {
    const text = session.rows_written({ ...asked, from, count: COUNT }, format);
    if (text === "") return new Blob(parts);
    parts.push(new Blob([text]));
    await breath();
  }
}
