/**
 * Which DHT nodes answered, when, and how fast.
 *
 * @import { Digest, Node } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { TimeAxis } from "./time_axis"
 */
import { useMemo, useState } from "preact/hooks";
import { counted, milliseconds, number } from "../base/format";
import { Dots } from "../components/dots";
import { KEYS } from "../state/rows";
import { AppTable } from "./app_table";
import { nothingAtAll } from "./nothing_here";
import { NODE_COLUMNS } from "./peers_columns";
import { timeAxis } from "./time_axis";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Peers({ app, digest, reading }) {
  const [pointed, setPointed] = useState(/** @type {string | null} */ (null));
  const { nodes, queries, responses } = digest.peers;
  return (
    <>
      <ViewTitle app={app} title="Peers" copies="peers">
        {counted(nodes, "DHT node")} answered{reading && " so far"}. They keep addresses of peers; “peers” is the
        original tool’s word for them.
      </ViewTitle>
      {nodes > 0 && <Answers app={app} digest={digest} pointed={pointed} onPoint={setPointed} />}
      <AppTable
        app={app}
        table="nodes"
        label="DHT nodes that answered"
        columns={NODE_COLUMNS}
        marked={pointed}
        onPoint={setPointed}
        nothing={nothingAtAll(digest, reading) ?? noAnswer(queries, responses)}
      />
    </>
  );
}

/** @param {{ app: App, digest: Digest, pointed: string | null, onPoint: (key: string | null) => void }} props */
function Answers({ app, digest, pointed, onPoint }) {
  const rows = /** @type {Node[] | undefined} */ (app.pictures.of("peers")?.rows);
  const { first_time: start } = digest.capture;
  const shown = useMemo(() => (rows ?? []).filter(({ delay }) => delay !== null), [rows]);
  const axis = useMemo(() => timeAxis(shown.map(({ first_time: time }) => time - (start ?? 0))), [shown, start]);
  const dots = useMemo(() => shown.map((row) => dotOf(row, start ?? 0, axis.unit)), [shown, start, axis]);
  if (rows === undefined || start === null) return <section class="picture picture-dots" />;
  const selected = app.detail.value?.table === "nodes" ? app.detail.value.key : null;
  return (
    <section class="picture picture-dots">
      <h2>
        {finding(shown)} <small>{caption(rows.length, shown.length, digest.peers.nodes, axis)}</small>
      </h2>
      {dots.length > 0 && (
        <Dots
          dots={dots}
          label="Each answering node at the time of its first answer, as high as that answer’s delay; the table has the figures"
          {...axis}
          pointed={pointed}
          selected={selected}
          onPoint={onPoint}
          onOpen={(key) => {
            const row = shown.find((candidate) => KEYS.nodes(candidate) === key);
            if (row) app.look("nodes", row);
          }}
        />
      )}
    </section>
  );
}

/**
 * @param {Node} row
 * @param {number} start
 * @param {"s" | "ms"} unit of the time axis
 */
function dotOf(row, start, unit) {
  const x = (row.first_time - start) * (unit === "ms" ? 1000 : 1);
  return { key: KEYS.nodes(row), x, y: (row.delay ?? 0) * 1000, label: row.address };
}

/** @param {Node[]} shown */
function finding(shown) {
  if (shown.length === 0) return "When they answered is not known";
  const delays = shown.map(({ delay }) => delay ?? 0).sort((a, b) => a - b);
  const median = delays[Math.floor((delays.length - 1) / 2)];
  if (delays.length === 1) return `It answered after ${milliseconds(median)} ms`;
  return `Half of them answered within ${milliseconds(median)} ms`;
}

/**
 * @param {number} fetched
 * @param {number} shown
 * @param {number} nodes
 * @param {TimeAxis} axis
 */
function caption(fetched, shown, nodes, { unit, logarithmic }) {
  if (shown === 0) return "their queries are not in the capture";
  const over = `over ${unit === "ms" ? "milliseconds" : "seconds"} since the capture began`;
  const what = `delay of the first answer in ms, ${over}${logarithmic ? ", both logarithmic" : ""}`;
  const missing = fetched - shown;
  const without = missing > 0 ? `; ${number(missing)} whose query is not in the capture have no dot` : "";
  return nodes > fetched ? `${what}; ${number(fetched)} of them, from all of the capture${without}` : what + without;
}

/**
 * @param {number} queries
 * @param {number} responses
 */
function noAnswer(queries, responses) {
  if (queries === 0 && responses === 0) return "No DHT message is in this capture.";
  return `No DHT node answered. ${counted(queries, "query", "queries")} went out; none came back. A firewall on UDP is the usual cause.`;
}
