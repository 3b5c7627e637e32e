//! Captures of real clients against what those clients logged, as `../shared/tools/check_truth.py` does.
//!
//! The lab lies beside the checkout and is not part of the repository: without it these tests say so and pass. A capture of the
//! monitored host alone must match exactly; one that shows other clients too (`swarm`) may hold more.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use support::analysis::{analyse, json};
use swarmscope::base::{InfoHash, Limits};
use swarmscope::session::Session;

/// A run of the lab: what was captured, as our report, and what the monitored client logged.
struct Run {
    name: String,
    session: Session,
    report: Value,
    truth: Value,
    /// The monitored client's address in the capture.
    me: String,
    /// The capture shows other clients' traffic too.
    wide: bool,
}

impl Run {
    /// `None`, and says so, where there is no lab.
    fn read(name: &str) -> Option<Run> {
        let lab = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/lab");
        let Ok(capture) = std::fs::read(lab.join(format!("{name}.pcapng"))) else {
            println!("skipped: {name} is not in {}", lab.display());
            return None;
        };
        let truth: Value = serde_json::from_slice(&std::fs::read(lab.join(format!("{name}.truth.json"))).unwrap()).unwrap();
        let me = text(&truth["network"]["seen_as"]);
        let wide = truth["network"]["monitored"] != me.as_str();
        let (session, _) = analyse(name, &capture, Limits::default(), || usize::MAX);
        Some(Run { name: name.to_owned(), report: json(&session), session, truth, me, wide })
    }

    /// The client's DHT packets of one way and kind: endpoint, transaction ID, node ID.
    fn dht(&self, way: &str, kind: &str) -> impl Iterator<Item = (String, String, String)> {
        let packets = self.truth["clients"]["me"]["dht_packets"].as_array().unwrap().iter();
        let of_kind = move |packet: &&Value| packet[1] == way && packet[3] == kind;
        packets.filter(of_kind).map(|packet| (text(&packet[2]), text(&packet[5]), text(&packet[6]))).collect::<Vec<_>>().into_iter()
    }

    /// Every bootstrap name and address; the first query to each, and which were answered.
    fn check_init(&self, wrong: &mut Vec<String>) {
        let hosts = |(name, hosts): (&String, &Value)| {
            hosts.as_array().unwrap().iter().map(|host| (name.clone(), text(&host["ip"]))).collect::<Vec<_>>()
        };
        let known: BTreeSet<_> = self.truth["bootstrap"].as_object().unwrap().iter().flat_map(hosts).collect();
        let rows = self.report["init"]["bootstrap"].as_array().unwrap();
        let found: BTreeSet<_> = rows.iter().map(|row| (text(&row["name"]), text(&row["address"]))).collect();
        wrong.extend(known.symmetric_difference(&found).map(|name| format!("bootstrap: {name:?}")));
        for row in rows {
            let of_row = |packet: &(String, String, String)| address(&packet.0) == row["address"];
            let asked: Vec<_> = self.dht("out", "q").filter(of_row).map(|(_, transaction, _)| transaction).collect();
            let answered: BTreeSet<_> = self.dht("in", "r").filter(of_row).map(|(_, transaction, _)| transaction).collect();
            let requests = row["requests"].as_array().unwrap();
            let requests: BTreeMap<_, _> =
                requests.iter().map(|request| (text(&request["transaction_id"]), !request["response"].is_null())).collect();
            let as_logged = |(id, answer): (&String, &bool)| asked.contains(id) && *answer == answered.contains(id);
            if !requests.iter().all(as_logged) || asked.first().is_some_and(|first| !requests.contains_key(first)) {
                wrong.push(format!("requests to {}: {requests:?}, logged: {asked:?}", row["address"]));
            }
        }
    }

