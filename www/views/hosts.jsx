/**
 * Which hosts run BitTorrent, by what they did.
 *
 * @import { Digest, Host } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { number, sentence, told } from "../base/format";
import { AppTable } from "./app_table";
import { HOST_COLUMNS } from "./hosts_columns";
import { HostsPicture } from "./hosts_picture";
import { ViewTitle } from "./view_title";

/** Hosts that the sentence names; of more, it counts. */
const NAMED = 3;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Hosts({ app, digest, reading }) {
  return (
    <>
      <ViewTitle app={app} title="Hosts" copies="hosts">
        {summary(digest.local_host_count, app.pictures.localHosts.value.value?.is, reading)}
      </ViewTitle>
      <HostsPicture digest={digest} />
      <AppTable
        app={app}
        table="hosts"
        label="Hosts"
        columns={HOST_COLUMNS}
        nothing={reading ? "No host so far." : "No host of a local network and no peer is in this capture."}
      />
    </>
  );
}

/**
 * @param {number} count of local hosts
 * @param {Host[] | undefined} hosts the local ones, or as many of them as are fetched
 * @param {boolean} reading
 */
function summary(count, hosts, reading) {
  if (count === 0 || hosts === undefined) return "Which hosts run BitTorrent, by what they did in this capture.";
  const showing = hosts.filter(({ bittorrent }) => bittorrent).map(({ address }) => address);
  const so = reading ? " so far" : "";
  if (hosts.length === 1) {
    return `The only local host, ${hosts[0].address}, shows ${showing.length === 1 ? "" : "no "}BitTorrent${so}.`;
  }
  const all = told(count, "local host");
  const of = hosts.length < count ? `the first ${number(hosts.length)} of ${all}` : all;
  if (showing.length === 0) return `None of ${of} shows BitTorrent${so}.`;
  const names = showing.length <= NAMED ? `: ${showing.join(", ")}` : "";
  return `${sentence(told(showing.length, `of ${of} shows`, `of ${of} show`))} BitTorrent${so}${names}. What others run may have passed out of sight.`;
}
