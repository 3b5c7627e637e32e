/**
 * What the whole capture proves, how it is known and what is not, to keep and to print.
 *
 * @import { App } from "../state/app"
 */
import { EvidenceReport } from "./evidence";

/** @param {{ app: App }} props */
export function ExportEvidence({ app }) {
  return (
    <section aria-label="Evidence report">
      <h2>Evidence report</h2>
      <EvidenceReport app={app} scope={{}} label="Evidence report" />
    </section>
  );
}
