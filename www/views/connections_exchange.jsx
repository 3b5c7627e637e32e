/**
 * How the ends of one connection asked for blocks and were served: how long requests waited, who choked whom and was interested when, and how
 * many requests were open.
 *
 * @import { Lane } from "../components/lanes"
 * @import { TwoSidedFact } from "../components/two_sides"
 * @import { Asked, Connection, Exchange, ExchangeEnd, Stretch } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { clock, counted, duration, milliseconds, NONE, number } from "../base/format";
import { DepthSteps } from "../components/depth_steps";
import { FrameNumber } from "../components/frame_number";
import { Histogram } from "../components/histogram";
import { Lanes } from "../components/lanes";
import { TwoSides } from "../components/two_sides";

/** Changes that the table lists. */
const LISTED = 100;
const MS = 1000;

/** @type {Record<string, string>} */
const TURNS = {
  choke: "choked the other",
  unchoke: "unchoked the other",
  interested: "was interested",
  not_interested: "was not interested any more",
};

/** @param {{ app: App, row: Connection }} props */
export function ConnectionExchange({ app, row }) {
  const { originator_asked: first, responder_asked: second } = row;
  if (first === null || second === null) return null;
  const fetched = app.exchange.value.value;
  const exchange = fetched?.about === String(row.flow) ? fetched.is : null;
  return (
    <>
      <AskedSides row={row} first={first} second={second} />
      {exchange !== null && <ExchangePictures exchange={exchange} />}
    </>
  );
}

/** @param {{ row: Connection, first: Asked, second: Asked }} props */
function AskedSides({ row, first, second }) {
  const both = (/** @type {string} */ name, /** @type {(asked: Asked) => string} */ text) =>
    /** @type {TwoSidedFact} */ ({ name, values: [text(first), text(second)] });
  const facts = [
    both("Requests", ({ requests }) => number(requests)),
    both("Answered", ({ answered }) => number(answered)),
    both("Not answered", ({ unanswered }) => number(unanswered)),
    both("Taken back", ({ cancelled }) => number(cancelled)),
    both("Refused", ({ rejected }) => number(rejected)),
    both("Dropped by a choke", (asked) => number(asked.choked_away)),
    both("Blocks too late", ({ late }) => number(late)),
    both("Blocks without request", ({ unasked }) => number(unasked)),
    both("Blocks again", ({ duplicates }) => number(duplicates)),
    both("Half within, ms", (asked) => milliseconds(asked.median_latency)),
    both("Nine of ten within, ms", (asked) => milliseconds(asked.ninth_decile_latency)),
    both("Open at most", ({ pipeline }) => number(pipeline)),
    both("Open on average", (asked) => (asked.mean_pipeline === null ? NONE : number(asked.mean_pipeline, 1))),
    both("Choked by the other", (asked) => share(asked.choked_share)),
    both("Interested", (asked) => share(asked.interested_share)),
    both("Times unchoked", ({ unchokes }) => number(unchokes)),
  ];
  return <TwoSides caption="What each end asked for" sides={[row.originator, row.responder]} facts={facts} />;
}

/** @param {{ exchange: Exchange }} props */
function ExchangePictures({ exchange }) {
  const { from, until, originator, responder, changes } = exchange;
  const ends = [originator, responder];
  return (
    <>
      {ends.map((end) => (
        <Latencies key={end.endpoint} end={end} />
      ))}
      <section class="picture">
        <h3>
          {chokeFinding(ends)} <small>a bar while it was so; a gap while it was not, or is not known</small>
        </h3>
        <Lanes
          lanes={ends.flatMap((end) => lanesOf(end))}
          from={from}
          to={until}
          label="When each end was interested, and when the other end let it ask; the table has the changes"
          pointed={null}
          selected={null}
          onPoint={() => {}}
          onOpen={() => {}}
        />
        {ends.map((end) => (
          <Depths key={end.endpoint} end={end} from={from} to={until} />
        ))}
      </section>
      {changes.length > 0 && <Changes exchange={exchange} />}
    </>
  );
}

