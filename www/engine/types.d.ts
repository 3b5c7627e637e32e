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
 * The name of a torrent of version 2: the SHA-256 of its info dictionary (BEP 52). On the wire only its first 20 bytes are seen.
 */
export type InfoHashV2 = string;

/**
 * The root of a file's Merkle tree, which names its content (BEP 52).
 */
export type PiecesRoot = string;

/**
 * A DHT node's place in the key space (BEP 5).
 */
export type NodeId = string;

/**
 * A client's name for itself in one swarm (BEP 3), often with its make and version (BEP 20).
 */
export type PeerId = string;

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
 * Where in a file something was wrong, or stood for a person to read.
 */
export type FilePlace = { 
/**
 * The name of the file.
 */
file: string, 
/**
 * Bytes from the start of the file to it; of a compressed one, from the start of what is in it.
 */
offset: number, 
/**
 * Bytes that could not be read because of it.
 */
bytes: number, 
/**
 * What was seen there; or the comment, as it stands in the file.
 */
text: string, };

/**
 * The capture: one file, or several read as one in time order.
 */
export type Capture = { 
/**
 * The files, in the order in which they were given.
 */
files: Array<CaptureFile>, 
/**
 * Frames of all files; those that two files have count once.
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
 * Frames read, also those that another file has too.
 */
frames: number, 
/**
 * The link types of its frames, as tcpdump names them, in order of appearance.
 */
link_types: Array<string>, };

/**
 * The section.
 */
export type Overview = { 
/**
 * Who runs BitTorrent.
 */
who: Who, 
/**
 * What is shared.
 */
what: What, 
/**
 * With whom.
 */
with_whom: WithWhom, 
/**
 * What could not be read.
 */
hidden: Unreadable, };

/**
 * Hosts, each counted once.
 */
export type Who = { 
/**
 * Hosts of the local network, with BitTorrent or without.
 */
local: number, 
/**
 * Whether the counts below are of local hosts; of all hosts otherwise, where only hosts elsewhere show BitTorrent.
 */
of_local: boolean, 
/**
 * Hosts that run BitTorrent, by any evidence.
 */
showing: number, 
/**
 * Of these, those that exchanged messages with peers, in clear or in encrypted flows.
 */
exchanged: number, 
/**
 * Of the others, those that sent a handshake to a peer.
 */
contacted_only: number, 
/**
 * Of the others, those that used the DHT.
 */
dht_only: number, 
/**
 * Of the others, those that announced themselves.
 */
announced_only: number, 
/**
 * Of those that take part most, the one with most bytes.
 */
busiest: BusiestHost | null, };

/**
 * The host that stands for all.
 */
export type BusiestHost = { 
/**
 * Its address.
 */
address: string, 
/**
 * The first client that it says it runs.
 */
client: string | null, 
/**
 * Bytes of BitTorrent that it sent and got.
 */
bytes: number, 
/**
 * Its part of what all hosts that exchanged messages sent and got, from 0 to 1; 0 where none did.
 */
share: number, };

/**
 * Torrents, each counted once.
 */
export type What = { 
/**
 * Torrents of which a connection was seen, or in which a host said that it takes part.
 */
torrents: number, 
/**
 * Of these, those whose names are known.
 */
named: number, 
/**
 * Those that stand first: named ones before others, most bytes first; at most [`TOP_TORRENTS`].
 */
top: Array<TopTorrent>, 
/**
 * Bytes of pieces on connections of which the torrent is not known.
 */
unknown_bytes: number, };

/**
 * A torrent that stands first.
 */
export type TopTorrent = { 
/**
 * Its name on the wire.
 */
info_hash: InfoHash, 
/**
 * Its name for people.
 */
name: string | null, 
/**
 * Bytes of pieces that are in the capture.
 */
bytes: number, };

/**
 * The other side.
 */
export type WithWhom = { 
/**
 * Peers that were met in clear, local ones left out where the facts are of local hosts. Who is in two torrents is two peers.
 */
peers: number, 
/**
 * Peers that were met in clear and are local, where the facts are of local hosts.
 */
local_peers: number, 
/**
 * Addresses elsewhere to or from which encrypted flows go.
 */
encrypted_addresses: number, };

/**
 * What could not be read.
 */
export type Unreadable = { 
/**
 * Flows that are taken for encrypted BitTorrent.
 */
flows: number, 
/**
 * Of these, those of which the torrent is likely known.
 */
attributed: number, 
/**
 * Encrypted bytes of BitTorrent.
 */
encrypted: number, 
/**
 * Bytes of BitTorrent that are not in the capture: lost, or cut off.
 */
missing: number, 
/**
 * All bytes of BitTorrent.
 */
total: number, };

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
frames: Array<number>, 
/**
 * The first places of files that show it; left out when there are none.
 */
places?: Array<FilePlace>, };

/**
 * The section.
 */
export type Init = { 
/**
 * One row a name and address, in the order in which DNS gave them.
 */
bootstrap: Array<BootstrapNode>, 
/**
 * Ports asked of gateways, in the order of the requests.
 */
port_mappings: Array<PortMapping>, };

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
 * The DNS answer; `None` where only the capture file, or an earlier capture that this one goes on with, says that the address has this name.
 */
resolved: Resolved | null, 
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
 * A port of a gateway that leads to one of a client, or was asked to.
 */
export type PortMapping = { 
/**
 * `tcp`, `udp`, `all` or `other`.
 */
protocol: string, 
/**
 * The client's port.
 */
internal_port: number, 
/**
 * The gateway's port, as it answered; `None` without a good answer.
 */
external_port: number | null, 
/**
 * The gateway's port that the client asked for.
 */
requested_port: number, 
/**
 * The client.
 */
client: string, 
/**
 * The gateway.
 */
gateway: Endpoint, 
/**
 * How it was asked for: `nat_pmp`, `pcp` or `upnp`.
 */
via: string, 
/**
 * The frame of the first request.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * The frame of the first good answer, or of the latest refusal.
 */
answer_frame: number | null, 
/**
 * The gateway's number of why it refused; `None` where it did not.
 */
error: number | null, 
/**
 * The gateway's address outside, where the answer says it (PCP).
 */
external_address: string | null, 
/**
 * Seconds asked for; 0 with UPnP is for ever.
 */
lifetime: number | null, 
/**
 * The frame in which the client gave the port back.
 */
removed_frame: number | null, 
/**
 * What of BitTorrent uses the client's port: `peer_wire`, `dht`, `tracker`, `lsd`.
 */
used_by: Array<string>, };

/**
 * The section.
 */
export type Dht = { 
/**
 * Queries by name, in alphabetical order.
 */
queries: Array<QueryCount>, 
/**
 * Queries of which an answer is in the capture.
 */
answered: number, 
/**
 * Queries of which none is.
 */
unanswered: number, 
/**
 * Half of the answers came within so many seconds; `None` without answers.
 */
median_delay: number | null, 
/**
 * Nine of ten answers came within so many seconds.
 */
ninth_decile_delay: number | null, 
/**
 * Nodes with public addresses that answered.
 */
public_nodes: number, 
/**
 * How many of them have an ID that their address allows (BEP 42).
 */
fitting_nodes: number, 
/**
 * What the nodes that answered run, most first; without those that do not say.
 */
clients: Array<ClientCount>, 
/**
 * The lookups of more than one query, in the order in which they began.
 */
lookups: Array<Lookup>, 
/**
 * Sizes of swarms by Bloom filters (BEP 33), by info hash.
 */
estimates: Array<SwarmEstimate>, 
/**
 * Distinct info hashes in samples (BEP 51).
 */
sampled_info_hashes: number, };

/**
 * How often a query was sent.
 */
export type QueryCount = { 
/**
 * Its name; those beyond [`NAMES`] different ones are gathered as `other`.
 */
name: string, 
/**
 * How often.
 */
count: number, };

/**
 * How many nodes run a client.
 */
export type ClientCount = { 
/**
 * The client, as its `v` says.
 */
client: string, 
/**
 * How many nodes.
 */
nodes: number, };

/**
 * What one asker asked about one target.
 */
export type Lookup = { 
/**
 * Who asked.
 */
asker: Endpoint, 
/**
 * The query's name.
 */
query: string, 
/**
 * The target, or the first one of a blurred lookup.
 */
target: NodeId, 
/**
 * How often another target was asked about than just before, the first included: more than one in a blurred lookup.
 */
targets: number, 
/**
 * Queries.
 */
queries: number, 
/**
 * Answers.
 */
answers: number, 
/**
 * Peers that the answers name, repeated ones included.
 */
peers: number, 
/**
 * The answers that came closer to the target than any before, oldest first.
 */
approach: Array<Step>, 
/**
 * The frame of the first query.
 */
first_frame: number, 
/**
 * When it was captured.
 */
first_time: Time, 
/**
 * When the latest query or answer was captured.
 */
last_time: Time, };

/**
 * A DHT lookup with what it came to.
 */
export type LookupRow = { 
/**
 * Leading bits that the closest node that answered shares with the target; `None` without answers that came closer.
 */
closest_bits: number | null, 
/**
 * Seconds from the first query to the latest query or answer.
 */
duration: number, 
/**
 * Who asked.
 */
asker: Endpoint, 
/**
 * The query's name.
 */
query: string, 
/**
 * The target, or the first one of a blurred lookup.
 */
target: NodeId, 
/**
 * How often another target was asked about than just before, the first included: more than one in a blurred lookup.
 */
targets: number, 
/**
 * Queries.
 */
queries: number, 
/**
 * Answers.
 */
answers: number, 
/**
 * Peers that the answers name, repeated ones included.
 */
peers: number, 
/**
 * The answers that came closer to the target than any before, oldest first.
 */
approach: Array<Step>, 
/**
 * The frame of the first query.
 */
first_frame: number, 
/**
 * When it was captured.
 */
first_time: Time, 
/**
 * When the latest query or answer was captured.
 */
last_time: Time, };

/**
 * An answer that came closer.
 */
