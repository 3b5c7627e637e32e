/**
 * What is watched for, and which of it is in the capture.
 *
 * @import { Digest, Watched, WatchedRow } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { ViewId } from "../state/selection"
 */
import { useState } from "preact/hooks";
import { counted, number } from "../base/format";
import { FileButton } from "../components/file_button";
import { FrameNumber } from "../components/frame_number";
import { ViewTitle } from "./view_title";

const ENTRIES_TOLD = 500;
const GROUPS_TOLD = 8;

/** The view that shows a table, and what it calls a row and several. @type {Record<string, [ViewId, string, string]>} */
const SHOWN_BY = {
  known_torrents: ["torrents", "torrent", "torrents"],
  hosts: ["hosts", "host", "hosts"],
  peers: ["torrents", "peer", "peers"],
  nodes: ["peers", "DHT node", "DHT nodes"],
  bootstrap: ["init", "bootstrap node", "bootstrap nodes"],
  announces: ["trackers", "announce", "announces"],
  lookups: ["dht", "DHT lookup", "DHT lookups"],
  connections: ["connections", "connection", "connections"],
  encrypted_flows: ["encrypted", "encrypted flow", "encrypted flows"],
  source_addresses: ["sources", "address named", "addresses named"],
};

/** @param {{ app: App, digest: Digest, reading: boolean }} props */
export function WatchList({ app, reading }) {
  const { watch } = app;
  const entries = watch.entries.value;
  const filter = app.selection.value.filter.toLowerCase();
  const fitting = (entries ?? []).filter(({ entry, note }) => `${entry} ${note ?? ""}`.toLowerCase().includes(filter));
  const sorted = fitting.sort((a, b) => Number(b.met > 0) - Number(a.met > 0) || a.line - b.line);
  return (
    <>
      <ViewTitle app={app} title={titleOf(entries, reading)}>
        Info hashes, magnet links, addresses, networks (203.0.113.0/24) and names, an entry a line; what follows{" "}
        <code># </code> is a note. Rows that meet an entry are marked in every table. The list stays in this browser.
      </ViewTitle>
      <Editor key={watch.version.value} app={app} />
      {sorted.length > 0 && (
        <table class="watched">
          <thead>
            <tr>
              <th scope="col">Watched for</th>
              <th scope="col">Met in</th>
              <th scope="col" class="is-figure">
                First frame
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, ENTRIES_TOLD).map((entry) => (
              <Entry key={entry.line} app={app} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      {sorted.length > ENTRIES_TOLD && (
        <p class="caption">{counted(sorted.length - ENTRIES_TOLD, "more entry", "more entries")}</p>
      )}
    </>
  );
}

/**
 * @param {Watched[] | null} entries
 * @param {boolean} reading
 */
function titleOf(entries, reading) {
  if (entries === null || entries.length === 0) return "Watch list";
  const met = entries.filter((entry) => entry.met > 0).length;
  if (met === 0) return `None of ${counted(entries.length, "entry", "entries")} met${reading ? " so far" : ""}`;
  return `${number(met)} of ${counted(entries.length, "entry", "entries")} met`;
}

/** @param {{ app: App }} props */
function Editor({ app }) {
  const { watch } = app;
  const [draft, setDraft] = useState(watch.text.value);
  const set = (/** @type {string} */ text) => watch.set(text).catch(() => {});
  const refused = watch.outcome.value?.lines ?? [];
  return (
    <form
      class="watch-editor"
      onSubmit={(event) => {
        event.preventDefault();
        set(draft);
      }}
    >
      <textarea
        class="code"
        aria-label="What is watched for, an entry a line"
        rows={6}
        spellcheck={false}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      <div class="watch-actions">
        <button type="submit" class="button" disabled={draft === watch.text.value}>
          Watch
        </button>
        <FileButton
          class="button"
          onFiles={async (files) => set((await Promise.all(files.map((file) => file.text()))).join("\n"))}
        >
          Choose a list
        </FileButton>
        <button type="button" class="button is-quiet" disabled={watch.text.value === ""} onClick={() => set("")}>
          Empty the list
        </button>
      </div>
      {refused.length > 0 && (
        <ul class="caption" role="status">
          {refused.map(({ line, reason }) => (
            <li key={line}>
              Line {line} {reason}.
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** @param {{ app: App, entry: Watched }} props */
function Entry({ app, entry: { entry, note, met, first_frame, rows } }) {
  const grouped = groupsOf(rows);
  const told = grouped.slice(0, GROUPS_TOLD).reduce((sum, { count }) => sum + count, 0);
  return (
    <tr class={met > 0 ? "is-met" : undefined}>
      <th scope="row">
        <span class="code">{entry}</span>
        {note && <span class="caption"> {note}</span>}
      </th>
      <td>
        {met === 0 && <span class="caption">not met</span>}
        {grouped.slice(0, GROUPS_TOLD).map((group) => (
          <Group key={`${group.row.table} ${group.row.value}`} app={app} {...group} />
        ))}
        {met > told && <span class="caption">and {counted(met - told, "more row")}</span>}
      </td>
      <td class="is-figure">{first_frame !== null && <FrameNumber frame={first_frame} />}</td>
    </tr>
  );
}

/** @typedef {{ row: WatchedRow, count: number }} Same the first of some rows that meet an entry by the same value, and how many there are */

/**
 * Rows of one table that meet an entry by the same value are told once.
 * @param {WatchedRow[]} rows
 */
function groupsOf(rows) {
  /** @type {Map<string, Same>} */
  const groups = new Map();
  for (const row of rows) {
    const key = `${row.table} ${row.value}`;
    groups.set(key, { row: groups.get(key)?.row ?? row, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()];
}

/** @param {Same & { app: App }} props */
function Group({ app, row: { table, value, torrent }, count }) {
  const shown = table && SHOWN_BY[table];
  if (!shown) return <span>name {value}</span>;
  const [view, what, many] = shown;
  const go = () => {
    app.show(view);
    app.select({ filter: view === "torrents" && torrent ? torrent : value });
  };
  return (
    <button type="button" onClick={go}>
      {counted(count, what, many)} <span class="code">{value}</span>
    </button>
  );
}
