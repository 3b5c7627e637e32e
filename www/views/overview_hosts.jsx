/**
 * The hosts that the overview tells of: those of the network with any sign of BitTorrent, or all that have one where none of them is.
 *
 * @import { Digest, Overview } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { AppTable } from "./app_table";
import { OVERVIEW_HOST_COLUMNS } from "./overview_columns";
import { alone } from "./overview_parts";
import { Picture } from "./picture";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function OverviewHosts({ app, digest, reading }) {
  return (
    <Picture title="Hosts" caption={othersTold(digest.overview.who)}>
      <AppTable
        app={app}
        table="overview_hosts"
        label="Hosts that run BitTorrent"
        columns={OVERVIEW_HOST_COLUMNS}
        nothing={reading ? "No host so far." : "No host shows BitTorrent."}
      />
    </Picture>
  );
}

/** @param {Overview["who"]} who */
export function othersTold({ of_local: ofLocal, local, showing }) {
  if (!ofLocal) return "Hosts with any sign of BitTorrent. None of them is known to be local.";
  const others = local - showing;
  const rest =
    others === 0 ? "" : others === 1 ? " The other one shows none." : ` The other ${alone(others)} show none.`;
  return `Local hosts with any sign of BitTorrent.${rest}`;
}
