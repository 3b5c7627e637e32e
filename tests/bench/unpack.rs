//! Unpacks a file and forgets it: what the libraries that Swarmscope reads compressed captures with need by themselves. `make bench` holds the
//! command line against it.
//!
//! In: a path that ends in `.gz`, `.zst` or `.xz`. Out: how many bytes came out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a measurement may fail by panicking")]

use std::fs::File;
use std::io::{BufReader, Read};

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush};

const ROOM: usize = 256 << 10;

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let file = File::open(&path).unwrap();
    let bytes = match path.rsplit_once('.').map(|(_, end)| end) {
        Some("gz") => gzip(file),
        Some("zst") => drained(ruzstd::decoding::StreamingDecoder::new(BufReader::with_capacity(ROOM, file)).unwrap()),
        Some("xz") => xz(file),
        other => panic!("{other:?} is none of them"),
    };
    println!("{bytes}");
}

fn drained(mut reader: impl ruzstd::io::Read) -> u64 {
    let mut room = vec![0; ROOM];
    let mut bytes = 0;
    loop {
        match reader.read(&mut room).unwrap() {
            0 => return bytes,
            count => bytes += count as u64,
        }
    }
}

/// One member without name and comment, as `gzip -n` makes it of its standard input; with its checksum.
fn gzip(mut file: File) -> u64 {
    let (mut packed, mut room) = (vec![0; ROOM], vec![0; ROOM]);
    file.read_exact(&mut packed[..10]).unwrap();
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let mut checksum = crc32fast::Hasher::new();
    let mut bytes = 0;
    loop {
        let count = file.read(&mut packed).unwrap();
        let mut rest = &packed[..count];
        loop {
            let progress = inflate(&mut state, rest, &mut room, MZFlush::None);
            rest = &rest[progress.bytes_consumed..];
            checksum.update(&room[..progress.bytes_written]);
            bytes += progress.bytes_written as u64;
            if progress.bytes_written == 0 {
                break;
            }
        }
        if count == 0 {
            std::hint::black_box(checksum.finalize());
            return bytes;
        }
    }
}

fn xz(mut file: File) -> u64 {
    let mut decoder = xz4rust::XzDecoder::in_heap_with_alloc_dict_size(0, 128 << 20);
    let (mut packed, mut room) = (vec![0; ROOM], vec![0; ROOM]);
    let (mut from, mut to, mut bytes) = (0, 0, 0);
    loop {
        if from == to {
            (from, to) = (0, file.read(&mut packed).unwrap());
        }
        match decoder.decode(&packed[from..to], &mut room).unwrap() {
            xz4rust::XzNextBlockResult::NeedMoreData(used, made) => {
                from += used;
                bytes += made as u64;
            }
            xz4rust::XzNextBlockResult::EndOfStream(_, made) => return bytes + made as u64,
        }
    }
}
