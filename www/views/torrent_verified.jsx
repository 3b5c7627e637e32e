/**
 * Which pieces of a torrent are right, by their hashes, and its files put together of them.
 *
 * @import { VerifiedTorrent } from "../engine/types"
 * @import { App } from "../state/app"
 */
import { counted, NONE, number, size } from "../base/format";
import { Figures } from "../components/figures";
import { PieceStates } from "../components/piece_states";
import { Picture } from "./picture";
import { Verdict, Verifying } from "./verifying";
import { piecesRow, restTold, verifiedTold } from "./verified_words";

/** @param {{ app: App, torrent: string, reading: boolean }} props */
export function TorrentVerified({ app, torrent, reading }) {
  const { verified } = app.verification;
  const all = verified.value;
  const found = app.verification.of(torrent);
  const title = found ? verifiedTold(found) : "Its pieces are not checked yet";
  const caption = found && all ? restTold(found, all) : "each against its hash, in two more readings of the capture";
  return (
    <Picture title={title} caption={caption} aside={<Verifying app={app} about={torrent} reading={reading} />}>
      <Verdict app={app} about={torrent} />
      {found && <Pieces found={found} />}
    </Picture>
  );
}

/** @param {{ found: VerifiedTorrent }} props */
function Pieces({ found }) {
  const { pieces, piece_count: count, files, senders } = found;
  return (
    <>
      <p class="piece-key caption">
        <Sign state="verified" /> verified <Sign state="failed" /> failed <Sign state="incomplete" /> incomplete
      </p>
      <PieceStates
        pieces={pieces}
        count={count}
        label="Which pieces are verified, failed or incomplete; the table below says why"
      />
      <Figures
        label="What became of each piece"
        summary="Pieces"
        columns={[{ title: "Pieces" }, { title: "State" }, { title: "Why" }, { title: "Missing, MiB", figure: true }]}
        rows={pieces.map(piecesRow)}
      />
      <Figures
        label="How much of each file is verified"
        summary={counted(files.length, "file")}
        columns={[{ title: "File" }, { title: "Verified", figure: true }, { title: "Of", figure: true }]}
        rows={files.map(({ path, length, verified_bytes: bytes }) => [
          path,
          bytes === length ? "all" : size(bytes),
          size(length),
        ])}
      />
      {senders.length > 0 && (
        <Figures
          label="Who sent bytes that are verified"
          summary={counted(senders.length, "sender")}
          columns={[
            { title: "Sender", code: true },
            { title: "Verified bytes", figure: true },
            { title: "Pieces", figure: true },
            { title: "First frame", figure: true },
          ]}
          rows={senders.map(({ endpoint, bytes, pieces: sent, first_frame: frame }) => [
            endpoint,
            size(bytes),
            number(sent),
            number(frame) || NONE,
          ])}
        />
      )}
    </>
  );
}

/** @param {{ state: string }} props */
function Sign({ state }) {
  return (
    <svg class="piece-sign" width={14} height={14} aria-hidden="true">
      {state === "verified" && <path class="piece-verified" d="M0 0h14v14h-14z" />}
      {state === "failed" && <path class="piece-cross" d="M3 3l8 8m0 -8l-8 8" />}
      {state === "incomplete" && <path class="piece-hatch" d="M2 14l4 -14M8 14l4 -14" />}
    </svg>
  );
}
