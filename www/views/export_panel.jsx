/**
 * What can be taken away, a part of the panel for each kind.
 *
 * @import { App } from "../state/app"
 */
import { ExportAnonymous } from "./export_anonymous";
import { ExportWritten } from "./export_written";

/** In the order in which they stand there; each is one section or several. */
const PARTS = [ExportWritten, ExportAnonymous];

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
