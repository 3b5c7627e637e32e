/**
 * The torrents that the user gave, in a line: each can be taken back.
 *
 * @import { App } from "../state/app"
 */
import { counted, number } from "../base/format";
import { nameOf } from "../state/torrents";

/** Names that are shown. */
const SHOWN = 4;

/** @param {{ app: App }} props */
export function KeptTorrents({ app }) {
  const kept = app.torrents.kept.value;
  if (kept.length === 0) return null;
  return (
    <p class="kept-torrents">
      <span>{counted(app.torrents.count(), "torrent")} given:</span>
      {kept.slice(0, SHOWN).map((one) => (
        <span class="chip" key={nameOf(one.given)}>
          <span class="chip-name" title={nameOf(one.given)}>
            {nameOf(one.given)}
          </span>
          {one.torrents > 1 && ` (${number(one.torrents)})`}
          <button type="button" aria-label={`Forget ${nameOf(one.given)}`} onClick={() => app.forgetTorrents(one)}>
            ×
          </button>
        </span>
      ))}
      {kept.length > SHOWN && <span>and {number(kept.length - SHOWN)} more</span>}
      {kept.length > 1 && (
        <button type="button" class="button is-quiet" onClick={() => app.forgetTorrents()}>
          Forget all
        </button>
      )}
    </p>
  );
}