export type Step = { 
/**
 * The node that answered.
 */
node: Endpoint, 
/**
 * Leading bits that its ID shares with the target asked about.
 */
shared_bits: number, 
/**
 * The frame of the answer.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, };

/**
 * How large a swarm is.
 */
export type SwarmEstimate = { 
/**
 * The info hash asked about.
 */
info_hash: InfoHash, 
/**
 * Seeds.
 */
seeds: number, 
/**
 * Other peers.
 */
peers: number, 
/**
 * The frame of the answer with the largest filters.
 */
frame: number, };

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
 * Its name on the wire; `None` for connections whose handshake is not in the capture. Of two, that of version 1.
 */
info_hash: InfoHash | null, 
/**
 * Its whole name of version 2; `None` where it has none, and until the info dictionary is known.
 */
info_hash_v2: InfoHashV2 | null, 
/**
 * What stands for its name of version 2 on the wire; `None` where it has none, and until that is known.
 */
info_hash_v2_truncated: InfoHash | null, 
/**
 * Its name for people; `None` until the info dictionary is known.
 */
name: string | null, 
/**
 * Bytes of a piece; `None` until the info dictionary is known, or a web seed's files prove it.
 */
piece_length: number | null, 
/**
 * How many pieces it has; `None` as long as `piece_length` is.
 */
piece_count: number | null, 
/**
 * Bytes of all its files, padding left out; `None` as long as `piece_length` is.
 */
total_size: number | null, 
/**
 * Whether peers are to be had from its trackers only; `None` until the info dictionary is known.
 */
private: boolean | null, 
/**
 * Its files, padding left out; empty until the info dictionary is known.
 */
files: Array<File>, 
/**
 * Where the info dictionary is from; `None` until it is known.
 */
metadata_source: MetadataSource | null, 
/**
 * The frame that completed it.
 */
metadata_frame: number | null, 
/**
 * The pieces of which the capture shows a block, by index.
 */
pieces: Array<Piece>, 
/**
 * Connections among its own whose handshake is not in the capture, and why they are its.
 */
attributed: Array<Attributed>, };

/**
 * Where an info dictionary is from. Its hash is the torrent's either way.
 */
export type MetadataSource = "ut_metadata" | "torrent_file";

/**
 * A file of a torrent.
 */
export type File = { 
/**
 * Its path below the folder that is named after the torrent, or its name where it is the only file; parts joined by `/`.
 */
path: string, 
/**
 * Its bytes.
 */
length: number, 
/**
 * Bytes from the start of the first piece to the file.
 */
offset: number, 
/**
 * What names its content in version 2; `None` where it is empty, or of version 1.
 */
pieces_root: PiecesRoot | null, };

/**
 * A connection whose handshake is not in the capture, and which carried blocks of a torrent by other evidence.
 */
export type Attributed = { 
/**
 * The end that opened it; where that is not in the capture, the end that was seen first.
 */
originator: Endpoint, 
/**
 * The other end.
 */
responder: Endpoint, 
/**
 * Bytes of pieces that it carried, each counted once.
 */
bytes: number, 
/**
 * Why it is this torrent's, a sentence each.
 */
reasons: Array<string>, };

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
 * Its name on the wire; `None` for connections whose handshake is not in the capture. Of two, that of version 1.
 */
info_hash: InfoHash | null, 
/**
 * Its whole name of version 2.
 */
info_hash_v2: InfoHashV2 | null, 
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
 * The frame that completed its info dictionary.
 */
metadata_frame: number | null, 
/**
 * Pieces of which the capture shows a block.
 */
pieces: number, 
/**
 * Bytes of pieces that are in the capture, each counted once.
 */
bytes: number, 
/**
 * Bytes that came by connections whose handshake is not in the capture, and which are this torrent's by other evidence.
 */
attributed_bytes: number, 
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
 * Runs of pieces by their main sender.
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
 * One connection.
 */
export type Connection = { 
/**
 * The number of its stream, the same whenever these files are read. Streams of TCP have even numbers, of uTP odd ones, each in
 * the order in which they were met.
 */
flow: number, 
/**
 * How its bytes travelled: `tcp` or `utp`.
 */
transport: string, 
/**
 * What it speaks: `peer_wire`, or `encrypted` where that is only likely; `None` for uTP of which that is not known.
 */
protocol: string | null, 
/**
 * How it is hidden: not at all (`none`), by a key exchange after which both went on in clear (`plaintext`), or wholly (`rc4`). `None`
 * where the beginning is not in the capture, or nothing is known of it.
 */
encryption: string | null, 
/**
 * How likely it is encrypted BitTorrent, from 0 to 1; `None` for one that can be read.
 */
confidence: number | null, 
/**
 * Who opened it; where that is not in the capture, who was seen first.
 */
originator: Endpoint, 
/**
 * The other end.
 */
responder: Endpoint, 
/**
 * The torrent; `None` where the capture does not tell. That of an encrypted connection is the most likely one.
 */
info_hash: InfoHash | null, 
/**
 * The originator's name for itself.
 */
originator_peer_id: PeerId | null, 
/**
 * The responder's name for itself.
 */
responder_peer_id: PeerId | null, 
/**
 * The originator's client, by its own words or its peer ID.
 */
originator_client: string | null, 
/**
 * The responder's client, by its own words or its peer ID.
 */
responder_client: string | null, 
/**
 * Whether it was open before the capture began, or its opening is not in it.
 */
midstream: boolean, 
/**
 * Its first frame.
 */
first_frame: number, 
/**
 * Its latest frame.
 */
last_frame: number, 
/**
 * When its first packet was captured.
 */
first_seen: Time, 
/**
 * When its latest packet was captured.
 */
last_seen: Time, 
/**
 * How it ended: `fin` (an end said that it has no more to send), `reset` (an end dropped it), `open` (it was not seen to end), or
 * `unseen` (another one took its place, so that it must have ended).
 */
ended: string, 
/**
 * Which end said so first.
 */
ended_by: Endpoint | null, 
/**
 * Microseconds that its opening took to the other end and back; `None` where a packet of it is missing or came twice.
 */
round_trip_micros: number | null, 
/**
 * In which order peers keep connections when they have too many, the highest first (BEP 40); `None` between address families.
 */
priority: number | null, 
/**
 * What the originator sent.
 */
sent: ConnectionTraffic, 
/**
 * What the responder sent.
 */
received: ConnectionTraffic, 
/**
 * How the originator asked for blocks and was served; `None` where nothing of it is known.
 */
originator_asked: Asked | null, 
/**
 * The same of the responder.
 */
responder_asked: Asked | null, };

/**
 * One direction of a connection.
 */
export type ConnectionTraffic = { 
/**
 * Packets, repeated ones too.
 */
packets: number, 
/**
 * Payload bytes, repeated ones left out.
 */
bytes: number, 
/**
 * Packets of which the capture had the payload before: sent again, or come twice.
 */
repeated_packets: number, 
/**
 * Payload bytes that came again.
 */
repeated_bytes: number, 
/**
 * Packets with new payload from before what had come already: overtaken on the way, or sent again for one that was lost before it was
 * captured.
 */
out_of_order_packets: number, 
/**
 * Packets that are not in the capture; `None` for TCP, which numbers bytes.
 */
lost_packets: number | null, 
/**
 * Bytes that are not in the capture; `None` for uTP, which numbers packets.
 */
lost_bytes: number | null, 
/**
 * Microseconds that packets took above the fastest one, on average; `None` for TCP, and where the other end never said.
 */
mean_delay_micros: number | null, 
/**
 * Microseconds that the slowest packet took above the fastest one.
 */
highest_delay_micros: number | null, 
/**
 * Bytes that the sender said to have room for, the last time. `None` where it never said, and for TCP where the unit is not known,
 * which only the opening tells.
 */
window: number | null, 
/**
 * The same on average.
 */
mean_window: number | null, 
/**
 * The same at the least.
 */
lowest_window: number | null, 
/**
 * Packets that said that there is no room at all.
 */
zero_windows: number, 
/**
 * Messages of the peer wire protocol.
 */
messages: number, 
/**
 * Blocks that were asked for.
 */
requests: number, 
/**
 * Blocks that were sent.
 */
blocks: number, 
/**
 * Bytes of those that are in the capture.
 */
block_bytes: number, 
/**
 * Microseconds from the other end's request to the block, on average; `None` where the capture has no block with its request.
 */
mean_wait_micros: number | null, };

/**
 * What came of verifying.
 */
export type Verified = { 
/**
 * The torrents that were asked for, in the order in which they were met.
 */
torrents: Array<VerifiedTorrent>, 
/**
 * Bytes of blocks of connections that do not tell their torrent.
 */
unattributed_bytes: number, 
/**
 * Connections that may be encrypted BitTorrent: what they carried cannot be read.
 */
hidden_connections: number, };

/**
 * A torrent.
 */
export type VerifiedTorrent = { 
/**
 * Its name in messages.
 */
info_hash: InfoHash, 
/**
 * Its hash of version 1.
 */
info_hash_v1: InfoHash | null, 
/**
 * Its hash of version 2.
 */
info_hash_v2: InfoHashV2 | null, 
/**
 * What people call it.
 */
name: string, 
/**
 * Bytes of a piece.
 */
piece_length: number, 
/**
 * How many pieces it has.
 */
piece_count: number, 
/**
 * Pieces whose bytes are right.
 */
verified: number, 
/**
 * Those of them that were not put together from the captures, but lay in the folder already.
 */
kept: number, 
/**
 * Pieces whose bytes are all there, and wrong.
 */
failed: number, 
/**
 * Pieces that cannot be checked.
 */
incomplete: number, 
/**
 * All pieces in order; neighbours of which the same is to be said are one row.
 */
pieces: Array<VerifiedPieces>, 
/**
 * Its files.
 */
files: Array<VerifiedFile>, 
/**
 * Who sent bytes of verified pieces, those of most bytes first.
 */
senders: Array<VerifiedSender>, };

/**
 * Neighbouring pieces.
 */
export type VerifiedPieces = { 
/**
 * The first.
 */
first: number, 
/**
 * The last.
 */
last: number, 
/**
 * What became of them.
 */
state: PieceState, 
/**
 * Of verified ones, which hashes they have: of version 1, of version 2.
 */
by: Array<Hashed>, 
/**
 * Bytes of them that did not come.
 */
missing_bytes: number, 
/**
 * Why they are incomplete.
 */
reasons: Array<MissingReason>, 
/**
 * Who sent wrong bytes of them, or may have.
 */
wrong_senders: Array<Endpoint>, 
/**
 * Whether it is certain that each of those did.
 */
certain: boolean, };

/**
 * A file of a torrent.
 */
export type VerifiedFile = { 
/**
 * Its path, as the torrent has it.
 */
path: string, 
/**
 * Its bytes.
 */
length: number, 
/**
 * Those of them that are in verified pieces.
 */
verified_bytes: number, };

/**
 * Who sent bytes that a hash proved right.
 */
export type VerifiedSender = { 
/**
 * Who.
 */
endpoint: Endpoint, 
/**
 * Its bytes that were proven right: what came after a piece was whole is not checked again.
 */
bytes: number, 
/**
 * Verified pieces that hold some of them.
 */
pieces: number, 
/**
 * The first frame of such bytes.
 */
first_frame: number, };

/**
 * What a piece was checked by.
 */
export type Hashed = "SHA-1" | "SHA-256";

/**
 * What became of a piece.
 */
export type PieceState = "verified" | "failed" | "incomplete";

/**
 * Why a piece is incomplete.
 */
