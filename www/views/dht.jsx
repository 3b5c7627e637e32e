/**
 * How the DHT worked: what share of its queries was answered, how fast, and how lookups came closer to their targets.
 *
 * @import { Dht as Section, Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useState } from "preact/hooks";
import { counted, milliseconds, NONE, number } from "../base/format";
import { FactLine } from "../components/facts";
import { AppTable } from "./app_table";
import { LOOKUP_COLUMNS } from "./dht_columns";
import { Answers, Lookups } from "./dht_picture";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** Kinds of queries and clients that are told. */
const TOLD = 6;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Dht({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const { dht } = digest;
  const asked = dht.answered + dht.unanswered;
  return (
    <>
      <ViewTitle app={app} title="DHT" copies="dht">
        {summary(dht, reading)}
      </ViewTitle>
      {asked > 0 && <Answers dht={dht} />}
      {asked > 0 && <FactLine facts={factsOf(dht)} />}
      <Lookups app={app} pointed={pointed} onPoint={setPointed} />
      <AppTable
        app={app}
        table="lookups"
        label="DHT lookups"
        columns={LOOKUP_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={nothingAtAll(digest, reading) ?? noLookup(asked)}
      />
    </>
  );
}

/**
 * @param {Section} dht
 * @param {boolean} reading
 */
function summary(dht, reading) {
  const asked = dht.answered + dht.unanswered;
  if (asked === 0) return "How the DHT worked: what was asked, how much of it was answered, and how fast.";
  const so = reading ? " so far" : "";
  const share = `${share100(dht.answered, asked)} of ${counted(asked, "query", "queries")} were answered${so}`;
  if (dht.median_delay === null) return `${share}.`;
  return `${share}, half of them within ${milliseconds(dht.median_delay)} ms and nine of ten within ${milliseconds(dht.ninth_decile_delay)} ms.`;
}

/** @param {Section} dht */
function factsOf(dht) {
  const queries = [...dht.queries]
    .sort((a, b) => b.count - a.count)
    .map(({ name, count }) => `${name} ${number(count)}`);
  const clients = dht.clients.map(({ client, nodes }) => `${client} ${number(nodes)}`);
  const fit = `${share100(dht.fitting_nodes, dht.public_nodes)} of ${counted(dht.public_nodes, "node")}`;
  const facts = [
    { name: "Queries", value: listed(queries) },
    { name: "Clients of nodes that answered", value: listed(clients) },
    {
      name: "IDs that fit the address (BEP 42)",
      value: dht.public_nodes > 0 ? fit : NONE,
      title: "Of the nodes with public addresses that answered",
    },
  ];
  if (dht.sampled_info_hashes > 0) {
    facts.push({
      name: "Sampled info hashes",
      value: number(dht.sampled_info_hashes),
      title: "Different ones in samples of what nodes store (BEP 51)",
    });
  }
  if (dht.estimates.length > 0) {
    facts.push({
      name: "Swarms with an estimated size",
      value: number(dht.estimates.length),
      title: "By the filters of answers (BEP 33); the report as JSON has the figures",
    });
  }
  return facts;
}

/** @param {string[]} entries */
function listed(entries) {
  if (entries.length === 0) return "not told";
  const more = entries.length - TOLD;
  return entries.slice(0, TOLD).join(", ") + (more > 0 ? ` and ${number(more)} more` : "");
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share100(part, whole) {
  return `${number((part / whole) * 100, 1)} %`;
}

/** @param {number} asked */
function noLookup(asked) {
  if (asked === 0) return "No DHT query is in this capture.";
  return `No lookup: nobody asked about the same target twice. The ${counted(asked, "query", "queries")} in the capture ${asked === 1 ? "stands" : "stand"} alone.`;
}
