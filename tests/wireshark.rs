//! Whether the filters and commands that are offered do select in TShark what they say, whatever a file is called.
#![cfg(not(target_arch = "wasm32"))]

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use swarmscope::base::{Endpoint, InfoHash};
use swarmscope::report::wireshark::{self, DecodeAs, Over};

/// A capture of the repository, whose frames 1 to 6 are a handshake of TCP and of peers.
const CAPTURE: &str = "tests/captures/block32k.pcap";

/// Whether TShark is on this machine; says so where not.
fn has_tshark() -> bool {
    let found = Command::new("tshark").arg("--version").output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: TShark is not installed");
    }
    found
}

/// What a shell prints when it runs a command in a folder.
fn run(folder: &Path, command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The numbers of the frames that a command selects.
fn selected(folder: &Path, command: &str) -> Vec<u64> {
    run(folder, &format!("{command} -T fields -e frame.number")).lines().map(|line| line.parse().unwrap()).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder of that name.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wireshark").join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn filters_select_what_they_name() {
    if !has_tshark() {
        return;
    }
    let capture = [root().join(CAPTURE).to_string_lossy().into_owned()];
    let select = |filter: &str| selected(&root(), &wireshark::command(&capture, filter, &[]).replace(" -O bittorrent,bt-utp,bt-dht", ""));
    assert_eq!(select(&wireshark::frames_filter(&[])), [0; 0]);
    assert_eq!(select(&wireshark::frames_filter(&[9])), [9]);
    assert_eq!(select(&wireshark::frames_filter(&[9, 1, 5, 6, 7])), [1, 5, 6, 7, 9]);
    let fields = run(&root(), &format!("tshark -r {CAPTURE} -c 1 -T fields -e ip.src -e tcp.srcport -e ip.dst -e tcp.dstport"));
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let end = |at: usize| Endpoint { address: fields[at].parse::<IpAddr>().unwrap(), port: fields[at + 1].parse().unwrap() };
    let all = select("frame");
    assert_eq!(select(&wireshark::stream_filter(Over::Tcp, end(0), end(2))), all);
    assert_eq!(select(&wireshark::stream_filter(Over::Tcp, end(2), end(0))), all);
    assert_eq!(select(&wireshark::stream_filter(Over::Udp, end(2), end(0))), [0; 0]);
    assert_eq!(select(&wireshark::host_filter(end(0).address)), all);
    let hash = run(&root(), &format!("tshark -r {CAPTURE} -Y bittorrent.info_hash -T fields -e bittorrent.info_hash"));
    let hash = InfoHash::from_hex(hash.lines().next().unwrap().as_bytes()).unwrap();
    assert_eq!(select(&wireshark::info_hash_filter(hash)), select("bittorrent.info_hash"));
}

#[test]
fn whatever_a_file_is_called_the_command_opens_it() {
    if !has_tshark() {
        return;
    }
    let folder = folder("names");
    for name in
        ["a b", "$(touch x)", "it's", "-r", "`touch x`", "a;touch x", "a\nb", "a\u{1b}[2J!b", "a%s\\n", "a\n", "größe", "*", "\"", "~"]
    {
        std::fs::copy(root().join(CAPTURE), folder.join(name)).unwrap();
        let told = run(&folder, &wireshark::frame_command(name, 4, &[DecodeAs::PeerWire(6881)]));
        assert!(told.contains("Frame 4:") && !told.contains("Frame 5:"), "{name:?}: {told}");
        assert!(!folder.join("x").exists(), "{name:?} is run");
    }
}

#[test]
fn several_files_are_merged_and_numbered_through() {
    if !has_tshark() || Command::new("mergecap").arg("--version").output().is_err() {
        return;
    }
    let folder = folder("several");
    for name in ["one", "other one"] {
        std::fs::copy(root().join(CAPTURE), folder.join(name)).unwrap();
    }
    let names = ["one".to_owned(), "other one".to_owned()];
    let told = run(&folder, &wireshark::command(&names, &wireshark::frames_filter(&[8]), &[]));
    assert!(told.starts_with("Frame 8:"), "{told}");
}

#[test]
fn a_stream_without_its_handshake_is_taken_for_what_it_is_said_to_be() {
    if !has_tshark() {
        return;
    }
    let capture = ["tests/captures/midstream.pcap".to_owned()];
    let ports = run(&root(), "tshark -r tests/captures/midstream.pcap -c 1 -T fields -e tcp.srcport");
    let decode = [DecodeAs::PeerWire(ports.trim().parse().unwrap())];
    let pieces = |decode: &[DecodeAs]| {
        let command = wireshark::command(&capture, "bittorrent.msg.type == 7", decode).replace(" -O bittorrent,bt-utp,bt-dht", "");
        selected(&root(), &command).len()
    };
    assert!(pieces(&[]) == 0 && pieces(&decode) > 0, "{} and {}", pieces(&[]), pieces(&decode));
}
