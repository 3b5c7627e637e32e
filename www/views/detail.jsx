/**
 * A row in full: every value with its name, whole, and ready to be copied.
 *
 * @import { Column } from "../components/columns"
 * @import { Fact } from "../components/facts"
 * @import { BootstrapRow, Digest, EncryptedFlow, LookupRow, Request, Share } from "../engine/types"
 * @import { App, Looked } from "../state/app"
 * @import { LadderHead } from "../state/events"
 */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { counted, kibibytes, milliseconds, NONE, number, sentence, shortened } from "../base/format";
import { FactList } from "../components/facts";
import { FrameNumber, WithFrame } from "../components/frame_number";
import { CONNECTION_COLUMNS } from "./connections_columns";
import { ConnectionExchange } from "./connections_exchange";
import { connectionFacts, ConnectionSides } from "./connections_detail";
import { EventsOf } from "./events_of";
import { Ladder, Trace } from "./evidence";
import { EVENT_COLUMNS, eventFacts, rungFacts } from "./events_columns";
import { LOOKUP_COLUMNS, lookupFacts } from "./dht_columns";
import { ENCRYPTED_COLUMNS, encryptedFacts } from "./encrypted_columns";
import { FrameSection } from "./frame";
import { HOST_COLUMNS, hostFacts } from "./hosts_columns";
import { groupColumns, groupFacts, nameOf, PLACE_COLUMNS, placeFacts } from "./geography_columns";
import { HostDetail, HostPlace } from "./hosts_detail";
import { CONTRIBUTOR_COLUMNS, PIECE_COLUMNS } from "./download_columns";
import { BOOTSTRAP_COLUMNS } from "./init_columns";
import { ADDRESS_COLUMNS, REQUEST_COLUMNS, SOURCE_COLUMNS, sourceName, STATISTIC_COLUMNS } from "./sources_columns";
import { NODE_COLUMNS } from "./peers_columns";
import { PEER_COLUMNS, peerFacts } from "./swarms_columns";
import { ANNOUNCE_COLUMNS, announceFacts, trackerName } from "./trackers_columns";

/** @param {{ app: App, digest: Digest, detail: Looked }} props */
export function DetailPanel({ app, digest, detail }) {
  const evidence = app.evidence.of(detail, app.torrent.value?.info_hash);
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => panel.current?.scrollTo({ top: 0 }), [detail.key]);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = panel.current;
    // Whoever closes it from within goes back to where it was opened.
    return () => {
      if (element?.contains(document.activeElement) && opener instanceof HTMLElement)
        opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <aside ref={panel} class="detail" aria-label="Detail" tabIndex={-1}>
      <header>
        <h2>{titleOf(detail)}</h2>
        <button type="button" class="button is-quiet" aria-label="Close the detail" onClick={() => app.lookAway()}>
          ✕
        </button>
      </header>
      <EventsOf app={app} detail={detail} />
      {detail.table === "hosts" && <HostPlace app={app} row={detail.row} />}
      <FactList facts={factsOf(detail, app.events.ladder.value)} />
      {detail.table === "bootstrap" && <Requests digest={digest} row={detail.row} />}
      {detail.table === "encrypted_flows" && <Reasons row={detail.row} />}
      {evidence && (
        <>
          <h3>Evidence</h3>
          <Ladder answer={evidence} />
          <Trace app={app} answer={evidence} />
        </>
      )}
      {detail.table === "hosts" && <HostDetail app={app} row={detail.row} />}
      {detail.table === "lookups" && <Approach row={detail.row} />}
      {detail.table === "connections" && <ConnectionSides row={detail.row} />}
      {detail.table === "connections" && <ConnectionExchange app={app} row={detail.row} />}
      {detail.table === "pieces" && (
        <>
          <h3>Sent by</h3>
          <FactList facts={detail.row.sent_by.map(shareFact)} />
          <h3>Received by</h3>
          <FactList facts={detail.row.received_by.map(shareFact)} />
        </>
      )}
      {app.selection.value.frame !== null && <FrameSection app={app} />}
    </aside>
  );
}