/** @param {{ end: ExchangeEnd }} props */
function Latencies({ end: { endpoint, asked, latencies } }) {
  const { median_latency: median, ninth_decile_latency: ninth } = asked;
  if (median === null || ninth === null) return null;
  const buckets = latencies.map(({ from, until, count }) => ({ from: from * MS, until: until * MS, count }));
  return (
    <section class="picture">
      <h3>
        Half of its requests were served within {milliseconds(median)} ms, nine of ten within {milliseconds(ninth)} ms{" "}
        <small>
          requests of <span class="code">{endpoint}</span> by how long each waited for its block to begin, logarithmic
        </small>
      </h3>
      <Histogram
        buckets={buckets}
        unit="ms"
        label={`How many requests of ${endpoint} waited how long; the table above has the figures`}
      />
    </section>
  );
}

/** @param {{ end: ExchangeEnd, from: number, to: number }} props */
function Depths({ end, from, to }) {
  if (end.pipeline_begin === null || end.asked.requests === 0) return null;
  return (
    <>
      <h3>
        At most {counted(end.asked.pipeline, "request")} open at one time{" "}
        <small>
          those of <span class="code">{end.endpoint}</span>, the most in each{" "}
          {end.pipeline_step < 1 ? `${milliseconds(end.pipeline_step)} ms` : duration(end.pipeline_step)}
        </small>
      </h3>
      <DepthSteps
        begin={end.pipeline_begin}
        step={end.pipeline_step}
        depths={end.pipeline}
        from={from}
        to={to}
        label={`How many requests of ${end.endpoint} were open over time`}
      />
    </>
  );
}

/** @param {{ exchange: Exchange }} props */
function Changes({ exchange: { changes, from, originator, responder, is_cut: isCut } }) {
  const left = changes.length - LISTED;
  return (
    <>
      <table class="two-sides is-loose">
        <caption>Choke and interest, change by change</caption>
        <thead>
          <tr>
            {["After", "Who", "What", "Frame"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, LISTED).map(({ frame, time, end, turn }) => (
            <tr key={`${frame} ${end} ${turn}`}>
              <td>{duration(time - from)}</td>
              <td class="code">{(end === "originator" ? originator : responder).endpoint}</td>
              <td>{TURNS[turn] ?? turn}</td>
              <td>
                <FrameNumber frame={frame} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {(left > 0 || isCut) && (
        <p class="caption">
          {isCut ? "Later changes are counted and not listed." : `${counted(left, "more change")}.`}
        </p>
      )}
    </>
  );
}

/**
 * @param {ExchangeEnd} end
 * @returns {Lane[]}
 */
export function lanesOf({ endpoint, asked, unchoked, interested }) {
  const marks = (/** @type {Stretch[]} */ stretches, /** @type {"tcp" | "utp"} */ hue, /** @type {string} */ what) =>
    stretches.map(({ at, until }) => ({
      key: endpoint,
      at,
      until,
      hue,
      told: `${what} from ${clock(at)}, for ${duration(until - at)}`,
    }));
  return [
    {
      label: `${endpoint} interested`,
      note: share(asked.interested_share),
      marks: marks(interested, "utp", "interested"),
    },
    {
      label: `${endpoint} unchoked`,
      note: asked.choked_share === null ? NONE : share(1 - asked.choked_share),
      marks: marks(unchoked, "tcp", "unchoked"),
    },
  ];
}

/** @param {ExchangeEnd[]} ends */
export function chokeFinding(ends) {
  const asker = ends.reduce((most, end) => (end.asked.requests > most.asked.requests ? end : most));
  const { choked_share: choked, unchokes } = asker.asked;
  if (choked === null) return "Who choked whom is not in the capture";
  if (unchokes === 0) return `${asker.endpoint} was never unchoked`;
  const times = unchokes === 1 ? "once" : `${number(unchokes)} times`;
  return `${asker.endpoint} was unchoked ${times}, for ${share(1 - choked)} of the time`;
}

/** @param {number | null} value from 0 to 1 */
export function share(value) {
  return value === null ? NONE : `${number(value * 100, value < 0.1 && value > 0 ? 1 : 0)} %`;
}