export type MissingReason = "not_seen" | "not_captured" | "truncated" | "made_way" | "no_hashes" | "maybe_encrypted" | "maybe_unattributed";

/**
 * How requests were served, over all connections of peers in clear.
 */
export type Requests = { 
/**
 * Those of local hosts.
 */
local: RequestGroup, 
/**
 * Those of all others.
 */
remote: RequestGroup, 
/**
 * How long those of local hosts waited: the buckets that anything is in, and those between.
 */
local_latencies: Array<LatencyBucket>, 
/**
 * The same by transport, those of local hosts first.
 */
by_transport: Array<RequestGroup>, 
/**
 * The same by torrent, those of local hosts first, then by how many there are.
 */
by_torrent: Array<RequestGroup>, };

/**
 * Requests that have something in common.
 */
export type RequestGroup = { 
/**
 * Whether local hosts asked.
 */
local: boolean, 
/**
 * Over what they went, `tcp` or `utp`; `None` where that is no matter.
 */
transport: string | null, 
/**
 * Which torrent they were of; `None` where that is no matter, or not known.
 */
info_hash: InfoHash | null, 
/**
 * Connections.
 */
connections: number, 
/**
 * Requests.
 */
requests: number, 
/**
 * Requests whose block came.
 */
answered: number, 
/**
 * Half of the answers came within so many seconds; `None` without answers.
 */
median_latency: number | null, 
/**
 * Nine of ten answers came within so many seconds.
 */
ninth_decile_latency: number | null, 
/**
 * The most that were open at one time in one connection.
 */
pipeline: number, };

/**
 * How many requests waited how long.
 */
export type LatencyBucket = { 
/**
 * At least so many seconds.
 */
from: number, 
/**
 * Less than so many.
 */
until: number, 
/**
 * Requests.
 */
count: number, };

/**
 * How one end of a connection asked, and how it was served.
 *
 * Requests are answered, cancelled, rejected, choked away or unanswered. Blocks that it got were answers, late or unasked.
 */
export type Asked = { 
/**
 * Requests.
 */
requests: number, 
/**
 * Requests whose block came.
 */
answered: number, 
/**
 * Requests that nothing came of, or that are still open.
 */
unanswered: number, 
/**
 * Requests that it took back.
 */
cancelled: number, 
/**
 * Requests that the other end refused.
 */
rejected: number, 
/**
 * Requests that a choke of the other end dropped.
 */
choked_away: number, 
/**
 * Blocks that came although it had taken the request back, or a choke had dropped it.
 */
late: number, 
/**
 * Blocks of which no request is in the capture.
 */
unasked: number, 
/**
 * Blocks that had come shortly before, at least: among the last 32. Counted above too.
 */
duplicates: number, 
/**
 * Half of the answers began within so many seconds of their request, at most a quarter off; `None` without answers.
 */
median_latency: number | null, 
/**
 * Nine of ten answers did within so many seconds.
 */
ninth_decile_latency: number | null, 
/**
 * The most requests that were open at one time.
 */
pipeline: number, 
/**
 * How many were open on average, while any were.
 */
mean_pipeline: number | null, 
/**
 * The share of the time in which the other end choked it; `None` where that is not known.
 */
choked_share: number | null, 
/**
 * The share of the time in which it was interested.
 */
interested_share: number | null, 
/**
 * How often the other end unchoked it.
 */
unchokes: number, };

/**
 * How the ends of one connection asked and were served, over time.
 */
export type Exchange = { 
/**
 * The number of its stream.
 */
flow: number, 
/**
 * When its first packet was captured.
 */
from: Time, 
/**
 * When its latest packet was captured.
 */
until: Time, 
/**
 * Who opened it.
 */
originator: ExchangeEnd, 
/**
 * The other end.
 */
responder: ExchangeEnd, 
/**
 * When an end turned to choke or interest, or away.
 */
changes: Array<Change>, 
/**
 * Whether later ones are left out.
 */
is_cut: boolean, };

/**
 * One end of a connection.
 */
export type ExchangeEnd = { 
/**
 * Who.
 */
endpoint: Endpoint, 
/**
 * What it asked for.
 */
asked: Asked, 
/**
 * How long its requests waited: the buckets that anything is in, and those between.
 */
latencies: Array<LatencyBucket>, 
/**
 * When the other end choked it.
 */
choked: Array<Stretch>, 
/**
 * When the other end did not choke it.
 */
unchoked: Array<Stretch>, 
/**
 * When it was interested.
 */
interested: Array<Stretch>, 
/**
 * When the first of `pipeline` begins; `None` where it asked for nothing.
 */
pipeline_begin: Time | null, 
/**
 * How many seconds each of `pipeline` lasts.
 */
pipeline_step: number, 
/**
 * The most requests that were open in each step of time.
 */
pipeline: Array<number>, };

/**
 * A stretch of time.
 */
export type Stretch = { 
/**
 * From.
 */
at: Time, 
/**
 * Until.
 */
until: Time, };

/**
 * An end turned.
 */
export type Change = { 
/**
 * The frame of the message, numbered from 1.
 */
frame: number, 
/**
 * When that was captured.
 */
time: Time, 
/**
 * Who said so.
 */
end: Direction, 
/**
 * What it said: `choke`, `unchoke`, `interested` or `not_interested`.
 */
turn: string, };

/**
 * The section.
 */
export type Swarm = { 
/**
 * The share of its pieces, in percent, at which a peer's download is confirmed: 50 to 100.
 */
threshold: number, 
/**
 * The torrents of which peers were met, in the order in which they were.
 */
torrents: Array<SwarmTorrent>, };

/**
 * A torrent and its peers. How each peer's progress rose, and the copies of each piece, are in the torrent's
 * [`TorrentStudy`](super::TorrentStudy).
 */
export type SwarmTorrent = { 
/**
 * Its name on the wire.
 */
info_hash: InfoHash, 
/**
 * How many pieces it has; `None` while that is not known.
 */
piece_count: number | null, 
/**
 * How many peers there are of each kind, to read the confirmed downloads by.
 */
counts: Counts, 
/**
 * The peers that were met, in the order in which they were; then those that were only listed.
 */
peers: Array<Peer>, 
/**
 * The downloads that are confirmed, by time.
 */
confirmed_downloads: Array<ConfirmedDownload>, 
/**
 * How many in each hour.
 */
confirmed_per_hour: Array<ConfirmedHour>, 
/**
 * Copies of pieces over time, at most 256 moments.
 */
availability: Array<AvailabilityMoment>, 
/**
 * How rare the pieces were that were asked for, at most 256 moments: by local hosts, or, where none of them asked, by all peers.
 */
rarest_first: Array<RarityMoment>, };

/**
 * What the number of confirmed downloads is a part of.
 */
export type Counts = { 
/**
 * Peers, met or listed.
 */
peers: number, 
/**
 * Of these, those that anything named, be it themselves: trackers, DHT nodes, peers, the local network.
 */
listed: number, 
/**
 * Of these, those that spoke in clear.
 */
met: number, 
/**
 * Of these, those whose progress is known.
 */
progress_known: number, 
/**
 * Of these, those that were at or above the threshold when they were first met: they may have downloaded before, or never.
 */
complete_at_first: number, 
/**
 * Of those whose progress is known, those that were met in one connection only and were below the threshold then and at its end.
 */
met_once_below: number, 
/**
 * Connections that ended after the handshake, from an address of which peers are listed: it is not told which of them it was.
 */
unidentified: number, };

/**
 * A peer of a torrent.
 */
export type Peer = { 
/**
 * Where it takes connections; where that is not known, where it last opened one from.
 */
endpoint: Endpoint, 
/**
 * What it last called itself.
 */
peer_id: PeerId | null, 
/**
 * Its client and version, as it says.
 */
client: string | null, 
/**
 * Who named it.
 */
sources: Array<Source>, 
/**
 * How it is known to take part: the strongest rung of the ladder.
 */
evidence: EvidenceRung, 
/**
 * Connections with it in clear.
 */
contacts: number, 
/**
 * When it was first met, or listed.
 */
first_seen: Time, 
/**
 * When it was last met, or listed.
 */
last_seen: Time, 
/**
 * The first frame of its own.
 */
first_frame: number | null, 
/**
 * The share of pieces that it was first known to have, 0 to 1; `None` while it, or the number of pieces, is not known.
 */
progress_first: number | null, 
/**
 * The share of pieces that it was last known to have.
 */
progress_last: number | null, 
/**
 * When it was known to have reached the threshold, if it was known to be below it before.
 */
completed_at: Time | null, 
/**
 * Bytes a second, at most, at which its pieces grew between two moments at least [`SPEED_SPAN_NANOS`] apart; `None` where pieces or
 * their length are not known. It tells what came to the peer from everywhere, by what it says of its pieces.
 */
max_speed: number | null, 
/**
 * Bytes of blocks a second that went to it in this capture, at most, in any of the windows of ten seconds that follow each other from
 * its first block on; `None` without blocks. What takes less than ten seconds is told as if it took them.
 */
download_rate: number | null, 
/**
 * The same of blocks that came from it.
 */
upload_rate: number | null, 
/**
 * Whether its host is where the capture was made.
 */
local: boolean, 
/**
 * Bytes of blocks that went to it in this capture.
 */
downloaded: number, 
/**
 * Bytes of blocks that it sent in this capture.
 */
uploaded: number, };

/**
 * A peer with its torrent.
 */
export type PeerRow = { 
/**
 * The torrent.
 */
info_hash: InfoHash, 
/**
 * Where it takes connections; where that is not known, where it last opened one from.
 */
endpoint: Endpoint, 
/**
 * What it last called itself.
 */
peer_id: PeerId | null, 
/**
 * Its client and version, as it says.
 */
client: string | null, 
/**
 * Who named it.
 */
sources: Array<Source>, 
/**
 * How it is known to take part: the strongest rung of the ladder.
 */
evidence: EvidenceRung, 
/**
 * Connections with it in clear.
 */
contacts: number, 
/**
 * When it was first met, or listed.
 */
first_seen: Time, 
/**
 * When it was last met, or listed.
 */
last_seen: Time, 
/**
 * The first frame of its own.
 */
first_frame: number | null, 
/**
 * The share of pieces that it was first known to have, 0 to 1; `None` while it, or the number of pieces, is not known.
 */
progress_first: number | null, 
/**
 * The share of pieces that it was last known to have.
 */
progress_last: number | null, 
/**
 * When it was known to have reached the threshold, if it was known to be below it before.
 */
completed_at: Time | null, 
/**
 * Bytes a second, at most, at which its pieces grew between two moments at least [`SPEED_SPAN_NANOS`] apart; `None` where pieces or
 * their length are not known. It tells what came to the peer from everywhere, by what it says of its pieces.
 */
max_speed: number | null, 
/**
 * Bytes of blocks a second that went to it in this capture, at most, in any of the windows of ten seconds that follow each other from
 * its first block on; `None` without blocks. What takes less than ten seconds is told as if it took them.
 */
download_rate: number | null, 
/**
 * The same of blocks that came from it.
 */
upload_rate: number | null, 
/**
 * Whether its host is where the capture was made.
 */
local: boolean, 
/**
 * Bytes of blocks that went to it in this capture.
 */
downloaded: number, 
/**
 * Bytes of blocks that it sent in this capture.
 */
uploaded: number, };