    /// Every DHT node that answered: endpoint, node ID, number of answers with distinct transaction IDs.
    fn check_peers(&self, wrong: &mut Vec<String>) {
        let mut logged = BTreeMap::<String, (BTreeSet<String>, BTreeSet<String>)>::new();
        for (endpoint, transaction, id) in self.dht("in", "r").filter(|(endpoint, ..)| address(endpoint) != self.me) {
            let (transactions, ids) = logged.entry(endpoint).or_default();
            transactions.insert(transaction);
            ids.insert(id);
        }
        let mut found = BTreeMap::<String, (u64, BTreeSet<String>)>::new();
        for node in self.report["peers"]["nodes"].as_array().unwrap() {
            let address = text(&node["address"]);
            let address = if address.contains(':') { format!("[{address}]") } else { address };
            let (responses, ids) = found.entry(format!("{address}:{}", node["port"])).or_default();
            *responses += node["responses"].as_u64().unwrap();
            ids.insert(text(&node["node_id"]));
        }
        for (endpoint, (transactions, ids)) in &logged {
            let as_logged = found
                .get(endpoint)
                .is_some_and(|(responses, known)| ids.is_subset(known) && (self.wide || *responses == transactions.len() as u64));
            if !as_logged {
                wrong.push(format!("node {endpoint}: {:?}, logged: {} answers of {ids:?}", found.get(endpoint), transactions.len()));
            }
        }
        let extra = |endpoint: &&String| !self.wide && !logged.contains_key(*endpoint) && address(endpoint) != self.me;
        wrong.extend(found.keys().filter(extra).map(|endpoint| format!("node {endpoint} was not logged")));
    }

    /// Every piece and every contributor that the client's message log names, and nobody who is no client.
    fn check_download(&self, wrong: &mut Vec<String>) {
        let clients = self.truth["clients"].as_object().unwrap().values();
        let mut hosts: BTreeSet<_> = clients.flat_map(|client| client["addrs"].as_array().unwrap()).map(text).collect();
        hosts.insert(self.me.clone());
        hosts.extend(self.truth["web_seed"]["endpoint"].as_str().map(|endpoint| address(endpoint).to_owned()));
        let (mut pairs, mut extra) = (0, 0);
        for (info_hash, mine) in self.truth["clients"]["me"]["torrents"].as_object().unwrap() {
            let found = self.contributors(info_hash);
            for (index, senders) in mine["received"].as_object().unwrap() {
                for sender in senders.as_object().unwrap().keys() {
                    pairs += 1;
                    if !found.contains(&(index.clone(), sender.clone())) {
                        wrong.push(format!("piece {index} of {info_hash}: {sender} is missing"));
                    }
                }
            }
            for (index, sender) in &found {
                extra += usize::from(address(sender) != self.me && mine["received"][index].get(sender).is_none());
                if !hosts.contains(address(sender)) {
                    wrong.push(format!("piece {index} of {info_hash}: {sender} is no client"));
                }
            }
        }
        assert!(pairs > 0, "the log names contributors");
        // A client that has all it wants closes: blocks still under way are on the wire and in no log.
        if !self.wide && extra * 100 > pairs * 15 {
            wrong.push(format!("{extra} contributors that were not logged"));
        }
    }

    /// When each leecher reached 98 % of a torrent's pieces, and nobody else's: within two seconds where the client logged its pieces one by
    /// one; else within the ten before it said that it was complete, or two after.
    fn check_confirmed(&self, wrong: &mut Vec<String>) {
        for torrent in self.truth["torrents"].as_array().unwrap() {
            let info_hash = text(&torrent["info_hash"]);
            let enough = usize::try_from((torrent["num_pieces"].as_u64().unwrap() * 98).div_ceil(100)).unwrap();
            let mut found = self.confirmed(&info_hash);
            for (name, client) in self.truth["clients"].as_object().unwrap() {
                let completed = client["completed_at"][&info_hash].as_f64().filter(|_| client["role"] == "leech");
                let Some(completed) = completed else { continue };
                let logged = client["torrents"][&info_hash]["piece_done"].as_object();
                let mut done: Vec<_> = logged.into_iter().flat_map(|done| done.values()).filter_map(Value::as_f64).collect();
                done.sort_by(f64::total_cmp);
                let range = done.get(enough - 1).map_or(completed - 10.0..=completed + 2.0, |exact| exact - 2.0..=exact + 2.0);
                let host = if name == "me" { self.me.clone() } else { text(&client["addrs"][0]) };
                match found.remove(&host).as_deref() {
                    Some([time]) if range.contains(time) => {}
                    times => wrong.push(format!("{host} completed {info_hash} at {range:?}: confirmed {times:?}")),
                }
            }
            wrong.extend(found.into_keys().map(|host| format!("{host} is no leecher of {info_hash}")));
        }
    }

