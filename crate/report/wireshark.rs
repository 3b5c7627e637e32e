//! How does one see the same in Wireshark?
//!
//! In: frames, streams, hosts and torrents that the report names. Out: Wireshark's display filters for them, and TShark command lines with the
//! options without which TShark takes the bytes for something else. Filters are of Wireshark 3.6 and later. A command is quoted for a
//! POSIX shell, whatever the capture's name is made of. Control characters are written as `printf` spells them, because pasting those into a terminal is
//! typing them.

use std::fmt::Write;
use std::net::IpAddr;

use crate::base::{Arrange, Endpoint, InfoHash};

/// What TShark must be told to take a port's packets for, where its own guess fails: it knows a stream by the handshake, which the capture may lack,
/// and uTP by nothing unless asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecodeAs {
    /// The peer wire protocol over TCP, of which one end has this port.
    PeerWire(u16),
    /// uTP to or from this UDP port. What it carries TShark finds by itself.
    Utp(u16),
    /// DHT messages to or from this UDP port.
    Dht(u16),
    /// HTTP over TCP, of which one end has this port.
    Http(u16),
}

/// What carries a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// TCP.
    Tcp,
    /// UDP, as uTP does, and everything else that is no TCP.
    Udp,
}

/// The filter for some frames, by their numbers in one file. Frames beyond the first few hundred ranges are left out:
/// [`frames_filter_counted`] says whether there are any.
pub fn frames_filter(frames: &[u64]) -> String {
    frames_filter_counted(frames).0
}

/// The filter for some frames, and how many of them it names. They may come in any order and more than once; without any it matches nothing.
pub fn frames_filter_counted(frames: &[u64]) -> (String, usize) {
    let mut sorted = frames.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for frame in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(frame) => *last = frame,
            _ => runs.push((frame, frame)),
        }
    }
    runs.truncate(MAX_RANGES);
    let named = runs.iter().map(|(first, last)| last - first + 1).sum::<u64>();
    let filter = match *runs {
        // No frame has this number.
        [] => "frame.number == 0".to_owned(),
        [(first, last)] if first == last => format!("frame.number == {first}"),
        _ => {
            let ranges: Vec<String> = runs.iter().map(|run| range(*run)).collect();
            format!("frame.number in {{{}}}", ranges.join(", "))
        }
    };
    (filter, usize::try_from(named).unwrap_or(usize::MAX))
}

fn range((first, last): (u64, u64)) -> String {
    if first == last { first.to_string() } else { format!("{first}..{last}") }
}

/// The filter for what two endpoints send each other, in both directions.
pub fn stream_filter(over: Over, one: Endpoint, other: Endpoint) -> String {
    let port = match over {
        Over::Tcp => "tcp",
        Over::Udp => "udp",
    };
    let way = |from: Endpoint, to: Endpoint| {
        let (from_ip, to_ip) = (ip(from.address), ip(to.address));
        format!(
            "({from_ip}.src == {} && {port}.srcport == {} && {to_ip}.dst == {} && {port}.dstport == {})",
            from.address, from.port, to.address, to.port
        )
    };
    format!("{} || {}", way(one, other), way(other, one))
}

/// The filter for whatever an address sends or gets.
pub fn host_filter(address: IpAddr) -> String {
    format!("{}.addr == {address}", ip(address))
}

/// The filter for frames that name a torrent: in a handshake or the DHT, and wherever its 20 bytes stand as they are. A tracker's URL, which may escape
/// each of them or not, is in it only where it escapes none.
pub fn info_hash_filter(info_hash: InfoHash) -> String {
    let digits = info_hash.to_string();
    let bytes: Vec<String> = info_hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = bytes.join(":");
    format!("bittorrent.info_hash == {bytes} || bt-dht.bencoded.string == \"{digits}\" || frame contains {bytes}")
}

/// A command that prints what of the captures passes a filter: of each frame a line a layer, of BitTorrent's layers everything. Several captures are
/// merged by time on the way, as this program merges them, so that a filter by frame numbers means the same numbers.
pub fn command(captures: &[String], filter: &str, decode: &[DecodeAs]) -> String {
    match captures {
        [capture] => format!("{} -O {DETAILED}", shown(&file(capture), filter, decode)),
        _ => {
            let files: Vec<String> = captures.iter().map(|capture| file(capture)).collect();
            format!("mergecap -w - {} | {} -O {DETAILED}", files.join(" "), shown("-", filter, decode))
        }
    }
}

/// A command that prints everything about one frame of one file, its bytes too. The number is the frame's in that file.
pub fn frame_command(capture: &str, number_in_file: u64, decode: &[DecodeAs]) -> String {
    format!("{} -V -x", shown(&file(capture), &frames_filter(&[number_in_file]), decode))
}

/// TShark with a file, the heuristics and ports without which it sees less, and a filter.
fn shown(file: &str, filter: &str, decode: &[DecodeAs]) -> String {
    let mut command = format!("tshark -r {file}");
    for heuristic in HEURISTICS {
        let _ = write!(command, " --enable-heuristic {heuristic}");
    }
    let mut told = decode.to_vec();
    told.arrange();
    told.dedup();
    for decode in told.iter().take(MAX_PORTS) {
        let _ = match decode {
            DecodeAs::PeerWire(port) => write!(command, " -d tcp.port=={port},bittorrent"),
            DecodeAs::Utp(port) => write!(command, " -d udp.port=={port},bt-utp"),
            DecodeAs::Dht(port) => write!(command, " -d udp.port=={port},bt-dht"),
            DecodeAs::Http(port) => write!(command, " -d tcp.port=={port},http"),
        };
    }
    let _ = write!(command, " -Y {}", quoted(filter));
    command
}