/** @param {{ digest: Digest, row: BootstrapRow }} props */
function Requests({ digest, row }) {
  const node = digest.init.bootstrap.find(({ name, address }) => name === row.name && address === row.address);
  if (!node) return null;
  const { resolved, requests } = node;
  return (
    <>
      <h3>The name</h3>
      {resolved === null ? (
        <p class="caption">The capture file itself says that the address has this name.</p>
      ) : (
        <FactList
          facts={[
            { name: "Asked by", value: resolved.client, whole: resolved.client, code: true },
            { name: "Resolver", value: resolved.resolver, whole: resolved.resolver, code: true },
            { name: "Asked in frame", value: <FrameNumber frame={resolved.asked_frame} /> },
            { name: "Answered in frame", value: <FrameNumber frame={resolved.frame} /> },
          ]}
        />
      )}
      <h3>Initial requests</h3>
      {requests.length === 0 && <p class="caption">No initial request sent.</p>}
      <ol class="requests">
        {requests.map((request) => (
          <RequestEntry key={request.frame} request={request} />
        ))}
      </ol>
    </>
  );
}

/** @param {{ request: Request }} props */
function RequestEntry({ request: { frame, query, transaction_id: id, from, time, response } }) {
  return (
    <li>
      <span>
        {query} <span class="code">{id}</span>
      </span>
      {response ? <span>{counted(response.nodes, "node")}</span> : <span class="lost">× no response</span>}
      <small>
        frame <FrameNumber frame={frame} />, from <span class="code">{from}</span>
      </small>
      <small>
        {response && (
          <>
            frame <FrameNumber frame={response.frame} />, after {milliseconds(response.time - time)} ms
          </>
        )}
      </small>
    </li>
  );
}

