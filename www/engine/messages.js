/**
 * What the page and the reader (a worker) say to each other. Every message is plain data with a `type`; a request carries an `id` that
 * its answer repeats.
 *
 * @import { DatabaseInfo, Digest, EventQuery, EventWindow, EvidenceAnswer, EvidenceQuery, EvidenceSubject, Exchange, FrameView, Geography, Ladder, LadderQuery, LinesTaken, PieceMap, Progress, RefusedLine, RowFormat, RowQuery, RowWindow, SliceQuery, SliceSummary, TorrentStudy, TorrentTraffic, Watched, Verified, WindowQuery } from "./types"
 */

/**
 * Trouble with a code from a closed list (state/errors.js turns it into words). `file`: whose trouble it is, `null` for everyone's.
 * @typedef {{ code: string, detail: string | null, file: string | null }} Problem
 */

/** Which hosts were said to be local, or not. @typedef {[address: string, local: boolean][]} Locals */

/** `events`: the list of events. @typedef {"events" | "overview" | "init" | "peers" | "download" | "swarm" | "sources" | "trackers" | "dht" | "connections" | "encrypted" | "hosts" | "geography" | "torrents" | "report"} ExportView */
/** @typedef {"text" | "csv" | "json"} ExportFormat */

/** All rows of a table, as filtered and sorted. @typedef {Omit<RowQuery, "from" | "count">} RowsAsked */

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
 * A torrent as it will be put together; `place`: where a file goes, each part a plain name; `renamed`: it differs from what the torrent says.
 * @typedef {{ path: string, length: number, place: string[], renamed: boolean }} PlannedFile
 * @typedef {{ info_hash: string, name: string, piece_count: number, files: PlannedFile[] }} PlannedTorrent
 */

/** Where files are put together: in a folder of the user's, or in one of the browser's own storage. @typedef {{ kind: "folder", folder: FileSystemDirectoryHandle } | { kind: "storage", name: string }} RebuildInto */

/** What is to be verified: these torrents, or all where there is none; `into`: `null` where nothing is to be put together. @typedef {{ files: File[], given: Given[], whole: boolean, torrents: string[], into: RebuildInto | null }} VerifyOrder */

/**
 * What was put together: `missing` bytes of a file are zeros in it, `isThere`: there is any of it; `saved`: what is to be saved by the user.
 * @typedef {{ path: string, place: string[], length: number, missing: number, renamed: boolean, isThere: boolean }} WrittenFile
 * @typedef {{ files: WrittenFile[], refused: { path: string, why: "longer" }[], saved: { name: string, blob: Blob } | null }} Written
 */

/** Learning what pieces must be, looking at what lies there, checking pieces, or closing files. @typedef {"learning" | "looking" | "checking" | "closing"} VerifyStage */

/**
 * How far a verification is: `right` of all `pieces` are verified; what came of it.
 * @typedef {{ status: "running", stage: VerifyStage, progress: Progress, right: number, pieces: number }
 *   | { status: "done", verified: Verified, written: Written | null, memory: number }
 *   | { status: "cancelled" }
 *   | { status: "failed", problem: Problem }} VerifyState
 */

/**
 * How far a file with some frames is: which are wanted is found out, then they are written; `null` before the first bytes. `blob` is `null` where the
 * user chose the file. `failed`: there is none.
 * @typedef {{ status: "choosing" | "writing", progress: Progress | null } | { status: "sliced", summary: SliceSummary, blob: Blob | null } | { status: "failed", detail: string }} SliceState
 */

/**
 * What such a file is to hold; with a `key` of 64 hex digits only headers, under pseudonyms. `target` is where it goes, `null` into a blob.
 * @typedef {{ query: SliceQuery, key: string | null, target: FileSystemFileHandle | null }} SliceWish
 */

/** A `.torrent` file, or a text of magnet links, one a line; an empty `name` is that of no file. @typedef {{ name: string, bytes: Uint8Array } | { name: string, text: string }} Given */

/**
 * What became of it: how many torrents were taken, how many lines of a text were not, and the first of those; `problem`: why nothing was.
 * @typedef {{ taken: number, refused: number, lines: RefusedLine[], problem: Problem | null }} GivenOutcome
 */

