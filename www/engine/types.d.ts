// Made from the Rust types by `UPDATE_TYPES=1 cargo test typescript`. Changes by hand do not last.

/**
 * One end of a packet: an IP address and a UDP or TCP port.
 *
 * Ordered by address, then port. Written `1.2.3.4:5` or `[2001:db8::1]:5`, in JSON too.
 */
export type Endpoint = string;

/**
 * A torrent's name on the wire: the SHA-1 of its info dictionary (BEP 3), or the first 20 bytes of the SHA-256 (BEP 52).
 */
export type InfoHash = string;

/**
 * A DHT node's place in the key space (BEP 5).
 */
export type NodeId = string;

/**
 * An instant: nanoseconds since 1970-01-01 00:00 UTC, as the capture says.
 *
 * Ranges from the year 1677 to 2262. In JSON: seconds as a decimal number, microseconds kept.
 */
export type Time = number;

/**
 * How much a finding weighs on the rest of the report.
 */
export type Severity = "note" | "warning" | "problem";

/**
 * The capture: one file, or several read as one in time order.
 */
export type Capture = { 
/**
 * The files, in the order in which they were given.
 */
files: Array<CaptureFile>, 
/**
 * Frames of all files.
 */
frames: number, 
/**
 * Bytes read of all files.
 */
bytes: number, 
/**
 * The earliest frame's time; `None` before the first frame.
 */
first_time: Time | null, 
/**
 * The latest frame's time.
 */
last_time: Time | null, };

/**
 * One file of a capture.
 */
export type CaptureFile = { 
/**
 * Its name, without folders.
 */
name: string, 
/**
 * `pcap` or `pcapng`, by content; empty before it is known.
 */
format: string, 
/**
 * Bytes read.
 */
bytes: number, 
/**
 * Frames read.
 */
frames: number, 
/**
 * The link types of its frames, as tcpdump names them, in order of appearance.
 */
link_types: Array<string>, };

/**
 * Bytes of recognised payload by what became of them.
 */
export type Coverage = { 
/**
 * In a message that was read.
 */
decoded: number, 
/**
 * Passed over: between the place where framing was lost and the one where it was found again, or in a message that cannot be read.
 */
resynchronised: number, 
/**
 * On the wire, but in no frame of the capture.
 */
lost: number, 
/**
 * Cut off at the capture's snap length.
 */
truncated: number, 
/**
 * Encrypted.
 */
encrypted: number, };

/**
 * Counts by protocol and message; what never occurred is not listed.
 */
export type Messages = Record<string, Record<string, number>>;

/**
 * All findings of one code.
 */
export type FindingRow = { 
/**
 * What it is; from a closed list.
 */
code: string, 
/**
 * How much it weighs.
 */
severity: Severity, 
/**
 * One sentence for a person.
 */
text: string, 
/**
 * How often it was found.
 */
count: number, 
/**
 * The first frames that show it, numbered from 1.
 */
frames: Array<number>, };

/**
 * The section.
 */
export type Init = { 
/**
 * One row a name and address, in the order in which DNS gave them.
 */
bootstrap: Array<BootstrapNode>, };

/**
 * An address that DNS gave for a bootstrap name.
 */
export type BootstrapNode = { 
/**
 * The name asked for.
 */
name: string, 
/**
 * One address of it.
 */
address: string, 
/**
 * The port that the first request went to; `None` when none was sent.
 */
port: number | null, 
/**
 * The DNS answer.
 */
resolved: Resolved, 
/**
 * The initial requests, oldest first.
 */
requests: Array<Request>, };

/**
 * The DNS answer that gave an address.
 */
export type Resolved = { 
/**
 * The frame of the answer.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Who answered.
 */
resolver: Endpoint, 
/**
 * Who had asked.
 */
client: Endpoint, 
/**
 * The frame of the question; `None` when it is not in the capture.
 */
asked_frame: number | null, 
/**
 * When it was captured.
 */
asked_time: Time | null, };

/**
 * A DHT query to a bootstrap node.
 */
export type Request = { 
/**
 * Its frame.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Who asked.
 */
from: Endpoint, 
/**
 * What was asked: `get_peers`, `find_node`, `ping` …
 */
query: string, 
/**
 * In hex.
 */
transaction_id: string, 
/**
 * The answer; `None` when none is in the capture.
 */
response: Answer | null, };

/**
 * The answer to a request.
 */
export type Answer = { 
/**
 * Its frame.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * How many nodes it names.
 */
nodes: number, };

/**
 * The section.
 */
export type Peers = { 
/**
 * The nodes that answered at least once, by the frame of their first answer.
 */
nodes: Array<Node>, };

/**
 * How many nodes there are to list.
 */
