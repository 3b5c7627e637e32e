//! The rows of torrents: pieces and who sent them, peers and what they had, and what named them.

use super::rows::{Put, hash};
use super::staging;
use super::value::{Value, row};
use crate::base::{Map, PeerId};
use crate::report::Sections;
use crate::report::download::{Piece, Torrent};
use crate::report::swarm::KeptPeer;

/// Torrents of which connections were seen, with their files and pieces.
pub(super) fn pieces<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    let mut number = 0_u64;
    for (position, torrent) in sections.download().torrents.iter().enumerate() {
        let attributed: u64 = torrent.attributed.iter().map(|connection| connection.bytes).sum();
        let source = torrent.metadata_source.map_or(Value::Null, Value::named);
        let place = [position.into(), hash(torrent.info_hash), attributed.into(), source, torrent.metadata_frame.into()];
        put.put(&staging::DOWNLOADS, &place)?;
        described(torrent, put)?;
        let mut numbers: Map<u32, u64> = Map::default();
        for piece in &torrent.pieces {
            numbers.insert(piece.index, number);
            shown(number, position, piece, put)?;
            number += 1;
        }
        let mut outcome = Ok(());
        sections.piece_runs(torrent.info_hash, |index, begin, end| {
            if let (Ok(()), Some(piece)) = (&outcome, numbers.get(&index)) {
                outcome = put.put(&staging::PIECE_RUNS, &row!(*piece, begin, end));
            }
        });
        outcome?;
    }
    Ok(())
}

/// What a torrent is.
fn described<E>(torrent: &Torrent, put: &mut impl Put<E>) -> Result<(), E> {
    let Some(name) = torrent.info_hash else { return Ok(()) };
    let text = name.to_string();
    for name in [Some(name), torrent.info_hash_v2_truncated].into_iter().flatten() {
        put.put(&staging::TORRENT_NAMES, &row!(&name.to_string(), &text))?;
    }
    let certainty = if torrent.metadata_source.is_some() { 2_u8 } else { torrent.info_hash_v2_truncated.is_some().into() };
    let v2 = torrent.info_hash_v2.map_or(Value::Null, Value::written);
    let rest = row!(torrent.name.as_ref(), torrent.piece_length, torrent.piece_count, torrent.total_size, torrent.private, certainty);
    put.put(&staging::TORRENTS, &[&[Value::Text(text.clone()), v2], rest.as_slice()].concat())?;
    for (position, file) in torrent.files.iter().enumerate() {
        let root = file.pieces_root.map(|root| root.to_string());
        put.put(&staging::FILES, &row!(&text, position, &file.path, file.length, file.offset, root.as_ref()))?;
    }
    Ok(())
}

/// A piece, and who sent and got blocks of it.
fn shown<E>(number: u64, download: usize, piece: &Piece, put: &mut impl Put<E>) -> Result<(), E> {
    put.put(&staging::PIECES, &row!(number, download, piece.index, piece.bytes, piece.first_frame, piece.last_frame))?;
    for (table, shares) in [(&staging::CONTRIBUTORS, &piece.contributors), (&staging::RECEIVERS, &piece.receivers)] {
        for (position, share) in shares.iter().enumerate() {
            put.put(table, &row!(number, position, share.endpoint.address, share.endpoint.port, share.bytes))?;
        }
    }
    Ok(())
}

/// Peers that were met, what they are known by, and how their pieces rose.
pub(super) fn peers<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    // Peers that proved to be others have no row: those that have are numbered anew.
    let mut numbers: Map<u32, u64> = Map::default();
    for (number, peer) in (0_u64..).zip(sections.kept_peers()) {
        numbers.insert(peer.number, number);
        put.put(&staging::PEERS, &met(number, &peer))?;
        for (position, point) in peer.points().enumerate() {
            put.put(&staging::PROGRESS, &row!(number, position, point.time, point.since, point.frame, point.pieces))?;
        }
    }
    for identity in sections.kept_identities() {
        let Some(number) = numbers.get(&identity.number) else { continue };
        let (address, port) = identity.place;
        put.put(&staging::IDENTITIES, &[(*number).into(), address.into(), port.into(), called(identity.peer_id)])?;
    }
    Ok(())
}

fn met(number: u64, peer: &KeptPeer<'_>) -> Vec<Value> {
    let place = [
        number.into(),
        hash(Some(peer.info_hash)),
        peer.endpoint.address.into(),
        peer.endpoint.port.into(),
        peer.listens.into(),
        called(peer.peer_id),
    ];
    let (frame, first) = peer.first;
    let rest = row!(
        peer.client.as_ref(),
        peer.evidence,
        peer.contacts,
        frame,
        first,
        peer.last,
        peer.downloaded,
        peer.uploaded,
        peer.download_rate,
        peer.upload_rate,
    );
    [place.as_slice(), &rest].concat()
}

fn called(peer_id: Option<PeerId>) -> Value {
    peer_id.map_or(Value::Null, Value::written)
}

/// Endpoints that were named for torrents, and what named them.
pub(super) fn named_endpoints<E>(sections: &Sections<'_>, put: &mut impl Put<E>) -> Result<(), E> {
    for (number, address) in sections.sources().addresses.iter().enumerate() {
        let [number_value, hash_value] = [number.into(), hash(Some(address.info_hash))];
        let rest = row!(
            address.endpoint.address,
            address.endpoint.port,
            address.attempts,
            address.answered,
            address.refused,
            address.met,
            address.useful,
        );
        put.put(&staging::NAMED_ENDPOINTS, &[&[number_value, hash_value], rest.as_slice()].concat())?;
        put.put(&staging::SOURCES, &row!(number, address.source.name(), address.frame, address.time))?;
        for source in address.sources.iter().filter(|source| **source != address.source) {
            put.put(&staging::SOURCES, &row!(number, source.name(), None::<u64>, None::<u64>))?;
        }
    }
    Ok(())
}
