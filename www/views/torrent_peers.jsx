/**
 * The peers of a torrent as a table: with their place among the contributors, the proof that they took part, and how they came along.
 *
 * @import { Column } from "../components/columns"
 * @import { PeerRow, Source, TorrentStudy } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { Span } from "./torrent_confirmed"
 * @import { Pointing } from "./torrent_map"
 */
import { useMemo } from "preact/hooks";
import { clock, instant, kibibytes, mebibytes, NONE, number } from "../base/format";
import { Rungs } from "../components/rungs";
import { ProgressSpark } from "../components/progress_spark";
import { KEYS } from "../state/rows";
import { AppTable } from "./app_table";
import { sourceName } from "./encrypted_columns";
import { rungTold } from "./evidence_words";
import { percentOf } from "./swarms_columns";

/** @type {Record<Source, string>} */
const SHORT_SOURCES = {
  tracker: "tracker",
  dht: "DHT",
  pex: "PEX",
  lsd: "LSD",
  mdns: "mDNS",
  tracker_announce: "itself",
  dht_announce: "itself",
  handshake: "itself",
  listen_port: "itself",
  incoming: "incoming",
  magnet: "magnet",
};

/**
 * @param {Pointing & { app: App, study: TorrentStudy | null, span: Span | null, ranks: Map<string, number>, reading: boolean }} props
 */
export function TorrentPeers({ app, study, span, ranks, reading, pointed, onPoint }) {
  const columns = useMemo(() => columnsOf(study, span, ranks), [study, span, ranks]);
  const source = app.tables.peers;
  void source.version.value;
  const marked = pointed === null ? undefined : source.having(({ endpoint }) => endpoint === pointed)[0];
  return (
    <section class="torrent-peers">
      <h2>Peers {study && <small>{countsTold(study)}</small>}</h2>
      <AppTable
        app={app}
        table="peers"
        label="Peers"
        columns={columns}
        marked={marked ? KEYS.peers(marked) : null}
        onPoint={(key) => onPoint(key && (source.find(key)?.endpoint ?? null))}
        nothing={
          reading ? "None so far." : "No peer of it was met: no connection of peers begins here that is not encrypted."
        }
      />
    </section>
  );
}

/** @param {TorrentStudy} study */
function countsTold({ counts: { peers, met, progress_known: known } }) {
  const listed = peers > met ? `, of ${number(peers)} listed` : "";
  return `${number(known)} with known progress, of ${number(met)} met${listed}; sent and received by the peer`;
}

/**
 * @param {TorrentStudy | null} study
 * @param {Span | null} span
 * @param {Map<string, number>} ranks of the contributors
 * @returns {Column<PeerRow>[]}
 */
function columnsOf(study, span, ranks) {
  const curves = new Map(study?.curves.map((curve) => [curve.endpoint, curve]));
  const threshold = (study?.threshold ?? 100) / 100;
  return [
    {
      key: "endpoint",
      title: "Endpoint",
      meaning:
        "Where the peer takes connections; where that is not known, where it last opened one from. Before it, its place among those that sent pieces. Bold: a host of the local network.",
      text: (row) => row.endpoint,
      cell: (row) => (
        <>
          <Rank rank={ranks.get(row.endpoint)} sent={row.uploaded > 0} />
          {row.local ? <strong>{row.endpoint}</strong> : row.endpoint}
        </>
      ),
      width: 188,
      rank: 1,
      code: true,
      line: 1,
    },
    {
      key: "client",
      title: "Client",
      meaning: "Its client and version, as it says.",
      text: (row) => row.client ?? NONE,
      width: 124,
      rank: 6,
      line: 2,
    },
    {
      key: "sources",
      title: "Named by",
      meaning:
        "Who named it: a tracker, the DHT, other peers, the local network, or itself. The first word stands for more.",
      text: (row) => (row.sources.length === 0 ? NONE : SHORT_SOURCES[row.sources[0]]),
      whole: (row) => row.sources.map(sourceName).join(", ") || null,
      width: 60,
      rank: 9,
    },
    {
      key: "evidence",
      title: "Evidence",
      meaning:
        "The strongest proof that it takes part: a connection, a handshake, word of which pieces it has, blocks that it sent, or that these are verified by their hashes, once pieces are.",
      text: (row) => rungTold(row.evidence).word,
      cell: (row) => <Rungs {...rungTold(row.evidence)} />,
      width: 132,
      grows: 0,
      rank: 7,
      line: 2,
    },
    {
      key: "progress_first",
      title: span ? `Pieces, ${clock(span.from)} to ${clock(span.to)}` : "Pieces",
      meaning: "The share of the pieces that it had over the whole capture; diamond: completed; dot: last seen.",
      text: (row) => `${percentOf(row.progress_first)} → ${percentOf(row.progress_last)}`,
      cell: (row) => span && <ProgressSpark course={courseOf(row, curves.get(row.endpoint))} {...span} />,
      width: 204,
      grows: 0,
      rank: 8,
    },
    {
      key: "progress_last",
      title: "Now",
      unit: "%",
      meaning: "The share of the pieces that it was last known to have; – where that is not known.",
      text: (row) => percentOf(row.progress_last),
      width: 44,
      rank: 3,
      figure: true,
    },
    {
      key: "completed_at",
      title: "Complete at",
      meaning: "When its download was complete; seed: it had as much when it was first met.",
      text: (row) => completedTold(row, threshold),
      whole: (row) => (row.completed_at === null ? null : instant(row.completed_at)),
      width: 76,
      rank: 4,
      figure: true,
      rising: true,
    },
    {
      key: "uploaded",
      title: "Sent",
      unit: "MiB",
      meaning: "Bytes of blocks that it sent in this capture.",
      text: (row) => (row.uploaded === 0 ? NONE : mebibytes(row.uploaded)),
      width: 60,
      rank: 2,
      figure: true,
    },
    {
      key: "downloaded",
      title: "Received",
      unit: "MiB",
      meaning: "Bytes of blocks that went to it in this capture.",
      text: (row) => (row.downloaded === 0 ? NONE : mebibytes(row.downloaded)),
      width: 80,
      rank: 5,
      figure: true,
    },
    {
      key: "max_speed",
      title: "Max",
      unit: "KiB/s",
      meaning: "The most at which its pieces grew over ten seconds or longer, from whomever they came.",
      text: (row) => kibibytes(row.max_speed),
      width: 68,
      rank: 6,
      figure: true,
    },
  ];
}

/** @param {{ rank: number | undefined, sent: boolean }} props */
function Rank({ rank, sent }) {
  if (rank === undefined) return <span class="row-rank">{sent && <span class="swatch swatch-peer-rest" />}</span>;
  return (
    <span class="row-rank">
      <span class={`swatch swatch-peer-${rank}`}>{rank}</span>
    </span>
  );
}

/**
 * @param {PeerRow} row
 * @param {number} threshold
 */
function completedTold({ completed_at: at, progress_first: first }, threshold) {
  if (at !== null) return clock(at);
  return first !== null && first >= threshold ? "seed" : NONE;
}

/**
 * @param {PeerRow} row
 * @param {TorrentStudy["curves"][number] | undefined} curve
 */
function courseOf(row, curve) {
  if (!curve) return null;
  return {
    points: curve.points,
    completed: row.completed_at,
    last: Math.max(row.last_seen, curve.points.at(-1)?.time ?? 0),
  };
}
