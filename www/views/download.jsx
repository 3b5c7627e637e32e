/**
 * What was downloaded: the torrents, and of one of them, which piece came from whom.
 *
 * @import { Digest, TorrentRow, WebSeed } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { clock, counted, instant, number, sentence, shortened, size, told } from "../base/format";
import { FactLine, FactList } from "../components/facts";
import { PieceMap, PieceMapPlace } from "../components/piece_map";
import { AppTable } from "./app_table";
import { CONTRIBUTOR_COLUMNS, PIECE_COLUMNS, piecesTold, TORRENT_COLUMNS, torrentName } from "./download_columns";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** Torrents that stand one below the other; more scroll by themselves. */
const TORRENTS_IN_SIGHT = 8;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Download({ app, digest, reading }) {
  const torrent = app.torrent.value;
  return (
    <>
      <ViewTitle app={app} title="Download" copies="download">
        {summary(digest, reading)}
      </ViewTitle>
      <AppTable
        app={app}
        table="torrents"
        label="Torrents"
        columns={TORRENT_COLUMNS}
        selected={torrent && String(torrent.info_hash)}
        maxRows={TORRENTS_IN_SIGHT}
        nothing={nothingAtAll(digest, reading) ?? noTorrent(digest.encrypted_flow_count)}
      />
      {digest.web_seeds.length > 0 && (
        <section class="picture">
          <h2>
            Web servers sent pieces, too <small>web seeds (BEP 19); their pieces are among those below</small>
          </h2>
          <FactList facts={digest.web_seeds.map((seed) => webSeedFact(seed, digest.torrents))} />
        </section>
      )}
      {torrent && <Torrent key={torrent.info_hash} app={app} torrent={torrent} />}
    </>
  );
}

/**
 * A web seed in a line: of which torrent it sent how much, and how that is known.
 * @param {WebSeed} seed
 * @param {TorrentRow[]} torrents
 */
function webSeedFact(
  { url, endpoint, client, info_hash: hash, bytes, pieces, requests, responses, reasons },
  torrents,
) {
  const torrent = torrents.find((row) => row.info_hash === hash)?.name ?? shortened(hash);
  const sent = `${size(bytes)} in ${counted(pieces, "piece")} of ${torrent}`;
  const answered = `${number(responses)} of ${counted(requests, "request")} answered`;
  return {
    name: `${endpoint} to ${client}, ${torrent}`,
    value: `${url}: ${sent}; ${answered}. ${reasons.join(" ")}`,
    whole: url,
  };
}

/** @param {number} encrypted connections that look like encrypted BitTorrent */
function noTorrent(encrypted) {
  const none = "No connection between peers is in this capture that could be read.";
  if (encrypted === 0) return none;
  return `${none} ${counted(encrypted, "looks", "look")} like encrypted BitTorrent, listed under Encrypted flows.`;
}

/** @param {{ app: App, torrent: TorrentRow }} props */
function Torrent({ app, torrent }) {
  const [pointed, setPointed] = useState(/** @type {number | null} */ (null));
  const map = app.pieceMap.value.value;
  const about = String(torrent.info_hash);
  const { list } = app.selection.value;
  return (
    <section class="torrent" aria-label={torrentName(torrent)}>
      <h2 class="torrent-name">{torrentName(torrent)}</h2>
      <FactLine facts={factsOf(torrent)} />
      {torrent.info_hash !== null && (
        <p class="torrent-actions">
          <button type="button" class="button" onClick={() => app.showEvents({ torrent: torrent.info_hash })}>
            Show its events
          </button>
        </p>
      )}
      {torrent.pieces > 0 ? (
        <section class="picture">
          <h3>
            {piecesTold(torrent)}{" "}
            <small>who sent: a hue each, half height the others, empty not seen in this capture</small>
          </h3>
          {map?.about === about && map.is.pieces > 0 ? (
            <PieceMap
              map={map.is}
              pointed={pointed}
              onPoint={setPointed}
              label="Which pieces came from which contributor; the table of pieces has the figures"
            />
          ) : (
            <PieceMapPlace pieces={torrent.piece_count ?? torrent.pieces} />
          )}
        </section>
      ) : (
        <p class="caption">No piece of it went over the wire in this capture.</p>
      )}
      {torrent.pieces > 0 && (
        <>
          <div class="segmented" role="group" aria-label="List">
            <Choice app={app} list="pieces">
              Pieces
            </Choice>
            <Choice app={app} list="contributors">
              Contributors
            </Choice>
          </div>
          {list === "pieces" ? (
            <AppTable app={app} table="pieces" label={`Pieces of ${torrentName(torrent)}`} columns={PIECE_COLUMNS} />
          ) : (
            <AppTable
              app={app}
              table="contributors"
              label={`Contributors to ${torrentName(torrent)}`}
              columns={CONTRIBUTOR_COLUMNS}
            />
          )}
        </>
      )}
    </section>
  );
}

/** @param {{ app: App, list: "pieces" | "contributors", children: string }} props */
function Choice({ app, list, children }) {
  return (
    <button type="button" aria-pressed={app.selection.value.list === list} onClick={() => app.select({ list })}>
      {children}
    </button>
  );
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function summary({ torrents, torrent_count: count }, reading) {
  if (count === 0) return "Which pieces of which torrent came from whom.";
  const bytes = torrents.reduce((sum, torrent) => sum + torrent.bytes, 0);
  const pieces = torrents.reduce((sum, torrent) => sum + torrent.pieces, 0);
  const so = reading ? " so far" : "";
  return `${sentence(told(count, "torrent"))}: ${size(bytes)} in ${counted(pieces, "piece")} ${pieces === 1 ? "is" : "are"} in the capture${so}.`;
}

/** @param {TorrentRow} torrent */
function factsOf(torrent) {
  const absent = <span class="absent">not in this capture</span>;
  const { info_hash: hash, total_size: total, piece_count: count, piece_length: length } = torrent;
  return [
    {
      name: "info_hash",
      value: hash === null ? absent : shortened(hash),
      title: hash ?? undefined,
      whole: hash ?? undefined,
      code: hash !== null,
    },
    { name: "Size", value: total === null ? absent : size(total) },
    { name: "Pieces", value: count === null || length === null ? absent : `${number(count)} of ${size(length)}` },
    { name: "In the capture", value: size(torrent.bytes) },
    { name: "Contributors", value: number(torrent.contributors) },
    { name: "Receivers", value: number(torrent.receivers) },
    {
      name: "Seen",
      value: `${clock(torrent.first_time)} – ${clock(torrent.last_time)}`,
      title: `${instant(torrent.first_time)} to ${instant(torrent.last_time)}, in your time zone`,
    },
  ];
}