    /// The times at which each host is confirmed to have downloaded a torrent.
    fn confirmed(&self, info_hash: &str) -> BTreeMap<String, Vec<f64>> {
        let mut times = BTreeMap::<_, Vec<_>>::new();
        let torrents = self.report["swarm"]["torrents"].as_array().unwrap();
        for torrent in torrents.iter().filter(|torrent| torrent["info_hash"] == info_hash) {
            for row in torrent["confirmed_downloads"].as_array().unwrap() {
                times.entry(address(row["endpoint"].as_str().unwrap()).to_owned()).or_default().push(row["time"].as_f64().unwrap());
            }
        }
        times
    }

    /// What clients said of each other on connections that the capture shows.
    fn statements(&self) -> Vec<Statement<'_>> {
        let clients = self.truth["clients"].as_object().unwrap();
        let mut statements = Vec::new();
        for (by, client) in clients {
            let by_libtorrent = client["torrents"].as_object().into_iter().flatten().map(|(torrent, of)| (torrent, &of["peers"]));
            let by_others = client["peers"].as_object().into_iter().flatten();
            for (torrent, peers) in by_libtorrent.chain(by_others) {
                for (endpoint, said) in peers.as_object().into_iter().flatten() {
                    // Behind the gateway, the monitored client has another address for others than in its own network.
                    let is_at = |client: &Value| client["addrs"].as_array().unwrap().iter().any(|host| host == address(endpoint));
                    let known = clients.iter().find(|(_, client)| is_at(client)).map(|(name, _)| name.as_str());
                    let name = known.unwrap_or("me");
                    if self.name == "swarm" || by == "me" || name == "me" {
                        statements.push(Statement { torrent, by, name, of: self.host(name), endpoint, said });
                    }
                }
            }
        }
        statements
    }

    /// The rows of a torrent's peers that were met at a host, in the order of the table.
    fn met(&self, torrent: &str, host: &str) -> Vec<&Value> {
        let torrents = self.report["swarm"]["torrents"].as_array().unwrap().iter();
        let peers = torrents.filter(|known| known["info_hash"] == torrent).flat_map(|known| known["peers"].as_array().unwrap());
        peers.filter(|peer| peer["evidence"] != "listed" && address(peer["endpoint"].as_str().unwrap()) == host).collect()
    }

    /// The client of every peer as others read it, but for how they write it.
    fn check_names(&self, wrong: &mut Vec<String>) {
        let mut compared = 0;
        for Statement { torrent, by, of, endpoint, said, .. } in self.statements() {
            let (Some(theirs), met) = (said["client"].as_str().filter(|name| !name.is_empty()), self.met(torrent, &of)) else { continue };
            let ours: Vec<_> = met.iter().filter_map(|peer| peer["client"].as_str()).collect();
            let same = |ours: &&str| *ours == theirs || NOTATIONS.iter().any(|notation| (notation.0, notation.1) == (theirs, ours));
            if ours.iter().any(same) {
                compared += 1;
            } else {
                wrong.push(format!("{by} calls {endpoint} {theirs}, here {ours:?}"));
            }
        }
        assert!(compared > 0, "clients name each other");
    }

    /// What every peer had in the end: everything where the client says that it completed, and what others last saw of it. Where that is less, it
    /// is what the peer had shortly before the last look at the connection: clients were asked every half second or second, a piece of version 2
    /// that came whole waits for its hashes, and clients gather what they tell of their pieces, Transmission for ten seconds.
    fn check_progress(&self, wrong: &mut Vec<String>) {
        for (torrent, host) in self.completed() {
            let known: Vec<_> = self.met(&torrent, &host).iter().filter_map(|peer| peer["progress_last"].as_f64()).collect();
            if self.piece_count(&torrent).is_some() && !known.contains(&1.0) {
                wrong.push(format!("{host} completed {torrent}, here {known:?}"));
            }
        }
        for statement in self.statements() {
            let Statement { torrent, by, name, of, endpoint, said } = &statement;
            let (Some(theirs), Some(pieces)) = (said["progress"].as_f64(), self.piece_count(torrent)) else { continue };
            let peer = &self.truth["clients"][name];
            // Of a connection that ended before the handshake nothing was said. Transmission calls a peer by the port that it connects from, until the
            // peer tells where it listens: what it says later is under that.
            let early = self.truth["clients"][by]["client"] == "transmission" && !endpoint.ends_with(&format!(":{}", peer["port"]));
            if said["client"] == "" || early {
                continue;
            }
            let patience = if peer["client"] == "transmission" { 11.0 } else { 4.0 };
            let (ours, more_since) = self.progress(torrent, of, theirs + 0.5 / pieces);
            let last_look = self.last_look(&statement);
            if ours < theirs || more_since < last_look - patience {
                wrong.push(format!("{by} saw {theirs} of {endpoint} at {last_look}, here {ours}, and more than that since {more_since}"));
            }
        }
    }

    /// The torrents that a client completed whose connections the capture shows, each with its host.
    fn completed(&self) -> Vec<(String, String)> {
        let clients = self.truth["clients"].as_object().unwrap().iter();
        let shown = clients.filter(|(name, _)| self.name == "swarm" || *name == "me");
        let of = |(name, client): (&String, &Value)| {
            let host = self.host(name);
            client["completed_at"]
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(torrent, _)| (torrent.clone(), host.clone()))
                .collect::<Vec<_>>()
        };
        shown.flat_map(of).collect()
    }

    fn piece_count(&self, torrent: &str) -> Option<f64> {
        let torrents = self.report["swarm"]["torrents"].as_array().unwrap().iter();
        torrents.filter(|known| known["info_hash"] == torrent).find_map(|known| known["piece_count"].as_f64())
    }

    /// The greatest share of a torrent's pieces that a host had, and when it was known to have more than `share`.
    fn progress(&self, torrent: &str, host: &str, share: f64) -> (f64, f64) {
        let study = InfoHash::from_hex(torrent.as_bytes()).and_then(|torrent| self.session.torrent_study(torrent));
        let curves = study.into_iter().flat_map(|study| study.curves).filter(|curve| curve.endpoint.address.to_string() == host);
        let points: Vec<_> = curves.flat_map(|curve| curve.points).collect();
        let more = points.iter().filter(|point| point.share > share).map(|point| point.time.seconds());
        (points.iter().map(|point| point.share).fold(0.0, f64::max), more.fold(f64::INFINITY, f64::min))
    }

    /// When a client last saw the connection that it speaks of; the gateway leaves ports as they are. Where the log has no such one, any
    /// connection between the two.
    fn last_look(&self, statement: &Statement<'_>) -> f64 {
        let Statement { torrent, by, name, endpoint, .. } = statement;
        let port = endpoint.rsplit(':').next().unwrap();
        let is_between = |connection: &&Value| {
            let has = |client: &str| connection["hosts"].as_array().unwrap().iter().any(|host| host == client);
            has(by) && has(name) && (connection["info_hash"] == *torrent || connection["info_hash"].is_null())
        };
        let is_meant = |connection: &Value| {
            connection["endpoints"].as_array().unwrap().iter().any(|end| end.as_str().unwrap().rsplit(':').next() == Some(port))
        };
        let looks = self.truth["connections"].as_array().unwrap().iter().filter(is_between);
        let looks: Vec<_> = looks.map(|connection| (is_meant(connection), connection["said_by"][by]["last"].as_f64())).collect();
        let any_is_meant = looks.iter().any(|(is_meant, _)| *is_meant);
        looks.iter().filter(|look| look.0 == any_is_meant).filter_map(|look| look.1).fold(0.0, f64::max)
    }

    /// The address of a client in the capture.
    fn host(&self, name: &str) -> String {
        if name == "me" { self.me.clone() } else { text(&self.truth["clients"][name]["addrs"][0]) }
    }

    /// Every connection that a client logged and the capture shows, once, with its torrent and its encryption.
    fn check_connections(&self, wrong: &mut Vec<String>) {
        let clients = self.truth["clients"].as_object().unwrap().values();
        let hosts: BTreeSet<_> = clients.flat_map(|client| client["addrs"].as_array().unwrap()).map(text).collect();
        let shown = |host: &str| self.name == "swarm" || host == self.me || host.starts_with("192.168.");
        let ends = |row: &Value| (text(&row["originator"]), text(&row["responder"]), text(&row["transport"]));
        let mut rows = BTreeMap::<_, Vec<&Value>>::new();
        self.report["connections"].as_array().unwrap().iter().for_each(|row| rows.entry(ends(row)).or_default().push(row));
        let mut logged = BTreeMap::<_, Vec<&Value>>::new();
        for connection in self.truth["connections"].as_array().unwrap() {
            let [originator, responder] = [0, 1].map(|end| text(&connection["endpoints"][end]));
            if shown(address(&originator)) || shown(address(&responder)) {
                logged.entry((originator, responder, text(&connection["transport"]))).or_default().push(connection);
            }
        }
        assert!(!logged.is_empty(), "the log names connections");
        for (ends, logged) in &logged {
            let found = rows.get(ends).map(Vec::as_slice).unwrap_or_default();
            let agree = |(row, logged): (&&Value, &&Value)| {
                let torrent = logged["info_hash"].is_null() || self.names(&logged["info_hash"]).contains(&text(&row["info_hash"]));
                let encryption = match (logged["rc4"].as_bool(), logged["mse"].as_bool()) {
                    (Some(true), _) => row["encryption"] == "rc4",
                    (Some(false), Some(true)) => row["encryption"] == "plaintext",
                    (Some(false), Some(false)) => row["encryption"] == "none",
                    _ => true,
                };
                torrent && encryption
            };
            if found.len() != logged.len() || !found.iter().zip(logged).all(agree) {
                wrong.push(format!("connection {ends:?}: {found:?}, logged: {logged:?}"));
            }
        }
        // Attempts that failed are in no log of a client but the monitored one, and they are between clients.
        for (originator, responder, transport) in rows.keys().filter(|ends| !logged.contains_key(ends)) {
            let known = [originator, responder].iter().all(|end| hosts.contains(address(end)) || address(end) == self.me);
            if self.name != "swarm" || !known {
                wrong.push(format!("connection {originator} to {responder} over {transport} was not logged"));
            }
        }
    }

    /// The sizes of every torrent, which here only a web seed's files tell.
    fn check_sizes(&self, wrong: &mut Vec<String>) {
        for torrent in self.truth["torrents"].as_array().unwrap() {
            let found =
                self.report["download"]["torrents"].as_array().unwrap().iter().find(|found| found["info_hash"] == torrent["info_hash"]);
            for (ours, theirs) in [("piece_length", "piece_length"), ("piece_count", "num_pieces"), ("total_size", "total_size")] {
                if found.is_none_or(|found| found[ours] != torrent[theirs]) {
                    wrong.push(format!("{ours} of {}: {:?}", torrent["info_hash"], found.map(|found| &found[ours])));
                }
            }
        }
    }

    /// The names of a torrent on the wire.
    fn names(&self, info_hash: &Value) -> Vec<String> {
        let torrents = self.truth["torrents"].as_array().unwrap().iter();
        let torrent = torrents.into_iter().find(|torrent| torrent["info_hash"] == *info_hash).unwrap();
        let name = |name| text(&torrent[name]).chars().take(40).collect();
        ["info_hash_v1", "info_hash_v2", "info_hash"].map(name).into()
    }

    /// Every torrent's web seed, and every request that its server logged; those under way at the end it did not.
    fn check_web_seed(&self, wrong: &mut Vec<String>) {
        let seed = &self.truth["web_seed"];
        let rows = self.report["web_seeds"].as_array().unwrap();
        let found: BTreeSet<_> = rows.iter().filter(|row| row["endpoint"] == seed["endpoint"]).map(|row| text(&row["info_hash"])).collect();
        let torrents: BTreeSet<_> = seed["pieces"].as_object().unwrap().keys().cloned().collect();
        let answered: u64 = rows.iter().map(|row| row["responses"].as_u64().unwrap()).sum();
        if found != torrents || rows.len() != torrents.len() || answered != seed["requests"].as_array().unwrap().len() as u64 {
            wrong.push(format!("web seeds of {found:?}, {answered} answers"));
        }
    }

    /// The contributors of a torrent in the report, each with the index of its piece.
    fn contributors(&self, info_hash: &str) -> BTreeSet<(String, String)> {
        let torrents = self.report["download"]["torrents"].as_array().unwrap();
        let Some(torrent) = torrents.iter().find(|torrent| torrent["info_hash"] == info_hash) else { return BTreeSet::new() };
        let of_piece = |piece: &Value| {
            let contributors = piece["contributors"].as_array().unwrap().iter();
            contributors.map(|share| (piece["index"].to_string(), text(&share["endpoint"]))).collect::<Vec<_>>()
        };
        torrent["pieces"].as_array().unwrap().iter().flat_map(of_piece).collect()
    }
}

