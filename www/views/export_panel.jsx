/**
 * What can be taken away, a part of the panel for each kind.
 *
 * @import { App } from "../state/app"
 */
import { ExportAnonymous } from "./export_anonymous";
import { ExportDatabase } from "./export_database";
import { ExportEvidence } from "./export_evidence";
import { ExportRows } from "./export_rows";
import { ExportSlice } from "./export_slice";
import { ExportWritten } from "./export_written";

/** In the order in which they stand there; each is one section or several. */
const PARTS = [ExportRows, ExportWritten, ExportSlice, ExportEvidence, ExportDatabase, ExportAnonymous];

/** @param {{ app: App }} props */
export function ExportPanel({ app }) {
  return (
    <div class="export-panel">
      {PARTS.map((Part) => (
        <Part key={Part.name} app={app} />
      ))}
    </div>
  );
}
