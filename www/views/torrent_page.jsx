/**
 * The page of one torrent: what it is, who sent its pieces, who completed it, how its peers came along, and all of them as a table.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { Pointing } from "./torrent_map"
 */
import { useMemo, useState } from "preact/hooks";
import { number } from "../base/format";
import { FactLine } from "../components/facts";
import { format } from "../state/location";
import { torrentName } from "./download_columns";
import { EvidenceReport, Ladder } from "./evidence";
import { TorrentConfirmed } from "./torrent_confirmed";
import { torrentFacts } from "./torrent_facts";
import { TorrentKnown } from "./torrent_known";
import { TorrentAvailability, TorrentProgress, TorrentRarity } from "./torrent_history";
import { TorrentMap } from "./torrent_map";
import { TorrentPeers } from "./torrent_peers";
import { sentBy } from "./torrent_sent";
import { TorrentTraffic } from "./torrent_traffic";
import { TorrentVerified } from "./torrent_verified";

/** @param {{ app: App, digest: Digest, torrent: string, reading: boolean }} props */
export function TorrentPage({ app, digest, torrent, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const row = about(app.study.row.value.value, torrent);
  const study = about(app.study.found.value.value, torrent);
  const known = about(app.study.known.value.value, torrent);
  const traffic = about(app.study.traffic.value.value, torrent);
  const map = about(app.study.map.value.value, torrent);
  const ranks = useMemo(() => new Map(map?.contributors.map(({ endpoint }, index) => [endpoint, index + 1])), [map]);
  const evidence = about(app.evidence.torrent.value.value, torrent);
  /** @type {Pointing} */
  const pointing = { pointed, onPoint: setPointed };
  const { first_time: from, last_time: to } = digest.capture;
  const span = from === null || to === null ? null : { from, to };
  const sent = useMemo(
    () => sentBy(map, traffic, span?.from ?? 0, span?.to ?? 0),
    [map, traffic, span?.from, span?.to],
  );
  return (
    <>
      <header class="view-title torrent-title">
        <div>
          <div class="torrent-heading">
            <h1>{torrentName({ name: row?.name ?? null, info_hash: torrent })}</h1>
            <WayBack app={app} torrent={torrent} />
          </div>
          <div class="torrent-actions">
            <button type="button" class="button" onClick={() => app.showEvents({ torrent })}>
              Show its events
            </button>
            <EvidenceReport app={app} scope={{ torrent }} label="Evidence report" />
          </div>
        </div>
      </header>
      <FactLine facts={torrentFacts(torrent, row, study, known)} />
      {known && <TorrentKnown known={known} />}
      {evidence && (
        <details class="torrent-evidence">
          <summary>How it is known</summary>
          <Ladder answer={evidence} />
        </details>
      )}
      <TorrentMap row={row} map={map} study={study} sent={sent} ranks={ranks} {...pointing} />
      <TorrentVerified app={app} torrent={torrent} reading={reading} />
      {traffic && span && <TorrentTraffic traffic={traffic} span={span} />}
      {study && span && (
        <>
          <TorrentConfirmed app={app} study={study} span={span} {...pointing} />
          <TorrentProgress study={study} span={span} {...pointing} />
          <TorrentAvailability study={study} span={span} />
          <TorrentRarity study={study} span={span} />
        </>
      )}
      <TorrentPeers app={app} study={study} span={span} ranks={ranks} reading={reading} {...pointing} />
    </>
  );
}

/**
 * The way back to the list, and where in it the torrent stands; nothing where it is the only one.
 * @param {{ app: App, torrent: string }} props
 */
function WayBack({ app, torrent }) {
  const list = app.tables.torrent_list;
  void list.version.value;
  const total = list.total.value ?? 0;
  if (total < 2) return null;
  const place = list.place(torrent);
  return (
    <p class="way-back">
      <a
        href={format({ ...app.selection.value, torrent: undefined, filter: "" })}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          app.lookAway();
          app.select({ torrent: undefined, filter: "" });
        }}
      >
        Torrents
      </a>
      {place === null ? `, ${number(total)} in all` : `, ${number(place + 1)} of ${number(total)}`}
    </p>
  );
}

/**
 * What was fetched, if it is about this torrent.
 * @template T
 * @param {{ about: string, is: T } | null} fetched
 * @param {string} torrent
 */
function about(fetched, torrent) {
  return fetched?.about === torrent ? fetched.is : null;
}
