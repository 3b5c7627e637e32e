/**
 * The ways from a row to its events.
 *
 * @import { App, Detail } from "../state/app"
 * @import { Scope } from "../state/selection"
 */
import { hostOf } from "./picture";

/** @param {{ app: App, detail: Detail }} props */
export function EventsOf({ app, detail }) {
  const ways = waysOf(detail, app.torrent.value?.info_hash).filter(({ scope }) => !isShown(app, scope));
  if (ways.length === 0) return null;
  return (
    <p class="actions">
      {ways.map(({ words, scope }) => (
        <button key={words} type="button" class="button" onClick={() => app.showEvents(scope)}>
          {words}
        </button>
      ))}
    </p>
  );
}

/**
 * @param {Detail} detail
 * @param {string | null | undefined} listed the torrent whose pieces are listed
 * @returns {{ words: string, scope: Partial<Scope> }[]}
 */
function waysOf(detail, listed) {
  switch (detail.table) {
    case "connections":
      return [{ words: "Show its events", scope: { flow: detail.row.flow } }];
    case "peers": {
      const host = hostOf(detail.row.endpoint).replace(/^\[|\]$/g, "");
      return [{ words: "Show its events", scope: { torrent: detail.row.info_hash, host } }];
    }
    case "pieces":
      // Who has it, asked for it and sent its blocks, each with its frame.
      return listed ? [{ words: "Show its frames", scope: { torrent: listed, piece: detail.row.index } }] : [];
    case "hosts":
    case "places":
      return [{ words: "Show its events", scope: { host: detail.row.address } }];
    case "events": {
      const { flow, torrent } = detail.row;
      return [
        ...(flow === null ? [] : [{ words: "Show its connection", scope: { flow } }]),
        ...(torrent === null ? [] : [{ words: "Show its torrent’s events", scope: { torrent } }]),
      ];
    }
    default:
      return [];
  }
}

/**
 * Are just these events listed?
 * @param {App} app
 * @param {Partial<Scope>} wanted
 */
function isShown(app, wanted) {
  const { view, scope } = app.selection.value;
  const asked = Object.entries(scope).filter(([, value]) => value !== null);
  return view === "events" && JSON.stringify(asked) === JSON.stringify(Object.entries(wanted));
}
