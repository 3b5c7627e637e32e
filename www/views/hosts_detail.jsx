/**
 * What is known of one host beyond its row: whose word it is that it is local, its ports, and the report on it.
 *
 * @import { Host, LocalReason } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { counted } from "../base/format";
import { FrameNumber } from "../components/frame_number";
import { EvidenceReport } from "./evidence";

const REASONS = /** @type {Record<LocalReason, string>} */ ({
  private: "its address is one of private networks",
  link_local: "its address is of its own link only",
  shape: "nearly all packets are to or from it",
  user: "you said so",
});

/**
 * Whether a host is local, and why.
 * @param {Host} host
 */
export function whereTold({ local, local_reason: reason }) {
  const where = local ? "on this network" : "elsewhere";
  return reason === null ? where : `${where}: ${REASONS[reason]}`;
}

/** @param {{ app: App, row: Host }} props */
export function HostPlace({ app, row }) {
  return (
    <div class="host-place">
      <p class="caption">
        {row.address} is {whereTold(row)}.
      </p>
      <button type="button" class="button" onClick={() => app.setLocal(row.address, !row.local)}>
        {row.local ? "This host is not on my network" : "This host is on my network"}
      </button>{" "}
      {row.local_reason === "user" && (
        <button type="button" class="button is-quiet" onClick={() => app.setLocal(row.address, null)}>
          As the capture tells
        </button>
      )}
    </div>
  );
}

/** @param {{ app: App, row: Host }} props */
export function HostDetail({ app, row }) {
  return (
    <>
      <EvidenceReport app={app} scope={{ host: row.address }} label="Evidence report on this host" />
      <PortMappings row={row} />
    </>
  );
}

/** @param {{ row: Host }} props */
function PortMappings({ row: { port_mappings: mappings } }) {
  if (mappings.length === 0) return null;
  return (
    <>
      <h3>Ports asked of gateways</h3>
      <ol class="requests">
        {mappings.map((mapping) => (
          <li key={`${mapping.via} ${mapping.protocol} ${mapping.internal_port}`}>
            <span>
              {mapping.protocol.toUpperCase()} {mapping.internal_port} to{" "}
              {mapping.external_port ?? <span class="absent">not given</span>}
            </span>
            <span>{mapping.via.replace("_", "-").toUpperCase()}</span>
            <small>
              frame <FrameNumber frame={mapping.frame} />, from <span class="code">{mapping.gateway}</span>
            </small>
            <small>
              {mapping.used_by.length > 0 && counted(mapping.used_by.length, "protocol uses it", "protocols use it")}
            </small>
          </li>
        ))}
      </ol>
    </>
  );
}
