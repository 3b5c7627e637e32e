//! Adds up what hosts exchanged: over all, of each host, of each torrent.

use std::cmp::Reverse;
use std::net::IpAddr;

use super::{
    Carried, HostSeries, Known, Side, Subject, TorrentSender, TorrentTraffic, Traffic, TrafficAnalysis, TrafficTotals, TransportTraffic,
};
use crate::base::{Arrange, Grid, InfoHash, Map, Series, Set, Time};
use crate::flow::FlowId;

/// Bytes by where they went, a number for each bin.
struct Sides {
    down: Vec<u64>,
    up: Vec<u64>,
    others: Vec<u64>,
}

/// What one host exchanged.
#[derive(Debug, Default)]
pub(in crate::report) struct HostTraffic {
    /// Bytes to it and from it over TCP.
    pub(in crate::report) tcp: u64,
    /// The same over uTP.
    pub(in crate::report) utp: u64,
    /// How many of these are encrypted.
    pub(in crate::report) encrypted: u64,
    /// Hosts with which it exchanged messages.
    pub(in crate::report) peers: usize,
    /// Its bytes over time.
    pub(in crate::report) series: Option<HostSeries>,
}

/// Local hosts whose bytes over time are told, those with most bytes first: 8 KiB each.
const HOSTS_WITH_SERIES: usize = 1024;

impl Sides {
    fn on(grid: &Grid) -> Self {
        let none = || vec![0; grid.count()];
        Sides { down: none(), up: none(), others: none() }
    }

    /// Adds what one host sent to another.
    fn add(&mut self, way: Way, series: &Series, grid: &Grid) {
        if way.to_local {
            series.add_on(grid, &mut self.down);
        }
        if way.from_local {
            series.add_on(grid, &mut self.up);
        }
        if way.is_others() {
            series.add_on(grid, &mut self.others);
        }
    }
}

/// Which ends of what was sent are local.
#[derive(Clone, Copy, Debug)]
struct Way {
    from_local: bool,
    to_local: bool,
}

impl Way {
    fn is_others(self) -> bool {
        !self.from_local && !self.to_local
    }
}

impl Known<'_> {
    fn local(&self, side: &Side) -> bool {
        side.address.map_or(side.private, |address| (self.is_local)(address))
    }

    /// The two directions of an exchange.
    fn ways<'a>(&self, carried: &Carried<'a>) -> [(Way, &'a Series); 2] {
        let [one, other] = carried.ends.map(|side| self.local(&side));
        let [of_one, of_other] = carried.sent;
        [(Way { from_local: one, to_local: other }, of_one), (Way { from_local: other, to_local: one }, of_other)]
    }
}

impl TrafficAnalysis {
    /// The bins of the section; `None` where there is nothing at all.
    fn grid(&self, known: &Known<'_>) -> Option<Grid> {
        // Every event has the time of a frame.
        Grid::over([&self.everything].into_iter(), None).or_else(|| Grid::over(self.carried(known).flat_map(|carried| carried.sent), None))
    }

