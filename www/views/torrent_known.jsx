/**
 * What else is known of a torrent, closed until it is asked for: its files, its trackers, its seeds on the web, and who says what.
 *
 * @import { FactKind, KnownTorrent, TorrentFact } from "../engine/types"
 */
import { counted, mebibytes, NONE, number } from "../base/format";
import { Figures } from "../components/figures";
import { FrameNumber } from "../components/frame_number";
import { sourceTold } from "./torrent_facts";

/** @type {Record<FactKind, string>} */
const KINDS = {
  name: "Name",
  info: "Pieces and files",
  trackers: "Trackers",
  web_seeds: "Web seeds",
  peers: "Peers",
};

/** @param {{ known: KnownTorrent }} props */
export function TorrentKnown({ known }) {
  const { files, file_count: count, trackers, web_seeds: seeds, facts } = known;
  const part = count !== null && count > files.length ? `, the first ${number(files.length)}` : "";
  return (
    <div class="torrent-known">
      {files.length > 0 && (
        <Figures
          summary={`${counted(count ?? files.length, "file")}${part}`}
          label="Its files"
          columns={[{ title: "File" }, { title: "MiB", figure: true }]}
          rows={files.map(({ path, length }) => [path, mebibytes(length)])}
        />
      )}
      {trackers.length > 0 && (
        <Figures
          summary={counted(trackers.length, "tracker")}
          label="Its trackers"
          columns={[
            { title: "Tracker", code: true },
            { title: "First asked in frame", figure: true },
          ]}
          rows={trackers.map((url) => [url, askedIn(url, facts)])}
        />
      )}
      {seeds.length > 0 && (
        <Figures
          summary={counted(seeds.length, "web seed")}
          label="Its seeds on the web"
          columns={[{ title: "Web seed", code: true }]}
          rows={seeds.map((url) => [url])}
        />
      )}
      {facts.length > 0 && (
        <Figures
          summary="Who says so"
          label="Who says what of it"
          columns={[
            { title: "What" },
            { title: "Known from" },
            { title: "Where", code: true },
            { title: "Frame", figure: true },
          ]}
          rows={facts.map(told)}
        />
      )}
    </div>
  );
}

/**
 * @param {string} url
 * @param {TorrentFact[]} facts
 */
function askedIn(url, facts) {
  const asked = facts.find(({ source, origin }) => source === "announce" && origin === url);
  return <FrameNumber frame={asked?.frame} />;
}

/** @param {TorrentFact} fact */
function told({ fact, source, value, origin, frame }) {
  const given = source === "torrent_file" || source === "magnet_link";
  const what = value === null ? KINDS[fact] : `${KINDS[fact]}: ${value}`;
  return [
    what,
    sourceTold(source, origin),
    given ? "given" : (origin ?? NONE),
    <FrameNumber key="frame" frame={frame} />,
  ];
}