/** What a database says of itself. @typedef {{ application_id: number, user_version: number, objects: number }} DatabaseOpening */

/** How far a database is: the capture's files are read once more for their hashes, then rows are written; `share` of that step, 0 to 1. @typedef {{ step: "hashing" | "writing", share: number }} DatabaseProgress */

/** What a database holds; `threshold` in percent. @typedef {{ captures: number, torrents: number, peers: number, confirmed: number, threshold: number }} DatabaseSummary */

/**
 * The texts that make a database, in the order in which they are run. `known` and `earlier` have one parameter; the rows come in so many `parts`.
 * @typedef {{ opening: string, known: string, earlier: string, staging: string, parts: number, merge: string, summary: string }} DatabaseStatements
 */

/**
 * What the worker of databases asks the reader, one at a time: the statements for a database that says so of itself; the SHA-256 of the capture's files; when its
 * first frame was captured, in microseconds, `null` without one; to go on with what an earlier capture left open, which reads the files once more; the rows of a part, which come as batches before the answer. `stop`: nothing more.
 * @typedef {({ ask: "statements" } & DatabaseOpening) | { ask: "hashes" } | { ask: "begins" } | { ask: "go_on", lines: string[] } | { ask: "rows", part: number, hashes: string[] } | { ask: "stop" }} DatabaseAsk
 */

/**
 * The answer, or why there is none; before it how far it is, or rows: the statement that writes one, and a JSON array of them.
 * @typedef {{ answer: unknown } | { refused: Problem } | { share: number } | { insert: string, bytes: Uint8Array }} DatabaseAnswer
 */

/** To the worker of databases, once: SQLite, the port to the reader, and the database that the capture is added to. @typedef {{ module: WebAssembly.Module, port: MessagePort, file: File | null }} ToDatabase */

/**
 * From it. `added`: the database; `null` where it held the capture already.
 * @typedef {{ type: "progress", progress: DatabaseProgress } | { type: "added", blob: Blob | null, summary: DatabaseSummary | null } | { type: "failed", problem: Problem }} FromDatabase
 */

/**
 * - `start`: the compiled analyzer, sent once;
 * - `check`: a request, also before `open`: what would become of these torrents;
 * - `open`: read these files as one capture, knowing these torrents, sent once; `whole`: compressed ones to their end, however much they unpack to; `stop` and `resume` hold the reading and let it go on;
 * - `confirm_at`: the share of a torrent's pieces, in percent from 50 to 100, at which a download is confirmed; a report follows;
 * - `set_local`: whether a host is on the network where the capture was made, `null` as the capture tells; a report follows;
 * - `rows`, `piece_map`, `torrent_study`, `exchange`, `torrent_traffic`, `export`, `export_rows`: requests, answered at any time after `open`;
 *   of events `export` writes those that hold the text `filter`;
 * - `watch`: a list of what is watched for, an entry a line, at any time after `start`; `watched`: what of it is in the capture, after `open`;
 * - `places`: take databases of addresses, and the list of public suffixes, at any time after `start`; answered once they are taken;
 * - `geography`: a request, answered at any time after `open`;
 * - `prove`: a request: what a verification proved is part of the report from now on; a report follows;
 * - `verify`: verify pieces, in a worker that reads nothing else, sent once; `cancel`: end that, and leave nothing half written;
 * - `database`: answer whatever is asked over this port;
 * - `anonymise`: a request: read these files under pseudonyms, sent once, to a reader that reads nothing else; what is exported is of that then;
 * - `list`: read the files once more and list their events, in place of the list before; `null`: no list any more. `event_rows`, `ladder`: requests
 *   about the list;
 * - `frame`: a request, answered at any time after `open`: read the files once more, up to this frame. A newer one ends it;
 * - `evidence_ladder`, `evidence`: requests, answered at any time after `open`; `hash`: read the files once more for their SHA-256, answered when that is
 *   done, or given up by `stop_hashing`;
 * - `slice`: read the files twice more and write some of their frames into a file, in place of one on its way; `null`: give that up.
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
 *   | { type: "export", id: number, view: ExportView, format: ExportFormat, filter: string }
 *   | { type: "export_rows", id: number, query: RowsAsked, format: RowFormat }
 *   | { type: "watch", id: number, text: string }
 *   | { type: "watched", id: number }
 *   | { type: "places", id: number, databases: File[], suffixes: Blob | null }
 *   | { type: "geography", id: number }
 *   | { type: "prove", id: number, verified: Verified }
 *   | { type: "verify", order: VerifyOrder }
 *   | { type: "cancel" }
 *   | { type: "database", port: MessagePort }
 *   | { type: "anonymise", id: number, files: File[], given: Given[], whole: boolean, key: string, torrents: boolean, threshold: number | null, local: Locals }
 *   | { type: "list", list: number, query: EventQuery | null }
 *   | { type: "slice", slice: number, wish: SliceWish | null }
 *   | { type: "event_rows", id: number, query: WindowQuery }
 *   | { type: "ladder", id: number, query: LadderQuery }
 *   | { type: "frame", id: number, frame: number }
 *   | { type: "evidence_ladder", id: number, subject: EvidenceSubject }
 *   | { type: "evidence", id: number, query: EvidenceQuery, format: "html" | "json" }
 *   | { type: "hash", id: number }
 *   | { type: "stop_hashing" }} ToWorker
 */

