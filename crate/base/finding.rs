//! What any floor says when something was wrong with the capture, a packet or a message.

use std::fmt;

use serde::Serialize;

/// How much a finding weighs on the rest of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing is missing from the report.
    Note,
    /// Part of the capture could not be read; figures that rest on it are lower bounds.
    Warning,
    /// The report covers less than the file.
    Problem,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident, $text:literal;)*) => {
        /// The closed list of what can be wrong. The code's text is what other programs may rely on.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// The name of the code, as in the report's JSON.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// How much it weighs.
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)* }
            }

            /// One sentence for a person: what it means for the report.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// The file ends in the middle of a record.
    FileCut = "file_cut", Problem, "The file ends inside a record. Everything before it is here.";
    /// A record whose lengths cannot be; reading the file stopped there.
    FileDamaged = "file_damaged", Problem, "A record of the file is damaged and reading stopped there. Everything before it is here.";
    /// A block of the file that was skipped because its inside is damaged.
    BlockDamaged = "block_damaged", Warning, "A block of the file is damaged and was skipped.";
    /// Part of the file that was skipped, because a record there cannot be, up to the next one that can.
    RecordsSkipped = "records_skipped", Problem, "Parts of the file are damaged and were skipped, up to the next record that is whole.";
    /// A compressed file whose compression ends early or contradicts itself.
    PackedDamaged = "packed_damaged", Problem, "A compressed file is damaged, or goes on as something else. What was unpacked before is here.";
    /// A compressed file that unpacks to more than is read.
    LimitExpanded = "limit_expanded", Problem, "A compressed file unpacks to more than is read. Reading stopped there, and can be told to go on (--expand on the command line).";
    /// The table of a Network Monitor file names other frames than stand in it.
    FramesUnordered = "frames_unordered", Warning, "A file's table of frames names others than stand in it, or in another order. They were read as they stand.";
    /// A frame much earlier or later than the one before it in its file.
    ClockJumped = "clock_jumped", Note, "The clock of a capture jumps. Every frame was read; durations and rates across such a place mean little.";
    /// A comment that stands in the file.
    Comment = "comment", Note, "Comments that stand in the file.";
    /// Packets that whoever captured dropped.
    PacketsDropped = "packets_dropped", Warning, "Packets were dropped while capturing, as the file itself says: they are in no figure.";
    /// Keys of encrypted connections in the file.
    SecretsSkipped = "secrets_skipped", Note, "The file holds keys of encrypted connections, which are not used.";
    /// A frame that another file has too, at the same time and with the same bytes.
    FrameCopied = "frame_copied", Note, "Frames that two files have, at the same time and with the same bytes: each is read once, and has one number.";
    /// A packet that was recorded at two places.
    PacketDuplicate = "packet_duplicate", Note, "Packets that were recorded more than once, such as at both ends or by a port that mirrors two ways: each is counted once, as it was recorded first.";
    /// A frame of a link type that is not read.
    LinkUnknown = "link_unknown", Warning, "Frames of a link type, or in a form of it, that is not read.";
    /// A frame that its link encrypted or compressed.
    LinkEncrypted = "link_encrypted", Warning, "Frames are encrypted or compressed by their link, such as Wi-Fi or a PPP tunnel: what they carry cannot be read.";
    /// A wireless frame that was received with errors.
    FrameCorrupt = "frame_corrupt", Note, "Wireless frames that arrived with errors, as their receiver says, and are left out.";
    /// A packet whose headers end early or contradict themselves.
    PacketMalformed = "packet_malformed", Note, "Packets whose headers could not be read.";
    /// A packet that the capture cut at its snap length.
    PacketTruncated = "packet_truncated", Warning, "Packets were cut when captured. Messages are counted; what was cut off cannot be read.";
    /// A packet, or a frame of a wireless LAN, in fragments of which not all are in the capture.
    FragmentSkipped = "fragment_skipped", Warning, "Packets in fragments of which some are not in the capture, so that they are left out.";
    /// Fragments of one packet that say different things about the same place.
    FragmentConflict = "fragment_conflict", Warning, "Fragments of IP packets contradict each other. Such packets are left out.";
    /// An IP header whose checksum is wrong, and not because hardware was to fill it in.
    ChecksumWrong = "checksum_wrong", Note, "IP packets with a wrong header checksum, which are read all the same.";
    /// Bytes of a stream that are not in the capture.
    SegmentLost = "segment_lost", Warning, "Bytes of a TCP or uTP connection are not in the capture.";
    /// Framing of a stream was lost and found again.
    Resynchronised = "resynchronised", Note, "After a loss, message boundaries were found again by their content.";
    /// A connection that began before the capture was recognised by its messages.
    Midstream = "midstream", Note, "A connection whose handshake is not in the capture was recognised by its messages; its torrent is told where other facts prove it.";
    /// A peer-wire message that does not follow its document.
    PeerWireMalformed = "peer_wire_malformed", Note, "Peer messages that do not follow their document.";
    /// A message of an extension that does not follow its document.
    ExtensionMalformed = "extension_malformed", Note, "Messages of peer extensions that do not follow their document.";
    /// A whole info dictionary whose hash is not the torrent's.
    MetadataMismatch = "metadata_mismatch", Note, "An info dictionary that peers sent does not fit its torrent's info hash, and was dropped.";
    /// An info dictionary of the right hash that cannot be read.
    MetadataMalformed = "metadata_malformed", Note, "An info dictionary that does not follow its document: the torrent stays without name and size.";
    /// A DHT message that does not follow its document.
    DhtMalformed = "dht_malformed", Note, "DHT messages that do not follow their document.";
    /// A DNS message that does not follow its document.
    DnsMalformed = "dns_malformed", Note, "DNS messages that do not follow their document.";
    /// A message of a UDP tracker that does not follow its document.
    UdpTrackerMalformed = "udp_tracker_malformed", Note, "Messages of trackers over UDP that do not follow their document.";
    /// A tracker's message or a `.torrent` file over HTTP that does not follow its document.
    HttpMalformed = "http_malformed", Note, "Messages of trackers or torrent files over HTTP that do not follow their document.";
    /// A local announcement that does not follow its document.
    LsdMalformed = "lsd_malformed", Note, "Local announcements that do not follow their document.";
    /// A NAT-PMP or PCP message that does not follow its document.
    NatPmpMalformed = "nat_pmp_malformed", Note, "Requests for ports (NAT-PMP, PCP) that do not follow their document.";
    /// A UPnP message that does not follow its document.
    UpnpMalformed = "upnp_malformed", Note, "Requests for ports (UPnP) that do not follow their document.";
    /// A connection encrypted with TLS.
    Tls = "tls", Note, "Connections encrypted with TLS. Of trackers that were asked over HTTPS only the names are in the report, of web seeds nothing.";
    /// A cap on packets that are held against each other was reached.
    LimitDuplicates = "limit_duplicates", Note, "More packets at one time than are remembered: of files whose clocks differ by seconds some may count twice.";
    /// A cap on layers around a packet was reached.
    LimitNesting = "limit_nesting", Warning, "Packets in more layers than are read, such as tunnels in tunnels.";
    /// A cap on fragments of packets was reached.
    LimitFragments = "limit_fragments", Warning, "More packets in fragments than are put together at one time: the oldest were left out.";
    /// A cap of the table of connections was reached.
    LimitFlows = "limit_flows", Warning, "More connections at one time than are followed: those idle longest were let go.";
    /// A cap on what is remembered of datagrams that may be uTP was reached.
    LimitCandidates = "limit_candidates", Note, "More datagrams that may be uTP than are remembered: the first packets of a uTP connection may be missing.";
    /// A cap on held-back bytes was reached; a missing segment was given up early.
    LimitHeld = "limit_held", Note, "A missing segment was given up because too much had come after it.";
    /// A peer-wire message longer than is read.
    LimitMessage = "limit_message", Note, "Peer messages longer than are read: counted, their content skipped.";
    /// A cap on info dictionaries was reached.
    LimitMetadata = "limit_metadata", Note, "Info dictionaries, or their lists of files, larger or more than are kept.";
    /// A cap of the table of DHT nodes was reached.
    LimitNodes = "limit_nodes", Warning, "More DHT nodes than are listed: later ones are counted as messages only.";
    /// A cap of the list of DHT lookups was reached.
    LimitLookups = "limit_lookups", Note, "More DHT lookups than are listed: later ones are counted as messages only.";
    /// A cap of the table of open DHT queries was reached.
    LimitQueries = "limit_queries", Note, "More open DHT queries than are kept: answers to the oldest count as answers without a query.";
    /// A cap on peers of torrents, or on what is known of their pieces, was reached.
    LimitSwarm = "limit_swarm", Warning, "More peers, or more of their pieces, than are kept: confirmed downloads may be missing.";
    /// A cap on numbers of copies was reached.
    LimitAvailability = "limit_availability", Note, "More pieces than are counted: of some torrents it is not told how many copies there are, and how rare the pieces are that peers ask for.";
    /// A cap of the list of connections was reached.
    LimitConnections = "limit_connections", Warning, "More connections than are listed: later ones are counted as messages only.";
    /// A cap of the list of a connection's changes of choke and interest, or of all such lists, was reached.
    LimitChanges = "limit_changes", Note, "More changes of choke and interest than are listed: shares of time and counts are whole, pictures end early.";
    /// A cap of the list of torrents or pieces was reached.
    LimitPieces = "limit_pieces", Warning, "More torrents, pieces or senders than are listed: later ones are counted as messages only.";
    /// A cap on torrents that are known, or on what is told of one, was reached.
    LimitGiven = "limit_given", Note, "More torrents are known, or more is told of one, than is kept.";
    /// A body of HTTP longer than is read.
    LimitBody = "limit_body", Note, "Answers of trackers or torrent files longer than are read: counted, their content skipped.";
    /// A cap of what is remembered of files of web servers was reached.
    LimitWebFiles = "limit_web_files", Note, "More downloads over HTTP than are remembered: pieces that later ones brought are not in the report.";
    /// A cap of the list of trackers, announces or open requests was reached.
    LimitTrackers = "limit_trackers", Warning, "More trackers or announces than are listed: later ones are counted as messages only.";
    /// A cap of the list of ports asked of gateways was reached.
    LimitMappings = "limit_mappings", Note, "More ports asked of gateways than are listed.";
    /// A cap of the list of bootstrap nodes or their requests was reached.
    LimitBootstrap = "limit_bootstrap", Warning, "More bootstrap addresses or requests to them than are listed.";
    /// A cap of the list of who named which endpoint was reached.
    LimitSources = "limit_sources", Warning, "More endpoints were named for torrents than are remembered: encrypted connections to the others are named less surely.";
    /// A cap on what is kept of where peers come from was reached.
    LimitPeerSources = "limit_peer_sources", Warning, "More addresses, or requests for them, than are kept: of the others it is not known which are new.";
    /// A cap of the list of streams that may be encrypted was reached.
    LimitEncrypted = "limit_encrypted", Warning, "More connections that may be encrypted than are listed.";
    /// A cap on endpoints remembered to speak peer wire was reached.
    LimitSpeakers = "limit_speakers", Note, "More peers than are remembered: connections without a handshake to the others are recognised by more messages.";
    /// A cap on connections without a handshake was reached.
    LimitMidstream = "limit_midstream", Warning, "More connections without a handshake than are kept apart: those beyond stay without a torrent.";
    /// A cap of the table of names of addresses was reached.
    LimitNames = "limit_names", Note, "More names of addresses than are remembered: networks of later ones are told by number only.";
    /// A cap on hosts whose bytes over time are kept was reached.
    LimitTraffic = "limit_traffic", Note, "More pairs of hosts exchanged data than are kept apart: the bytes of the others are counted as local where an address is private, and for no host or torrent.";
    /// A cap of what is kept for a slice was reached.
    LimitSlice = "limit_slice", Warning, "More frames, streams or blocks than are kept apart for a slice: frames may be missing from it, or be whole where payload was to be left out.";
    /// Names and addresses are pseudonyms.
    Pseudonyms = "pseudonyms", Note, "Addresses, names and IDs are pseudonyms: the same for the same under one key. Texts that people wrote are left out.";
    /// A cap of the list of hosts was reached.
    LimitHosts = "limit_hosts", Warning, "More hosts, or clients of one host, than are listed.";
}

