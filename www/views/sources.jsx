/**
 * Where peers come from: what each source named, how much of it was new, and what came of it.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { counted, number } from "../base/format";
import { AppTable } from "./app_table";
import { nothingAtAll } from "./nothing_here";
import { ADDRESS_COLUMNS, REQUEST_COLUMNS, SOURCE_COLUMNS, STATISTIC_COLUMNS } from "./sources_columns";
import { GapsPicture, HoursPicture, SourcesPicture } from "./sources_picture";
import { ViewTitle } from "./view_title";

/** Rows of each table that stand there at once. */
const ROWS = 12;

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function Sources({ app, digest, reading }) {
  const { sources } = digest;
  const named = sources.sources.length > 0;
  return (
    <>
      <ViewTitle app={app} title="Sources" copies="sources">
        {summary(digest, reading)}
      </ViewTitle>
      <SourcesPicture sources={sources.sources} />
      <AppTable
        app={app}
        table="sources"
        label="Sources of peers"
        columns={SOURCE_COLUMNS}
        maxRows={ROWS}
        nothing={nothing(digest, reading)}
      />
      <HoursPicture hours={sources.hours} />
      {sources.requests > 0 && (
        <Part title="What each request yielded">
          <AppTable
            app={app}
            table="source_requests"
            label="Requests for peers"
            columns={REQUEST_COLUMNS}
            maxRows={ROWS}
          />
        </Part>
      )}
      {named && (
        <Part title="Every address that was named">
          <AppTable
            app={app}
            table="source_addresses"
            label="Addresses of peers"
            columns={ADDRESS_COLUMNS}
            maxRows={ROWS}
          />
        </Part>
      )}
      <GapsPicture gaps={sources.gaps} />
      {named && (
        <Part title="The secondary statistics of the original tool">
          <AppTable
            app={app}
            table="secondary_statistics"
            label="Secondary statistics"
            columns={STATISTIC_COLUMNS}
            maxRows={ROWS * 2}
          />
        </Part>
      )}
    </>
  );
}

/** @param {{ title: string, children: import("preact").ComponentChildren }} props */
function Part({ title, children }) {
  return (
    <section class="picture">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function summary({ sources }, reading) {
  const { addresses, tried, answered, useful } = sources;
  if (sources.sources.length === 0)
    return "Where peers come from, how much of what was listed was new, and what came of it.";
  const so = reading ? " so far" : "";
  return `${counted(addresses, "distinct address", "distinct addresses")} of peers ${addresses === 1 ? "was" : "were"} named${so}: ${number(tried)} tried, ${number(answered)} answered, ${number(useful)} exchanged blocks in clear.`;
}

/**
 * @param {Digest} digest
 * @param {boolean} reading
 */
function nothing(digest, reading) {
  return (
    nothingAtAll(digest, reading) ??
    (reading
      ? "None so far."
      : "No tracker, DHT node or peer named an address in this capture, and no peer came by itself.")
  );
}