/**
 * How something is known, weakest first.
 */
export type EvidenceRung = "listed" | "contacted" | "handshake" | "claims_pieces" | "sent_blocks" | "blocks_verified";

/**
 * A rung that was reached.
 */
export type EvidenceStep = { 
/**
 * Which.
 */
rung: EvidenceRung, 
/**
 * The first frame that shows it; `None` where no single frame does.
 */
frame: number | null, 
/**
 * When that was captured.
 */
time: Time | null, 
/**
 * The latest frame that shows it, where that is kept.
 */
last_frame: number | null, 
/**
 * How often it was shown, where that is kept; `note` says what is counted.
 */
count: number | null, 
/**
 * What was seen, in words.
 */
note: string, };

/**
 * Evidence of another kind than that of the ladder.
 */
export type EvidenceBeside = { 
/**
 * What was done.
 */
kind: EvidenceKind, 
/**
 * How often; of announcements, for how many torrents.
 */
count: number, 
/**
 * The first frame that shows it.
 */
frame: number, 
/**
 * When that was captured.
 */
time: Time, 
/**
 * The latest frame that shows it.
 */
last_frame: number, 
/**
 * How likely it is BitTorrent, from 0 to 1, the surest of several; `None` for what is certain.
 */
confidence: number | null, };

/**
 * The rungs that were reached, weakest first, and what stands beside them.
 */
export type EvidenceLadder = { 
/**
 * The rungs.
 */
steps: Array<EvidenceStep>, 
/**
 * What is no rung.
 */
beside: Array<EvidenceBeside>, };

/**
 * A ladder, and how to see what it rests on.
 */
export type EvidenceAnswer = { 
/**
 * The ladder.
 */
ladder: EvidenceLadder, 
/**
 * The rungs that a claim of its kind may stand on.
 */
rungs: Array<EvidenceRung>, 
/**
 * Those of them that were looked for: of a piece all needs one more reading, and the highest rung a verification.
 */
looked_for: Array<EvidenceRung>, 
/**
 * Wireshark's display filter.
 */
filter: string, 
/**
 * The command for TShark.
 */
command: string, };

/**
 * A download that is confirmed.
 */
export type ConfirmedDownload = { 
/**
 * The peer.
 */
endpoint: Endpoint, 
/**
 * Its client and version, as it says.
 */
client: string | null, 
/**
 * When it was known to have reached the threshold.
 */
time: Time, 
/**
 * When it was last known to be below: `time` itself where it told each piece as it got it.
 */
not_before: Time, 
/**
 * The frame that shows it.
 */
frame: number, 
/**
 * Whether its host is where the capture was made.
 */
local: boolean, };

/**
 * Downloads that were confirmed in one hour. Hours without any are left out.
 */
export type ConfirmedHour = { 
/**
 * When the hour began: a whole hour of UTC.
 */
time: Time, 
/**
 * How many.
 */
confirmed: number, };

/**
 * How many copies there were at one moment.
 */
export type AvailabilityMoment = { 
/**
 * When this came about; it stays so until the next moment.
 */
time: Time, 
/**
 * Copies of the rarest piece.
 */
minimum: number, 
/**
 * Copies of a piece on average.
 */
mean: number, 
/**
 * Peers that were connected and of which it was known what they have.
 */
peers: number, };

/**
 * How rare the pieces were that were asked for from one moment on.
 */
export type RarityMoment = { 
/**
 * When the first of them was asked for.
 */
time: Time, 
/**
 * How many.
 */
requests: number, 
/**
 * How rare on average: 0 the rarest, 1 the most common, 0.5 as chance chooses.
 */
rank: number, };

/**
 * A torrent's swarm over time.
 */
export type TorrentStudy = { 
/**
 * Its name on the wire.
 */
info_hash: InfoHash, 
/**
 * How many pieces it has; `None` while that is not known.
 */
piece_count: number | null, 
/**
 * Bytes of a piece; `None` while that is not known.
 */
piece_length: number | null, 
/**
 * The share of its pieces, in percent, at which a peer's download is confirmed: 50 to 100.
 */
threshold: number, 
/**
 * How many peers there are of each kind.
 */
counts: Counts, 
/**
 * How the progress of peers rose, of those of which it is known: confirmed downloads first, then by what they had last; at most
 * [`CURVES`].
 */
curves: Array<ProgressCurve>, 
/**
 * Copies of pieces over time, at most 256 moments.
 */
availability: Array<AvailabilityMoment>, 
/**
 * Copies of each piece at the last moment at which most peers were connected and known; the fewest in each of equal ranges of pieces where
 * there are more than 1200. Empty where they are not kept.
 */
copies: Array<number>, 
/**
 * That moment: when the first of them left, or the end of the capture. `None` where there are no copies.
 */
copies_time: Time | null, 
/**
 * How many peers were connected then, of which it was known what they have.
 */
copies_peers: number, 
/**
 * How rare the pieces were that were asked for, at most 256 moments: by local hosts, or, where none of them asked, by all peers.
 */
rarest_first: Array<RarityMoment>, 
/**
 * The downloads that are confirmed, by time.
 */
confirmed: Array<ConfirmedDownload>, 
/**
 * How many in each hour.
 */
confirmed_per_hour: Array<ConfirmedHour>, };

/**
 * How the progress of one peer rose.
 */
export type ProgressCurve = { 
/**
 * The peer.
 */
endpoint: Endpoint, 
/**
 * Its client and version, as it says.
 */
client: string | null, 
/**
 * Whether its host is where the capture was made.
 */
local: boolean, 
/**
 * When it was known to have reached the threshold, if it was known to be below it before.
 */
completed_at: Time | null, 
/**
 * Moments at which it was known to have more than before; it stays so until the next.
 */
points: Array<CurvePoint>, };

/**
 * What a peer had from one moment on.
 */
export type CurvePoint = { 
/**
 * The moment.
 */
time: Time, 
/**
 * The share of the torrent's pieces, 0 to 1.
 */
share: number, };

/**
 * The section without its peers.
 */
export type SwarmDigest = { 
/**
 * The share of its pieces, in percent, at which a peer's download is confirmed.
 */
threshold: number, 
/**
 * Peers that were met, over all torrents.
 */
peer_count: number, 
/**
 * Of these, those on the network where the capture was made.
 */
local_count: number, 
/**
 * Of those that were met, those whose progress is known.
 */
progress_known: number, 
/**
 * Of these, those that were at or above the threshold when they were first met.
 */
complete_at_first: number, 
/**
 * Of those whose progress is known, those that were met in one connection only and were below the threshold then and at its end.
 */
met_once_below: number, 
/**
 * Downloads that are confirmed, over all torrents.
 */
confirmed_count: number, };

/**
 * One tracker.
 */
export type Tracker = { 
/**
 * Its URL without a query; `None` where the capture does not tell.
 */
url: string | null, 
/**
 * Where it was asked.
 */
endpoint: Endpoint, 
/**
 * `http`, `udp`, or `https`, of which no request can be read.
 */
protocol: string, 
/**
 * Whether it was asked through a proxy: then the endpoint is the proxy's.
 */
proxied: boolean, 
/**
 * Requests for a connection (UDP): a tracker that answers none of them is asked nothing else.
 */
connect_requests: number, 
/**
 * Their answers.
 */
connect_responses: number, 
/**
 * What clients told it and asked it, oldest first.
 */
announces: Array<Announce>, 
/**
 * Which swarms' sizes it was asked for, oldest first.
 */
scrapes: Array<Scrape>, 
/**
 * What is known of a tracker whose requests cannot be read; `None` of others.
 */
hidden: Hidden | null, };

/**
 * An announce and its answer. `None` is what the request does not say, or the answer, or for want of one.
 */
export type Announce = { 
/**
 * The frame of the request.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Who asked.
 */
client: string | null, 
/**
 * The torrent.
 */
info_hash: InfoHash | null, 
/**
 * `started`, `completed`, `stopped`, `paused`, or `none` when it was time to.
 */
event: string | null, 
/**
 * The client's name in the swarm.
 */
peer_id: string | null, 
/**
 * What the client calls itself (`User-Agent`).
 */
agent: string | null, 
/**
 * The port on which it listens.
 */
port: number | null, 
/**
 * Bytes sent, as it says.
 */
uploaded: number | null, 
/**
 * Bytes got, as it says.
 */
downloaded: number | null, 
/**
 * Bytes missing, as it says.
 */
left: number | null, 
/**
 * Peers wanted; -1 as many as the tracker likes.
 */
num_want: number | null, 
/**
 * How often the request was sent: more than once where no answer came (UDP).
 */
sent: number, 
/**
 * The frame of the answer.
 */
answer_frame: number | null, 
/**
 * When it was captured.
 */
answer_time: Time | null, 
/**
 * How many peers it names.
 */
peers: number | null, 
/**
 * Peers with all pieces, as the tracker counts.
 */
seeders: number | null, 
/**
 * Peers without all pieces, as the tracker counts.
 */
leechers: number | null, 
/**
 * Downloads ever, as the tracker counts.
 */
completed: number | null, 
/**
 * Seconds until the next announce is wanted.
 */
interval: number | null, 
/**
 * Seconds until the next announce is allowed.
 */
min_interval: number | null, 
/**
 * The client's address, as the tracker sees it (BEP 24).
 */
external_address: string | null, 
/**
 * Why there is nothing: the tracker's words, or the status of HTTP.
 */
error: string | null, 
/**
 * When to ask again after an error: minutes, or `never` (BEP 31).
 */
retry: string | null, 
/**
 * What the tracker warns of.
 */
warning: string | null, };

/**
 * A scrape and its answer.
 */
export type Scrape = { 
/**
 * The frame of the request.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Who asked.
 */
client: string | null, 
/**
 * The torrents asked about, with what was answered.
 */
torrents: Array<Scraped>, 
/**
 * The frame of the answer; `None` when none is in the capture.
 */
answer_frame: number | null, 
/**
 * When it was captured.
 */
answer_time: Time | null, 
/**
 * Why there is nothing: the tracker's words, or the status of HTTP.
 */
error: string | null, };

/**
 * The size of one swarm; `None` what was not answered.
 */
