//! Every cap of the crate, each with its reason. A capture is hostile input: nothing may grow without one of these.

/// The caps. [`Limits::default`] is what the page and the command line use; tests set smaller ones.
///
/// Reaching a cap is a finding in the report, never silence.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of one record of a capture file, header included. Larger lengths are damage: no link carries such frames
    /// (Wireshark's own bound is 256 KiB; D-Bus and USB captures go to 128 MiB, and hold no BitTorrent).
    pub record_bytes: usize,
    /// Bytes that a compressed file may unpack to. No memory is needed for them, only time: a file made to do harm is a thousand times
    /// what it seems. [`u64::MAX`] is no cap.
    pub expanded_bytes: u64,
    /// Bytes that a compression may keep to copy from: zstd takes 128 MiB with `--long`, xz 64 MiB with `-9`.
    pub window_bytes: usize,
    /// Bytes looked through behind damage for the next record that is whole.
    pub searched_bytes: u64,
    /// Bytes kept of a comment that stands in a capture file.
    pub comment_bytes: usize,
    /// Interfaces of one pcapng section. Routers have some hundreds.
    pub interfaces: usize,
    /// Headers around one packet, from the link's on: VLAN tags, tunnels. A tunnel in a tunnel has about ten, three are an attack or a test.
    pub layers: usize,
    /// IP packets in fragments that wait for the others at one time; the oldest make way. About 200 bytes each.
    pub fragmented_packets: usize,
    /// Bytes of all fragments that wait, with what keeping them costs. Linux has 4 MiB.
    pub fragment_bytes: usize,
    /// Wireless frames in parts that wait for the others at one time; the oldest make way. At most 180 KiB each. Receivers need three.
    pub wireless_fragments: usize,
    /// TCP connections followed at one time, and as many uTP connections; those idle longest make way. Some hundred bytes each.
    pub flows: usize,
    /// Bytes of datagrams that are remembered because they may be uTP; the oldest make way. A SYN needs about 150.
    pub candidate_bytes: usize,
    /// Bytes that one direction of one stream holds back while an earlier segment is missing: two large receive windows.
    pub stream_held_bytes: usize,
    /// Bytes that all streams of one transport together hold back.
    pub total_held_bytes: usize,
    /// Bytes that all streams together hold of messages that have begun, and while it is open which protocol they speak.
    pub reading_bytes: usize,
    /// Bytes of a peer-wire message that is read whole (a piece never is): a bitfield of eight million pieces.
    pub message_bytes: usize,
    /// Nesting of bencoded values. Real messages stay below eight.
    pub bencode_depth: usize,
    /// Bytes of one info dictionary: 400 000 pieces of version 1. libtorrent takes up to 30 MB; a terabyte in pieces of 4 MiB needs 5.
    pub metadata_bytes: usize,
    /// Bytes of all info dictionaries that are being put together, and again of the lists of files that are kept.
    pub total_metadata_bytes: usize,
    /// Bytes of one body of HTTP that is read: an answer of a tracker, or a `.torrent` file. Those of large torrents have two megabytes.
    pub http_body_bytes: usize,
    /// Files of web servers that clients asked for, which may be web seeds, and four requests for each; some hundred bytes each.
    pub web_files: usize,
    /// Runs of bytes of such files, and pieces that their clients announced to peers. 48 bytes each; a run is 256 KiB where nothing is lost.
    pub web_runs: usize,
    /// Requests to trackers, and connection IDs, remembered to know their answers by; the oldest half makes way.
    pub tracker_requests: usize,
    /// Torrents of one scrape or one local announcement, and URLs of one `.torrent` file.
    pub scraped_torrents: usize,
    /// Trackers in the report, by endpoint and URL.
    pub trackers: usize,
    /// Announces and scrapes in the report, over all trackers: half a kilobyte each.
    pub announces: usize,
    /// Names of addresses remembered for trackers' URLs; the oldest half makes way.
    pub tracker_names: usize,
    /// Addresses whose pseudonyms are remembered; the oldest half makes way. What is forgotten is made again, at 32 or 128 times AES.
    pub pseudonyms: usize,
    /// Connections encrypted with TLS of which the name is kept, in case it turns out to be a tracker's. About 150 bytes each.
    pub tls_connections: usize,
    /// Names of which DNS says where their trackers are. Looked through one by one.
    pub tracker_records: usize,
    /// Clients that announce themselves by mDNS, remembered until all is known of them; the oldest half makes way.
    pub mdns_instances: usize,
    /// Ports asked of gateways in the report.
    pub port_mappings: usize,
    /// DHT queries that wait for their answer; the oldest half makes way.
    pub pending_queries: usize,
    /// DHT lookups in the report.
    pub lookups: usize,
    /// DHT nodes in the report, by endpoint and node ID.
    pub nodes: usize,
    /// Transaction IDs remembered of one node, to tell repeated answers from new ones.
    pub transactions_per_node: usize,
    /// Connections in the report that are over, and as many that may be encrypted ones. About half a kilobyte each.
    pub connections: usize,
    /// Changes of choke and interest of one connection that are listed; 24 bytes each. Peers choose anew whom to serve every 10 to 30 seconds:
    /// some hours.
    pub changes_per_connection: usize,
    /// Such changes of all open connections, and again of those that are over.
    pub changes: usize,
    /// Torrents that whoever reads the capture gives. A folder of all that an archive has holds some thousand.
    pub given_torrents: usize,
    /// Bytes of one file that is given: a `.torrent`, or a text of magnet links. Those of a terabyte in small pieces have some ten million.
    pub given_bytes: usize,
    /// Facts of where it is known from that one torrent keeps, and peers that links name for it.
    pub facts_per_torrent: usize,
    /// Torrents in the report.
    pub torrents: usize,
    /// Pieces in the report, over all torrents. What peers said of a piece takes about 120 bytes where somebody asks for it, and is looked up for a
    /// sixteenth as many.
    pub pieces: usize,
    /// Senders (and receivers) of one piece.
    pub endpoints_per_piece: usize,
    /// Senders and receivers over all, counted once for each torrent and once for each piece.
    pub shares: usize,
    /// Addresses that DNS gave for bootstrap names.
    pub bootstrap_nodes: usize,
    /// Queries to one bootstrap address.
    pub bootstrap_requests: usize,
    /// Names in one DNS answer's chain of aliases, and aliases remembered.
    pub dns_aliases: usize,
    /// Namings of endpoints and of addresses for torrents, over all. About 200 bytes each.
    pub namings: usize,
    /// Torrents and sources that named one endpoint, or one address. Seedboxes have some hundred torrents at one address.
    pub namings_per_endpoint: usize,
    /// Endpoints that were named for torrents or tried, each with its first source, and again as many namings for further torrents. About
    /// 75 bytes each: two million are what a study of a day and a half met.
    pub source_addresses: usize,
    /// Peers that listed others, of which the yield is kept, and hours of sources. Some hundred bytes each.
    pub source_requests: usize,
    /// Pairs of hosts and what they exchanged bytes about, of which these are kept over time. About 200 bytes each, and 8 for each moment.
    pub exchanges: usize,
    /// Streams that may be encrypted, of which the account is kept. About 400 bytes each.
    pub encrypted_flows: usize,
    /// Peers of torrents in the report, over all. About 300 bytes each, without their pieces, and 40 more where blocks are seen.
    pub swarm_peers: usize,
    /// Bytes that all peers' sets of pieces take: a bit a piece and peer.
    pub progress_bytes: usize,
    /// Pieces on their way to a peer; and those of which the next capture is to know that peers sent them, and not the web.
    pub arriving_pieces: usize,
    /// Bytes that all torrents' copies of pieces take, now and over time, and what was asked for: some bits a piece, up to 24 KiB a torrent, and a
    /// bit a piece and peer that asks.
    pub availability_bytes: usize,
    /// Connections without a handshake whose pieces are kept apart until their torrent is known. About 300 bytes each, and their pieces.
    pub midstream: usize,
    /// Endpoints that spoke the peer wire protocol, remembered to know them again by less; the oldest half makes way.
    pub speakers: usize,
    /// Hosts in the report. Home and office networks have some hundreds.
    pub hosts: usize,
    /// Clients of one host.
    pub clients_per_host: usize,
    /// Events that one listing keeps: 80 bytes each and their text, 50 MB in all. Who wants to see more narrows the question.
    pub listed_events: usize,
    /// Entries of a list of what somebody watches for: 150 bytes each. Every row of the report is held against all names among them.
    pub watch_entries: usize,
    /// Messages of one stream that a ladder keeps: 2 GB of blocks of 16 KiB, and their requests. 60 bytes each.
    pub rungs: usize,
    /// Addresses of which a name is remembered: some hundred bytes each.
    pub host_names: usize,
    /// Packets remembered to know them again, when another file or place of capture has them too; the oldest half makes way. About 200 bytes each:
    /// some seconds of a full gigabit.
    pub compared_packets: usize,
    /// Databases of addresses that are looked up one after another.
    pub databases: usize,
    /// Rules of the list of public suffixes: it has seven thousand of registries.
    pub suffixes: usize,
    /// Bytes of pieces that are being verified: those of which least has come make way. Four pieces of the largest size that clients make.
    pub verified_bytes: usize,
    /// Bytes of a piece that is verified: libtorrent takes up to 128 MiB.
    pub verified_piece_bytes: usize,
    /// Senders that verified pieces name, GETs that may bring some, and streams of which it is kept why bytes are missing.
    pub verified_senders: usize,
    /// Frames of captures that a slice can be taken of: a bit each, as far as they are chosen one by one.
    pub sliced_frames: u64,
    /// Streams that are kept apart while it is open which are in a slice, and datagrams, names and packets in fragments that go with them. About
    /// 150 bytes each.
    pub sliced_streams: usize,
    /// Runs of bytes of blocks that a slice leaves out, one a frame: 8 GB of frames of 1500 bytes. 16 bytes each.
    pub sliced_payload: usize,
    /// Frames of which it is kept what a slice says of them.
    pub sliced_comments: usize,
    /// Frame numbers, and places of files, that a finding lists; all are counted.
    pub frames_per_finding: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            record_bytes: 16 << 20,
            expanded_bytes: 64 << 30,
            window_bytes: 128 << 20,
            searched_bytes: 1 << 30,
            comment_bytes: 1024,
            interfaces: 1 << 16,
            layers: 24,
            fragmented_packets: 4096,
            fragment_bytes: 8 << 20,
            wireless_fragments: 64,
            flows: 1 << 16,
            candidate_bytes: 4 << 20,
            stream_held_bytes: 4 << 20,
            total_held_bytes: 32 << 20,
            reading_bytes: 16 << 20,
            message_bytes: 1 << 20,
            bencode_depth: 32,
            metadata_bytes: 8 << 20,
            total_metadata_bytes: 64 << 20,
            http_body_bytes: 4 << 20,
            web_files: 1 << 14,
            web_runs: 1 << 18,
            tracker_requests: 1 << 16,
            scraped_torrents: 1024,
            trackers: 4096,
            announces: 1 << 16,
            tracker_names: 1 << 14,
            pseudonyms: 1 << 16,
            tls_connections: 1 << 16,
            tracker_records: 256,
            mdns_instances: 4096,
            port_mappings: 1024,
            pending_queries: 1 << 17,
            lookups: 1 << 16,
            nodes: 4 << 20,
            transactions_per_node: 4096,
            connections: 1 << 16,
            changes_per_connection: 1024,
            changes: 1 << 18,
            given_torrents: 1 << 14,
            given_bytes: 32 << 20,
            facts_per_torrent: 256,
            torrents: 1 << 16,
            pieces: 4 << 20,
            endpoints_per_piece: 1024,
            shares: 16 << 20,
            bootstrap_nodes: 4096,
            bootstrap_requests: 4096,
            dns_aliases: 1024,
            namings: 1 << 18,
            namings_per_endpoint: 1 << 10,
            source_addresses: 4 << 20,
            source_requests: 1 << 16,
            exchanges: 1 << 16,
            encrypted_flows: 1 << 16,
            swarm_peers: 1 << 20,
            progress_bytes: 64 << 20,
            arriving_pieces: 1 << 16,
            availability_bytes: 64 << 20,
            midstream: 1 << 14,
            speakers: 1 << 16,
            hosts: 1 << 16,
            clients_per_host: 16,
            listed_events: 200_000,
            watch_entries: 1 << 16,
            rungs: 1 << 18,
            host_names: 1 << 16,
            compared_packets: 1 << 18,
            databases: 8,
            suffixes: 1 << 16,
            verified_bytes: 512 << 20,
            verified_piece_bytes: 128 << 20,
            verified_senders: 1 << 16,
            sliced_frames: 1 << 30,
            sliced_streams: 1 << 17,
            sliced_payload: 6 << 20,
            sliced_comments: 1 << 17,
            frames_per_finding: 100,
        }
    }
}