/// A file's name as an argument that is no option and not standard input.
fn file(name: &str) -> String {
    if name.starts_with('-') { quoted(&format!("./{name}")) } else { quoted(name) }
}

/// A text as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:,+@%".contains(letter);
    if text.chars().any(is_unseen) {
        return printed(text);
    }
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// A text with letters that a terminal acts on or does not show: `printf` makes them when the command runs. Line feeds at its end the shell would take
/// off then; they stand in quotes, where they end no command.
fn printed(text: &str) -> String {
    let start = text.trim_end_matches('\n');
    let mut format = String::new();
    for letter in start.chars() {
        match letter {
            '%' => format.push_str("%%"),
            '\\' => format.push_str(r"\\"),
            '\'' => format.push_str(r"'\''"),
            // Some shells look for an exclamation mark before they look for quotes.
            letter if is_unseen(letter) || letter == '!' => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(format, "\\{byte:03o}");
                }
            }
            letter => format.push(letter),
        }
    }
    let end = text.get(start.len()..).unwrap_or_default();
    let end = if end.is_empty() { String::new() } else { format!("'{end}'") };
    format!("\"$(printf '{format}')\"{end}")
}

/// Whether a letter is a control character, ends lines, or changes the direction of others.
fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How Wireshark's fields call this kind of address.
fn ip(address: IpAddr) -> &'static str {
    if address.is_ipv4() { "ip" } else { "ipv6" }
}

/// TShark's guesses, some of which are off unless asked for.
const HEURISTICS: [&str; 3] = ["bittorrent_tcp", "bittorrent_dht_udp", "bt_utp_udp"];

/// The layers that are shown whole.
const DETAILED: &str = "bittorrent,bt-utp,bt-dht";

/// Ranges in one filter: some thousand letters, which a line of Wireshark and any shell still take.
const MAX_RANGES: usize = 400;

/// Ports in one command, for the same reason.
const MAX_PORTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_named_by_ranges() {
        for (frames, expected, count) in [
            (&[][..], "frame.number == 0", 0),
            (&[7], "frame.number == 7", 1),
            (&[7, 7], "frame.number == 7", 1),
            (&[9, 5, 1, 6, 8, 7, 5], "frame.number in {1, 5..9}", 6),
            (&[1, 3, u64::MAX, u64::MAX - 1], "frame.number in {1, 3, 18446744073709551614..18446744073709551615}", 4),
        ] {
            assert_eq!(frames_filter_counted(frames), (expected.to_owned(), count));
        }
        let many: Vec<u64> = (0..2000).map(|index| index * 3).collect();
        let (filter, named) = frames_filter_counted(&many);
        assert!(named == MAX_RANGES && filter.len() < 4096, "{} letters", filter.len());
    }

    #[test]
    fn streams_hosts_and_torrents_have_filters() {
        let (v4, v6) = (Endpoint::new([10, 0, 0, 1], 6881), Endpoint { address: "2001:db8::1".parse().unwrap(), port: 1 });
        assert_eq!(
            stream_filter(Over::Tcp, v4, v4),
            "(ip.src == 10.0.0.1 && tcp.srcport == 6881 && ip.dst == 10.0.0.1 && tcp.dstport == 6881) || \
             (ip.src == 10.0.0.1 && tcp.srcport == 6881 && ip.dst == 10.0.0.1 && tcp.dstport == 6881)"
        );
        assert!(stream_filter(Over::Udp, v6, v6).starts_with("(ipv6.src == 2001:db8::1 && udp.srcport == 1 && "));
        assert_eq!(host_filter(v4.address), "ip.addr == 10.0.0.1");
        let filter = info_hash_filter(InfoHash([0xab; 20]));
        assert!(filter.starts_with("bittorrent.info_hash == ab:ab:") && filter.contains(&format!("\"{}\"", "ab".repeat(20))));
    }

    #[test]
    fn commands_name_what_tshark_needs() {
        let decode = [DecodeAs::Dht(7), DecodeAs::PeerWire(6881), DecodeAs::Dht(7), DecodeAs::Utp(8), DecodeAs::Http(80)];
        let asked = "--enable-heuristic bittorrent_tcp --enable-heuristic bittorrent_dht_udp --enable-heuristic bt_utp_udp";
        let told = "-d tcp.port==6881,bittorrent -d udp.port==8,bt-utp -d udp.port==7,bt-dht -d tcp.port==80,http";
        assert_eq!(
            command(&["a.pcap".to_owned()], "dns", &decode),
            format!("tshark -r a.pcap {asked} {told} -Y dns -O bittorrent,bt-utp,bt-dht")
        );
        assert_eq!(
            command(&["a b".to_owned(), "-c".to_owned()], "frame.number == 1", &[]),
            format!("mergecap -w - 'a b' ./-c | tshark -r - {asked} -Y 'frame.number == 1' -O bittorrent,bt-utp,bt-dht")
        );
        assert_eq!(frame_command("-", 3, &[]), format!("tshark -r ./- {asked} -Y 'frame.number == 3' -V -x"));
    }

    #[test]
    fn names_are_quoted_for_a_shell() {
        for (name, expected) in [
            ("plain.pcap", "plain.pcap"),
            ("", "''"),
            ("$(reboot)", "'$(reboot)'"),
            ("it's; `ls` \\ !", r"'it'\''s; `ls` \ !'"),
            ("größe", "'größe'"),
            ("=ls", "'=ls'"),
            ("a\n'b%\\!", r#""$(printf 'a\012'\''b%%\\\041')""#),
            ("\u{1b}[2J", r#""$(printf '\033[2J')""#),
            ("\u{202e}x", r#""$(printf '\342\200\256x')""#),
            ("x\n\n", "\"$(printf 'x')\"'\n\n'"),
        ] {
            assert_eq!(quoted(name), expected);
        }
    }
}
