/**
 * Who took part in each torrent, what each had, and which downloads are confirmed.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { swarmOf } from "../state/selection";
import { AppTable } from "./app_table";
import { torrentName } from "./download_columns";
import { nothingAtAll } from "./nothing_here";
import { PEER_COLUMNS } from "./swarms_columns";
import { SwarmsPicture } from "./swarms_picture";
import { ViewTitle } from "./view_title";

/** The shares of pieces, in per cent, that may confirm a download. */
const LEAST_THRESHOLD = 50;
const MOST_THRESHOLD = 100;

/** Peers of one torrent need not name it. */
const COLUMNS_OF_ONE = PEER_COLUMNS.filter(({ key }) => key !== "info_hash");

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Swarms({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const met = digest.swarm.peer_count > 0;
  const ofOne = digest.torrent_count < 2 || swarmOf(app.selection.value, digest) !== undefined;
  return (
    <>
      <ViewTitle app={app} title="Swarms" copies="swarm">
        {summary(digest, reading)}
      </ViewTitle>
      {met && <Choices app={app} digest={digest} />}
      {met && <SwarmsPicture app={app} digest={digest} pointed={pointed} onPoint={setPointed} />}
      <AppTable
        app={app}
        table="peers"
        label="Peers"
        columns={ofOne ? COLUMNS_OF_ONE : PEER_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={nothing(digest, reading)}
      />
    </>
  );
}

/** @param {{ app: App, digest: Digest }} props */
function Choices({ app, digest }) {
  const named = digest.torrents.filter(({ info_hash: hash }) => hash !== null);
  return (
    <div class="scope" role="group" aria-label="Which peers">
      {named.length > 1 && (
        <label>
          <span>Torrent</span>
          <select
            value={swarmOf(app.selection.value, digest) ?? ""}
            onChange={(event) => app.select({ torrent: event.currentTarget.value || undefined })}
          >
            <option value="">all</option>
            {named.map((torrent) => (
              <option key={torrent.info_hash} value={String(torrent.info_hash)}>
                {torrentName(torrent)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="scope-protocol">
        <span>Confirmed at, % of the pieces</span>
        <input
          type="number"
          min={LEAST_THRESHOLD}
          max={MOST_THRESHOLD}
          value={digest.swarm.threshold}
          onChange={({ currentTarget: input }) => {
            const wanted = Math.round(input.valueAsNumber);
            if (wanted >= LEAST_THRESHOLD && wanted <= MOST_THRESHOLD) app.confirmAt(wanted);
            else input.value = String(digest.swarm.threshold);
          }}
        />
      </label>
    </div>
  );
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function summary({ swarm }, reading) {
  const { threshold, peer_count: met, progress_known: known, confirmed_count: confirmed } = swarm;
  const { complete_at_first: first, met_once_below: once } = swarm;
  if (met === 0) return "Who took part in each torrent, what each had, and which downloads are confirmed.";
  const count = confirmed === 0 ? "No download is" : counted(confirmed, "download is", "downloads are");
  const so = reading ? " so far" : "";
  const notes = [`of ${counted(met, "peer")} met, progress is known of ${number(known)}`];
  if (first > 0) notes.push(`${number(first)} had as much when first met`);
  if (once > 0) notes.push(`${number(once)} had less and ${once === 1 ? "was" : "were"} met once only`);
  return `Who took part, and what each had. ${count} confirmed at ${number(threshold)} % of the pieces${so}. That is a lower bound: ${notes.join("; ")}.`;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function nothing(digest, reading) {
  const none = nothingAtAll(digest, reading);
  if (none !== null) return none;
  if (reading) return "None so far.";
  if (digest.swarm.peer_count > 0) return "No peer of this torrent was met.";
  return "No peer was met in this capture: no connection of peers begins in it that is not encrypted.";
}
