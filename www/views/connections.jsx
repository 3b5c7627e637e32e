/**
 * How the packets of uTP connections fared.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { counted } from "../base/format";
import { AppTable } from "./app_table";
import { CONNECTION_COLUMNS } from "./connections_columns";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Connections({ app, digest, reading }) {
  const { connection_count: count } = digest;
  const so = reading ? " that ended so far" : "";
  return (
    <>
      <ViewTitle app={app} title="Connections" copies="connections">
        {count > 0
          ? `${counted(count, "uTP connection")}${so}: how much went over each, how its packets fared, and how long they waited on the way. TCP connections are not measured.`
          : "How the packets of uTP connections fared. TCP connections are not measured."}
      </ViewTitle>
      <AppTable
        app={app}
        table="connections"
        label="uTP connections"
        columns={CONNECTION_COLUMNS}
        nothing={nothingAtAll(digest, reading) ?? (reading ? NONE_SO_FAR : NO_CONNECTION)}
      />
    </>
  );
}

const NONE_SO_FAR = "None has ended so far: a connection is told when it ends, at the latest with the capture.";
const NO_CONNECTION = "No uTP connection that was answered is in this capture. Peers may have used TCP.";