/// One thing that was wrong. The report gathers those of one code into one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The frame that shows it, numbered from 1; `None` where no frame does.
    pub frame: Option<u64>,
}

impl Finding {
    /// `code`, seen in `frame`.
    pub fn at(code: Code, frame: u64) -> Self {
        Finding { code, frame: Some(frame) }
    }

    /// `code`, which no frame shows.
    pub fn anywhere(code: Code) -> Self {
        Finding { code, frame: None }
    }
}

/// Where in a file something was wrong, or stood for a person to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(all(test, not(target_arch = "wasm32")), derive(ts_rs::TS))]
pub struct FilePlace {
    /// The name of the file.
    pub file: String,
    /// Bytes from the start of the file to it; of a compressed one, from the start of what is in it.
    pub offset: u64,
    /// Bytes that could not be read because of it.
    pub bytes: u64,
    /// What was seen there; or the comment, as it stands in the file.
    pub text: String,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let printable =
            |text: &str| text.chars().flat_map(|char| if char.is_control() { vec![' '] } else { vec![char] }).collect::<String>();
        write!(f, "{}, byte {}: {}", printable(&self.file), self.offset, printable(&self.text))?;
        if self.bytes > 0 {
            write!(f, " ({} bytes skipped)", self.bytes)?;
        }
        Ok(())
    }
}
