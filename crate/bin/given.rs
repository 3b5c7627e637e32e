//! `--torrent` and `--magnet`: torrents that are known without the captures.
//!
//! In: paths of files and folders, and links. Out: the same told to a reading. What cannot be taken is told on standard error, and the rest goes on,
//! unless it was named itself.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use swarmscope::base::{InfoHash, Limits};
use swarmscope::report::Observer;
use swarmscope::session::Reading;

use super::complain;

/// Which torrents are known.
#[derive(Debug, Args)]
pub(super) struct GivenArguments {
    /// A .torrent file, or a folder of them (not those in folders below): pieces, files and names are then known without being in the capture. With
    /// --events, --evidence, --verify and --extract also an info hash, of 40 or 64 digits, once for each that the torrent has: only what is about it
    #[arg(long, value_name = "PATH")]
    torrent: Vec<PathBuf>,

    /// A magnet link, or a text file of them, one a line
    #[arg(long, value_name = "LINK|FILE")]
    magnet: Vec<String>,

    /// Torrents that stand in folders of captures.
    #[arg(skip)]
    pub(super) found: Vec<PathBuf>,
}

impl GivenArguments {
    /// The info hashes among what was given as torrents.
    pub(super) fn hashes(&self) -> Vec<String> {
        self.torrent.iter().filter_map(|path| path.to_str()).filter(|text| is_hash(text)).map(str::to_owned).collect()
    }

    /// Tells a reading the torrents; answers whether all that was named itself could be taken. `scoped`: info hashes are no paths.
    pub(super) fn give<O: Observer + ?Sized>(&self, reading: &mut Reading<O>, scoped: bool) -> bool {
        let paths = self.torrent.iter().filter(|path| !(scoped && path.to_str().is_some_and(is_hash)));
        // Each is told, whatever became of those before it.
        let mut all = true;
        for path in paths {
            all &= told(path, if path.is_dir() { folder(path, reading) } else { torrent(path, reading) });
        }
        // They were not named themselves: one that is none is told, and passed over.
        for path in &self.found {
            told(path, torrent(path, reading));
        }
        for link in &self.magnet {
            all &= told(Path::new(link), magnets(link, reading));
        }
        all
    }
}

/// What went wrong, in words.
type Trouble = Box<dyn std::error::Error>;

fn is_hash(text: &str) -> bool {
    InfoHash::named(text).is_some() && !Path::new(text).exists()
}

/// Tells what went wrong with what was named.
fn told(name: &Path, outcome: Result<(), Trouble>) -> bool {
    outcome.inspect_err(|trouble| complain(&format!("{}: {trouble}", name.display()))).is_ok()
}

fn torrent<O: Observer + ?Sized>(path: &Path, reading: &mut Reading<O>) -> Result<(), Trouble> {
    Ok(reading.add_torrent(&name_of(path), &bytes_of(path)?)?)
}

/// The `.torrent` files of a folder, in the order of their names. Those that are none are told, and passed over.
fn folder<O: Observer + ?Sized>(path: &Path, reading: &mut Reading<O>) -> Result<(), Trouble> {
    let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    let is_torrent = |path: &PathBuf| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("torrent")) && path.is_file();
    let mut torrents: Vec<_> = entries.into_iter().filter(is_torrent).collect();
    torrents.sort();
    for path in torrents {
        told(&path, torrent(&path, reading));
    }
    Ok(())
}

/// A link, or a file of links. Lines of a file that are none are told, and passed over.
fn magnets<O: Observer + ?Sized>(link: &str, reading: &mut Reading<O>) -> Result<(), Trouble> {
    if link.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("magnet:")) {
        let refused = reading.add_magnets("", link)?.lines.pop();
        return refused.map_or(Ok(()), |line| Err(line.reason.into()));
    }
    let path = Path::new(link);
    let outcome = reading.add_magnets(&name_of(path), &String::from_utf8_lossy(&bytes_of(path)?))?;
    for line in &outcome.lines {
        complain(&format!("{link}, line {}: {}", line.line, line.reason));
    }
    match outcome.refused.checked_sub(outcome.lines.len()) {
        None | Some(0) => {}
        Some(more) => complain(&format!("{link}: {more} more lines are no links that can be taken")),
    }
    Ok(())
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// The bytes of a file, as far as they are looked at.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(Limits::default().given_bytes as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
