/**
 * What the page and the reader (a worker) say to each other. Every message is plain data with a `type`; a request carries an `id` that
 * its answer repeats.
 *
 * @import { Digest, EventQuery, EventWindow, Ladder, LadderQuery, PieceMap, Progress, RowQuery, RowWindow, TorrentStudy, WindowQuery } from "./types"
 */

/**
 * Trouble with a code from a closed list (state/errors.js turns it into words). `file`: whose trouble it is, `null` for everyone's.
 * @typedef {{ code: string, detail: string | null, file: string | null }} Problem
 */

/** `events`: the list of events. @typedef {"events" | "init" | "peers" | "download" | "swarm" | "trackers" | "dht" | "connections" | "encrypted" | "hosts" | "report"} ExportView */
/** @typedef {"text" | "csv" | "json"} ExportFormat */

/**
 * Why a report is the last one for now: everything was read, or the page asked to stop. `null`: reading goes on.
 * @typedef {"finished" | "stopped" | null} End
 */

/**
 * Everything but the large tables, as far as reading is; `memory`: bytes that the analyzer takes.
 * @typedef {{ digest: Digest, progress: Progress, problems: Problem[], end: End, memory: number }} Report
 */

/**
 * How far a list of events is: `events` were asked for so far, of which `kept` are listed. `refused`: the question cannot be asked.
 * @typedef {{ status: "listing" | "listed", progress: Progress, events: number, kept: number } | { status: "refused" }} ListState
 */

/**
 * - `start`: the compiled analyzer, sent once;
 * - `open`: read these files as one capture, sent once; `stop` and `resume` hold the reading and let it go on;
 * - `confirm_at`: the share of a torrent's pieces, in percent from 50 to 100, at which a download is confirmed; a report follows;
 * - `rows`, `piece_map`, `torrent_study`, `export`: requests, answered at any time after `open`;
 * - `list`: read the files once more and list their events, in place of the list before; `null`: no list any more. `event_rows`, `ladder`: requests
 *   about the list.
 *
 * @typedef {{ type: "start", module: WebAssembly.Module }
 *   | { type: "open", files: File[] }
 *   | { type: "stop" }
 *   | { type: "resume" }
 *   | { type: "confirm_at", threshold: number }
 *   | { type: "rows", id: number, query: RowQuery }
 *   | { type: "piece_map", id: number, torrent: string | null }
 *   | { type: "torrent_study", id: number, torrent: string }
 *   | { type: "export", id: number, view: ExportView, format: ExportFormat }
 *   | { type: "list", list: number, query: EventQuery | null }
 *   | { type: "event_rows", id: number, query: WindowQuery }
 *   | { type: "ladder", id: number, query: LadderQuery }} ToWorker
 */

/**
 * - `ready`: the analyzer stands, `open` may come;
 * - `progress`, `report`: how far reading is, and what is known so far, several times a second;
 * - `rows`, `piece_map`, `torrent_study`, `file`, `event_rows`, `ladder`: answers; the last two are `null` where there is no list, a study where there
 *   is no such torrent;
 * - `listed`: how far the list with that number is;
 * - `failed`: there is no report, and there will be none.
 *
 * @typedef {{ type: "ready" }
 *   | { type: "progress", progress: Progress }
 *   | { type: "report", report: Report }
 *   | { type: "rows", id: number, window: RowWindow }
 *   | { type: "piece_map", id: number, map: PieceMap }
 *   | { type: "torrent_study", id: number, study: TorrentStudy | null }
 *   | { type: "file", id: number, blob: Blob }
 *   | { type: "listed", list: number, state: ListState }
 *   | { type: "event_rows", id: number, window: EventWindow | null }
 *   | { type: "ladder", id: number, ladder: Ladder | null }
 *   | { type: "failed", problem: Problem }} FromWorker
 */

/**
 * What takes the bytes of files. `push` and `end` throw `{ code, detail }` when a file is not a capture; anything else that is thrown means the
 * analyzer is broken.
 *
 * @typedef {object} Sink
 * @property {(name: string, size?: number) => number} add_file names a source and returns its number
 * @property {() => number | undefined} wants the source whose next bytes (or end) are due; undefined when all have ended
 * @property {(source: number, chunk: Uint8Array) => void} push
 * @property {(source: number) => void} end
 * @property {() => void} finish
 * @property {() => Progress} progress
 */

/**
 * What a session answers.
 *
 * @typedef {object} SessionAnswers
 * @property {() => Digest} digest
 * @property {(threshold: number) => void} confirm_at
 * @property {(query: RowQuery) => RowWindow} rows
 * @property {(torrent: string | null) => PieceMap} piece_map
 * @property {(torrent: string) => TorrentStudy | null} torrent_study
 * @property {(view: Exclude<ExportView, "events">, format: ExportFormat) => string} export
 * @property {() => number} memory bytes that it takes
 */

/** The analyzer as the worker uses it: the `Session` of the wasm package. @typedef {Sink & SessionAnswers} Session */

/** A list of events as the worker uses it: the `EventListing` of the wasm package. @typedef {Sink & ListingAnswers} EventListing */

/**
 * @typedef {object} ListingAnswers
 * @property {(query: WindowQuery) => EventWindow} rows
 * @property {(query: LadderQuery) => Ladder | null} ladder
 * @property {(format: ExportFormat) => string} export
 * @property {() => void} free gives its memory back
 */

export {};
