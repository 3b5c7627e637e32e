/**
 * Which connections look like encrypted BitTorrent, how likely, and why.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted } from "../base/format";
import { AppTable } from "./app_table";
import { ENCRYPTED_COLUMNS } from "./encrypted_columns";
import { EncryptedPicture } from "./encrypted_picture";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Encrypted({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const { encrypted_flow_count: count } = digest;
  return (
    <>
      <ViewTitle app={app} title="Encrypted flows" copies="encrypted">
        {summary(count, reading)}
      </ViewTitle>
      <EncryptedPicture app={app} digest={digest} pointed={pointed} onPoint={setPointed} />
      <AppTable
        app={app}
        table="encrypted_flows"
        label="Connections that look like encrypted BitTorrent"
        columns={ENCRYPTED_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={reading ? "None so far." : NONE_LOOKS_LIKE_IT}
      />
    </>
  );
}

const NONE_LOOKS_LIKE_IT =
  "No connection looks like encrypted BitTorrent. TLS, VPNs and tunnels are not taken for it, and inside them it could not be seen.";

/**
 * @param {number} count
 * @param {boolean} reading
 */
function summary(count, reading) {
  if (count === 0) return "Which connections look like encrypted BitTorrent, how likely, and why.";
  const so = reading ? " so far" : "";
  const look = count === 1 ? "looks" : "look";
  return `${counted(count, "connection")} ${look} like encrypted BitTorrent${so}. What went over them cannot be read: each row is a judgement, and its detail has the reasons.`;
}
