/**
 * Which events are listed: what narrows the choice, each to be taken away, and the protocols to choose from.
 *
 * @import { Digest } from "../engine/types"
 * @import { App } from "../state/app"
 * @import { Scope } from "../state/selection"
 */
import { number, shortened } from "../base/format";

/** What rows call a protocol that is none of the report's. */
const OTHERS = ["connection", "mse", "torrent", "unread", "finding"];

/** @param {{ app: App, digest: Digest }} props */
export function EventsScope({ app, digest }) {
  const { scope } = app.selection.value;
  const { flow, torrent, host, protocol, piece } = scope;
  const change = (/** @type {Partial<Scope>} */ changed) => app.select({ scope: { ...scope, ...changed } });
  const all = flow === null && torrent === null && host === null && piece === undefined;
  return (
    <div class="scope" role="group" aria-label="Which events">
      {all && <span class="caption">Of everything in the capture</span>}
      {flow !== null && (
        <Chip name="the connection" onTake={() => change({ flow: null })}>
          {connectionTold(app, flow)}
        </Chip>
      )}
      {torrent !== null && (
        <Chip name="the torrent" onTake={() => change({ torrent: null })}>
          torrent {torrentTold(digest, torrent)}
        </Chip>
      )}
      {piece !== undefined && (
        <Chip name="the piece" onTake={() => change({ piece: undefined })}>
          piece {number(piece)}
        </Chip>
      )}
      {host !== null && (
        <Chip name="the host" onTake={() => change({ host: null })}>
          host {host}
        </Chip>
      )}
      <label class="scope-protocol">
        <span>Protocol</span>
        <select value={protocol ?? ""} onChange={(event) => change({ protocol: event.currentTarget.value || null })}>
          <option value="">all</option>
          {protocolsOf(digest, protocol).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** @param {{ name: string, onTake: () => void, children: import("preact").ComponentChildren }} props */
function Chip({ name, onTake, children }) {
  return (
    <span class="chip">
      <span>{children}</span>
      <button type="button" aria-label={`Take away ${name}`} onClick={onTake}>
        ×
      </button>
    </span>
  );
}

/**
 * @param {Digest} digest
 * @param {string | null} chosen
 */
function protocolsOf({ messages }, chosen) {
  const names = new Set([...Object.keys(messages).sort(), ...OTHERS]);
  return chosen === null ? [...names] : [...names.add(chosen)];
}

/**
 * @param {App} app
 * @param {number} flow
 */
function connectionTold(app, flow) {
  const { ladder, rows } = app.events;
  if (ladder.value?.flow === flow && ladder.value.originator !== null) {
    return `connection ${ladder.value.originator} → ${ladder.value.responder}`;
  }
  // Of a connection in which no message could be read, no more is told than who sent what.
  void rows.version.value;
  const first = rows.row(0);
  return first?.flow === flow ? `connection of ${first.source} and ${first.destination}` : `connection ${flow}`;
}

/**
 * @param {Digest} digest
 * @param {string} torrent
 */
function torrentTold({ torrents }, torrent) {
  const known = torrents.find((row) => row.info_hash === torrent || row.info_hash_v2 === torrent);
  return known?.name ?? shortened(torrent);
}
