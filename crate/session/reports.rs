//! Who a [`Session`](super::Session) asks for the report: the analyses themselves, or those that were told under pseudonyms.

use std::net::IpAddr;

use crate::base::pseudonyms::Pseudonyms;
use crate::base::{InfoHash, Limits};
use crate::protocol::Streams;
use crate::report::anonymous::Anonymous;
use crate::report::{Analyses, Observer};

/// An observer with analyses in it.
pub trait Reports: Observer {
    /// Whether it was told under pseudonyms.
    const PSEUDONYMOUS: bool;

    /// The analyses.
    fn analyses(&self) -> &Analyses;

    /// The analyses, to be asked something that they must look up.
    fn analyses_mut(&mut self) -> &mut Analyses;

    /// What of the streams of the reading may be reported.
    fn streams<'s>(&'s self, read: &'s Streams) -> &'s Streams;

    /// What the analyses call an address.
    fn address(&mut self, address: IpAddr) -> IpAddr;

    /// What the analyses call a torrent.
    fn torrent(&mut self, info_hash: InfoHash) -> InfoHash;
}

impl Reports for Analyses {
    const PSEUDONYMOUS: bool = false;

    fn analyses(&self) -> &Analyses {
        self
    }

    fn analyses_mut(&mut self) -> &mut Analyses {
        self
    }

    fn streams<'s>(&'s self, read: &'s Streams) -> &'s Streams {
        read
    }

    fn address(&mut self, address: IpAddr) -> IpAddr {
        address
    }

    fn torrent(&mut self, info_hash: InfoHash) -> InfoHash {
        info_hash
    }
}

impl Reports for Anonymous<Analyses> {
    const PSEUDONYMOUS: bool = true;

    fn analyses(&self) -> &Analyses {
        self.inner()
    }

    fn analyses_mut(&mut self) -> &mut Analyses {
        self.inner_mut()
    }

    /// None: open streams hold what was read. Once reading is over, none is open.
    fn streams<'s>(&'s self, _read: &'s Streams) -> &'s Streams {
        Anonymous::streams(self)
    }

    fn address(&mut self, address: IpAddr) -> IpAddr {
        self.pseudonyms().address(address)
    }

    fn torrent(&mut self, info_hash: InfoHash) -> InfoHash {
        self.pseudonyms().info_hash(info_hash)
    }
}

/// Analyses that are told everything under pseudonyms.
pub(super) fn anonymous(limits: &Limits, mut pseudonyms: Pseudonyms) -> Anonymous<Analyses> {
    let analyses = Analyses::of_pseudonyms(limits, &mut pseudonyms);
    Anonymous::new(analyses, pseudonyms, limits)
}
