/**
 * The head of a view: its title, what it shows in a sentence, and its text for the clipboard.
 *
 * @import { ComponentChildren } from "preact"
 * @import { ExportView } from "../engine/messages"
 * @import { App } from "../state/app"
 */
import { CopyButton } from "../components/copy_button";

/** @param {{ app: App, title: string, copies?: ExportView, children: ComponentChildren }} props */
export function ViewTitle({ app, title, copies, children }) {
  return (
    <header class="view-title">
      <div>
        <h1>{title}</h1>
        {copies && <CopyButton copy={() => app.copyExport(copies, "text")}>Copy as text</CopyButton>}
      </div>
      <p>{children}</p>
    </header>
  );
}