/// What one client said of one peer.
struct Statement<'a> {
    torrent: &'a str,
    /// Who says it.
    by: &'a str,
    /// Of whom, and of which host.
    name: &'a str,
    of: String,
    endpoint: &'a str,
    said: &'a Value,
}

/// A client's name as another client writes it, as it writes it itself, and why they differ.
const NOTATIONS: [(&str, &str, &str); 6] = [
    ("libtorrent (Rasterbar) 2.0.8", "libtorrent/2.0.8.0", "Transmission reads the peer ID"),
    ("libtorrent (Rasterbar) 2.1.1", "libtorrent/2.1.1.0", "Transmission reads the peer ID"),
    ("libTorrent (Rakshasa) 0.13.8", "libTorrent 0.13.8", "Transmission reads the peer ID"),
    ("qBittorrent 4.5.2", "qBittorrent/4.5.2", "Transmission reads the peer ID"),
    ("ABC 2.63.1", "aria2/1.36.0", "Transmission 3.00 does not know the IDs of aria2, and takes them for another's"),
    ("Transmission 3.0.0", "Transmission 3.00", "libtorrent reads the peer ID until the extension handshake comes"),
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The address of an endpoint.
fn address(endpoint: &str) -> &str {
    let address = endpoint.rsplit_once(':').map_or(endpoint, |(address, _)| address);
    address.trim_start_matches('[').trim_end_matches(']')
}

fn check(name: &str, parts: &[fn(&Run, &mut Vec<String>)]) {
    let name = &name.replace('_', "-");
    let Some(run) = Run::read(name) else { return };
    let mut wrong = Vec::new();
    parts.iter().for_each(|part| part(&run, &mut wrong));
    assert!(wrong.is_empty(), "{name}: {} differences\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

macro_rules! runs {
    ($($name:ident: $($part:ident)*;)*) => { $(#[test] fn $name() { check(stringify!($name), &[$(Run::$part),*]); })* };
}

runs! {
    small: check_init check_peers check_download check_progress check_names check_connections;
    large: check_init check_peers check_download check_progress check_names check_connections;
    loss: check_init check_peers check_download check_progress check_names check_connections;
    ipv6: check_init check_peers check_download check_progress check_names check_connections;
    swarm: check_peers check_download check_confirmed check_progress check_names check_connections;
    utp: check_progress check_names check_connections;
    mse: check_connections;
    lan: check_connections;
    hybrid: check_progress check_names check_connections;
    v2: check_progress check_names check_connections;
    webseed: check_init check_peers check_download check_sizes check_web_seed check_connections;
    webseed_v2: check_init check_peers check_download check_sizes check_web_seed check_connections;
}