/** @param {{ row: EncryptedFlow }} props */
function Reasons({ row: { reasons } }) {
  return (
    <>
      <h3>Why</h3>
      <ul class="reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}

/** @param {{ row: LookupRow }} props */
function Approach({ row: { approach, first_time: start } }) {
  return (
    <>
      <h3>Answers that came closer</h3>
      {approach.length === 0 && <p class="caption">No answer is in the capture.</p>}
      <ol class="requests">
        {approach.map(({ node, shared_bits: bits, frame, time }) => (
          <li key={frame}>
            <span class="code">{node}</span>
            <span>{counted(bits, "bit")} shared</span>
            <small>
              frame <FrameNumber frame={frame} />
            </small>
            <small>after {milliseconds(time - start)} ms</small>
          </li>
        ))}
      </ol>
    </>
  );
}

/**
 * @param {Share} share
 * @returns {Fact}
 */
function shareFact({ endpoint, bytes }) {
  return { name: endpoint, value: `${kibibytes(bytes)} KiB`, whole: endpoint };
}

/** @param {Looked} detail */
function titleOf(detail) {
  switch (detail.table) {
    case "bootstrap":
      return detail.row.name;
    case "nodes":
      return detail.row.address.includes(":")
        ? `[${detail.row.address}]:${detail.row.port}`
        : `${detail.row.address}:${detail.row.port}`;
    case "pieces":
      return `Piece ${number(detail.row.index)}`;
    case "contributors":
    case "peers":
      return detail.row.endpoint;
    case "announces":
      return trackerName(detail.row);
    case "encrypted_flows":
      return `${detail.row.originator} to ${detail.row.responder}`;
    case "hosts":
    case "places":
      return detail.row.address;
    case "countries":
    case "networks":
    case "clients":
      return sentence(nameOf(detail.row, detail.table));
    case "lookups":
      return `${detail.row.query} ${shortened(detail.row.target)}`;
    case "connections":
      return `${detail.row.originator} to ${detail.row.responder}`;
    case "events":
      return sentence(`${detail.row.name.replaceAll("_", " ")} (${detail.row.extension ?? detail.row.protocol})`);
    case "rungs":
      return sentence(detail.row.name.replaceAll("_", " "));
    case "sources":
    case "source_requests":
      return sentence(sourceName(detail.row.source));
    case "source_addresses":
      return detail.row.endpoint;
    case "secondary_statistics":
      return sentence(detail.row.name.replaceAll("_", " "));
    case "torrents":
    case "torrent_list":
      return detail.row.name ?? NONE;
  }
}

/**
 * @param {Looked} detail
 * @param {LadderHead | null} ladder that a rung is of
 * @returns {Fact[]}
 */
function factsOf(detail, ladder) {
  switch (detail.table) {
    case "bootstrap":
      return columnFacts(BOOTSTRAP_COLUMNS, detail.row);
    case "nodes":
      return columnFacts(NODE_COLUMNS, detail.row);
    case "pieces":
      return [
        ...columnFacts(PIECE_COLUMNS, detail.row),
        { name: "Piece index, hex", value: hex(detail.row.index), whole: hex(detail.row.index), code: true },
        { name: "Bytes", value: number(detail.row.bytes), whole: String(detail.row.bytes) },
      ];
    case "contributors":
      return columnFacts(CONTRIBUTOR_COLUMNS, detail.row);
    case "peers":
      return [...columnFacts(PEER_COLUMNS, detail.row), ...peerFacts(detail.row)];
    case "announces":
      return [...columnFacts(ANNOUNCE_COLUMNS, detail.row), ...announceFacts(detail.row)];
    case "encrypted_flows":
      return [...columnFacts(ENCRYPTED_COLUMNS, detail.row), ...encryptedFacts(detail.row)];
    case "hosts":
      return [...columnFacts(HOST_COLUMNS, detail.row), ...hostFacts(detail.row)];
    case "lookups":
      return [...columnFacts(LOOKUP_COLUMNS, detail.row), ...lookupFacts(detail.row)];
    case "countries":
    case "networks":
    case "clients":
      return [...columnFacts(groupColumns(detail.table), detail.row), ...groupFacts(detail.row)];
    case "places":
      return [...columnFacts(PLACE_COLUMNS, detail.row), ...placeFacts(detail.row)];
    case "connections":
      return [...columnFacts(CONNECTION_COLUMNS, detail.row), ...connectionFacts(detail.row)];
    case "events":
      return [...columnFacts(EVENT_COLUMNS, detail.row), ...eventFacts(detail.row)];
    case "rungs":
      return rungFacts(detail.row, ladder);
    case "sources":
      return columnFacts(SOURCE_COLUMNS, detail.row);
    case "source_requests":
      return columnFacts(REQUEST_COLUMNS, detail.row);
    case "source_addresses":
      return columnFacts(ADDRESS_COLUMNS, detail.row);
    case "secondary_statistics":
      return columnFacts(STATISTIC_COLUMNS, detail.row);
    case "torrents":
    case "torrent_list":
      return [];
  }
}

/**
 * @template Row
 * @param {Column<Row>[]} columns
 * @param {Row} row
 * @returns {Fact[]}
 */
function columnFacts(columns, row) {
  return columns.map(({ title, unit, meaning, text, whole, cell, frame, code }) => {
    const value = whole?.(row) ?? text(row);
    const shown = frame ? <WithFrame text={value} frame={frame(row)} /> : value;
    return {
      name: unit ? `${title}, ${unit}` : title,
      value: whole ? shown : (cell?.(row) ?? shown),
      whole: value === NONE ? undefined : value.replaceAll("\u202f", ""),
      title: meaning,
      code,
    };
  });
}

/** @param {number} index as the original tool writes it */
function hex(index) {
  return `0x${index.toString(16).padStart(8, "0")}`;
}
