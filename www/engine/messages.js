/**
 * What the page and the reader (a worker) say to each other. Every message is plain data with a `type`; a request carries an `id` that
 * its answer repeats.
 *
 * @import { DatabaseInfo, Digest, EventQuery, EventWindow, Exchange, Geography, Ladder, LadderQuery, MagnetsTaken, PieceMap, Progress, RefusedLine, RowQuery, RowWindow, TorrentStudy, TorrentTraffic, WindowQuery } from "./types"
 */

/**
 * Trouble with a code from a closed list (state/errors.js turns it into words). `file`: whose trouble it is, `null` for everyone's.
 * @typedef {{ code: string, detail: string | null, file: string | null }} Problem
 */

/** `events`: the list of events. @typedef {"events" | "overview" | "init" | "peers" | "download" | "swarm" | "sources" | "trackers" | "dht" | "connections" | "encrypted" | "hosts" | "geography" | "torrents" | "report"} ExportView */
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

/** A `.torrent` file, or a text of magnet links, one a line; an empty `name` is that of no file. @typedef {{ name: string, bytes: Uint8Array } | { name: string, text: string }} Given */

/**
 * What became of it: how many torrents were taken, how many lines of a text were not, and the first of those; `problem`: why nothing was.
 * @typedef {{ taken: number, refused: number, lines: RefusedLine[], problem: Problem | null }} GivenOutcome
 */

/**
 * - `start`: the compiled analyzer, sent once;
 * - `check`: a request, also before `open`: what would become of these torrents;
 * - `open`: read these files as one capture, knowing these torrents, sent once; `whole`: compressed ones to their end, however much they unpack to; `stop` and `resume` hold the reading and let it go on;
 * - `confirm_at`: the share of a torrent's pieces, in percent from 50 to 100, at which a download is confirmed; a report follows;
 * - `set_local`: whether a host is on the network where the capture was made, `null` as the capture tells; a report follows;
 * - `rows`, `piece_map`, `torrent_study`, `exchange`, `torrent_traffic`, `export`: requests, answered at any time after `open`;
 * - `places`: take databases of addresses, and the list of public suffixes, at any time after `start`; answered once they are taken;
 * - `geography`: a request, answered at any time after `open`;
 * - `list`: read the files once more and list their events, in place of the list before; `null`: no list any more. `event_rows`, `ladder`: requests
 *   about the list.
 *
 * @typedef {{ type: "start", module: WebAssembly.Module }
 *   | { type: "check", id: number, given: Given[] }
 *   | { type: "open", files: File[], given: Given[], whole: boolean }
 *   | { type: "stop" }
 *   | { type: "resume" }
 *   | { type: "confirm_at", threshold: number }
 *   | { type: "set_local", address: string, local: boolean | null }
 *   | { type: "rows", id: number, query: RowQuery }
 *   | { type: "piece_map", id: number, torrent: string | null, by_peer: boolean }
 *   | { type: "torrent_study", id: number, torrent: string }
 *   | { type: "exchange", id: number, flow: number }
 *   | { type: "torrent_traffic", id: number, torrent: string }
 *   | { type: "export", id: number, view: ExportView, format: ExportFormat }
 *   | { type: "places", id: number, databases: File[], suffixes: Blob | null }
 *   | { type: "geography", id: number }
 *   | { type: "list", list: number, query: EventQuery | null }
 *   | { type: "event_rows", id: number, query: WindowQuery }
 *   | { type: "ladder", id: number, query: LadderQuery }} ToWorker
 */

/**
 * - `ready`: the analyzer stands, `open` may come;
 * - `progress`, `report`: how far reading is, and what is known so far, several times a second;
 * - `checked`: what would become of the torrents, in their order;
 * - `rows`, `piece_map`, `torrent_study`, `exchange`, `torrent_traffic` (`null`: that is no info hash), `file`, `event_rows`, `ladder`: answers; the last two are `null` where there is no list, a study where there
 *   is no such torrent;
 * - `places`: what could not be taken, and all databases that were; `geography`: an answer, `null` without a database;
 * - `listed`: how far the list with that number is;
 * - `failed`: there is no report, and there will be none.
 *
 * @typedef {{ type: "ready" }
 *   | { type: "progress", progress: Progress }
 *   | { type: "report", report: Report }
 *   | { type: "checked", id: number, outcomes: GivenOutcome[] }
 *   | { type: "rows", id: number, window: RowWindow }
 *   | { type: "piece_map", id: number, map: PieceMap }
 *   | { type: "places", id: number, problems: Problem[], databases: DatabaseInfo[] }
 *   | { type: "geography", id: number, geography: Geography | null }
 *   | { type: "torrent_study", id: number, study: TorrentStudy | null }
 *   | { type: "exchange", id: number, exchange: Exchange | null }
 *   | { type: "torrent_traffic", id: number, traffic: TorrentTraffic | null }
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
 * @property {(name: string, bytes: Uint8Array) => void} add_torrent tells a torrent, before any bytes; throws `{ code, detail }` when it is none
 * @property {(name: string, text: string) => MagnetsTaken} add_magnets tells torrents by links, one a line
 * @property {(bytes?: number) => void} expand_to lets compressed files unpack to so many bytes, or to any number, before they are added
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
 * @property {(address: string, local?: boolean) => void} set_local
 * @property {(query: RowQuery) => RowWindow} rows
 * @property {(torrent: string) => TorrentTraffic | null} torrent_traffic
 * @property {(torrent: string | null, by_peer: boolean) => PieceMap} piece_map
 * @property {(torrent: string) => TorrentStudy | null} torrent_study
 * @property {(flow: number) => Exchange | null} exchange
 * @property {(view: Exclude<ExportView, "events">, format: ExportFormat) => string} export
 * @property {(name: string, bytes: Uint8Array) => void} add_places throws `{ code, detail }` when they are no database
 * @property {(bytes: Uint8Array) => void} set_suffixes
 * @property {() => DatabaseInfo[]} databases
 * @property {() => Geography | null} geography
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
