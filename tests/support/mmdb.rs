//! Builds databases of addresses in the format of MaxMind (<https://maxmind.github.io/MaxMind-DB/>).
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, reason = "every test uses some of this")]

use std::net::IpAddr;

/// A value of a record.
pub enum Value {
    /// A text.
    Text(&'static str),
    /// A whole number of 32 bits.
    Number(u32),
    /// A number with decimals.
    Degrees(f64),
    /// Several values, each with its name.
    Map(Vec<(&'static str, Value)>),
}

/// A database of these networks, each with what it says of it; for addresses of version 6, and of 4 below `::/96`.
pub fn mmdb(kind: &'static str, networks: Vec<(&str, u8, Value)>) -> Vec<u8> {
    let (mut tree, mut data): (Vec<[Option<Node>; 2]>, Vec<u8>) = (vec![[None, None]], Vec::new());
    for (address, length, value) in networks {
        let (bits, length) = match address.parse().unwrap() {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 96 + length),
            IpAddr::V6(address) => (u128::from(address), length),
        };
        let mut at = 0;
        for depth in 0..length {
            let bit = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                tree[at][bit] = Some(Node::Data(data.len()));
            } else if let Some(Node::Below(next)) = tree[at][bit] {
                at = next;
            } else {
                tree.push([None, None]);
                tree[at][bit] = Some(Node::Below(tree.len() - 1));
                at = tree.len() - 1;
            }
        }
        write(&value, &mut data);
    }
    let count = tree.len();
    let mut bytes = Vec::new();
    for record in tree.iter().flatten() {
        let number = match record {
            None => count,
            Some(Node::Below(next)) => *next,
            Some(Node::Data(offset)) => count + 16 + offset,
        };
        bytes.extend(u32::try_from(number).unwrap().to_be_bytes());
    }
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes.extend(b"\xab\xcd\xefMaxMind.com");
    bytes.extend(metadata(kind, u32::try_from(count).unwrap()));
    bytes
}

#[derive(Clone, Copy)]
enum Node {
    Below(usize),
    Data(usize),
}

fn metadata(kind: &'static str, nodes: u32) -> Vec<u8> {
    let mut out = vec![0xe0 | 9];
    let mut key = |name: &'static str, value: &[u8]| {
        write(&Value::Text(name), &mut out);
        out.extend(value);
    };
    let mut text = Vec::new();
    write(&Value::Text(kind), &mut text);
    key("node_count", &[&[0xc4][..], &nodes.to_be_bytes()].concat());
    key("record_size", &[0xa1, 32]);
    key("ip_version", &[0xa1, 6]);
    key("database_type", &text);
    key("languages", &[0x00, 0x04]);
    key("binary_format_major_version", &[0xa1, 2]);
    key("binary_format_minor_version", &[0xa0]);
    key("build_epoch", &[&[0x04, 0x02][..], &1_700_000_000_u32.to_be_bytes()].concat());
    key("description", b"\xe1\x42en\x49For tests");
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) => {
            let length = text.len();
            if length < 29 {
                out.push(0x40 | u8::try_from(length).unwrap())
            } else {
                out.extend([0x40 | 29, u8::try_from(length - 29).unwrap()])
            }
            out.extend(text.as_bytes());
        }
        Value::Number(number) => out.extend([&[0xc4][..], &number.to_be_bytes()].concat()),
        Value::Degrees(degrees) => out.extend([&[0x68][..], &degrees.to_be_bytes()].concat()),
        Value::Map(entries) => {
            out.push(0xe0 | u8::try_from(entries.len()).unwrap());
            for (name, value) in entries {
                write(&Value::Text(name), out);
                write(value, out);
            }
        }
    }
}