    /// The section.
    pub(in crate::report) fn section(&self, known: &Known<'_>) -> Traffic {
        let Some(grid) = self.grid(known) else { return Traffic::none() };
        let (mut all, mut hidden) = (Sides::on(&grid), Sides::on(&grid));
        let mut totals = TrafficTotals { everything: self.everything.total(), ..TrafficTotals::default() };
        let mut by_transport = [("tcp", false), ("tcp", true), ("utp", false), ("utp", true)]
            .map(|(transport, encrypted)| TransportTraffic { transport, encrypted, down: 0, up: 0, others: 0 });
        for carried in self.carried(known) {
            let of_transport = by_transport.get_mut(2 * usize::from(carried.utp) + usize::from(carried.encrypted));
            let Some(of_transport) = of_transport else { continue };
            for (way, series) in known.ways(&carried) {
                all.add(way, series, &grid);
                if carried.encrypted {
                    hidden.add(way, series, &grid);
                }
                let bytes = series.total();
                totals.within += if way.from_local && way.to_local { bytes } else { 0 };
                of_transport.down += if way.to_local { bytes } else { 0 };
                of_transport.up += if way.from_local { bytes } else { 0 };
                of_transport.others += if way.is_others() { bytes } else { 0 };
            }
        }
        for TransportTraffic { down, up, others, .. } in &by_transport {
            (totals.down, totals.up, totals.others) = (totals.down + down, totals.up + up, totals.others + others);
        }
        totals.by_transport = by_transport.into_iter().filter(|way| way.down + way.up + way.others > 0).collect();
        let mut lost = self.lost.on(&grid);
        for rates in known.claims.iter().filter_map(|claim| known.encrypted.rates(claim.flow_id())) {
            rates.lost.add_on(&grid, &mut lost);
        }
        Traffic {
            bin_seconds: grid.bin_seconds(),
            first_time: Some(grid.first_time()),
            down: all.down,
            up: all.up,
            down_encrypted: hidden.down,
            up_encrypted: hidden.up,
            others: all.others,
            dht: self.dht.on(&grid),
            trackers: self.trackers.on(&grid),
            lost,
            everything: self.everything.on(&grid),
            totals,
        }
    }

    /// The bytes of one torrent. `names` tells whether an info hash is one of its names, `streams` which streams without a handshake are its.
    pub(in crate::report) fn of_torrent(
        &self,
        known: &Known<'_>,
        names: impl Fn(InfoHash) -> bool,
        streams: &Set<FlowId>,
    ) -> TorrentTraffic {
        let is_its = |carried: &Carried<'_>| match carried.subject {
            Some(Subject::Torrent(info_hash)) => names(info_hash),
            Some(Subject::Stream(flow)) => streams.contains(&flow),
            None => false,
        };
        let its: Vec<_> = self.carried(known).filter(is_its).collect();
        let within = self.grid(known);
        let Some(grid) = Grid::over(its.iter().flat_map(|carried| carried.sent), within.as_ref()) else {
            return TorrentTraffic {
                bin_seconds: NARROWEST,
                first_time: None,
                down: vec![],
                up: vec![],
                others: vec![],
                contributors: vec![],
            };
        };
        let mut sides = Sides::on(&grid);
        for (way, series) in its.iter().flat_map(|carried| known.ways(carried)) {
            sides.add(way, series, &grid);
        }
        let Sides { down, up, others } = sides;
        TorrentTraffic {
            bin_seconds: grid.bin_seconds(),
            first_time: Some(grid.first_time()),
            down,
            up,
            others,
            contributors: senders(&its, &grid),
        }
    }

    /// What each host exchanged with others.
    pub(in crate::report) fn of_hosts(&self, known: &Known<'_>) -> Map<IpAddr, HostTraffic> {
        let mut hosts: Map<IpAddr, (HostTraffic, Set<IpAddr>)> = Map::default();
        for carried in self.carried(known) {
            let bytes = carried.sent.iter().map(|series| series.total()).sum::<u64>();
            let [one, other] = carried.ends.map(|side| side.address);
            for (address, other) in one.zip(other).into_iter().flat_map(|(one, other)| [(one, other), (other, one)]) {
                let (host, peers) = hosts.entry(address).or_default();
                *(if carried.utp { &mut host.utp } else { &mut host.tcp }) += bytes;
                host.encrypted += if carried.encrypted { bytes } else { 0 };
                peers.insert(other);
            }
        }
        let mut hosts: Map<_, _> =
            hosts.into_iter().map(|(address, (host, peers))| (address, HostTraffic { peers: peers.len(), ..host })).collect();
        self.add_series(known, &mut hosts);
        hosts
    }

    /// Tells the bytes over time of the local hosts with most of them.
    fn add_series(&self, known: &Known<'_>, hosts: &mut Map<IpAddr, HostTraffic>) {
        let Some(grid) = self.grid(known) else { return };
        let mut local: Vec<_> = hosts.iter().filter(|(address, host)| host.tcp + host.utp > 0 && (known.is_local)(**address)).collect();
        local.arrange_by_key(|(address, host)| (Reverse(host.tcp + host.utp), **address));
        let local: Vec<IpAddr> = local.into_iter().take(HOSTS_WITH_SERIES).map(|(address, _)| *address).collect();
        for address in local {
            if let Some(host) = hosts.get_mut(&address) {
                let none = || vec![0; grid.count()];
                let (bin_seconds, first_time) = (grid.bin_seconds(), Some(grid.first_time()));
                host.series = Some(HostSeries { bin_seconds, first_time, sent: none(), received: none() });
            }
        }
        for carried in self.carried(known) {
            for (end, side) in carried.ends.iter().enumerate() {
                let host = side.address.and_then(|address| hosts.get_mut(&address)?.series.as_mut());
                if let Some(series) = host {
                    let [one, other] = carried.sent;
                    let (sent, received) = if end == 0 { (one, other) } else { (other, one) };
                    sent.add_on(&grid, &mut series.sent);
                    received.add_on(&grid, &mut series.received);
                }
            }
        }
    }
}

