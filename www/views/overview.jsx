/**
 * What stands first: who runs BitTorrent here, and what it costs, in sentences of which each leads to the view that shows it; then the traffic
 * over time, and the hosts that are told of.
 *
 * @import { Digest, Geography } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { SentencePart } from "./overview_parts"
 */
import { Fragment } from "preact";
import { duration } from "../base/format";
import { useWidth } from "../base/width";
import { CopyButton } from "../components/copy_button";
import { Timeline } from "../components/timeline";
import { format } from "../state/location";
import { nothingAtAll } from "./nothing_here";
import { OverviewHosts } from "./overview_hosts";
import { answers } from "./overview_sentences";

/** Below so many px a question stands above its answer, and the answer is shorter. */
const BRIEF_BELOW = 560;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Overview({ app, digest, reading }) {
  /** @type {[import("preact").RefObject<HTMLDivElement | null>, number]} */
  const [ref, width] = useWidth(1200);
  const brief = width < BRIEF_BELOW;
  const nothing = digest.overview.who.showing === 0;
  return (
    <div ref={ref}>
      <header class={brief ? "view-title visually-hidden" : "view-title"}>
        <div>
          <h1 class="overview-title">
            {nothing && !reading ? "No BitTorrent seen here" : "What BitTorrent did here"}{" "}
            <small>{spanTold(digest, reading)}</small>
          </h1>
          {!brief && <CopyButton copy={() => app.copyExport("overview", "text")}>Copy as text</CopyButton>}
        </div>
      </header>
      <dl class={brief ? "answers is-brief" : "answers"}>
        {answers(digest, { brief, countries: countriesOf(app.geography.value.value?.is) }).map(
          ({ question, parts }) => (
            <div key={question}>
              <dt>{question}</dt>
              <dd>
                <Sentence app={app} parts={parts} />
              </dd>
            </div>
          ),
        )}
      </dl>
      {!nothing && (
        <section class="picture" aria-label="Traffic over time">
          <Timeline traffic={digest.traffic} />
        </section>
      )}
      {nothing && <p class="caption">{nothingAtAll(digest, reading)}</p>}
      {!nothing && <OverviewHosts app={app} digest={digest} reading={reading} />}
    </div>
  );
}

/**
 * In how many countries peers were met; null where that is not known.
 * @param {Geography | null | undefined} geography
 */
function countriesOf(geography) {
  return geography ? geography.countries.filter(({ key, peers }) => key !== null && peers > 0).length : null;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function spanTold({ capture: { first_time: first, last_time: last } }, reading) {
  if (first === null || last === null) return reading ? "so far" : "";
  return `in ${duration(last - first)}${reading ? " so far" : ""}`;
}

/** @param {{ app: App, parts: SentencePart[] }} props */
function Sentence({ app, parts }) {
  const selection = app.selection.value;
  return (
    <>
      {parts.map((part, index) =>
        typeof part === "string" ? (
          <Fragment key={index}>{part}</Fragment>
        ) : (
          <a
            key={index}
            href={format({ ...selection, ...part.to })}
            title={part.whole}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              app.select(part.to);
            }}
          >
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