export type PeersDigest = { 
/**
 * Nodes that answered at least once.
 */
nodes: number, 
/**
 * DHT queries.
 */
queries: number, 
/**
 * DHT responses.
 */
responses: number, };

/**
 * A DHT node that answered.
 */
export type Node = { 
/**
 * Its place in the key space.
 */
node_id: NodeId, 
/**
 * Its address.
 */
address: string, 
/**
 * Its port.
 */
port: number, 
/**
 * Its client, as far as it says; `None` when it does not.
 */
client: string | null, 
/**
 * Responses with distinct transaction IDs.
 */
responses: number, 
/**
 * Seconds from its first query that is in the capture to the response; `None` when no query is.
 */
delay: number | null, 
/**
 * The frame of its first response.
 */
first_frame: number, 
/**
 * The frame of its latest response.
 */
last_frame: number, 
/**
 * When the first was captured.
 */
first_time: Time, 
/**
 * When the latest was captured.
 */
last_time: Time, };

/**
 * The section.
 */
export type Download = { 
/**
 * The torrents, in the order in which they were met.
 */
torrents: Array<Torrent>, };

/**
 * A torrent and its pieces.
 */
export type Torrent = { 
/**
 * Its name on the wire; `None` for connections whose handshake is not in the capture.
 */
info_hash: InfoHash | null, 
/**
 * Its name for people; `None` until the info dictionary is known.
 */
name: string | null, 
/**
 * Bytes of a piece; `None` until the info dictionary is known.
 */
piece_length: number | null, 
/**
 * How many pieces it has; `None` until the info dictionary is known.
 */
piece_count: number | null, 
/**
 * Bytes of all its files; `None` until the info dictionary is known.
 */
total_size: number | null, 
/**
 * The pieces of which the capture shows a block, by index.
 */
pieces: Array<Piece>, };

/**
 * A piece of which the capture shows at least the header of a block.
 */
export type Piece = { 
/**
 * Its index in the torrent, from 0.
 */
index: number, 
/**
 * Bytes of it that are in the capture, each counted once.
 */
bytes: number, 
/**
 * Whether its bytes fit its hash; `None` while that was not tried.
 */
verified: boolean | null, 
/**
 * Who sent blocks of it, in order of their first block.
 */
contributors: Array<Share>, 
/**
 * Whom they went to.
 */
receivers: Array<Share>, 
/**
 * The first frame that shows it.
 */
first_frame: number, 
/**
 * The last frame in which a block of it begins.
 */
last_frame: number, };

/**
 * One endpoint's part.
 */
export type Share = { 
/**
 * Who.
 */
endpoint: Endpoint, 
/**
 * Bytes of blocks that are in the capture, repeated ones included.
 */
bytes: number, };

/**
 * A torrent without its pieces.
 */
export type TorrentRow = { 
/**
 * Its name on the wire; `None` for connections whose handshake is not in the capture.
 */
info_hash: InfoHash | null, 
/**
 * Its name for people.
 */
name: string | null, 
/**
 * Bytes of a piece.
 */
piece_length: number | null, 
/**
 * How many pieces it has.
 */
piece_count: number | null, 
/**
 * Bytes of all its files.
 */
total_size: number | null, 
/**
 * Pieces of which the capture shows a block.
 */
pieces: number, 
/**
 * Bytes of pieces that are in the capture, each counted once.
 */
bytes: number, 
/**
 * Endpoints that sent blocks.
 */
contributors: number, 
/**
 * Endpoints that blocks went to.
 */
receivers: number, 
/**
 * Connections.
 */
connections: number, 
/**
 * The first frame that shows it.
 */
first_frame: number, 
/**
 * When that was captured.
 */
first_time: Time, 
/**
 * When it was last heard of.
 */
last_time: Time, };

/**
 * An endpoint that sent blocks of a torrent.
 */
export type Contributor = { 
/**
 * Who.
 */
endpoint: Endpoint, 
/**
 * Bytes of blocks that are in the capture, repeated ones included.
 */
bytes: number, 
/**
 * Pieces of which it sent a block.
 */
pieces: number, };

/**
 * Who sent which part of a torrent, for a picture.
 */
export type PieceMap = { 
/**
 * Pieces of the torrent; where that is not known, one more than the highest index seen.
 */
pieces: number, 
/**
 * Runs of neighbouring pieces with the same main sender, by index. Pieces that the capture does not show are in none.
 */
runs: Array<PieceRun>, 
/**
 * The [`RANKS`] endpoints that sent most, in that order.
 */
contributors: Array<Contributor>, 
/**
 * How many more there are.
 */
others: number, 
/**
 * What those sent, in bytes.
 */
other_bytes: number, };

/**
 * Neighbouring pieces with the same main sender.
 */