/**
 * - `ready`: the analyzer stands, `open` may come;
 * - `progress`, `report`: how far reading is, and what is known so far, several times a second;
 * - `checked`: what would become of the torrents, in their order;
 * - `rows`, `piece_map`, `torrent_study`, `exchange`, `torrent_traffic` (`null`: that is no info hash), `file`, `event_rows`, `ladder`: answers; the last two are `null` where there is no list, a study where there
 *   is no such torrent;
 * - `places`: what could not be taken, and all databases that were; `geography`: an answer, `null` without a database;
 * - `watching`: what became of the lines of a watch list; `watched`: its entries, and what meets them;
 * - `proved`: the rows of the verification with what else is known; `verifying`: how far a verification is;
 * - `anonymised`: everything was read, or what was not;
 * - `listed`: how far the list with that number is; `sliced`: the same of a file with some frames;
 * - `frame`: an answer, `null` where the capture has no such frame or a newer one was asked for;
 * - `evidence_ladder`: an answer, `null` where there is nothing of that name; `hashing`: which share of the files was read for their hashes; `hashes`: an
 *   answer, `null` where that was given up, and in it for a file that cannot be read;
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
 *   | { type: "watching", id: number, outcome: LinesTaken }
 *   | { type: "watched", id: number, watched: Watched[] }
 *   | { type: "file", id: number, blob: Blob }
 *   | { type: "proved", id: number, verified: Verified }
 *   | { type: "verifying", state: VerifyState }
 *   | { type: "anonymised", id: number, problems: Problem[] }
 *   | { type: "listed", list: number, state: ListState }
 *   | { type: "sliced", slice: number, state: SliceState }
 *   | { type: "event_rows", id: number, window: EventWindow | null }
 *   | { type: "ladder", id: number, ladder: Ladder | null }
 *   | { type: "frame", id: number, view: FrameView | null }
 *   | { type: "evidence_ladder", id: number, answer: EvidenceAnswer | null }
 *   | { type: "hashing", share: number }
 *   | { type: "hashes", id: number, hashes: (string | null)[] | null }
 *   | { type: "failed", problem: Problem }} FromWorker
 */

