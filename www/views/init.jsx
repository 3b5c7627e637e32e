/**
 * How a client found its first DHT nodes: which names it asked for, which addresses it tried, which of them answered.
 *
 * @import { BootstrapNode, Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { useMemo } from "preact/hooks";
import { duration, number, told } from "../base/format";
import { Sequence } from "../components/sequence";
import { AppTable } from "./app_table";
import { BOOTSTRAP_COLUMNS } from "./init_columns";
import { clientsOf, MOST_ADDRESSES, MOST_STEPS, sequenceOf } from "./init_steps";
import { nothingAtAll } from "./nothing_here";
import { ViewTitle } from "./view_title";

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Init({ app, digest, reading }) {
  const { bootstrap } = digest.init;
  return (
    <>
      <ViewTitle app={app} title="Init" copies="init">
        {bootstrap.length > 0 ? summary(bootstrap, reading) : "How a client found its first DHT nodes."}
      </ViewTitle>
      {bootstrap.length > 0 && <WhoAnswered bootstrap={bootstrap} />}
      <AppTable
        app={app}
        table="bootstrap"
        label="Bootstrap nodes"
        columns={BOOTSTRAP_COLUMNS}
        nothing={nothingAtAll(digest, reading) ?? NO_NAME}
      />
    </>
  );
}

const NO_NAME =
  "No DNS answer for a bootstrap name is in this capture. The client may have started before the capture did, or kept its nodes from an earlier run.";

/** @param {{ bootstrap: BootstrapNode[] }} props */
function WhoAnswered({ bootstrap }) {
  const sequence = useMemo(() => sequenceOf(bootstrap), [bootstrap]);
  const addresses = new Set(bootstrap.map(({ address }) => address)).size;
  const fits = addresses <= MOST_ADDRESSES && sequence.steps.length <= MOST_STEPS;
  return (
    <section class="picture">
      <h2>Who was asked, who answered</h2>
      {fits ? (
        <Sequence {...sequence} label="The steps of the start in order, as listed next" />
      ) : (
        <p class="caption">
          A picture holds {MOST_ADDRESSES} addresses and {MOST_STEPS} steps. Here are {number(addresses)} and{" "}
          {number(sequence.steps.length)}: the table has them all.
        </p>
      )}
    </section>
  );
}

/**
 * The start in a sentence.
 * @param {BootstrapNode[]} bootstrap
 * @param {boolean} reading
 */
function summary(bootstrap, reading) {
  const clients = clientsOf(bootstrap);
  const names = new Set(bootstrap.map(({ name }) => name)).size;
  const tried = bootstrap.filter(({ requests }) => requests.length > 0);
  const answered = tried.filter(({ requests }) => requests.some(({ response }) => response !== null)).length;
  const [one] = clients;
  const who = clients.size === 1 ? `${one} found its` : `${told(clients.size, "host")} found their`;
  const asked = `${told(names, "name")} asked, ${told(tried.length, "address", "addresses")} tried`;
  const times = bootstrap.flatMap(timesOf);
  const whole = duration(Math.max(...times) - Math.min(...times));
  const end = reading ? " so far" : `, the whole start in ${whole}`;
  return `How ${who} first DHT nodes: ${asked}, ${told(answered, "answered", "answered")}${end}.`;
}

/** @param {BootstrapNode} node */
function timesOf({ resolved, requests }) {
  return [
    ...(resolved ? [resolved.asked_time ?? resolved.time, resolved.time] : []),
    ...requests.map(({ time, response }) => response?.time ?? time),
  ];
}