/// What the hosts that sent most sent.
fn senders(exchanges: &[Carried<'_>], grid: &Grid) -> Vec<TorrentSender> {
    let mut by_host: Map<IpAddr, Vec<&Series>> = Map::default();
    for (side, series) in exchanges.iter().flat_map(|carried| carried.ends.into_iter().zip(carried.sent)) {
        if let Some(address) = side.address.filter(|_| !series.is_empty()) {
            by_host.entry(address).or_default().push(series);
        }
    }
    let total = |of: &[&Series]| of.iter().map(|series| series.total()).sum::<u64>();
    let mut hosts: Vec<_> = by_host.into_iter().map(|(address, of)| (Reverse(total(&of)), address, of)).collect();
    hosts.arrange_by_key(|(bytes, address, _)| (*bytes, *address));
    let sent = |(_, address, of): (Reverse<u64>, IpAddr, Vec<&Series>)| {
        let mut sent = vec![0; grid.count()];
        of.into_iter().for_each(|series| series.add_on(grid, &mut sent));
        TorrentSender { address, sent }
    };
    hosts.into_iter().take(SENDERS).map(sent).collect()
}

impl Traffic {
    /// That of a capture without frames.
    fn none() -> Self {
        Traffic {
            bin_seconds: NARROWEST,
            first_time: None,
            down: vec![],
            up: vec![],
            down_encrypted: vec![],
            up_encrypted: vec![],
            others: vec![],
            dht: vec![],
            trackers: vec![],
            lost: vec![],
            everything: vec![],
            totals: TrafficTotals::default(),
        }
    }

    /// Bytes a second in the second, or the bin where that is longer, in which most was moved, and when that begins; `None` where nothing was.
    pub fn busiest(&self) -> Option<(f64, Time)> {
        let moved: Vec<u64> = self.down.iter().zip(&self.up).zip(&self.others).map(|((down, up), others)| down + up + others).collect();
        // Bins are narrower than a second by powers of two.
        let of_second = (1..=16).take_while(|bins| *bins as f64 * self.bin_seconds <= 1.0).last().unwrap_or(1);
        let seconds = moved.chunks(of_second).map(|bins| bins.iter().sum::<u64>());
        let (place, bytes) = seconds.enumerate().max_by_key(|(place, bytes)| (*bytes, Reverse(*place)))?;
        let length = of_second as f64 * self.bin_seconds;
        let first = self.first_time?;
        #[expect(clippy::cast_possible_truncation, reason = "it lies in the capture's time")]
        let after = (place as f64 * length * 1e9) as i64;
        (bytes > 0).then(|| (bytes as f64 / length, Time::from_nanos(first.nanos().saturating_add(after))))
    }
}

/// Hosts whose part in a torrent is told over time: as many as there are hues that can be told apart.
const SENDERS: usize = 8;

/// Seconds of the narrowest bin.
const NARROWEST: f64 = 0.0625;