export type Scraped = { 
/**
 * The torrent.
 */
info_hash: InfoHash, 
/**
 * Peers with all pieces.
 */
seeders: number | null, 
/**
 * Peers without all pieces.
 */
leechers: number | null, 
/**
 * Downloads ever.
 */
completed: number | null, };

/**
 * How much there is to list.
 */
export type TrackersDigest = { 
/**
 * Trackers.
 */
trackers: number, 
/**
 * Announces listed.
 */
announces: number, 
/**
 * Announces that were answered with anything but an error.
 */
answered: number, 
/**
 * Announces that were answered with an error.
 */
refused: number, 
/**
 * Scrapes listed.
 */
scrapes: number, };

/**
 * What is known of a tracker whose requests cannot be read.
 */
export type Hidden = { 
/**
 * How sure it is that this is a tracker: `certain`, `likely` or `possible`.
 */
certainty: string, 
/**
 * Why.
 */
reason: string, 
/**
 * Connections to it.
 */
connections: number, 
/**
 * Bytes that its clients sent.
 */
sent: number, 
/**
 * Bytes that it sent.
 */
received: number, 
/**
 * The first frame of the first connection.
 */
first_frame: number, 
/**
 * When it was captured.
 */
first_time: Time, 
/**
 * The latest frame of any.
 */
last_frame: number, 
/**
 * When it was captured.
 */
last_time: Time, };

/**
 * What DNS says of the trackers of a name.
 */
