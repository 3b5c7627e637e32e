/**
 * The capture as a database, or added to one.
 *
 * @import { App } from "../state/app"
 * @import { DatabaseState } from "../state/database"
 */
import { FileButton } from "../components/file_button";
import { outcomeWords } from "../state/database";

/** @param {{ app: App }} props */
export function ExportDatabase({ app }) {
  const state = app.database.state.value;
  const whole = app.database.isReady;
  return (
    <section aria-label="Database" class="export-database">
      <h2>Database (SQLite)</h2>
      {state.status === "working" ? (
        <div>
          <span role="status">{stepOf(state)}</span>
          <button type="button" class="button" onClick={() => app.database.reset()}>
            Cancel
          </button>
        </div>
      ) : (
        <>
          <div>
            <span>New</span>
            <button type="button" class="button" disabled={!whole} onClick={() => app.database.add()}>
              Save as database
            </button>
          </div>
          <div>
            <span>Earlier</span>
            <FileButton
              class="button"
              label="Database file"
              disabled={!whole}
              onFiles={([file]) => file && app.database.add(file)}
            >
              Add to a database…
            </FileButton>
          </div>
        </>
      )}
      <p role="status">{whole ? outcomeWords(state) : "A database is made once the capture is read to its end."}</p>
    </section>
  );
}

/** @param {DatabaseState & { status: "working" }} state */
function stepOf({ progress }) {
  if (progress === null) return "Fetching SQLite";
  const percent = `${Math.floor(progress.share * 100)}\u202f%`;
  return progress.step === "hashing" ? `Reading the files once more, ${percent}` : `Writing, ${percent}`;
}