/**
 * What takes the bytes of files. `push` and `end` throw `{ code, detail }` when a file is not a capture; anything else that is thrown means the
 * analyzer is broken.
 *
 * @typedef {object} Sink
 * @property {(name: string, bytes: Uint8Array) => void} add_torrent tells a torrent, before any bytes; throws `{ code, detail }` when it is none
 * @property {(name: string, text: string) => LinesTaken} add_magnets tells torrents by links, one a line
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
 * @property {(query: RowQuery, format: RowFormat) => string} rows_written a window; empty behind the last one
 * @property {(text: string) => LinesTaken} watch
 * @property {() => Watched[]} watched
 * @property {(torrent: string) => TorrentTraffic | null} torrent_traffic
 * @property {(torrent: string | null, by_peer: boolean) => PieceMap} piece_map
 * @property {(torrent: string) => TorrentStudy | null} torrent_study
 * @property {(flow: number) => Exchange | null} exchange
 * @property {(verified: Verified) => Verified} prove
 * @property {(view: Exclude<ExportView, "events">, format: ExportFormat) => string} export
 * @property {(subject: EvidenceSubject) => EvidenceAnswer | null} evidence_ladder
 * @property {(query: EvidenceQuery, format: "html" | "json") => string | undefined} evidence undefined where no host or torrent is written so
 * @property {(name: string, bytes: Uint8Array) => void} add_places throws `{ code, detail }` when they are no database
 * @property {(bytes: Uint8Array) => void} set_suffixes
 * @property {() => DatabaseInfo[]} databases
 * @property {() => Geography | null} geography
 * @property {(applicationId: number, userVersion: number, objects: number) => DatabaseStatements} database_statements throws `{ code, detail }` when it is no such database
 * @property {() => number | undefined} database_begins
 * @property {(line: string) => boolean} go_on before the first bytes
 * @property {() => void} free
 * @property {(part: number, hashes: string[], take: (insert: string, bytes: Uint8Array<ArrayBuffer>) => void) => void} database_rows
 * @property {() => number} memory bytes that it takes
 */

/** The analyzer as the worker uses it: the `Session` of the wasm package. @typedef {Sink & SessionAnswers} Session */

/** Pieces as they are verified: the `Verification` of the wasm package. @typedef {Sink & CheckerAnswers} Checker */

/**
 * @typedef {object} CheckerAnswers
 * @property {() => void} check ends the first reading, and begins the second
 * @property {() => PlannedTorrent[]} planned
 * @property {(torrent: number, index: number) => Float64Array} spans the parts of a piece, four numbers each: file, where in it, from and to in the piece
 * @property {(torrent: number, index: number) => number} piece_length
 * @property {(torrent: number, index: number, bytes: Uint8Array) => boolean} keep a piece that lies there already, if it is right
 * @property {() => Uint32Array} right pieces of each torrent that are right
 * @property {(least: number) => [Float64Array, Uint8Array] | undefined} take bytes that wait: runs of four numbers (torrent, file, where in it, how
 *   many), and their bytes one after the other
 * @property {(torrent: number, file: number) => Float64Array} holes from and to, again and again
 * @property {() => Verified} verified
 * @property {() => number} memory
 */

/**
 * The SHA-256 of a file, chunk by chunk: the `FileHash` of the wasm package.
 *
 * @typedef {object} FileHash
 * @property {(chunk: Uint8Array) => void} push
 * @property {() => string} finish the hash in hex; afterwards it is that of no bytes again
 * @property {() => void} free gives its memory back
 */

/** A reading under pseudonyms as the worker uses it: the `AnonymousSession` of the wasm package. @typedef {Sink & Pick<SessionAnswers, "confirm_at" | "set_local" | "export">} AnonymousSession */

/** A list of events as the worker uses it: the `EventListing` of the wasm package. @typedef {Sink & ListingAnswers} EventListing */

/** A file with some frames as the worker uses it: the `Slice` of the wasm package. @typedef {Sink & SliceAnswers} Slice */

/**
 * @typedef {object} SliceAnswers
 * @property {(key?: string) => void} write goes on from the reading that chooses frames to the one that writes them
 * @property {() => Uint8Array} take what was written since it was asked last
 * @property {() => SliceSummary} summary
 * @property {() => void} free gives its memory back
 */

/**
 * @typedef {object} ListingAnswers
 * @property {(query: WindowQuery) => EventWindow} rows
 * @property {(query: LadderQuery) => Ladder | null} ladder
 * @property {(format: ExportFormat, filter: string) => string} export
 * @property {() => void} free gives its memory back
 */

/** A frame that is looked for, as the worker uses it: the `FrameReading` of the wasm package. @typedef {Sink & { view: () => FrameView | null, free: () => void }} FrameReading */

export {};
