//! What pcapng says beside frames: names of addresses, packets that were dropped, comments, secrets; sections of either byte order.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail by panicking; its numbers are small"
)]

mod support;

use serde_json::{Value, json};
use support::analysis::report;
use support::frames::{self, IPV4, Order, UDP, ethernet, ipv4, udp};

const CLIENT: [u8; 4] = [10, 0, 0, 1];
const ROUTER: [u8; 4] = [7, 7, 7, 7];

/// A record of a name resolution block.
fn record(order: Order, kind: u16, value: &[u8]) -> Vec<u8> {
    frames::option(order, kind, value)
}

fn names(order: Order, records: &[Vec<u8>]) -> Vec<u8> {
    frames::block(order, 4, &[&records.concat()[..], &record(order, 0, b"")].concat())
}

fn statistics(order: Order, interface: u32, options: &[(u16, u64)]) -> Vec<u8> {
    let options = options.iter().map(|(code, count)| frames::option(order, *code, &order.u64(*count))).collect::<Vec<_>>().concat();
    frames::block(order, 5, &[&order.u32(interface)[..], &[0; 8], &options].concat())
}

fn packet(order: Order, at: u64, response: bool) -> Vec<u8> {
    let query = b"d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe";
    let answer = b"d1:rd2:id20:0123456789abcdefghije1:t2:aa1:y1:re";
    let frame = if response {
        ethernet(IPV4, &ipv4(UDP, ROUTER, CLIENT, &udp(6881, 6882, answer)))
    } else {
        ethernet(IPV4, &ipv4(UDP, CLIENT, ROUTER, &udp(6882, 6881, query)))
    };
    frames::enhanced(order, 0, 1_700_000_000_000_000 + at, frame.len() as u32, &frame)
}

fn finding<'r>(report: &'r Value, code: &str) -> &'r Value {
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {}", report["findings"]))
}

#[test]
fn a_name_of_the_file_makes_a_bootstrap_node() {
    for order in [Order::Little, Order::Big] {
        let name = [&ROUTER[..], b"router.bittorrent.com\0"].concat();
        let file = [
            frames::section(order),
            frames::interface(order, 1, 0, &[]),
            names(order, &[record(order, 1, &name)]),
            packet(order, 0, false),
            packet(order, 100, true),
        ];
        let report = report("names.pcapng", &file.concat());
        let [node] = &**report["init"]["bootstrap"].as_array().unwrap() else { panic!("{}", report["init"]) };
        assert_eq!(
            (&node["name"], &node["address"], &node["resolved"]),
            (&json!("router.bittorrent.com"), &json!("7.7.7.7"), &Value::Null)
        );
        assert_eq!(node["requests"].as_array().unwrap().len(), 1);
        assert_eq!(report["findings"], json!([]));
    }
}

#[test]
fn dropped_packets_secrets_and_comments_are_told() {
    let order = Order::Big;
    let comment = frames::option(order, 1, b"over the roof");
    let section = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8], &comment].concat();
    let file = [
        frames::block(order, 0x0a0d_0d0a, &section),
        frames::interface(order, 1, 0, &[]),
        frames::interface(order, 1, 0, &[frames::option(order, 1, b"the second")]),
        frames::block(order, 10, &[&order.u32(0x544c_534b)[..], &order.u32(4), b"keys"].concat()),
        frames::block(order, 0xbad, &order.u32(32473)),
        packet(order, 0, false),
        statistics(order, 0, &[(4, 900), (5, 7), (7, 3)]),
        statistics(order, 0, &[(5, 8), (7, 3)]),
        statistics(order, 1, &[(4, 900)]),
        statistics(order, 9, &[(5, 1)]),
        frames::block(order, 5, &[0; 3]),
    ]
    .concat();
    let report = report("told.pcapng", &file);
    let texts =
        |code: &str| finding(&report, code)["places"].as_array().unwrap().iter().map(|place| place["text"].clone()).collect::<Vec<_>>();
    assert_eq!(texts("packets_dropped"), ["10 packets of interface 0 were dropped", "1 packets of interface 0 were dropped"]);
    assert_eq!(texts("secrets_skipped"), ["keys of encrypted connections"]);
    assert_eq!(texts("comment"), ["over the roof", "the second"]);
}

#[test]
fn sections_have_their_own_order_interfaces_and_statistics() {
    let section = |order: Order, link: u16, dropped: u64| {
        let interface = frames::interface(order, link, 0, &[frames::resolution(order, 6)]);
        [frames::section(order), interface, packet(order, 0, false), statistics(order, 0, &[(5, dropped)])].concat()
    };
    let file = [section(Order::Little, 1, 5), section(Order::Big, 1, 5), section(Order::Little, 147, 0)].concat();
    let report = report("sections.pcapng", &file);
    assert_eq!(report["capture"]["frames"], 3);
    assert_eq!(report["capture"]["files"][0]["link_types"].as_array().unwrap().len(), 2);
    assert_eq!(finding(&report, "packets_dropped")["count"], 2);
}

#[test]
fn options_that_lie_cost_themselves() {
    let order = Order::Little;
    let too_long = [&order.u16(1)[..], &order.u16(0xffff), b"short"].concat();
    for options in [too_long, frames::option(order, 1, b"a comment")[..6].to_vec(), vec![1], vec![0; 3]] {
        let interface = [&order.u16(1)[..], &[0, 0], &order.u32(0), &options].concat();
        let statistics = [&order.u32(0)[..], &[0; 8], &options].concat();
        let file = [
            frames::section(order),
            frames::block(order, 1, &interface),
            frames::block(order, 5, &statistics),
            frames::block(order, 4, &options),
            packet(order, 0, false),
        ];
        let report = report("lying.pcapng", &file.concat());
        assert_eq!(report["messages"]["dht"]["query"], 1, "{options:?}");
    }
}
