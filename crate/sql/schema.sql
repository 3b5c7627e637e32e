-- The database of captures: what Swarmscope's report says of each, so that a study of weeks adds up.
--
-- Times are whole microseconds since 1970-01-01 00:00 UTC, and durations whole microseconds: `datetime(time / 1000000, 'unixepoch')` writes
-- a time out. Endpoints are an address as text and a port. Info hashes, peer IDs and node IDs are hex in lower case. Frames are numbered from 1 within
-- their capture, as Wireshark numbers them. NULL is what the capture does not tell. Columns of several values hold a JSON array.
--
-- What is one thing in all captures (torrents, peers, hosts, trackers) has a row of its own. What was seen of it has a row for each capture in which it
-- was. Sums over captures are views. The numbers `id` mean nothing outside of the database: they depend on the order in which captures were added, and
-- nothing else does.

-- What holds for the whole database.
CREATE TABLE settings (
  name TEXT PRIMARY KEY, -- `threshold`: the share of its pieces, in percent, at which a peer's download is confirmed
  value INTEGER NOT NULL -- its value
) STRICT, WITHOUT ROWID;

-- One capture: what was read as one, be it one file or several, and added at one time.
CREATE TABLE captures (
  id INTEGER PRIMARY KEY, -- the capture
  frames INTEGER NOT NULL, -- frames of all its files
  bytes INTEGER NOT NULL, -- bytes of all its files
  first_time INTEGER, -- time of the earliest frame
  last_time INTEGER, -- time of the latest frame
  decoded INTEGER NOT NULL, -- bytes of recognised payload in messages that were read
  resynchronised INTEGER NOT NULL, -- bytes passed over, because framing was lost or a message cannot be read
  lost INTEGER NOT NULL, -- bytes that were on the wire, and are in no frame
  truncated INTEGER NOT NULL, -- bytes cut off at the snap length
  encrypted INTEGER NOT NULL, -- bytes that are encrypted
  program TEXT NOT NULL -- the program that added it, with its version
) STRICT;

-- The files of captures. A file is known by its content, whatever it is called, and is added once.
CREATE TABLE capture_files (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture that it is of
  position INTEGER NOT NULL, -- its place among that capture's files, from 0
  sha256 TEXT NOT NULL UNIQUE, -- SHA-256 of its bytes
  name TEXT NOT NULL, -- what it was called
  format TEXT NOT NULL, -- `pcap`, `pcapng` or another container
  bytes INTEGER NOT NULL, -- bytes read of it
  frames INTEGER NOT NULL, -- frames in it
  link_types TEXT NOT NULL, -- JSON array: the link types of its frames
  PRIMARY KEY (capture, position)
) STRICT, WITHOUT ROWID;

-- What was not over when a capture ended, for the capture that goes on: torrents, peers and connections that were open, as the program that added it
-- tells them. It is needed because captures are cut into files while connections are open, and what these are about is said as they begin only.
CREATE TABLE unfinished (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  position INTEGER NOT NULL, -- its place, from 0
  what TEXT NOT NULL, -- JSON: a torrent, a peer or a connection
  PRIMARY KEY (capture, position)
) STRICT, WITHOUT ROWID;

-- What was wrong in each capture, or should be known to read its rows.
CREATE TABLE findings (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  code TEXT NOT NULL, -- what it is; from a closed list
  severity TEXT NOT NULL, -- `note`, `warning` or `problem`
  text TEXT NOT NULL, -- one sentence for a person
  count INTEGER NOT NULL, -- how often it was found
  frames TEXT NOT NULL, -- JSON array: the first frames that show it
  PRIMARY KEY (capture, code)
) STRICT, WITHOUT ROWID;

-- Addresses of the local network, and others with BitTorrent.
CREATE TABLE hosts (
  id INTEGER PRIMARY KEY, -- the host
  address TEXT NOT NULL UNIQUE -- its address
) STRICT;

