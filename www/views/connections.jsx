/**
 * Which connections peers had, and how their packets fared.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted } from "../base/format";
import { AppTable } from "./app_table";
import { CONNECTION_COLUMNS } from "./connections_columns";
import { ConnectionsPicture } from "./connections_picture";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Connections({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const { connection_count: count } = digest;
  const so = reading ? " so far" : "";
  return (
    <>
      <ViewTitle app={app} title="Connections" copies="connections">
        {count > 0
          ? `${counted(count, "connection")}${so}: how much went over each, and how its packets fared.`
          : "Which connections peers had, and how their packets fared."}
      </ViewTitle>
      <ConnectionsPicture app={app} digest={digest} pointed={pointed} onPoint={setPointed} />
      <AppTable
        app={app}
        table="connections"
        label="Connections"
        columns={CONNECTION_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={nothingAtAll(digest, reading) ?? (reading ? NONE_SO_FAR : NO_CONNECTION)}
      />
    </>
  );
}

const NONE_SO_FAR = "None so far.";
const NO_CONNECTION = "No connection of peers is in this capture.";
