/**
 * The study of torrents: the list of those that the capture touches, with their peers below it; and the page of the one that is chosen.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, number, sentence, told } from "../base/format";
import { AppTable } from "./app_table";
import { nothingAtAll } from "./nothing_here";
import { PEER_COLUMNS } from "./swarms_columns";
import { SwarmsPicture } from "./swarms_picture";
import { TorrentPage } from "./torrent_page";
import { Verdict, Verifying } from "./verifying";
import { LIST_COLUMNS } from "./torrents_columns";
import { ViewTitle } from "./view_title";

/** Torrents that stand one below the other; more scroll by themselves. */
const TORRENTS_IN_SIGHT = 8;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Torrents({ app, digest, reading }) {
  const torrent = app.study.torrent.value;
  if (torrent === null) return <TorrentList app={app} digest={digest} reading={reading} />;
  return <TorrentPage key={torrent} app={app} digest={digest} torrent={torrent} reading={reading} />;
}

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
function TorrentList({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  return (
    <>
      <ViewTitle app={app} title="Torrents" copies="swarm">
        {summary(digest, app.tables.torrent_list.total.value, reading)}
      </ViewTitle>
      {digest.torrent_count > 0 && <Verifying app={app} about={null} reading={reading} />}
      <Verdict app={app} about={null} />
      <AppTable
        app={app}
        table="torrent_list"
        label="Torrents"
        columns={LIST_COLUMNS}
        maxRows={TORRENTS_IN_SIGHT}
        nothing={nothing(digest, reading)}
      />
      {digest.swarm.peer_count > 0 && (
        <>
          <SwarmsPicture app={app} digest={digest} pointed={pointed} onPoint={setPointed} />
          <AppTable
            app={app}
            table="peers"
            label="Peers of all torrents"
            columns={PEER_COLUMNS}
            marked={pointed}
            onPoint={setPointed}
          />
        </>
      )}
    </>
  );
}

/**
 * @param {Digest} digest
 * @param {number | null} torrents
 * @param {boolean} reading
 */
function summary(digest, torrents, reading) {
  const { swarm } = digest;
  const { threshold, peer_count: met, progress_known: known, confirmed_count: confirmed } = swarm;
  const { complete_at_first: first, met_once_below: once } = swarm;
  if (!torrents) return "Which torrents are in the capture, who took part in each, and which downloads are confirmed.";
  const connected = torrentsMet(digest);
  const part =
    connected < torrents
      ? `, ${connected === 0 ? "none of them" : told(connected, "of them", "of them")} with connections in the capture`
      : "";
  const listed = sentence(told(torrents, "torrent")) + part;
  if (met === 0) return `${listed}; no peer was met.`;
  const count = confirmed === 0 ? "no download is" : counted(confirmed, "download is", "downloads are");
  const so = reading ? " so far" : "";
  const notes = [`of ${counted(met, "peer")} met, progress is known of ${number(known)}`];
  if (first > 0) notes.push(`${number(first)} had as much when first met`);
  if (once > 0) notes.push(`${number(once)} had less and ${once === 1 ? "was" : "were"} met once only`);
  return `${listed}; ${count} confirmed at ${number(threshold)} % of the pieces${so}. That is a lower bound: ${notes.join("; ")}.`;
}

/**
 * Torrents of which connections are in the capture; those without a name are no one torrent.
 * @param {Digest} digest
 */
function torrentsMet({ torrents, torrent_count: count }) {
  return count - torrents.filter(({ info_hash: hash }) => hash === null).length;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function nothing(digest, reading) {
  const none = nothingAtAll(digest, reading);
  if (none !== null) return none;
  if (reading) return "None so far.";
  return "No connection between peers is in this capture that could be read, and nobody named a torrent.";
}