export type PieceRun = { 
/**
 * Index of the first piece.
 */
first: number, 
/**
 * How many.
 */
count: number, 
/**
 * Place of the sender of most bytes in [`PieceMap::contributors`], from 1; 0 for any other.
 */
rank: number, };

/**
 * Everything that is known of a capture.
 */
export type Report = { 
/**
 * The files.
 */
capture: Capture, 
/**
 * What share of the payload was read.
 */
coverage: Coverage, 
/**
 * Messages by protocol and name.
 */
messages: Messages, 
/**
 * What was wrong.
 */
findings: Array<FindingRow>, 
/**
 * How the client found its first DHT nodes.
 */
init: Init, 
/**
 * Which DHT nodes answered.
 */
peers: Peers, 
/**
 * Which pieces came from whom.
 */
download: Download, };

/**
 * The report without its long tables, which are asked for in windows.
 */
export type Digest = { 
/**
 * The files.
 */
capture: Capture, 
/**
 * What share of the payload was read.
 */
coverage: Coverage, 
/**
 * Messages by protocol and name.
 */
messages: Messages, 
/**
 * What was wrong.
 */
findings: Array<FindingRow>, 
/**
 * How the client found its first DHT nodes.
 */
init: Init, 
/**
 * How many DHT nodes there are to list.
 */
peers: PeersDigest, 
/**
 * The torrents, those with most bytes first, at most [`TORRENTS_IN_DIGEST`].
 */
torrents: Array<TorrentRow>, 
/**
 * How many torrents there are.
 */
torrent_count: number, };

/**
 * How far reading is.
 */
export type Progress = { 
/**
 * Bytes read of all files.
 */
bytes: number, 
/**
 * Bytes of all files; `None` when that of one is not known.
 */
bytes_total: number | null, 
/**
 * Frames read.
 */
frames: number, 
/**
 * The earliest frame's time; `None` before the first frame.
 */
first_time: Time | null, 
/**
 * The latest frame's time.
 */
last_time: Time | null, };

/**
 * The tables there are.
 */
export type Table = "bootstrap" | "nodes" | "torrents" | "pieces" | "contributors" | "findings";

/**
 * Which rows of which table are wanted.
 */
export type RowQuery = { 
/**
 * The table.
 */
table: Table, 
/**
 * For pieces and contributors: the torrent's info hash in hex, or `None` for connections without a handshake.
 */
torrent?: string | null, 
/**
 * The column to sort by; an unknown one, such as an empty text, leaves the table's own order.
 */
sort: string, 
/**
 * Whether the largest comes first. Absent values come last either way.
 */
descending: boolean, 
/**
 * Only rows of which a cell holds this text, whatever the case; empty for all.
 */
filter: string, 
/**
 * The first row wanted.
 */
from: number, 
/**
 * How many rows are wanted.
 */
count: number, };

/**
 * The rows that were wanted.
 */
export type RowWindow = { 
/**
 * Rows of the table.
 */
total: number, 
/**
 * Rows that pass the filter.
 */
matched: number, 
/**
 * The window.
 */
rows: Array<Row>, };

/**
 * A row of any table.
 */
export type Row = BootstrapRow | Node | TorrentRow | PieceRow | Contributor | FindingRow;

/**
 * A bootstrap node with its first request.
 */
export type BootstrapRow = { 
/**
 * The name asked for.
 */
name: string, 
/**
 * One address of it.
 */
address: string, 
/**
 * The port asked.
 */
port: number | null, 
/**
 * The frame of the DNS answer.
 */
dns_frame: number, 
/**
 * How many initial requests there were.
 */
requests: number, 
/**
 * Their transaction IDs in hex.
 */
transaction_ids: Array<string>, 
/**
 * What the first one asked.
 */
query: string | null, 
/**
 * The frame of the first one.
 */
request_frame: number | null, 
/**
 * How many nodes the first answer names.
 */
nodes: number | null, 
/**
 * Seconds from the answered request to the first answer.
 */
delay: number | null, 
/**
 * The frame of the first answer.
 */
answer_frame: number | null, };

/**
 * A piece with its senders counted.
 */
export type PieceRow = { 
/**
 * Its index.
 */
index: number, 
/**
 * Bytes of it that are in the capture.
 */
bytes: number, 
/**
 * How many endpoints sent blocks of it.
 */
contributors: number, 
/**
 * The one that sent most.
 */
top_contributor: string | null, 
/**
 * How many endpoints its blocks went to.
 */
receivers: number, 
/**
 * All that sent blocks of it, in order of their first block.
 */
sent_by: Array<Share>, 
/**
 * All that its blocks went to.
 */
received_by: Array<Share>, 
/**
 * The first frame that shows it.
 */
first_frame: number, 
/**
 * The last frame in which a block of it begins.
 */
last_frame: number, };
