-- A database that version 1 of the schema made, of `tests/captures/client-start.pcapng`.
PRAGMA application_id = 1400337251;
PRAGMA user_version = 1;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE settings (
  name TEXT PRIMARY KEY, -- `threshold`: the share of its pieces, in percent, at which a peer's download is confirmed
  value INTEGER NOT NULL -- its value
) STRICT, WITHOUT ROWID;
INSERT INTO settings VALUES('threshold',98);
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
INSERT INTO captures VALUES(1,540,377908,1795175099237466,1795175100783725,316930,0,0,0,0,'swarmscope 0.1.0');
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
INSERT INTO capture_files VALUES(1,0,'0938883ef81ab8f1d210fc4353636250de2a045462be4211b7c9457a1f28d9a8','client-start.pcapng','pcapng',377908,540,'["EN10MB"]');
CREATE TABLE findings (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  code TEXT NOT NULL, -- what it is; from a closed list
  severity TEXT NOT NULL, -- `note`, `warning` or `problem`
  text TEXT NOT NULL, -- one sentence for a person
  count INTEGER NOT NULL, -- how often it was found
  frames TEXT NOT NULL, -- JSON array: the first frames that show it
  PRIMARY KEY (capture, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE hosts (
  id INTEGER PRIMARY KEY, -- the host
  address TEXT NOT NULL UNIQUE -- its address
) STRICT;
INSERT INTO hosts VALUES(1,'192.168.1.1');
INSERT INTO hosts VALUES(2,'192.168.1.10');
INSERT INTO hosts VALUES(3,'24.17.239.210');
INSERT INTO hosts VALUES(4,'46.51.133.34');
INSERT INTO hosts VALUES(5,'95.13.29.121');
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
INSERT INTO host_activity VALUES(1,1,1,'private',0,'[]',0,0,0,0,0,7,164,1795175099239501,1795175099379094);
INSERT INTO host_activity VALUES(1,2,1,'private',1,'["libtorrent/2.1.1.0","libtorrent 2.1.1 (DHT)"]',6483,310447,303458,0,0,1,513,1795175099237466,1795175100783585);
INSERT INTO host_activity VALUES(1,3,0,NULL,1,'["libtorrent/2.1.1.0"]',115080,957,115278,0,0,114,514,1795175099298787,1795175100783621);
INSERT INTO host_activity VALUES(1,4,0,NULL,1,'["Transmission 3.00"]',555,532,557,0,0,169,282,1795175099655048,1795175100738985);
INSERT INTO host_activity VALUES(1,5,0,NULL,1,'["aria2/1.36.0"]',187655,865,187623,0,0,183,536,1795175100216524,1795175100783717);
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
INSERT INTO host_evidence VALUES(1,2,'claims_pieces',6,283,1795175100739066);
INSERT INTO host_evidence VALUES(1,2,'dht_query',35,26,1795175099240663);
INSERT INTO host_evidence VALUES(1,2,'dht_response',3,175,1795175099738504);
INSERT INTO host_evidence VALUES(1,2,'handshake',3,112,1795175099298723);
INSERT INTO host_evidence VALUES(1,2,'lsd_announce',2,6,1795175099238188);
INSERT INTO host_evidence VALUES(1,2,'peer_messages',40,171,1795175099738233);
INSERT INTO host_evidence VALUES(1,2,'tracker_announce',1,76,1795175099285556);
INSERT INTO host_evidence VALUES(1,3,'blocks',7,202,1795175100238828);
INSERT INTO host_evidence VALUES(1,3,'claims_pieces',1,114,1795175099298787);
INSERT INTO host_evidence VALUES(1,3,'handshake',1,114,1795175099298787);
INSERT INTO host_evidence VALUES(1,3,'peer_messages',10,114,1795175099298787);
INSERT INTO host_evidence VALUES(1,4,'claims_pieces',1,179,1795175100153217);
INSERT INTO host_evidence VALUES(1,4,'handshake',1,169,1795175099655048);
INSERT INTO host_evidence VALUES(1,4,'peer_messages',3,179,1795175100153217);
INSERT INTO host_evidence VALUES(1,5,'blocks',12,292,1795175100782532);
INSERT INTO host_evidence VALUES(1,5,'claims_pieces',1,185,1795175100216646);
INSERT INTO host_evidence VALUES(1,5,'handshake',1,183,1795175100216524);
INSERT INTO host_evidence VALUES(1,5,'peer_messages',14,185,1795175100216646);
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
INSERT INTO torrents VALUES(1,'0738eaa8b499ef7ddf01bfb81aaea7df4ef72630',NULL,NULL,NULL,NULL,NULL,NULL,0);
INSERT INTO torrents VALUES(2,'17a59abd129db3af5b56858c845d29f1166ed01f',NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE torrent_names (
  info_hash TEXT PRIMARY KEY, -- 40 digits: SHA-1 of the info dictionary, or the first half of its SHA-256
  torrent INTEGER NOT NULL REFERENCES torrents DEFERRABLE INITIALLY DEFERRED -- the torrent
) STRICT, WITHOUT ROWID;
INSERT INTO torrent_names VALUES('0738eaa8b499ef7ddf01bfb81aaea7df4ef72630',1);
INSERT INTO torrent_names VALUES('17a59abd129db3af5b56858c845d29f1166ed01f',2);
CREATE TABLE files (
  torrent INTEGER NOT NULL REFERENCES torrents, -- the torrent
  position INTEGER NOT NULL, -- its place in the torrent, from 0
  path TEXT NOT NULL, -- its path below the folder that is named after the torrent, or its name where it is the only file
  length INTEGER NOT NULL, -- its bytes
  offset INTEGER, -- bytes from the start of the first piece to the file
  pieces_root TEXT, -- what names its content in version 2
  PRIMARY KEY (torrent, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE downloads (
  id INTEGER PRIMARY KEY, -- the torrent in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  torrent INTEGER REFERENCES torrents, -- the torrent; NULL: connections of which the torrent is not known
  position INTEGER NOT NULL, -- its place in the order in which torrents were met, from 0
  attributed INTEGER NOT NULL, -- bytes of pieces that came by connections whose handshake is not in the capture
  metadata_source TEXT, -- where its info dictionary is from: `ut_metadata` or `torrent_file`
  metadata_frame INTEGER -- the frame that completed it
) STRICT;
INSERT INTO downloads VALUES(1,1,1,0,0,NULL,NULL);
CREATE TABLE pieces (
  id INTEGER PRIMARY KEY, -- the piece in the capture
  download INTEGER NOT NULL REFERENCES downloads, -- the torrent in the capture
  piece INTEGER NOT NULL, -- its index in the torrent, from 0
  bytes INTEGER NOT NULL, -- bytes of it that are in the capture, each counted once
  first_frame INTEGER NOT NULL, -- the first frame that shows it
  last_frame INTEGER NOT NULL, -- the last frame in which a block of it begins
  UNIQUE (download, piece)
) STRICT;
INSERT INTO pieces VALUES(1,1,8,48683,443,514);
INSERT INTO pieces VALUES(2,1,17,65536,202,256);
INSERT INTO pieces VALUES(3,1,24,55441,448,536);
INSERT INTO pieces VALUES(4,1,25,65536,371,426);
INSERT INTO pieces VALUES(5,1,39,65536,292,352);
CREATE TABLE piece_runs (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  begin INTEGER NOT NULL, -- bytes from the start of the piece to the run
  end INTEGER NOT NULL, -- bytes from the start of the piece to behind the run
  PRIMARY KEY (piece, begin)
) STRICT, WITHOUT ROWID;
INSERT INTO piece_runs VALUES(1,0,32768);
INSERT INTO piece_runs VALUES(1,32768,48683);
INSERT INTO piece_runs VALUES(2,0,65536);
INSERT INTO piece_runs VALUES(3,0,49152);
INSERT INTO piece_runs VALUES(3,49152,55441);
INSERT INTO piece_runs VALUES(4,0,65536);
INSERT INTO piece_runs VALUES(5,0,65536);
CREATE TABLE contributors (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  position INTEGER NOT NULL, -- its place in the order of first blocks, from 0
  address TEXT NOT NULL, -- who
  port INTEGER NOT NULL, -- who
  bytes INTEGER NOT NULL, -- bytes of blocks that it sent, repeated ones included
  PRIMARY KEY (piece, position)
) STRICT, WITHOUT ROWID;
INSERT INTO contributors VALUES(1,0,'24.17.239.210',49408,48683);
INSERT INTO contributors VALUES(2,0,'24.17.239.210',49408,65536);
INSERT INTO contributors VALUES(3,0,'95.13.29.121',48169,55441);
INSERT INTO contributors VALUES(4,0,'95.13.29.121',48169,65536);
INSERT INTO contributors VALUES(5,0,'95.13.29.121',48169,65536);
CREATE TABLE receivers (
  piece INTEGER NOT NULL REFERENCES pieces, -- the piece in the capture
  position INTEGER NOT NULL, -- its place in the order of first blocks, from 0
  address TEXT NOT NULL, -- who
  port INTEGER NOT NULL, -- who
  bytes INTEGER NOT NULL, -- bytes of blocks that it got, repeated ones included
  PRIMARY KEY (piece, position)
) STRICT, WITHOUT ROWID;
INSERT INTO receivers VALUES(1,0,'192.168.1.10',39695,48683);
INSERT INTO receivers VALUES(2,0,'192.168.1.10',39695,65536);
INSERT INTO receivers VALUES(3,0,'192.168.1.10',51499,55441);
INSERT INTO receivers VALUES(4,0,'192.168.1.10',51499,65536);
INSERT INTO receivers VALUES(5,0,'192.168.1.10',51499,65536);
CREATE TABLE rungs (
  name TEXT PRIMARY KEY, -- the rung
  rank INTEGER NOT NULL UNIQUE, -- its place, from 0
  meaning TEXT NOT NULL -- what it means
) STRICT, WITHOUT ROWID;
INSERT INTO rungs VALUES('claims_pieces',2,'It says that it has pieces.');
INSERT INTO rungs VALUES('handshake',1,'It sent a handshake, or other messages.');
INSERT INTO rungs VALUES('listed',0,'A third party named it.');
INSERT INTO rungs VALUES('sent_blocks',3,'It sent blocks.');
CREATE TABLE peers (
  id INTEGER PRIMARY KEY, -- the peer
  torrent INTEGER NOT NULL REFERENCES torrents, -- the torrent
  address TEXT NOT NULL, -- where it takes connections; where that is not known, where it last opened one from
  port INTEGER NOT NULL, -- the same
  listens INTEGER NOT NULL, -- 1: it takes connections there
  unidentified INTEGER NOT NULL -- 1: it showed a handshake only, from an address of which other peers of the torrent are known, and may be one of them: it is not counted
) STRICT;
INSERT INTO peers VALUES(1,1,'192.168.1.10',6883,1,0);
INSERT INTO peers VALUES(2,1,'24.17.239.210',49408,1,0);
INSERT INTO peers VALUES(3,1,'46.51.133.34',26176,1,0);
INSERT INTO peers VALUES(4,1,'95.13.29.121',48169,1,0);
CREATE TABLE peer_identities (
  peer INTEGER NOT NULL REFERENCES peers, -- the peer
  torrent INTEGER NOT NULL REFERENCES torrents, -- its torrent
  address TEXT NOT NULL, -- its address
  port INTEGER, -- where it listens; NULL where it is known by its peer ID
  peer_id TEXT -- its peer ID; NULL where it is known by where it listens
) STRICT;
INSERT INTO peer_identities VALUES(1,1,'192.168.1.10',NULL,'2d4c54323131302d282d50712873464479765f45');
INSERT INTO peer_identities VALUES(1,1,'192.168.1.10',NULL,'2d4c54323131302d29484b68296221397a494148');
INSERT INTO peer_identities VALUES(1,1,'192.168.1.10',NULL,'2d4c54323131302d78454a2943642d4d4a317762');
INSERT INTO peer_identities VALUES(1,1,'192.168.1.10',6883,NULL);
INSERT INTO peer_identities VALUES(2,1,'24.17.239.210',NULL,'2d4c54323131302d5751786c50597161334b702d');
INSERT INTO peer_identities VALUES(2,1,'24.17.239.210',49408,NULL);
INSERT INTO peer_identities VALUES(3,1,'46.51.133.34',NULL,'2d5452333030302d786d72776d7a783135393870');
INSERT INTO peer_identities VALUES(3,1,'46.51.133.34',26176,NULL);
INSERT INTO peer_identities VALUES(4,1,'95.13.29.121',NULL,'41322d312d33362d302d8f8813021799389de691');
INSERT INTO peer_identities VALUES(4,1,'95.13.29.121',48169,NULL);
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
INSERT INTO contacts VALUES(1,1,1,'192.168.1.10',6883,1,'2d4c54323131302d282d50712873464479765f45','libtorrent/2.1.1.0','claims_pieces',3,112,1795175099298723,1795175100783717,300732,0,30073.200000000000727,NULL);
INSERT INTO contacts VALUES(2,1,2,'24.17.239.210',49408,1,'2d4c54323131302d5751786c50597161334b702d','libtorrent/2.1.1.0','sent_blocks',1,114,1795175099298787,1795175100783621,0,114219,NULL,11421.899999999999636);
INSERT INTO contacts VALUES(3,1,3,'46.51.133.34',26176,1,'2d5452333030302d786d72776d7a783135393870','Transmission 3.00','claims_pieces',1,169,1795175099655048,1795175100153217,0,0,NULL,NULL);
INSERT INTO contacts VALUES(4,1,4,'95.13.29.121',48169,1,'41322d312d33362d302d8f8813021799389de691','aria2/1.36.0','sent_blocks',1,183,1795175100216524,1795175100783717,0,186513,NULL,18651.299999999999272);
CREATE TABLE progress (
  contact INTEGER NOT NULL REFERENCES contacts, -- the peer in the capture
  position INTEGER NOT NULL, -- place among the contact's moments, from 0
  time INTEGER NOT NULL, -- the moment
  since INTEGER NOT NULL, -- when it was last known to have fewer, by this capture; `time` itself where it told each piece as it got it
  frame INTEGER NOT NULL, -- the frame that shows it
  pieces INTEGER, -- how many it had; NULL: all, however many there are
  PRIMARY KEY (contact, position)
) STRICT, WITHOUT ROWID;
INSERT INTO progress VALUES(1,0,1795175099738233,1795175099300949,171,0);
INSERT INTO progress VALUES(1,1,1795175100739066,1795175100739066,283,1);
INSERT INTO progress VALUES(1,2,1795175100783007,1795175100783007,367,2);
INSERT INTO progress VALUES(2,0,1795175099298787,1795175099298787,114,NULL);
INSERT INTO progress VALUES(3,0,1795175100153217,1795175100153217,179,NULL);
INSERT INTO progress VALUES(4,0,1795175100216646,1795175100216646,185,NULL);
CREATE TABLE confirmed_downloads (
  peer INTEGER PRIMARY KEY REFERENCES peers, -- the peer
  capture INTEGER NOT NULL REFERENCES captures, -- the capture that shows it
  frame INTEGER NOT NULL, -- the frame that shows it
  time INTEGER NOT NULL, -- when it was known to have reached the threshold
  not_before INTEGER NOT NULL -- when it was last known to be below, over all captures
) STRICT;
CREATE TABLE trackers (
  id INTEGER PRIMARY KEY, -- the tracker
  url TEXT, -- its URL without a query
  address TEXT NOT NULL, -- where it was asked
  port INTEGER NOT NULL, -- where it was asked
  protocol TEXT NOT NULL, -- `http`, `udp`, or `https`, of which no request can be read
  proxied INTEGER NOT NULL -- 1: it was asked through a proxy, and the endpoint is the proxy's
) STRICT;
INSERT INTO trackers VALUES(1,'udp://tracker.example.org:6969/announce','24.59.187.169',6969,'udp',0);
INSERT INTO trackers VALUES(2,'http://tracker.example.org:6969/announce','24.59.187.169',6969,'http',0);
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
  answer_frame INTEGER, -- the frame of the answer
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
INSERT INTO announces VALUES(1,1,1,82,1795175099285691,'192.168.1.10',6883,1,'started','2d4c54323131302d30463355336e4f6a6b375677',NULL,6883,0,0,3145728,200,1,83,1795175099285702,4,3,1,NULL,1881,NULL,NULL,NULL,NULL,NULL);
INSERT INTO announces VALUES(2,1,2,76,1795175099285556,'192.168.1.10',37477,1,'started','2d4c54323131302d30463355336e4f6a6b375677','libtorrent/2.1.1.0',6883,0,0,3145728,200,1,79,1795175099285657,4,3,1,0,1624,812,NULL,NULL,NULL,NULL);
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
  answer_frame INTEGER, -- the frame of the answer
  answer_time INTEGER, -- its time
  error TEXT -- why there is nothing
) STRICT;
CREATE TABLE bootstrap_nodes (
  id INTEGER PRIMARY KEY, -- the name and address in the capture
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  position INTEGER NOT NULL, -- place in the order in which DNS gave them, from 0
  name TEXT NOT NULL, -- the name asked for
  address TEXT NOT NULL, -- one address of it
  port INTEGER, -- the port that the first request went to
  dns_frame INTEGER, -- the frame of the DNS answer; NULL: only the capture file gives the address this name
  dns_time INTEGER, -- its time
  UNIQUE (capture, position)
) STRICT;
INSERT INTO bootstrap_nodes VALUES(1,1,0,'router.bittorrent.com','212.204.75.229',6881,7,1795175099239501);
INSERT INTO bootstrap_nodes VALUES(2,1,1,'router.utorrent.com','212.156.78.140',6881,11,1795175099239663);
INSERT INTO bootstrap_nodes VALUES(3,1,2,'dht.libtorrent.org','82.12.211.138',25401,16,1795175099240268);
INSERT INTO bootstrap_nodes VALUES(4,1,3,'dht.transmissionbt.com','217.112.127.216',6881,20,1795175099240385);
INSERT INTO bootstrap_nodes VALUES(5,1,4,'dht.transmissionbt.com','89.193.249.230',6881,20,1795175099240385);
INSERT INTO bootstrap_nodes VALUES(6,1,5,'dht.aelitis.com','213.195.245.127',6881,24,1795175099240515);
CREATE TABLE initial_requests (
  node INTEGER NOT NULL REFERENCES bootstrap_nodes, -- who was asked
  position INTEGER NOT NULL, -- place among the requests to it, oldest first, from 0
  frame INTEGER NOT NULL, -- the frame
  time INTEGER NOT NULL, -- its time
  client_address TEXT NOT NULL, -- who asked
  client_port INTEGER NOT NULL, -- who asked
  query TEXT NOT NULL, -- what was asked
  transaction_id TEXT NOT NULL, -- in hex
  answer_frame INTEGER, -- the frame of the answer
  answer_time INTEGER, -- its time
  answer_nodes INTEGER, -- how many nodes it names
  PRIMARY KEY (node, position)
) STRICT, WITHOUT ROWID;
INSERT INTO initial_requests VALUES(1,0,29,1795175099240770,'192.168.1.10',6883,'get_peers','01fd',32,1795175099240914,8);
INSERT INTO initial_requests VALUES(2,0,28,1795175099240751,'192.168.1.10',6883,'get_peers','3cbc',NULL,NULL,NULL);
INSERT INTO initial_requests VALUES(3,0,26,1795175099240663,'192.168.1.10',6883,'get_peers','de62',31,1795175099240908,8);
INSERT INTO initial_requests VALUES(4,0,56,1795175099284896,'192.168.1.10',6883,'get_peers','c392',61,1795175099285017,8);
INSERT INTO initial_requests VALUES(5,0,27,1795175099240728,'192.168.1.10',6883,'get_peers','d0e9',NULL,NULL,NULL);
INSERT INTO initial_requests VALUES(6,0,30,1795175099240824,'192.168.1.10',6883,'get_peers','25d8',NULL,NULL,NULL);
CREATE TABLE dht_nodes (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  node_id TEXT NOT NULL, -- its place in the key space
  address TEXT NOT NULL, -- its address
  port INTEGER NOT NULL, -- its port
  client TEXT, -- its client, as far as it says
  responses INTEGER NOT NULL, -- responses with distinct transaction IDs
  delay INTEGER, -- microseconds from its first query in the capture to the response
  first_frame INTEGER NOT NULL, -- the frame of its first response
  last_frame INTEGER NOT NULL, -- the frame of its latest
  first_time INTEGER NOT NULL, -- time of its first response
  last_time INTEGER NOT NULL, -- time of its latest
  PRIMARY KEY (capture, node_id, address, port)
) STRICT, WITHOUT ROWID;
INSERT INTO dht_nodes VALUES(1,'0631a68d09442d7b32882b9c9c438337f86ecc58','85.217.48.31',52386,'libtorrent 2.1.1',1,100,42,42,1795175099241258,1795175099241258);
INSERT INTO dht_nodes VALUES(1,'085e0437b127882d4cfcd5757ba0b2e1c17582bd','87.106.124.162',12549,'libtorrent 2.1.1',1,67,38,38,1795175099241138,1795175099241138);
INSERT INTO dht_nodes VALUES(1,'145fdd0b2cf1d329796b2d0ced017e0ddad53765','212.204.75.229',6881,'libtorrent 2.1.1',1,144,32,32,1795175099240914,1795175099240914);
INSERT INTO dht_nodes VALUES(1,'1d5966d38e57cd30800b45a1efdd07b5b2578d27','185.163.112.76',23218,'libtorrent 2.1.1',1,53,41,41,1795175099241248,1795175099241248);
INSERT INTO dht_nodes VALUES(1,'2482e0283d69f73b3178b781d8c896e048ec8f9f','151.230.48.163',17793,'libtorrent 2.1.1',1,110,47,47,1795175099241442,1795175099241442);
INSERT INTO dht_nodes VALUES(1,'2a5c2078b36d1d2c890a1e1d41254ee24c38f4f4','188.175.109.192',51742,'libtorrent 2.1.1',1,49,44,44,1795175099241317,1795175099241317);
INSERT INTO dht_nodes VALUES(1,'363c60b31adc61dfafbe00690b5503305e876b8d','82.12.211.138',25401,'libtorrent 2.1.1',1,246,31,31,1795175099240908,1795175099240908);
INSERT INTO dht_nodes VALUES(1,'374beb8814478dbe492993add2f8bb0ecca0c7dd','46.51.133.34',26176,NULL,4,16077,159,282,1795175099313977,1795175100738985);
INSERT INTO dht_nodes VALUES(1,'3acfdb1fc8789d919cb3992ec83a78e482c14799','81.172.251.231',50302,'libtorrent 2.1.1',1,226,51,51,1795175099241987,1795175099241987);
INSERT INTO dht_nodes VALUES(1,'3fda2bf7bb3c822d0bb12e97da95ba5ca659bfa9','95.13.29.121',48169,'A2 0.3',5,266,49,285,1795175099241704,1795175100739201);
INSERT INTO dht_nodes VALUES(1,'4ec89c5b4d3d4112844934fc7866cc32c7f7d706','31.187.158.166',64855,'libtorrent 2.1.1',1,203,58,58,1795175099284917,1795175099284917);
INSERT INTO dht_nodes VALUES(1,'52ad1278a290636c08aa4516dfe4a9e0be819f94','85.231.119.88',40453,'libtorrent 2.1.1',1,226,64,64,1795175099285072,1795175099285072);
INSERT INTO dht_nodes VALUES(1,'5ad3ce67048f3b40b498a774c932236f4878319d','188.86.209.251',62463,'libtorrent 2.1.1',1,173,60,60,1795175099284977,1795175099284977);
INSERT INTO dht_nodes VALUES(1,'641a2a66545939da3c6609f1f33c6e6d7cf66075','67.212.86.19',40471,'libtorrent 2.1.1',1,140,63,63,1795175099285058,1795175099285058);
INSERT INTO dht_nodes VALUES(1,'6b1f40301b6790208db5fd287b277f8342c49aa0','217.112.127.216',6881,'libtorrent 2.1.1',2,121,61,70,1795175099285017,1795175099285229);
INSERT INTO dht_nodes VALUES(1,'6e03c152af7e52567cf18863f04f3a62868195ec','192.168.1.10',6883,'libtorrent 2.1.1',3,112,175,191,1795175099738504,1795175100216907);
INSERT INTO dht_nodes VALUES(1,'767af54140b7a9be94212b770a0b124348363a32','31.152.124.237',50272,'libtorrent 2.1.1',1,78,67,67,1795175099285169,1795175099285169);
INSERT INTO dht_nodes VALUES(1,'77b50f4c4a155738663ec24f190a450208a78f96','178.247.47.71',16614,'libtorrent 2.1.1',1,76,68,68,1795175099285206,1795175099285206);
INSERT INTO dht_nodes VALUES(1,'7fa97f756e759e3f6f918365fc8153d9fae12073','46.174.251.39',31059,'libtorrent 2.1.1',1,83,62,62,1795175099285025,1795175099285025);
INSERT INTO dht_nodes VALUES(1,'ec9af8ed47da2cb9c594412892b16f777b85ef1a','24.17.239.210',49408,'libtorrent 2.1.1',3,136,92,197,1795175099298083,1795175100238532);
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
INSERT INTO dht_queries VALUES(1,1,'192.168.1.10',6883,'get_peers','0cfa4cf001301e26ef36c4b0307b40673b28001b',5,5,2,0,3,26,1795175099240663,1795175099240914);
INSERT INTO dht_queries VALUES(2,1,'192.168.1.10',6883,'get_peers','6e03c152af7e52567cf18863b32e2fd99534eb28',10,10,10,0,2,37,1795175099241071,1795175099285072);
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
INSERT INTO named_endpoints VALUES(1,1,1,'192.168.1.10',6883,0,0,0,1,1);
INSERT INTO named_endpoints VALUES(2,1,1,'82.246.217.217',6883,1,0,1,0,0);
INSERT INTO named_endpoints VALUES(3,1,1,'95.13.29.121',48169,1,1,0,1,1);
INSERT INTO named_endpoints VALUES(4,1,1,'46.51.133.34',26176,1,1,0,1,0);
INSERT INTO named_endpoints VALUES(5,1,1,'24.17.239.210',49408,1,1,0,1,1);
INSERT INTO named_endpoints VALUES(6,1,2,'192.168.1.10',6883,0,0,0,0,0);
CREATE TABLE sources (
  endpoint INTEGER NOT NULL REFERENCES named_endpoints, -- the endpoint in the capture
  source TEXT NOT NULL, -- `tracker`, `dht`, `pex`, `lsd`, `mdns`, `magnet`, `incoming`
  frame INTEGER, -- the frame that did, of the first source of all; NULL of later ones
  time INTEGER, -- its time
  PRIMARY KEY (endpoint, source)
) STRICT, WITHOUT ROWID;
INSERT INTO sources VALUES(1,'lsd',6,1795175099238188);
INSERT INTO sources VALUES(2,'pex',NULL,NULL);
INSERT INTO sources VALUES(2,'tracker',79,1795175099285657);
INSERT INTO sources VALUES(3,'pex',NULL,NULL);
INSERT INTO sources VALUES(3,'tracker',79,1795175099285657);
INSERT INTO sources VALUES(4,'pex',NULL,NULL);
INSERT INTO sources VALUES(4,'tracker',79,1795175099285657);
INSERT INTO sources VALUES(5,'tracker',79,1795175099285657);
INSERT INTO sources VALUES(6,'lsd',13,1795175099239747);
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
CREATE INDEX host_activity_by_host ON host_activity (host);
CREATE INDEX torrent_names_by_torrent ON torrent_names (torrent);
CREATE INDEX downloads_by_torrent ON downloads (torrent);
CREATE INDEX downloads_by_capture ON downloads (capture);
CREATE INDEX contributors_by_endpoint ON contributors (address, port);
CREATE INDEX receivers_by_endpoint ON receivers (address, port);
CREATE INDEX peers_by_torrent ON peers (torrent, address, port);
CREATE UNIQUE INDEX peer_identities_key ON peer_identities (torrent, address, ifnull(port, -1), ifnull(peer_id, ''));
CREATE INDEX peer_identities_by_peer ON peer_identities (peer);
CREATE INDEX contacts_by_peer ON contacts (peer);
CREATE INDEX contacts_by_capture ON contacts (capture);
CREATE INDEX confirmed_downloads_by_time ON confirmed_downloads (time);
CREATE UNIQUE INDEX trackers_key ON trackers (ifnull(url, ''), address, port, protocol, proxied);
CREATE INDEX announces_by_capture ON announces (capture, frame);
CREATE INDEX announces_by_torrent ON announces (torrent, time);
CREATE INDEX scrapes_by_capture ON scrapes (capture, frame);
CREATE INDEX scrapes_by_torrent ON scrapes (torrent, time);
CREATE INDEX bootstrap_nodes_by_address ON bootstrap_nodes (address);
CREATE INDEX dht_nodes_by_node ON dht_nodes (node_id, address, port);
CREATE INDEX dht_queries_by_capture ON dht_queries (capture, first_frame);
CREATE INDEX dht_queries_by_target ON dht_queries (target);
CREATE INDEX named_endpoints_by_torrent ON named_endpoints (torrent, address, port);
CREATE INDEX named_endpoints_by_capture ON named_endpoints (capture);
CREATE INDEX encrypted_flows_by_capture ON encrypted_flows (capture, first_frame);
CREATE VIEW bt_monitor_init AS
SELECT
  n.address, -- an address that DNS gave for a bootstrap name
  n.name, -- the name
  (SELECT o.port FROM bootstrap_nodes AS o WHERE o.address = n.address AND o.name = n.name AND o.port IS NOT NULL ORDER BY o.dns_time, o.position LIMIT 1) AS port, -- the port that the first initial request went to; NULL: none was sent
  (SELECT count(*) FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id WHERE o.address = n.address AND o.name = n.name) AS requests, -- initial requests
  (SELECT group_concat(a.transaction_id, ', ') FROM (SELECT r.transaction_id FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id
    WHERE o.address = n.address AND o.name = n.name ORDER BY r.time, r.position) AS a) AS transaction_ids, -- their transaction IDs in hex, oldest first
  (SELECT count(r.answer_frame) FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id WHERE o.address = n.address AND o.name = n.name) AS responses, -- answers to them
  (SELECT group_concat('reply=' || a.answer_nodes || ' nodes', ', ') FROM (SELECT r.answer_nodes FROM bootstrap_nodes AS o JOIN initial_requests AS r ON r.node = o.id
    WHERE o.address = n.address AND o.name = n.name AND r.answer_frame IS NOT NULL ORDER BY r.time, r.position) AS a) AS replies, -- how many nodes each answer names
  min(n.dns_time) AS time -- when DNS first gave it
FROM bootstrap_nodes AS n
JOIN captures AS k ON k.id = n.capture
GROUP BY n.name, n.address
ORDER BY min(k.first_time), min(n.position)
;
CREATE VIEW bt_monitor_peers AS
SELECT
  n.node_id, -- the node
  n.address, -- its address
  n.port, -- its port
  sum(n.responses) AS connections, -- responses with distinct transaction IDs, in each capture
  min(n.first_time) AS first_time, -- time of its first response
  max(n.last_time) AS last_time -- time of its latest
FROM dht_nodes AS n
JOIN captures AS k ON k.id = n.capture
GROUP BY n.node_id, n.address, n.port
ORDER BY min(k.first_time), min(n.first_frame)
;
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
  p.piece, min(k.first_time), min(c.position)
;
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
ORDER BY d.time, p.address, p.port
;
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
WHERE p.unidentified = 0
;
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
GROUP BY r.torrent, r.piece
;
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
GROUP BY d.torrent, c.address, c.port
;
CREATE VIEW sources_over_captures AS
SELECT
  t.info_hash, -- the torrent
  e.address, -- the endpoint
  e.port, -- the endpoint
  s.source, -- the source
  min(s.time) AS first_time -- when it named the endpoint first of all sources, in a capture; NULL: it never was the first
FROM sources AS s
JOIN named_endpoints AS e ON e.id = s.endpoint
JOIN torrents AS t ON t.id = e.torrent
GROUP BY e.torrent, e.address, e.port, s.source
;
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
GROUP BY h.id
;
CREATE VIEW confirmed_per_hour AS
SELECT
  info_hash, -- the torrent
  hour, -- when the hour began, of UTC
  count(*) AS confirmed -- how many
FROM download_analyzer_confirmed
GROUP BY info_hash, hour
;
COMMIT;
