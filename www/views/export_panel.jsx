/**
 * What can be taken away, a part of the panel for each kind.
 *
 * @import { App } from "../state/app"
 */
import { ExportSlice } from "./export_slice";
import { ExportWritten } from "./export_written";

/** In the order in which they stand there; each is one section or several. */
const PARTS = [ExportWritten, ExportSlice];

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