-- What a host did in one capture.
CREATE TABLE host_activity (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  host INTEGER NOT NULL REFERENCES hosts, -- the host
  local INTEGER NOT NULL, -- 1: it is on the network where the capture was made
  local_reason TEXT, -- why it is taken for local, or for none: `private`, `link_local`, `shape`, `user`
  bittorrent INTEGER NOT NULL, -- 1: there is evidence that it runs BitTorrent
  clients TEXT NOT NULL, -- JSON array: clients that it says it runs
  sent INTEGER NOT NULL, -- bytes of BitTorrent payload that it sent
  received INTEGER NOT NULL, -- bytes of BitTorrent payload that it got
  tcp INTEGER NOT NULL, -- bytes of BitTorrent to and from it over TCP
  utp INTEGER NOT NULL, -- bytes of BitTorrent to and from it over uTP
  encrypted INTEGER NOT NULL, -- how many of both are encrypted
  first_frame INTEGER NOT NULL, -- the first frame that it sent
  last_frame INTEGER NOT NULL, -- the latest
  first_time INTEGER NOT NULL, -- time of the first
  last_time INTEGER NOT NULL, -- time of the latest
  PRIMARY KEY (capture, host)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_activity_by_host ON host_activity (host);

-- What a host did that only BitTorrent does.
CREATE TABLE host_evidence (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  host INTEGER NOT NULL REFERENCES hosts, -- the host
  kind TEXT NOT NULL, -- `handshake`, `peer_messages`, `blocks`, `dht_query`, `dht_response`, `tracker_announce`, `dht_announce`, `lsd_announce`, `mdns_announce` or `encrypted_flow`
  count INTEGER NOT NULL, -- how often; of announcements, for how many torrents
  first_frame INTEGER NOT NULL, -- the first frame that shows it
  first_time INTEGER NOT NULL, -- its time
  PRIMARY KEY (capture, host, kind),
  FOREIGN KEY (capture, host) REFERENCES host_activity
) STRICT, WITHOUT ROWID;

-- Torrents that are known by any means. A hybrid's two names are one torrent.
CREATE TABLE torrents (
  id INTEGER PRIMARY KEY, -- the torrent
  info_hash TEXT NOT NULL UNIQUE REFERENCES torrent_names DEFERRABLE INITIALLY DEFERRED, -- its name on the wire; of two, that of version 1
  info_hash_v2 TEXT, -- its whole name of version 2
  name TEXT, -- its name for people: the info dictionary's, else the first in alphabetical order that a link tells
  piece_length INTEGER, -- bytes of a piece
  piece_count INTEGER, -- how many pieces it has
  total_size INTEGER, -- bytes of all its files
  private INTEGER, -- 1: peers are to be had from its trackers only
  certainty INTEGER NOT NULL -- how the above is known: 2 by an info dictionary, 1 by both of its names at one time, 0 by one name
) STRICT;

-- Names of torrents on the wire: a hybrid has two.
CREATE TABLE torrent_names (
  info_hash TEXT PRIMARY KEY, -- 40 digits: SHA-1 of the info dictionary, or the first half of its SHA-256
  torrent INTEGER NOT NULL REFERENCES torrents DEFERRABLE INITIALLY DEFERRED -- the torrent
) STRICT, WITHOUT ROWID;
CREATE INDEX torrent_names_by_torrent ON torrent_names (torrent);

-- Files of torrents whose info dictionary is known, padding left out.
CREATE TABLE files (
  torrent INTEGER NOT NULL REFERENCES torrents, -- the torrent
  position INTEGER NOT NULL, -- its place in the torrent, from 0
  path TEXT NOT NULL, -- its path below the folder that is named after the torrent, or its name where it is the only file
  length INTEGER NOT NULL, -- its bytes
  offset INTEGER, -- bytes from the start of the first piece to the file
  pieces_root TEXT, -- what names its content in version 2
  PRIMARY KEY (torrent, position)
) STRICT, WITHOUT ROWID;

-- Torrents of which one capture shows connections, and what it knows of them by other evidence than a handshake.
CREATE TABLE downloads (
  id INTEGER PRIMARY KEY, -- the torrent in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  torrent INTEGER REFERENCES torrents, -- the torrent; NULL: connections of which the torrent is not known
  position INTEGER NOT NULL, -- its place in the order in which torrents were met, from 0
  attributed INTEGER NOT NULL, -- bytes of pieces that came by connections whose handshake is not in the capture
  metadata_source TEXT, -- where its info dictionary is from: `ut_metadata` or `torrent_file`
  metadata_frame INTEGER -- the frame that completed it
) STRICT;
CREATE INDEX downloads_by_torrent ON downloads (torrent);
CREATE INDEX downloads_by_capture ON downloads (capture);

-- Pieces of which one capture shows at least the header of a block.
CREATE TABLE pieces (
  id INTEGER PRIMARY KEY, -- the piece in the capture
  download INTEGER NOT NULL REFERENCES downloads, -- the torrent in the capture
  piece INTEGER NOT NULL, -- its index in the torrent, from 0
  bytes INTEGER NOT NULL, -- bytes of it that are in the capture, each counted once
  first_frame INTEGER NOT NULL, -- the first frame that shows it; of bytes from the web that an earlier capture holds and only this one proves, its first
  last_frame INTEGER NOT NULL, -- the last frame in which a block of it begins
  UNIQUE (download, piece)
) STRICT;

-- Which bytes of a piece are in the capture: runs that do not overlap, so that captures can be laid over each other.
CREATE TABLE piece_runs (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  begin INTEGER NOT NULL, -- bytes from the start of the piece to the run
  end INTEGER NOT NULL, -- bytes from the start of the piece to behind the run
  PRIMARY KEY (piece, begin)
) STRICT, WITHOUT ROWID;

-- Endpoints that sent blocks of a piece.
CREATE TABLE contributors (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  position INTEGER NOT NULL, -- its place in the order of first blocks, from 0
  address TEXT NOT NULL, -- who
  port INTEGER NOT NULL, -- who
  bytes INTEGER NOT NULL, -- bytes of blocks that it sent, repeated ones included
  PRIMARY KEY (piece, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX contributors_by_endpoint ON contributors (address, port);

-- Endpoints that blocks of a piece went to.
CREATE TABLE receivers (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  position INTEGER NOT NULL, -- its place in the order of first blocks, from 0
  address TEXT NOT NULL, -- who
  port INTEGER NOT NULL, -- who
  bytes INTEGER NOT NULL, -- bytes of blocks that it got, repeated ones included
  PRIMARY KEY (piece, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX receivers_by_endpoint ON receivers (address, port);

-- How it is known that a peer takes part, weakest first.
CREATE TABLE rungs (
  name TEXT PRIMARY KEY, -- the rung
  rank INTEGER NOT NULL UNIQUE, -- its place, from 0
  meaning TEXT NOT NULL -- what it means
) STRICT, WITHOUT ROWID;
INSERT INTO rungs VALUES
  ('listed', 0, 'A third party named it.'),
  ('contacted', 1, 'Somebody had a connection with it, on which it did nothing of what follows.'),
  ('handshake', 2, 'It sent a handshake.'),
  ('claims_pieces', 3, 'It says that it has pieces.'),
  ('sent_blocks', 4, 'It sent blocks.'),
  ('blocks_verified', 5, 'Blocks that it sent are of pieces that fit their hashes.');

-- Peers that were met, each of one torrent. Over all captures a peer is one by where it listens, or by its peer ID at one address.
CREATE TABLE peers (
  id INTEGER PRIMARY KEY, -- the peer
  torrent INTEGER NOT NULL REFERENCES torrents, -- the torrent
  address TEXT NOT NULL, -- where it takes connections; where that is not known, where it last opened one from
  port INTEGER NOT NULL, -- the same
  listens INTEGER NOT NULL, -- 1: it takes connections there
  unidentified INTEGER NOT NULL -- 1: it showed a handshake only, from an address of which other peers of the torrent are known, and may be one of them: it is not counted
) STRICT;
CREATE INDEX peers_by_torrent ON peers (torrent, address, port);

-- What peers are known by: a port at which one listens, or a peer ID at an address.
CREATE TABLE peer_identities (
  peer INTEGER NOT NULL REFERENCES peers, -- the peer
  torrent INTEGER NOT NULL REFERENCES torrents, -- its torrent
  address TEXT NOT NULL, -- its address
  port INTEGER, -- where it listens; NULL where it is known by its peer ID
  peer_id TEXT -- its peer ID; NULL where it is known by where it listens
) STRICT;
CREATE UNIQUE INDEX peer_identities_key ON peer_identities (torrent, address, ifnull(port, -1), ifnull(peer_id, ''));
CREATE INDEX peer_identities_by_peer ON peer_identities (peer);

-- What one capture shows of a peer.
CREATE TABLE contacts (
  id INTEGER PRIMARY KEY, -- the peer in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  peer INTEGER NOT NULL REFERENCES peers, -- the peer
  address TEXT NOT NULL, -- where it takes connections, by this capture; else where it last opened one from
  port INTEGER NOT NULL, -- the same
  listens INTEGER NOT NULL, -- 1: it takes connections there
  peer_id TEXT, -- what it last called itself
  client TEXT, -- its client and version, as it says
  evidence TEXT NOT NULL REFERENCES rungs, -- the strongest rung
  connections INTEGER NOT NULL, -- connections with it in clear
  first_frame INTEGER NOT NULL, -- the first frame of its own
  first_seen INTEGER NOT NULL, -- when it was first met
  last_seen INTEGER NOT NULL, -- when it was last met
  downloaded INTEGER NOT NULL, -- bytes of blocks that went to it
  uploaded INTEGER NOT NULL, -- bytes of blocks that it sent
  download_rate REAL, -- bytes of blocks a second that went to it, at most, over ten seconds
  upload_rate REAL -- bytes of blocks a second that came from it, at most, over ten seconds
) STRICT;
CREATE INDEX contacts_by_peer ON contacts (peer);
CREATE INDEX contacts_by_capture ON contacts (capture);

-- Moments at which a peer was known to have more pieces than before; the first of a contact is what was known first.
CREATE TABLE progress (
  contact INTEGER NOT NULL REFERENCES contacts, -- the peer in the capture
  position INTEGER NOT NULL, -- place among the contact's moments, from 0
  time INTEGER NOT NULL, -- the moment
  since INTEGER NOT NULL, -- when it was last known to have fewer, by this capture; `time` itself where it told each piece as it got it
  frame INTEGER NOT NULL, -- the frame that shows it
  pieces INTEGER, -- how many it had; NULL: all, however many there are
  PRIMARY KEY (contact, position)
) STRICT, WITHOUT ROWID;

-- Downloads that are confirmed: peers that were seen with less than the threshold's share of pieces, and later, be it in another capture, with as much or more.
CREATE TABLE confirmed_downloads (
  peer INTEGER PRIMARY KEY REFERENCES peers, -- the peer
  capture INTEGER NOT NULL REFERENCES captures, -- the capture that shows it
  frame INTEGER NOT NULL, -- the frame that shows it
  time INTEGER NOT NULL, -- when it was known to have reached the threshold
  not_before INTEGER NOT NULL -- when it was last known to be below, over all captures
) STRICT;
CREATE INDEX confirmed_downloads_by_time ON confirmed_downloads (time);

-- Trackers.
CREATE TABLE trackers (
  id INTEGER PRIMARY KEY, -- the tracker
  url TEXT, -- its URL without a query
  address TEXT NOT NULL, -- where it was asked
  port INTEGER NOT NULL, -- where it was asked
  protocol TEXT NOT NULL, -- `http`, `udp`, or `https`, of which no request can be read
  proxied INTEGER NOT NULL -- 1: it was asked through a proxy, and the endpoint is the proxy's
) STRICT;
CREATE UNIQUE INDEX trackers_key ON trackers (ifnull(url, ''), address, port, protocol, proxied);

-- What one capture shows of trackers whose requests cannot be read.
CREATE TABLE hidden_trackers (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  tracker INTEGER NOT NULL REFERENCES trackers, -- the tracker
  certainty TEXT NOT NULL, -- how sure it is that this is one: `certain`, `likely` or `possible`
  reason TEXT NOT NULL, -- why
  connections INTEGER NOT NULL, -- connections to it
  sent INTEGER NOT NULL, -- bytes that its clients sent
  received INTEGER NOT NULL, -- bytes that it sent
  first_frame INTEGER NOT NULL, -- the first frame of the first connection
  first_time INTEGER NOT NULL, -- its time
  last_frame INTEGER NOT NULL, -- the latest frame of any
  last_time INTEGER NOT NULL, -- its time
  PRIMARY KEY (capture, tracker)
) STRICT, WITHOUT ROWID;

-- Announces to trackers, and their answers. NULL is what the request does not say, or the answer, or for want of one.
CREATE TABLE announces (
  id INTEGER PRIMARY KEY, -- the announce
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  tracker INTEGER NOT NULL REFERENCES trackers, -- who was asked
  frame INTEGER NOT NULL, -- the frame of the request
  time INTEGER NOT NULL, -- its time
  client_address TEXT, -- who asked
  client_port INTEGER, -- who asked
  torrent INTEGER REFERENCES torrents, -- the torrent
  event TEXT, -- `started`, `completed`, `stopped`, `paused` or `none`
  peer_id TEXT, -- the client's name in the swarm
  agent TEXT, -- what the client calls itself
  listen_port INTEGER, -- the port on which it listens
  uploaded INTEGER, -- bytes sent, as it says
  downloaded INTEGER, -- bytes got, as it says
  missing INTEGER, -- bytes missing, as it says (`left`)
  num_want INTEGER, -- peers wanted; -1: as many as the tracker likes
  sent INTEGER NOT NULL, -- how often the request was sent
  answer_frame INTEGER, -- the frame of the answer; NULL also where that is in the next capture
  answer_time INTEGER, -- its time
  peers INTEGER, -- how many peers it names
  seeders INTEGER, -- peers with all pieces, as the tracker counts
  leechers INTEGER, -- peers without all pieces, as the tracker counts
  completed INTEGER, -- downloads ever, as the tracker counts
  interval INTEGER, -- seconds until the next announce is wanted
  min_interval INTEGER, -- seconds until the next announce is allowed
  external_address TEXT, -- the client's address, as the tracker sees it
  error TEXT, -- why there is nothing: the tracker's words, or the status of HTTP
  retry TEXT, -- when to ask again after an error: minutes, or `never`
  warning TEXT -- what the tracker warns of
) STRICT;
CREATE INDEX announces_by_capture ON announces (capture, frame);
CREATE INDEX announces_by_torrent ON announces (torrent, time);

-- Swarms' sizes that trackers were asked for: a row a torrent asked about.
CREATE TABLE scrapes (
  id INTEGER PRIMARY KEY, -- the torrent in the scrape
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  tracker INTEGER NOT NULL REFERENCES trackers, -- who was asked
  frame INTEGER NOT NULL, -- the frame of the request
  time INTEGER NOT NULL, -- its time
  client_address TEXT, -- who asked
  client_port INTEGER, -- who asked
  torrent INTEGER REFERENCES torrents, -- the torrent asked about; NULL where the request names none
  seeders INTEGER, -- peers with all pieces
  leechers INTEGER, -- peers without all pieces
  completed INTEGER, -- downloads ever
  answer_frame INTEGER, -- the frame of the answer; NULL also where that is in the next capture
  answer_time INTEGER, -- its time
  error TEXT -- why there is nothing
) STRICT;
CREATE INDEX scrapes_by_capture ON scrapes (capture, frame);
CREATE INDEX scrapes_by_torrent ON scrapes (torrent, time);

-- Addresses that DNS gave for names by which clients enter the DHT.
CREATE TABLE bootstrap_nodes (
  id INTEGER PRIMARY KEY, -- the name and address in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  position INTEGER NOT NULL, -- place in the order in which DNS gave them, from 0
  name TEXT NOT NULL, -- the name asked for
  address TEXT NOT NULL, -- one address of it
  port INTEGER, -- the port that the first request went to
  dns_frame INTEGER, -- the frame of the DNS answer; NULL: only the capture file, or a capture before it, gives the address this name
  dns_time INTEGER, -- its time
  UNIQUE (capture, position)
) STRICT;
CREATE INDEX bootstrap_nodes_by_address ON bootstrap_nodes (address);

-- Initial requests to bootstrap nodes.
CREATE TABLE initial_requests (
  node INTEGER NOT NULL REFERENCES bootstrap_nodes, -- who was asked
  position INTEGER NOT NULL, -- place among the requests to it, oldest first, from 0
  frame INTEGER NOT NULL, -- the frame
  time INTEGER NOT NULL, -- its time
  client_address TEXT NOT NULL, -- who asked
  client_port INTEGER NOT NULL, -- who asked
  query TEXT NOT NULL, -- what was asked
  transaction_id TEXT NOT NULL, -- in hex
  answer_frame INTEGER, -- the frame of the answer; NULL also where that is in the next capture
  answer_time INTEGER, -- its time
  answer_nodes INTEGER, -- how many nodes it names
  PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;

-- DHT nodes that answered at least once in a capture.
CREATE TABLE dht_nodes (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  node_id TEXT NOT NULL, -- its place in the key space
  address TEXT NOT NULL, -- its address
  port INTEGER NOT NULL, -- its port
  client TEXT, -- its client, as far as it says
  responses INTEGER NOT NULL, -- responses with distinct transaction IDs
  transactions TEXT NOT NULL, -- JSON array: numbers that stand for those IDs, as many as are kept
  delay INTEGER, -- microseconds from its first query in the capture to the response
  first_frame INTEGER NOT NULL, -- the frame of its first response
  last_frame INTEGER NOT NULL, -- the frame of its latest
  first_time INTEGER NOT NULL, -- time of its first response
  last_time INTEGER NOT NULL, -- time of its latest
  PRIMARY KEY (capture, node_id, address, port)
) STRICT, WITHOUT ROWID;
CREATE INDEX dht_nodes_by_node ON dht_nodes (node_id, address, port);

-- DHT lookups of more than one query: what one asker asked about one target. Of one that goes on from the capture before, the part in this capture, and the
-- first query where that was the only one.
CREATE TABLE dht_queries (
  id INTEGER PRIMARY KEY, -- the lookup
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  address TEXT NOT NULL, -- who asked
  port INTEGER NOT NULL, -- who asked
  query TEXT NOT NULL, -- the query's name: `get_peers`, `find_node` …
  target TEXT NOT NULL, -- the target, or the first one of a blurred lookup
  targets INTEGER NOT NULL, -- how often another target was asked about than just before, the first included
  queries INTEGER NOT NULL, -- queries
  answers INTEGER NOT NULL, -- answers
  peers INTEGER NOT NULL, -- peers that the answers name, repeated ones included
  closest_bits INTEGER, -- leading bits that the closest node that answered shares with the target
  first_frame INTEGER NOT NULL, -- the frame of the first query
  first_time INTEGER NOT NULL, -- its time
  last_time INTEGER NOT NULL -- time of the latest query or answer
) STRICT;
CREATE INDEX dht_queries_by_capture ON dht_queries (capture, first_frame);
CREATE INDEX dht_queries_by_target ON dht_queries (target);

-- Endpoints that were named for a torrent in a capture, or came by themselves, and what became of them.
CREATE TABLE named_endpoints (
  id INTEGER PRIMARY KEY, -- the endpoint in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  torrent INTEGER NOT NULL REFERENCES torrents, -- the torrent
  address TEXT NOT NULL, -- the address
  port INTEGER NOT NULL, -- the port; 0: of a peer that came by itself over TCP, where its port is the connection's own
  attempts INTEGER NOT NULL, -- attempts to connect to it
  answered INTEGER NOT NULL, -- those that it took
  refused INTEGER NOT NULL, -- those that it refused
  met INTEGER NOT NULL, -- 1: a peer of the torrent sent a handshake from there
  useful INTEGER NOT NULL -- 1: it sent or got a block
) STRICT;
CREATE INDEX named_endpoints_by_torrent ON named_endpoints (torrent, address, port);
CREATE INDEX named_endpoints_by_capture ON named_endpoints (capture);

-- What named them.
CREATE TABLE sources (
  endpoint INTEGER NOT NULL REFERENCES named_endpoints, -- the endpoint in the capture
  source TEXT NOT NULL, -- `tracker`, `dht`, `pex`, `lsd`, `mdns`, `magnet`, `incoming`
  frame INTEGER, -- the frame that did, of the first source of all; NULL of later ones
  time INTEGER, -- its time
  PRIMARY KEY (endpoint, source)
) STRICT, WITHOUT ROWID;

-- Connections that are taken for encrypted BitTorrent.
CREATE TABLE encrypted_flows (
  id INTEGER PRIMARY KEY, -- the connection
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  originator_address TEXT NOT NULL, -- the end that opened it, or was seen first
  originator_port INTEGER NOT NULL, -- the same
  responder_address TEXT NOT NULL, -- the other end
  responder_port INTEGER NOT NULL, -- the same
  transport TEXT NOT NULL, -- `tcp` or `utp`
  stage TEXT NOT NULL, -- what was seen of the key exchange: `midstream`, `key`, `keys` or `handshake`
  confidence REAL NOT NULL, -- how likely it is BitTorrent, from 0 to 1
  reasons TEXT NOT NULL, -- JSON array: why, a sentence each
  torrent INTEGER REFERENCES torrents, -- the torrent, where one is likely
  source TEXT, -- what names an end for that torrent
  named_frame INTEGER, -- the frame that names it
  delay INTEGER, -- microseconds from then to the first bytes; negative when it was named later
  sent INTEGER NOT NULL, -- bytes that the originator sent
  received INTEGER NOT NULL, -- bytes that the responder sent
  lost INTEGER NOT NULL, -- bytes of both that are in no frame
  first_frame INTEGER NOT NULL, -- its first frame with payload
  last_frame INTEGER NOT NULL, -- the latest frame
  first_time INTEGER NOT NULL, -- time of the first
  last_time INTEGER NOT NULL -- time of the latest
) STRICT;
CREATE INDEX encrypted_flows_by_capture ON encrypted_flows (capture, first_frame);

-- The original tool's first question: which bootstrap nodes there are, the initial requests to them, and what they answered.
CREATE VIEW bt_monitor_init AS
SELECT
  n.address, -- an address that DNS gave for a bootstrap name
  n.name, -- the name
  (SELECT o.port FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id WHERE o.address = n.address AND o.name = n.name ORDER BY r.time, r.position LIMIT 1) AS port, -- the port that the first initial request went to; NULL: none was sent
  (SELECT count(*) FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id WHERE o.address = n.address AND o.name = n.name) AS requests, -- initial requests
  (SELECT group_concat(a.transaction_id, ', ') FROM (SELECT r.transaction_id FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id
    WHERE o.address = n.address AND o.name = n.name ORDER BY r.time, r.position) AS a) AS transaction_ids, -- their transaction IDs in hex, oldest first
  (SELECT count(r.answer_time) FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id WHERE o.address = n.address AND o.name = n.name) AS responses, -- answers to them
  (SELECT group_concat('reply=' || a.answer_nodes || ' nodes', ', ') FROM (SELECT r.answer_nodes FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id
    WHERE o.address = n.address AND o.name = n.name AND r.answer_time IS NOT NULL ORDER BY r.time, r.position) AS a) AS replies, -- how many nodes each answer names
  min(n.dns_time) AS time -- when DNS first gave it
FROM bootstrap_nodes AS n
JOIN captures AS k ON k.id = n.capture
GROUP BY n.name, n.address
ORDER BY min(k.first_time), min(n.position);

-- The original tool's second question: which DHT nodes answered, over all captures.
CREATE VIEW bt_monitor_peers AS
SELECT
  n.node_id, -- the node
  n.address, -- its address
  n.port, -- its port
  CASE count(*) WHEN 1 THEN sum(n.responses) ELSE sum(n.responses) - sum(json_array_length(n.transactions)) + (
    SELECT count(DISTINCT j.value) FROM dht_nodes AS o JOIN json_each(o.transactions) AS j
    WHERE o.node_id = n.node_id AND o.address = n.address AND o.port = n.port
  ) END AS connections, -- responses with distinct transaction IDs
  min(n.first_time) AS first_time, -- time of its first response
  max(n.last_time) AS last_time -- time of its latest
FROM dht_nodes AS n
JOIN captures AS k ON k.id = n.capture
GROUP BY n.node_id, n.address, n.port
ORDER BY min(k.first_time), min(n.first_frame);

-- The original tool's third question: which pieces of which torrent came from whom, over all captures; one row without a piece for a torrent without any.
CREATE VIEW bt_monitor_download AS
SELECT
  t.info_hash, -- the torrent; NULL: it is not known
  p.piece, -- index of the piece
  c.address, -- who sent a block of it
  c.port, -- who
  sum(c.bytes) AS bytes, -- bytes of blocks that came from there, repeated ones included
  min(k.first_time) AS first_time -- when the first capture that shows it began
FROM downloads AS d
JOIN captures AS k ON k.id = d.capture
LEFT JOIN torrents AS t ON t.id = d.torrent
LEFT JOIN pieces AS p ON p.download = d.id
LEFT JOIN contributors AS c ON c.piece = p.id
GROUP BY d.torrent, p.piece, c.address, c.port
HAVING p.piece IS NOT NULL OR NOT EXISTS (SELECT 1 FROM downloads AS o JOIN pieces AS q ON q.download = o.id WHERE o.torrent IS d.torrent)
ORDER BY
  (SELECT min(o.position) FROM downloads AS o JOIN captures AS f ON f.id = o.capture WHERE o.torrent IS d.torrent
    AND f.first_time = (SELECT min(e.first_time) FROM downloads AS m JOIN captures AS e ON e.id = m.capture WHERE m.torrent IS d.torrent)),
  p.piece, min(k.first_time), min(c.position);

-- The BitTorrent Download Analyzer's question: which peers are seen to have completed a download.
CREATE VIEW download_analyzer_confirmed AS
SELECT
  t.info_hash, -- the torrent
  t.name, -- its name for people
  p.address, -- the peer
  p.port, -- the peer
  d.time, -- when it was known to have reached the threshold
  d.not_before, -- when it was last known to be below
  d.time - d.time % 3600000000 AS hour, -- the whole hour of UTC in which that is
  d.capture, -- the capture that shows it
  d.frame -- the frame that shows it
FROM confirmed_downloads AS d
JOIN peers AS p ON p.id = d.peer
JOIN torrents AS t ON t.id = p.torrent
ORDER BY d.time, p.address, p.port;

-- Peers with what all captures show of them. Those that are not identified are left out.
CREATE VIEW peers_over_captures AS
SELECT
  p.id AS peer, -- the peer
  t.info_hash, -- its torrent
  p.address, -- where it takes connections, or last opened one from
  p.port, -- the same
  (SELECT c.client FROM contacts AS c WHERE c.peer = p.id AND c.client IS NOT NULL ORDER BY c.last_seen DESC, c.client LIMIT 1) AS client, -- what it last said that it runs
  (SELECT r.name FROM contacts AS c JOIN rungs AS r ON r.name = c.evidence WHERE c.peer = p.id ORDER BY r.rank DESC LIMIT 1) AS evidence, -- the strongest rung
  s.captures, -- captures that it was met in
  s.connections, -- connections with it in clear
  s.first_seen, -- when it was first met
  s.last_seen, -- when it was last met
  s.downloaded, -- bytes of blocks that went to it
  s.uploaded, -- bytes of blocks that it sent
  (SELECT min(ifnull(g.pieces, t.piece_count), t.piece_count) * 1.0 / t.piece_count FROM contacts AS c JOIN progress AS g ON g.contact = c.id
    WHERE c.peer = p.id ORDER BY g.time, g.position LIMIT 1) AS progress_first, -- the share of pieces that it was first known to have
  (SELECT min(ifnull(max(ifnull(g.pieces, t.piece_count)), 0), t.piece_count) * 1.0 / t.piece_count FROM contacts AS c JOIN progress AS g ON g.contact = c.id
    WHERE c.peer = p.id HAVING count(*) > 0) AS progress_last, -- the largest share that it was known to have
  (SELECT d.time FROM confirmed_downloads AS d WHERE d.peer = p.id) AS completed_at -- when its download was confirmed
FROM peers AS p
JOIN torrents AS t ON t.id = p.torrent
JOIN (
  SELECT peer, count(DISTINCT capture) AS captures, sum(connections) AS connections, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
    sum(downloaded) AS downloaded, sum(uploaded) AS uploaded
  FROM contacts GROUP BY peer
) AS s ON s.peer = p.id
WHERE p.unidentified = 0;

-- Pieces with the bytes that all captures together show, each counted once.
CREATE VIEW pieces_over_captures AS
SELECT
  t.info_hash, -- the torrent; NULL: it is not known
  r.piece, -- index of the piece
  sum(max(0, r.end - max(r.begin, r.reached))) AS bytes -- bytes of it that are in any capture
FROM (
  SELECT d.torrent, p.piece, u.begin, u.end,
    ifnull(max(u.end) OVER (PARTITION BY d.torrent, p.piece ORDER BY u.begin, u.end ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS reached
  FROM downloads AS d JOIN pieces AS p ON p.download = d.id LEFT JOIN piece_runs AS u ON u.piece = p.id
) AS r
LEFT JOIN torrents AS t ON t.id = r.torrent
GROUP BY r.torrent, r.piece;

-- Endpoints that sent blocks of a torrent, over all captures.
CREATE VIEW contributors_over_captures AS
SELECT
  t.info_hash, -- the torrent; NULL: it is not known
  c.address, -- who
  c.port, -- who
  sum(c.bytes) AS bytes, -- bytes of blocks that came from there, repeated ones included
  count(DISTINCT p.piece) AS pieces -- pieces of which it sent a block
FROM downloads AS d
JOIN pieces AS p ON p.download = d.id
JOIN contributors AS c ON c.piece = p.id
LEFT JOIN torrents AS t ON t.id = d.torrent
GROUP BY d.torrent, c.address, c.port;

-- Which source named an endpoint for a torrent, and which was the first, over all captures.
CREATE VIEW sources_over_captures AS
WITH named AS (
  SELECT e.torrent, e.address, e.port, s.source, s.time, EXISTS (SELECT 1 FROM sources AS i WHERE i.endpoint = e.id AND i.source = 'incoming') AS came
  FROM named_endpoints AS e JOIN sources AS s ON s.endpoint = e.id
),
firsts AS (
  SELECT torrent, address, port, came, source, min(time) AS time FROM named WHERE time IS NOT NULL GROUP BY torrent, address, port, came
),
told AS (
  SELECT torrent, address, port, source, NULL AS time FROM named WHERE came = 0 OR source = 'incoming'
  UNION ALL
  SELECT f.torrent, f.address, f.port, CASE WHEN f.came = 0 THEN f.source ELSE ifnull((
    SELECT s.source FROM named_endpoints AS e JOIN sources AS s ON s.endpoint = e.id
    WHERE e.torrent = f.torrent AND e.address = f.address AND s.time < f.time
      AND NOT EXISTS (SELECT 1 FROM sources AS i WHERE i.endpoint = e.id AND i.source = 'incoming')
    ORDER BY s.time LIMIT 1
  ), 'incoming') END, f.time
  FROM firsts AS f
)
SELECT
  t.info_hash, -- the torrent
  n.address, -- the endpoint
  n.port, -- the endpoint
  n.source, -- the source
  min(n.time) AS first_time -- when it named the endpoint, first of all sources; of a peer that came by itself, when it came, with the source that had named its address; NULL: another was the first
FROM told AS n
JOIN torrents AS t ON t.id = n.torrent
GROUP BY n.torrent, n.address, n.port, n.source;

-- Connections that are taken for encrypted BitTorrent, over all captures: one that goes on from capture to capture is one, as are all between the same ends.
CREATE VIEW encrypted_flows_over_captures AS
SELECT
  f.originator_address, -- the end that opened it, or was seen first
  f.originator_port, -- the same
  f.responder_address, -- the other end
  f.responder_port, -- the same
  f.transport, -- `tcp` or `utp`
  CASE max(CASE f.stage WHEN 'handshake' THEN 3 WHEN 'keys' THEN 2 WHEN 'key' THEN 1 ELSE 0 END)
    WHEN 3 THEN 'handshake' WHEN 2 THEN 'keys' WHEN 1 THEN 'key' ELSE 'midstream' END AS stage, -- the most that any capture shows of the key exchange
  max(f.confidence) AS confidence, -- how likely it is BitTorrent, from 0 to 1, by the capture that says most
  (SELECT t.info_hash FROM encrypted_flows AS o JOIN torrents AS t ON t.id = o.torrent
    WHERE o.originator_address = f.originator_address AND o.originator_port = f.originator_port AND o.responder_address = f.responder_address
      AND o.responder_port = f.responder_port AND o.transport = f.transport
    ORDER BY o.confidence DESC, o.first_time LIMIT 1) AS info_hash, -- the torrent, where one is likely
  count(DISTINCT f.capture) AS captures, -- captures that it is in
  sum(f.sent) AS sent, -- bytes that the originator sent
  sum(f.received) AS received, -- bytes that the responder sent
  sum(f.lost) AS lost, -- bytes of both that are in no frame
  min(f.first_time) AS first_time, -- time of its first frame with payload
  max(f.last_time) AS last_time -- time of the latest
FROM encrypted_flows AS f
GROUP BY f.originator_address, f.originator_port, f.responder_address, f.responder_port, f.transport;

-- DHT lookups over all captures: parts of one, each in a capture of its own, are one where at most half a minute is between them.
CREATE VIEW dht_lookups_over_captures AS
SELECT
  l.address, -- who asked
  l.port, -- who asked
  l.query, -- the query's name
  l.target, -- the target, or the first one of a blurred lookup
  count(DISTINCT l.capture) AS captures, -- captures that it is in
  sum(l.targets) AS targets, -- how often another target was asked about than just before, the first included
  sum(l.queries) AS queries, -- queries
  sum(l.answers) AS answers, -- answers
  sum(l.peers) AS peers, -- peers that the answers name, repeated ones included
  max(l.closest_bits) AS closest_bits, -- leading bits that the closest node that answered shares with the target
  min(l.first_time) AS first_time, -- time of the first query
  max(l.last_time) AS last_time -- time of the latest query or answer
FROM (
  SELECT b.*, sum(b.begins) OVER (PARTITION BY b.address, b.port, b.query, b.target ORDER BY b.first_time, b.id) AS lookup
  FROM (
    SELECT q.*, ifnull(q.first_time - max(q.last_time) OVER (PARTITION BY q.address, q.port, q.query, q.target ORDER BY q.first_time, q.id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >= 30000000, 1) AS begins
    FROM dht_queries AS q
  ) AS b
) AS l
GROUP BY l.address, l.port, l.query, l.target, l.lookup;

-- Hosts with what all captures show of them.
CREATE VIEW hosts_over_captures AS
SELECT
  h.address, -- the host
  max(a.local) AS local, -- 1: it is on the network where a capture was made
  max(a.bittorrent) AS bittorrent, -- 1: there is evidence that it runs BitTorrent
  count(*) AS captures, -- captures that show it
  sum(a.sent) AS sent, -- bytes of BitTorrent payload that it sent
  sum(a.received) AS received, -- bytes of BitTorrent payload that it got
  min(a.first_time) AS first_time, -- time of the first frame that it sent
  max(a.last_time) AS last_time -- time of the latest
FROM hosts AS h
JOIN host_activity AS a ON a.host = h.id
GROUP BY h.id;

-- Confirmed downloads of each torrent by the hour.
CREATE VIEW confirmed_per_hour AS
SELECT
  info_hash, -- the torrent
  hour, -- when the hour began, of UTC
  count(*) AS confirmed -- how many
FROM download_analyzer_confirmed
GROUP BY info_hash, hour;