export type TrackerRecord = { 
/**
 * The name that was asked for.
 */
name: string, 
/**
 * `txt`, by which a host says which trackers it runs (BEP 34), or `srv`, by which a network names its own (BEP 22).
 */
record: string, 
/**
 * The trackers, the best first: `udp:1337`, `tcp:443`; those of a `srv` with their host, `tcp:tracker.example:6969`.
 */
trackers: Array<string>, 
/**
 * The frame of the first answer.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, };

/**
 * How it is known that an endpoint takes part in a torrent.
 */
export type Source = "tracker" | "dht" | "pex" | "lsd" | "mdns" | "magnet" | "incoming" | "tracker_announce" | "dht_announce" | "handshake" | "listen_port";

/**
 * The section.
 */
export type PeerSources = { 
/**
 * What each source named: over all torrents, then for each torrent in the order in which peers were named for them.
 */
sources: Array<SourceRow>, 
/**
 * The requests to trackers, the lookups of peers in the DHT, and the peers that listed others, each with its yield, by frame.
 */
requests: Array<SourceRequest>, 
/**
 * New and known addresses by hour and source.
 */
hours: Array<SourceHour>, 
/**
 * How long peers were silent between messages, as connections began.
 */
gaps: MessageGaps, 
/**
 * What the *BitTorrent Download Analyzer* called its secondary statistics, as far as a capture tells them.
 */
statistics: Array<SecondaryStatistic>, 
/**
 * Distinct endpoints that others named, to which nobody tried to connect and from which no peer is known to have come.
 */
untouched: number, 
/**
 * Every address that was named, with its first source; then the peers that came by themselves.
 */
addresses: Array<SourceAddress>, };

/**
 * The section without its long lists.
 */
export type SourcesDigest = { 
/**
 * Distinct endpoints that others named, for whatever torrent.
 */
addresses: number, 
/**
 * Of these, those to which somebody tried to connect.
 */
tried: number, 
/**
 * Of those that were not tried, those from which no peer is known to have come.
 */
untouched: number, 
/**
 * Of those that were tried, those that took a connection.
 */
answered: number, 
/**
 * Of those that were tried, those that took none.
 */
failed: number, 
/**
 * Of those that took a connection, those that sent or got a block, as far as that can be read.
 */
useful: number, 
/**
 * Requests listed: announces to trackers, lookups in the DHT, peers that listed others.
 */
requests: number, 
/**
 * What each source named over all torrents.
 */
sources: Array<SourceRow>, 
/**
 * New and known addresses by hour and source.
 */
hours: Array<SourceHour>, 
/**
 * How long peers were silent between messages, as connections began.
 */
gaps: MessageGaps, 
/**
 * The original's secondary statistics.
 */
statistics: Array<SecondaryStatistic>, };

/**
 * What one source named for one torrent, or for all. `None` of what means nothing for peers that come by themselves.
 */
export type SourceRow = { 
/**
 * The torrent, under the name that was asked about; `None` for the sum over all.
 */
info_hash: InfoHash | null, 
/**
 * The source.
 */
source: Source, 
/**
 * Messages with addresses, or connections that peers opened.
 */
messages: number, 
/**
 * Addresses in them, repetitions too.
 */
received: number, 
/**
 * Distinct ones: `received` without what is repeated, and without what there was no room to know.
 */
unique: number, 
/**
 * Of these, those that no other source had named before.
 */
first: number, 
/**
 * Of the unique ones, those that another source had named before.
 */
elsewhere: number, 
/**
 * Addresses that stood in the same message before.
 */
repeated_in_message: number, 
/**
 * Addresses that the source had named in an earlier message.
 */
repeated_later: number, 
/**
 * Of the unique ones, those to which somebody tried to connect.
 */
tried: number | null, 
/**
 * Of these, those that took a connection.
 */
answered: number | null, 
/**
 * Of those that were tried, those that took none.
 */
failed: number | null, 
/**
 * Of those that were tried, those that refused a connection.
 */
refused: number | null, 
/**
 * Of those that were tried, those of which the first attempt failed.
 */
failed_first: number | null, 
/**
 * Of those that were tried, those of which a later attempt failed.
 */
failed_later: number | null, 
/**
 * Of those that answered or came, those that sent a handshake in clear for the torrent.
 */
handshakes: number, 
/**
 * Of these, those that sent or got a block.
 */
useful: number, 
/**
 * Of the unique ones, those that were met although no attempt to reach them was answered: mostly they came by themselves.
 */
met_otherwise: number | null, };

/**
 * One request. What a peer lists by PEX is one, from its first message to its last.
 */
export type SourceRequest = { 
/**
 * `tracker`, `dht` or `pex`.
 */
source: Source, 
/**
 * The torrent; `None` of a lookup that found nobody and asked about what nothing else in the capture names: clients blur what they look
 * up, and look up themselves.
 */
info_hash: InfoHash | null, 
/**
 * Who asked, or was told.
 */
client: string | null, 
/**
 * Who was asked, or told; `None` of a lookup, which asks many.
 */
asked: string | null, 
/**
 * The frame of the first message.
 */
frame: number, 
/**
 * When that was captured.
 */
time: Time, 
/**
 * Seconds from there to the answer, or to the latest message; `None` of an announce without an answer.
 */
duration: number | null, 
/**
 * Messages sent: announces with their repetitions, queries; by PEX those that list peers.
 */
messages: number, 
/**
 * Answers with peers.
 */
answers: number, 
/**
 * Addresses that they name.
 */
received: number, 
/**
 * Of these, those that nobody had named for the torrent before.
 */
new: number, 
/**
 * The others.
 */
duplicate: number, };

/**
 * How many addresses an hour brought.
 */
export type SourceHour = { 
/**
 * When the hour began.
 */
time: Time, 
/**
 * The source.
 */
source: Source, 
/**
 * Addresses that nobody had named for the torrent before; peers that came for the first time.
 */
new: number, 
/**
 * The others.
 */
duplicate: number, };

/**
 * How long peers were silent between messages, from the handshake to the first silence of thirty seconds.
 */
export type MessageGaps = { 
/**
 * Ends of connections of which the handshake and at least one more message are in the capture.
 */
openings: number, 
/**
 * Gaps between messages, over all of them.
 */
gaps: number, 
/**
 * What share of them is below so many seconds.
 */
shares: Array<GapShare>, 
/**
 * Seconds of the longest gap of each, on average.
 */
mean_longest: number | null, 
/**
 * Seconds from the handshake to the last message before the silence, on average.
 */
mean_duration: number | null, };

/**
 * The gaps below a bound.
 */
export type GapShare = { 
/**
 * The bound in seconds.
 */
below: number, 
/**
 * Gaps below it, and not below the bound before.
 */
count: number, 
/**
 * What share of all gaps is below it, from 0 to 1.
 */
share: number, 
/**
 * Openings of which the longest gap is below it, and not below the bound before.
 */
longest: number, 
/**
 * Of what share of the openings the longest gap is below it.
 */
longest_share: number, };

/**
 * An address that was named for a torrent.
 */
export type SourceAddress = { 
/**
 * The torrent.
 */
info_hash: InfoHash, 
/**
 * The address; with port 0 that of a peer that came by itself over TCP, where its port is the connection's own.
 */
endpoint: Endpoint, 
/**
 * The source that named it first; of a peer that came by itself, its address with whatever port.
 */
source: Source, 
/**
 * The frame that did, or in which the peer came.
 */
frame: number, 
/**
 * When that was captured.
 */
time: Time, 
/**
 * All sources that named it; of a peer that came by itself only that.
 */
sources: Array<Source>, 
/**
 * Attempts to connect to it.
 */
attempts: number, 
/**
 * Those that it took.
 */
answered: number, 
/**
 * Those that it refused.
 */
refused: number, 
/**
 * Whether a peer of the torrent sent a handshake from there, in clear.
 */
met: boolean, 
/**
 * Whether it sent or got a block.
 */
useful: boolean, };

/**
 * One figure.
 */
export type SecondaryStatistic = { 
/**
 * What it is called.
 */
name: string, 
/**
 * Its value; `None` where the capture has nothing to tell it by.
 */
value: number | null, 
/**
 * Its unit; `None` of a count.
 */
unit: string | null, 
/**
 * What it means.
 */
meaning: string, };

/**
 * A torrent that is known by any means.
 */
export type KnownTorrent = { 
/**
 * Its name in messages. Of two, that of version 1.
 */
info_hash: InfoHash, 
/**
 * Its hash of version 1; `None` where it has none, and while that is not known.
 */
info_hash_v1: InfoHash | null, 
/**
 * Its hash of version 2; `None` where it has none, and while that is not known.
 */
info_hash_v2: InfoHashV2 | null, 
/**
 * Its name for people: the info dictionary's, else the first that a link tells.
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
 * Whether peers are to be had from its trackers only.
 */
private: boolean | null, 
/**
 * Its files, at most 1000. In windows of the table only where one torrent is asked for.
 */
files: Array<TorrentFile>, 
/**
 * How many files it has.
 */
file_count: number | null, 
/**
 * Its trackers: of files, links, and those that were asked.
 */
trackers: Array<string>, 
/**
 * Its seeds on the web: of files, links, and those that sent pieces.
 */
web_seeds: Array<string>, 
/**
 * Peers that links name.
 */
peers_named: number, 
/**
 * Whether it was given, and not only found in the capture.
 */
given: boolean, 
/**
 * Whether anything in the capture is about it.
 */
in_capture: boolean, 
/**
 * Who says what, in the order in which it became known.
 */
facts: Array<TorrentFact>, };

/**
 * A file of a torrent.
 */
export type TorrentFile = { 
/**
 * Its path below the folder that is named after the torrent, or its name where it is the only file.
 */
path: string, 
/**
 * Its bytes.
 */
length: number, };

/**
 * That something is known of a torrent, and from where.
 */
export type TorrentFact = { 
/**
 * What is known.
 */
fact: FactKind, 
/**
 * Who says so.
 */
source: FactSource, 
/**
 * What it says, of names: others may say another.
 */
value: string | null, 
/**
 * What the given file is called; or the endpoint, or the URL of the tracker.
 */
origin: string | null, 
/**
 * The frame that tells first; `None` where it was given.
 */
frame: number | null, };

/**
 * What is known of a torrent.
 */
export type FactKind = "name" | "info" | "trackers" | "web_seeds" | "peers";

/**
 * Who says something of a torrent.
 */
export type FactSource = "torrent_file" | "magnet_link" | "ut_metadata" | "http" | "announce" | "inferred";

/**
 * A connection that is taken for encrypted BitTorrent.
 */
export type EncryptedFlow = { 
/**
 * The end that opened it; where that is not in the capture, the end that was seen first.
 */
originator: Endpoint, 
/**
 * The other end.
 */
responder: Endpoint, 
/**
 * `tcp` or `utp`.
 */
transport: string, 
/**
 * What was seen of the key exchange: `midstream` (its beginning is not in the capture), `key`, `keys` or `handshake` (all of it).
 */
stage: string, 
/**
 * How likely it is encrypted BitTorrent, from 0 to 1.
 */
confidence: number, 
/**
 * Why, a sentence each.
 */
reasons: Array<string>, 
/**
 * The torrent; `None` where nothing names one, or several are possible.
 */
info_hash: InfoHash | null, 
/**
 * What names an end for that torrent.
 */
source: Source | null, 
/**
 * The frame that names it; `None` where only an earlier capture does, with which this one goes on.
 */
named_frame: number | null, 
/**
 * Seconds from then to the connection's first bytes; negative when it was named later.
 */
delay: number | null, 
/**
 * Bytes that the originator sent.
 */
sent: number, 
/**
 * Bytes that the responder sent.
 */
received: number, 
/**
 * Bytes of both that are in no frame.
 */
lost: number, 
/**
 * Its first frame with payload.
 */
first_frame: number, 
/**
 * The latest frame.
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
 * A web server that sent pieces of a torrent.
 */
export type WebSeed = { 
/**
 * The server.
 */
endpoint: Endpoint, 
/**
 * The host that asked it.
 */
client: string, 
/**
 * The server as the URL names it, with the folder that the files have in common.
 */
url: string, 
/**
 * The torrent.
 */
info_hash: InfoHash, 
/**
 * Why it is taken for a web seed of that torrent, a sentence each.
 */
reasons: Array<string>, 
/**
 * Requests for the torrent's files.
 */
requests: number, 
/**
 * How many were answered with bytes of the file.
 */
responses: number, 
/**
 * Bytes of files that are in the capture, repeated ones included.
 */
bytes: number, 
/**
 * Pieces of which these are a part.
 */
pieces: number, 
/**
 * The frame of the first request.
 */
first_frame: number, 
/**
 * The frame of the latest bytes.
 */
last_frame: number, };

/**
 * One address.
 */
export type Host = { 
/**
 * The address.
 */
address: string, 
/**
 * Whether it is on the network, or is the host, where the capture was made.
 */
local: boolean, 
/**
 * Whether it runs BitTorrent: whether there is evidence.
 */
bittorrent: boolean, 
/**
 * What it did that only BitTorrent does.
 */
evidence: Array<Evidence>, 
/**
 * Clients that it says it runs.
 */
clients: Array<string>, 
/**
 * Torrents that it takes part in.
 */
torrents: Array<InfoHash>, 
/**
 * Bytes of BitTorrent payload that it sent.
 */
sent: number, 
/**
 * Bytes of BitTorrent payload that it got.
 */
received: number, 
/**
 * The first frame that it sent.
 */
first_frame: number, 
/**
 * The latest.
 */
last_frame: number, 
/**
 * When the first was captured.
 */
first_time: Time, 
/**
 * When the latest was captured.
 */
last_time: Time, 
/**
 * Why it is taken for local, or for none; `None` where nothing says that it is local.
 */
local_reason: LocalReason | null, 
/**
 * Hosts with which it exchanged messages of peers, in clear or, as it seems, encrypted.
 */
peers: number, 
/**
 * Bytes of BitTorrent in streams to and from it over TCP.
 */
tcp: number, 
/**
 * The same over uTP.
 */
utp: number, 
/**
 * How many of both are encrypted.
 */
encrypted: number, 
/**
 * Bytes over time of those; of the local hosts with most of them only.
 */
series: HostSeries | null, 
/**
 * Ports on which it says that it takes connections.
 */
listen_ports: Array<number>, 
/**
 * Ports that it asked gateways for.
 */
port_mappings: Array<PortMapping>, 
/**
 * Trackers that it asked: their URLs, or where they are.
 */
trackers: Array<string>, };

/**
 * Something that a host did.
 */
export type Evidence = { 
/**
 * What.
 */
kind: EvidenceKind, 
/**
 * How often; of announcements, for how many torrents.
 */
count: number, 
/**
 * The first frame that shows it.
 */
first_frame: number, 
/**
 * When that was captured.
 */
first_time: Time, 
/**
 * The latest frame that shows it; of announcements, the first of the latest.
 */
last_frame: number, };

/**
 * What a host can do that only BitTorrent does.
 */
export type EvidenceKind = "handshake" | "peer_messages" | "claims_pieces" | "blocks" | "dht_query" | "dht_response" | "tracker_announce" | "dht_announce" | "lsd_announce" | "mdns_announce" | "requests" | "encrypted_flow";

/**
 * The section.
 */
export type Geography = { 
/**
 * The databases that were looked into.
 */
databases: Array<DatabaseInfo>, 
/**
 * Look-ups that failed because a database is damaged.
 */
unreadable: number, 
/**
 * Public addresses of peers that were met.
 */
address_count: number, 
/**
 * Peers that were met at other addresses: they are in no sum.
 */
private_peers: number, 
/**
 * By country.
 */
countries: Array<Group>, 
/**
 * By network.
 */
networks: Array<Group>, 
/**
 * By client, its version left out.
 */
clients: Array<Group>, 
/**
 * The addresses, those with most peers first.
 */
addresses: Array<PlacedAddress>, };

/**
 * What is summed up of a country, a network or a client.
 */
export type Group = { 
/**
 * The country's code of two letters (ISO 3166-1); the network's number, `AS3320`, or what somebody registered of its hosts' names; the client. `None`
 * for all that none is known of.
 */
key: string | null, 
/**
 * Whose network it is, where a database says so.
 */
name: string | null, 
/**
 * Public addresses of peers that were met; of clients not counted.
 */
addresses: number, 
/**
 * Peers that were met.
 */
peers: number, 
/**
 * Addresses that others named, and that were not met; of clients not known.
 */
listed: number, 
/**
 * DHT nodes that answered.
 */
nodes: number, 
/**
 * Downloads that are confirmed.
 */
confirmed: number, 
/**
 * Bytes of blocks that went to these peers.
 */
downloaded: number, 
/**
 * Bytes of blocks that they sent.
 */
uploaded: number, 
/**
 * Bytes of encrypted connections, both directions.
 */
encrypted: number, 
/**
 * The median of the peers' greatest speeds, in bytes a second.
 */
max_speed: number | null, };

/**
 * A public address at which peers were met.
 */
export type PlacedAddress = { 
/**
 * The address.
 */
address: string, 
/**
 * Its country's code of two letters (ISO 3166-1).
 */
country: string | null, 
/**
 * Its city.
 */
city: string | null, 
/**
 * The city's latitude in degrees.
 */
latitude: number | null, 
/**
 * The city's longitude in degrees.
 */
longitude: number | null, 
/**
 * Its network: a number, `AS3320`, or what somebody registered of its name.
 */
network: string | null, 
/**
 * Whose network it is.
 */
organisation: string | null, 
/**
 * Its name.
 */
host_name: string | null, 
/**
 * What tells the name.
 */
host_name_source: NameSource | null, 
/**
 * The first client that was met there.
 */
client: string | null, 
/**
 * Peers that were met there.
 */
peers: number, 
/**
 * Downloads that are confirmed.
 */
confirmed: number, 
/**
 * Bytes of blocks that went there.
 */
downloaded: number, 
/**
 * Bytes of blocks that came from there.
 */
uploaded: number, 
/**
 * Bytes of encrypted connections, both directions.
 */
encrypted: number, 
/**
 * The greatest speed of a peer there, in bytes a second.
 */
max_speed: number | null, };

/**
 * What a database says of itself.
 */
export type DatabaseInfo = { 
/**
 * Its file.
 */
name: string, 
/**
 * What kind it calls itself, such as `GeoLite2-City`.
 */
kind: string, 
/**
 * When it was built, in seconds since the Unix epoch.
 */
built: number, 
/**
 * What it says that it is, in English where it says so; `None` where it says nothing.
 */
description: string | null, 
/**
 * The addresses that it knows: 4, or 6 for both.
 */
ip_version: number, };

/**
 * What tells a name, the weakest first.
 */
export type NameSource = "capture_file" | "server_name" | "dns" | "pointer";

/**
 * Why a host is taken for local, or for none.
 */
export type LocalReason = "private" | "link_local" | "shape" | "user";

/**
 * The section. All lists have a number for each bin, and as many as there are bins.
 */
export type Traffic = { 
/**
 * Seconds that a bin lasts: a power of two times 1/16.
 */
bin_seconds: number, 
/**
 * When the first bin begins; `None` without frames.
 */
first_time: Time | null, 
/**
 * Bytes of BitTorrent in streams to local hosts.
 */
down: Array<number>, 
/**
 * Bytes of BitTorrent in streams from local hosts.
 */
up: Array<number>, 
/**
 * Those of `down` that are encrypted.
 */
down_encrypted: Array<number>, 
/**
 * Those of `up` that are encrypted.
 */
up_encrypted: Array<number>, 
/**
 * Bytes of BitTorrent in streams between hosts of which none is local.
 */
others: Array<number>, 
/**
 * DHT messages.
 */
dht: Array<number>, 
/**
 * Messages to and from trackers.
 */
trackers: Array<number>, 
/**
 * Bytes of BitTorrent that were on the wire and are in no frame of the capture.
 */
lost: Array<number>, 
/**
 * Bytes of all frames as they were on the wire, whatever they carried.
 */
everything: Array<number>, 
/**
 * Their sums.
 */
totals: TrafficTotals, };

/**
 * Bytes over the whole capture.
 */
export type TrafficTotals = { 
/**
 * To local hosts.
 */
down: number, 
/**
 * From local hosts.
 */
up: number, 
/**
 * From local hosts to local hosts: a part of both.
 */
within: number, 
/**
 * Between others.
 */
others: number, 
/**
 * Of all frames, whatever they carried.
 */
everything: number, 
/**
 * The first of these by how they went. Without those that went no bytes.
 */
by_transport: Array<TransportTraffic>, };

/**
 * Bytes that went in one way.
 */
export type TransportTraffic = { 
/**
 * `tcp` or `utp`.
 */
transport: "tcp" | "utp", 
/**
 * Whether they are taken for encrypted BitTorrent.
 */
encrypted: boolean, 
/**
 * To local hosts.
 */
down: number, 
/**
 * From local hosts.
 */
up: number, 
/**
 * Between others.
 */
others: number, };

/**
 * Bytes of a torrent that one host sent, a number for each bin.
 */
export type TorrentSender = { 
/**
 * The host.
 */
address: string, 
/**
 * Bytes from it, with the framing of messages.
 */
sent: Array<number>, };

/**
 * Bytes of one torrent, a number for each bin.
 */
export type TorrentTraffic = { 
/**
 * Seconds that a bin lasts.
 */
bin_seconds: number, 
/**
 * When the first bin begins; `None` where no bytes are known to be the torrent's.
 */
first_time: Time | null, 
/**
 * To local hosts.
 */
down: Array<number>, 
/**
 * From local hosts.
 */
up: Array<number>, 
/**
 * Between others.
 */
others: Array<number>, 
/**
 * What each of the hosts that sent most of it sent, most first; at most 8.
 */
contributors: Array<TorrentSender>, };

/**
 * Bytes of one host, a number for each bin.
 */
export type HostSeries = { 
/**
 * Seconds that a bin lasts: as in the whole capture's traffic.
 */
bin_seconds: number, 
/**
 * When the first bin begins.
 */
first_time: Time | null, 
/**
 * Bytes of BitTorrent in streams from it.
 */
sent: Array<number>, 
/**
 * Bytes of BitTorrent in streams to it.
 */
received: Array<number>, };

/**
 * Everything that is known of a capture.
 */
export type Report = { 
/**
 * The files.
 */
capture: Capture, 
/**
 * Who here runs BitTorrent, and what it costs.
 */
overview: Overview, 
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
 * How the DHT worked.
 */
dht: Dht, 
/**
 * Which pieces came from whom.
 */
download: Download, 
/**
 * Connections of peers, and how their packets fared.
 */
connections: Array<Connection>, 
/**
 * How requests for blocks were served.
 */
requests: Requests, 
/**
 * Who took part, and which downloads are confirmed.
 */
swarm: Swarm, 
/**
 * Where peers come from, and what they were worth.
 */
sources: PeerSources, 
/**
 * Which trackers were asked, and what they answered.
 */
trackers: Array<Tracker>, 
/**
 * What DNS says of trackers.
 */
tracker_records: Array<TrackerRecord>, 
/**
 * Which web servers sent pieces of torrents.
 */
web_seeds: Array<WebSeed>, 
/**
 * Which connections are encrypted BitTorrent.
 */
encrypted_flows: Array<EncryptedFlow>, 
/**
 * Which hosts run BitTorrent.
 */
hosts: Array<Host>, 
/**
 * Where the peers are; `None` where no database of addresses was given.
 */
geography: Geography | null, 
/**
 * Which torrents are known by any means, and who says what of them.
 */
torrents: Array<KnownTorrent>, 
/**
 * Which of what somebody watches for is in the capture; empty without a list.
 */
watched: Array<Watched>, 
/**
 * How much was moved, and when.
 */
traffic: Traffic, };

/**
 * The report without its long tables, which are asked for in windows.
 */
export type Digest = { 
/**
 * The files.
 */
capture: Capture, 
/**
 * Who here runs BitTorrent, and what it costs.
 */
overview: Overview, 
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
 * How the DHT worked; its lookups are among the long tables.
 */
dht: Dht, 
/**
 * How many lookups there are.
 */
lookup_count: number, 
/**
 * How many connections there are to list.
 */
connection_count: number, 
/**
 * The torrents, those with most bytes first, at most [`TORRENTS_IN_DIGEST`].
 */
torrents: Array<TorrentRow>, 
/**
 * How many torrents there are.
 */
torrent_count: number, 
/**
 * How many peers and confirmed downloads there are.
 */
swarm: SwarmDigest, 
/**
 * Where peers come from; addresses and requests are among the long tables.
 */
sources: SourcesDigest, 
/**
 * How many trackers and announces there are to list.
 */
trackers: TrackersDigest, 
/**
 * Trackers that are asked over HTTPS, at most [`HIDDEN_TRACKERS_IN_DIGEST`].
 */
hidden_trackers: Array<Tracker>, 
/**
 * What DNS says of trackers.
 */
tracker_records: Array<TrackerRecord>, 
/**
 * Which web servers sent pieces of torrents, at most [`WEB_SEEDS_IN_DIGEST`].
 */
web_seeds: Array<WebSeed>, 
/**
 * How many connections are taken for encrypted BitTorrent.
 */
encrypted_flow_count: number, 
/**
 * How many hosts of the local network there are, with BitTorrent or without.
 */
local_host_count: number, 
/**
 * How many torrents are known by any means.
 */
known_torrent_count: number, 
/**
 * How much was moved, and when.
 */
traffic: Traffic, };

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
 * What became of a text of which each line is a magnet link, or an entry of a list.
 */
export type LinesTaken = { 
/**
 * Lines that were taken.
 */
taken: number, 
/**
 * Lines that were not, blank ones left out.
 */
refused: number, 
/**
 * The first of those, at most 20.
 */
lines: Array<RefusedLine>, };

/**
 * An entry of the list, and what meets it.
 */
export type Watched = { 
/**
 * What is watched for, as it was written.
 */
entry: string, 
/**
 * What it is.
 */
kind: EntryKind, 
/**
 * What the list notes of it.
 */
note: string | null, 
/**
 * The line of the list, from 1.
 */
line: number, 
/**
 * Rows that meet it.
 */
met: number, 
/**
 * The first frame of all of them; `None` where none is known.
 */
first_frame: number | null, 
/**
 * The rows, by table; at most 200 are listed, fewer where all entries together are met by more rows than are listed.
 */
rows: Array<WatchedRow>, };

/**
 * A row that meets an entry.
 */
export type WatchedRow = { 
/**
 * Its table; `None` for a name that DNS or a client gave an address.
 */
table: Table | null, 
/**
 * The value that meets the entry: an info hash, an address or endpoint, a name.
 */
value: string, 
/**
 * The torrent of the row.
 */
torrent: InfoHash | null, 
/**
 * The row's first frame.
 */
frame: number | null, };

/**
 * What is watched for.
 */
export type EntryKind = "info_hash" | "address" | "network" | "name";

/**
 * A line that was not taken.
 */
export type RefusedLine = { 
/**
 * Its number, from 1.
 */
line: number, 
/**
 * Why, behind "line 7".
 */
reason: string, };

/**
 * The tables there are.
 */
export type Table = "bootstrap" | "nodes" | "torrents" | "torrent_list" | "pieces" | "contributors" | "peers" | "announces" | "lookups" | "connections" | "encrypted_flows" | "hosts" | "sources" | "source_requests" | "source_addresses" | "secondary_statistics" | "overview_hosts" | "findings" | "countries" | "networks" | "clients" | "places" | "known_torrents";

/**
 * Which rows of which table are wanted.
 */
export type RowQuery = { 
/**
 * The table.
 */
table: Table, 
/**
 * For pieces and contributors: the torrent's info hash in hex, or `None` for connections without a handshake. For peers: the same,
 * or `None` for those of all torrents. Of torrents that are known: the one, with its files, or `None` for all, without.
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
 * How a table is written out.
 */
export type RowFormat = "csv" | "json" | "jsonl";

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
export type Row = BootstrapRow | Node | TorrentRow | ListedTorrent | PieceRow | Contributor | PeerRow | AnnounceRow | LookupRow | Connection | EncryptedFlow | Host | SourceRow | SourceRequest | SourceAddress | SecondaryStatistic | FindingRow | Group | PlacedAddress | KnownTorrent;

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
dns_frame: number | null, 
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
 * Whether its bytes fit its hash; `None` while that is not known.
 */
verified: boolean | null, 
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

/**
 * A torrent with what is known of it and of its peers.
 */
export type ListedTorrent = { 
/**
 * Its name on the wire. Of two, that of version 1.
 */
info_hash: InfoHash, 
/**
 * Its whole name of version 2.
 */
info_hash_v2: InfoHashV2 | null, 
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
 * Whether it was given, and not only found in the capture.
 */
given: boolean, 
/**
 * Whether anything in the capture is about it.
 */
in_capture: boolean, 
/**
 * Who tells its name; `None` where nobody does.
 */
name_from: FactSource | null, 
/**
 * What the file is called that tells it; or the endpoint.
 */
name_origin: string | null, 
/**
 * The frame that tells it; `None` where it was given.
 */
name_frame: number | null, 
/**
 * Pieces of which the capture shows a block.
 */
pieces: number, 
/**
 * Peers that were met.
 */
met: number, 
/**
 * Of these, those whose progress is known.
 */
progress_known: number, 
/**
 * Of these, those whose download is confirmed.
 */
confirmed: number, 
/**
 * Bytes of its blocks that went to hosts of the local network.
 */
down: number, 
/**
 * Bytes of its blocks that went from them.
 */
up: number, 
/**
 * The first frame that shows it; `None` where no connection does.
 */
first_frame: number | null, 
/**
 * When that was captured.
 */
first_time: Time | null, 
/**
 * When it was last heard of.
 */
last_time: Time | null, };

/**
 * An announce with its tracker.
 */
export type AnnounceRow = { 
/**
 * The tracker's URL without a query; `None` where the capture does not tell.
 */
url: string | null, 
/**
 * Where it was asked.
 */
endpoint: Endpoint, 
/**
 * `http` or `udp`.
 */
protocol: string, 
/**
 * Seconds from the request to the answer.
 */
delay: number | null, 
/**
 * The frame of the request.
 */
frame: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Who asked.
 */
client: string | null, 
/**
 * The torrent.
 */
info_hash: InfoHash | null, 
/**
 * `started`, `completed`, `stopped`, `paused`, or `none` when it was time to.
 */
event: string | null, 
/**
 * The client's name in the swarm.
 */
peer_id: string | null, 
/**
 * What the client calls itself (`User-Agent`).
 */
agent: string | null, 
/**
 * The port on which it listens.
 */
port: number | null, 
/**
 * Bytes sent, as it says.
 */
uploaded: number | null, 
/**
 * Bytes got, as it says.
 */
downloaded: number | null, 
/**
 * Bytes missing, as it says.
 */
left: number | null, 
/**
 * Peers wanted; -1 as many as the tracker likes.
 */
num_want: number | null, 
/**
 * How often the request was sent: more than once where no answer came (UDP).
 */
sent: number, 
/**
 * The frame of the answer.
 */
answer_frame: number | null, 
/**
 * When it was captured.
 */
answer_time: Time | null, 
/**
 * How many peers it names.
 */
peers: number | null, 
/**
 * Peers with all pieces, as the tracker counts.
 */
seeders: number | null, 
/**
 * Peers without all pieces, as the tracker counts.
 */
leechers: number | null, 
/**
 * Downloads ever, as the tracker counts.
 */
completed: number | null, 
/**
 * Seconds until the next announce is wanted.
 */
interval: number | null, 
/**
 * Seconds until the next announce is allowed.
 */
min_interval: number | null, 
/**
 * The client's address, as the tracker sees it (BEP 24).
 */
external_address: string | null, 
/**
 * Why there is nothing: the tracker's words, or the status of HTTP.
 */
error: string | null, 
/**
 * When to ask again after an error: minutes, or `never` (BEP 31).
 */
retry: string | null, 
/**
 * What the tracker warns of.
 */
warning: string | null, };

/**
 * Which of a stream's two ends sent.
 */
export type Direction = "originator" | "responder";

/**
 * Which events are wanted. What is absent or empty asks for nothing; what is given must all be so.
 */
export type EventQuery = { 
/**
 * Of the stream with this number.
 */
flow?: number | null, 
/**
 * About the torrent with this info hash: 40 hex digits, or the 64 of version 2.
 */
torrent?: string | null, 
/**
 * The torrent's other info hashes, where it has several.
 */
torrent_names?: Array<string>, 
/**
 * Numbers of streams that are known to be about the torrent although they do not name it.
 */
torrent_flows?: Array<number>, 
/**
 * Between peers, about the piece with this index: who has it, asks for it, sends it.
 */
piece?: number | null, 
/**
 * To or from this address, or this address and port.
 */
host?: string | null, 
/**
 * Of this protocol, as the `protocol` or the `extension` of a row names it.
 */
protocol?: string | null, 
/**
 * Not before this frame.
 */
from_frame?: number | null, 
/**
 * Not after this frame.
 */
to_frame?: number | null, 
/**
 * Of which the row holds this text, whatever the case.
 */
text?: string, };

/**
 * One event.
 */
export type EventRow = { 
/**
 * Its place among the events that were asked for, from 1.
 */
number: number, 
/**
 * The frame in which it begins. Of a finding about a file: the last frame before it, 0 where there is none.
 */
frame: number, 
/**
 * When that was captured; `None` before the first frame.
 */
time: Time | null, 
/**
 * Who sent it; `None` for a finding that is about no message.
 */
source: Endpoint | null, 
/**
 * To whom.
 */
destination: Endpoint | null, 
/**
 * The number of the stream that carried it; `None` for a datagram.
 */
flow: number | null, 
/**
 * The torrent that it is about: what it names, its stream or the question that it answers; `None` where none of them does.
 */
torrent: InfoHash | null, 
/**
 * The protocol, as in the report's `messages`; `mse`, `torrent`, `connection`, `unread` and `finding` for what is no message.
 */
protocol: string, 
/**
 * The message's name in the protocol; the kind, the reason or the code of what is none.
 */
name: string, 
/**
 * The extension of the peer wire protocol that the message is of, where it has a name.
 */
extension: string | null, 
/**
 * Payload bytes that it accounts for.
 */
bytes: number, 
/**
 * What it says, in one line.
 */
text: string, };

/**
 * Some of the rows.
 */
export type EventWindow = { 
/**
 * Events that were asked for.
 */
matched: number, 
/**
 * Those of them that are listed; the others came after as many as are kept.
 */
kept: number, 
/**
 * Those of them that pass the window's filter.
 */
filtered: number, 
/**
 * The window.
 */
rows: Array<EventRow>, };

/**
 * Which rows are wanted.
 */
export type WindowQuery = { 
/**
 * Only rows that hold this text, whatever the case; empty for all.
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
 * Which rungs are wanted.
 */
export type LadderQuery = { 
/**
 * Not before this moment, in seconds since 1970.
 */
from_time?: number | null, 
/**
 * Not after this moment, in seconds since 1970.
 */
to_time?: number | null, 
/**
 * The first rung wanted of those.
 */
from: number, 
/**
 * How many rungs are wanted.
 */
count: number, };

/**
 * What the two ends of a stream asked of each other, and got.
 */
export type Ladder = { 
/**
 * The number of the stream.
 */
flow: number, 
/**
 * The end that opened it; `None` as long as no message was read.
 */
originator: Endpoint | null, 
/**
 * The other end.
 */
responder: Endpoint | null, 
/**
 * Messages of the stream.
 */
messages: number, 
/**
 * Whether there are more than are kept: then the first of them are rungs.
 */
truncated: boolean, 
/**
 * Rungs of the moments that were asked for.
 */
matched: number, 
/**
 * When the first of all rungs was captured.
 */
first_time: Time | null, 
/**
 * When the last was.
 */
last_time: Time | null, 
/**
 * Most requests of one end that were open at one time, over all rungs.
 */
most_outstanding: number, 
/**
 * The rungs that were asked for.
 */
rungs: Array<Rung>, };

/**
 * One message.
 */
export type Rung = { 
/**
 * Its place among all rungs of the ladder, from 0.
 */
number: number, 
/**
 * Which end sent it.
 */
direction: Direction, 
/**
 * What it is for the conversation.
 */
kind: RungKind, 
/**
 * The message's name, as in the report.
 */
name: string, 
/**
 * The frame in which it begins.
 */
frame: number, 
/**
 * When that was captured.
 */
time: Time, 
/**
 * The piece that it is about; `None` where it is about none.
 */
index: number | null, 
/**
 * Bytes from the piece's start to the block; `None` where it is about no block.
 */
begin: number | null, 
/**
 * Bytes of the block.
 */
length: number | null, 
/**
 * The rung that answers this request.
 */
answered_by: number | null, 
/**
 * The rung of the request that this answers.
 */
answers: number | null, 
/**
 * Seconds from a request to its answer, on both.
 */
delay: number | null, 
/**
 * How many requests of the end that asks are open after it, for requests and what answers them.
 */
outstanding: number | null, };

/**
 * What a message is for the conversation.
 */
export type RungKind = "handshake" | "choke" | "unchoke" | "interested" | "have" | "request" | "piece" | "cancel" | "reject" | "other";

/**
 * Some bytes of a frame, and what they are.
 */
export type Part = { 
/**
 * What it is called.
 */
name: string, 
/**
 * What it says, in words; empty where its parts say it.
 */
value: string, 
/**
 * Bytes of the frame before it.
 */
start: number, 
/**
 * Bytes of the frame up to its end.
 */
end: number, 
/**
 * What it is made of.
 */
parts: Array<Part>, };

/**
 * Something to be known about a frame.
 */
export type FrameNote = { 
/**
 * A sentence; where it is about another frame, up to that frame's number.
 */
text: string, 
/**
 * The other frame.
 */
frame: number | null, };

/**
 * One frame, taken apart.
 */
export type FrameView = { 
/**
 * Its number, through all files.
 */
number: number, 
/**
 * Its number in its file.
 */
number_in_file: number, 
/**
 * What its file is called.
 */
file: string, 
/**
 * Bytes of the file before its record, unpacked where it is compressed.
 */
offset: number, 
/**
 * When it was captured.
 */
time: Time, 
/**
 * Seconds since the earliest frame up to it.
 */
seconds: number, 
/**
 * What it begins with.
 */
link_type: string, 
/**
 * Bytes that were captured.
 */
captured: number, 
/**
 * Bytes that it had on the wire.
 */
original: number, 
/**
 * The captured bytes as hex digits; of many only the first.
 */
bytes: string, 
/**
 * Captured bytes that are not in `bytes`.
 */
left_out: number, 
/**
 * Its headers and messages in the order of their bytes.
 */
layers: Array<Part>, 
/**
 * What is to be known beside them.
 */
notes: Array<FrameNote>, 
/**
 * What was read from it: events that begin in it, and those that end with it.
 */
events: Array<EventRow>, 
/**
 * The number of the stream that it is of; `None` where it is of none that is known.
 */
flow: number | null, 
/**
 * Wireshark's display filter for it, in its file.
 */
filter: string, 
/**
 * A TShark command that shows it.
 */
command: string, };

/**
 * Whose ladder is wanted: a host's, a torrent's, or with a torrent an endpoint's or a piece's.
 */
export type EvidenceSubject = { 
/**
 * An address.
 */
host?: string | null, 
/**
 * An info hash.
 */
torrent?: string | null, 
/**
 * An address with its port.
 */
endpoint?: string | null, 
/**
 * The index of a piece.
 */
piece?: number | null, };

/**
 * Which evidence report is wanted.
 */
export type EvidenceQuery = { 
/**
 * Only this host.
 */
host?: string | null, 
/**
 * Only the torrent of this info hash.
 */
torrent?: string | null, 
/**
 * Minutes by which local time is ahead of UTC.
 */
utc_offset?: number, 
/**
 * SHA-256 of each file, in their order; `None` for one that could not be read.
 */
hashes?: Array<string | null>, };

/**
 * What a slice is to hold, and what is said in it.
 */
export type SliceQuery = { 
/**
 * What is wanted.
 */
events?: EventQuery, 
/**
 * Only frames of these, first and last of each run; no run is no condition.
 */
frames?: Array<[number, number]>, 
/**
 * The bytes of blocks are left out.
 */
cut_payload?: boolean, 
/**
 * A frame's comments say what was found wrong with it, and keep those that it had.
 */
findings?: boolean, 
/**
 * A frame's comment says which it was of the capture.
 */
numbers?: boolean, };

/**
 * What a slice came to.
 */
export type SliceSummary = { 
/**
 * Frames that it holds.
 */
frames: number, 
/**
 * Bytes of the file.
 */
bytes: number, 
/**
 * Payload bytes that were left out, as far as their frames end before them.
 */
cut_bytes: number, 
/**
 * Payload bytes that were set to zero, because something else follows in their frames.
 */
zeroed_bytes: number, 
/**
 * Frames that were wanted and are left out, because nothing of them can be told under pseudonyms: they hold no TCP or UDP, or a part of it.
 */
left_out: number, 
/**
 * Caps that were reached in choosing.
 */
findings: Array<FindingRow>, };
