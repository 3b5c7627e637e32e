//! Every cap of the crate, each with its reason. A capture is hostile input: nothing may grow without one of these.

/// The caps. [`Limits::default`] is what the page and the command line use; tests set smaller ones.
///
/// Reaching a cap is a finding in the report, never silence.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one record of a capture file, header included. Larger lengths are damage: no link carries such frames
    /// (Wireshark's own bound is 256 KiB; D-Bus and USB captures go to 128 MiB, and hold no BitTorrent).
    pub record_bytes: usize,
    /// Interfaces of one pcapng section. Routers have some hundreds.
    pub interfaces: usize,
    /// TCP connections followed at one time; the one idle longest makes way. About 400 bytes each.
    pub flows: usize,
    /// Bytes that one direction of one stream holds back while an earlier segment is missing: two large receive windows.
    pub stream_held_bytes: usize,
    /// Bytes that all streams together hold back.
    pub total_held_bytes: usize,
    /// Bytes that all streams together hold of messages that have begun, and while it is open which protocol they speak.
    pub reading_bytes: usize,
    /// Bytes of a peer-wire message that is read whole (a piece never is): a bitfield of eight million pieces.
    pub message_bytes: usize,
    /// Nesting of bencoded values. Real messages stay below eight.
    pub bencode_depth: usize,
    /// DHT queries that wait for their answer; the oldest half makes way.
    pub pending_queries: usize,
    /// DHT nodes in the report, by endpoint and node ID.
    pub nodes: usize,
    /// Transaction IDs remembered of one node, to tell repeated answers from new ones.
    pub transactions_per_node: usize,
    /// Torrents in the report.
    pub torrents: usize,
    /// Pieces in the report, over all torrents.
    pub pieces: usize,
    /// Senders (and receivers) of one piece.
    pub endpoints_per_piece: usize,
    /// Addresses that DNS gave for bootstrap names.
    pub bootstrap_nodes: usize,
    /// Queries to one bootstrap address.
    pub bootstrap_requests: usize,
    /// Names in one DNS answer's chain of aliases, and aliases remembered.
    pub dns_aliases: usize,
    /// Endpoints and addresses of which it is remembered who named them for which torrent. About 200 bytes each.
    pub named_endpoints: usize,
    /// Torrents and sources that named one endpoint, or one address. Seedboxes have some hundred torrents at one address.
    pub namings_per_endpoint: usize,
    /// Streams that may be encrypted, of which the account is kept. About 200 bytes each.
    pub encrypted_flows: usize,
    /// Hosts in the report. Home and office networks have some hundreds.
    pub hosts: usize,
    /// Clients of one host.
    pub clients_per_host: usize,
    /// Frame numbers that a finding lists; all are counted.
    pub frames_per_finding: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            record_bytes: 16 << 20,
            interfaces: 1 << 16,
            flows: 1 << 16,
            stream_held_bytes: 4 << 20,
            total_held_bytes: 32 << 20,
            reading_bytes: 16 << 20,
            message_bytes: 1 << 20,
            bencode_depth: 32,
            pending_queries: 1 << 17,
            nodes: 4 << 20,
            transactions_per_node: 4096,
            torrents: 1 << 16,
            pieces: 4 << 20,
            endpoints_per_piece: 1024,
            bootstrap_nodes: 4096,
            bootstrap_requests: 4096,
            dns_aliases: 1024,
            named_endpoints: 1 << 18,
            namings_per_endpoint: 1 << 10,
            encrypted_flows: 1 << 16,
            hosts: 1 << 16,
            clients_per_host: 16,
            frames_per_finding: 100,
        }
    }
}
