-- Takes one capture into the database, out of the temporary tables that its rows were written to (`staging.rs`). What is one thing in all captures is
-- found again, or made; two things that this capture shows to be one become one. Nothing here depends on which captures were added before which,
-- except numbers.

INSERT OR IGNORE INTO settings SELECT 'threshold', threshold FROM temp.new_captures;
INSERT INTO captures
SELECT NULL, frames, bytes, first_time, last_time, decoded, resynchronised, lost, truncated, encrypted, program FROM temp.new_captures;
CREATE TEMP TABLE adding AS SELECT max(id) AS capture FROM captures;
INSERT INTO capture_files SELECT capture, position, sha256, name, format, bytes, frames, link_types FROM temp.new_capture_files, temp.adding;
INSERT INTO unfinished SELECT capture, position, what FROM temp.new_unfinished, temp.adding;
INSERT INTO findings SELECT capture, code, severity, text, count, frames FROM temp.new_findings, temp.adding;

-- Hosts.
INSERT OR IGNORE INTO hosts (address) SELECT address FROM temp.new_hosts ORDER BY address;
INSERT INTO host_activity
SELECT capture, h.id, local, local_reason, bittorrent, clients, sent, received, tcp, utp, encrypted, first_frame, last_frame, first_time, last_time
FROM temp.new_hosts AS n, temp.adding JOIN hosts AS h ON h.address = n.address;
INSERT INTO host_evidence
SELECT capture, h.id, kind, count, first_frame, first_time FROM temp.new_host_evidence AS n, temp.adding JOIN hosts AS h ON h.address = n.address;

-- Torrents: those that share a name are one. `was` are the numbers of all that this capture speaks of, its own for now behind all others.
CREATE TEMP TABLE mentioned AS
SELECT info_hash FROM temp.new_torrents UNION SELECT info_hash FROM temp.new_downloads UNION SELECT info_hash FROM temp.new_peers
UNION SELECT info_hash FROM temp.new_announces UNION SELECT info_hash FROM temp.new_scrapes UNION SELECT info_hash FROM temp.new_named_endpoints
UNION SELECT info_hash FROM temp.new_encrypted_flows;
INSERT INTO temp.new_torrent_names
SELECT info_hash, info_hash FROM temp.mentioned WHERE info_hash IS NOT NULL AND info_hash NOT IN (SELECT name FROM temp.new_torrent_names);
CREATE TEMP TABLE met_torrents AS
SELECT torrent, (SELECT ifnull(max(id), 0) FROM torrents) + row_number() OVER (ORDER BY torrent) AS id
FROM (SELECT DISTINCT torrent FROM temp.new_torrent_names);
CREATE TEMP TABLE named AS SELECT DISTINCT n.name, m.id FROM temp.new_torrent_names AS n JOIN temp.met_torrents AS m ON m.torrent = n.torrent;
CREATE TEMP TABLE torrent_links (one, other);
INSERT INTO temp.torrent_links
SELECT n.id, t.torrent FROM temp.named AS n JOIN torrent_names AS t ON t.info_hash = n.name
UNION SELECT n.id, o.id FROM temp.named AS n JOIN temp.named AS o ON o.name = n.name AND o.id <> n.id;
INSERT INTO temp.torrent_links SELECT other, one FROM temp.torrent_links;
CREATE INDEX temp.torrent_links_by_one ON torrent_links (one);
CREATE TEMP TABLE torrent_merges (was INTEGER PRIMARY KEY, becomes);
INSERT INTO temp.torrent_merges
WITH RECURSIVE reach (was, other) AS (
  SELECT id, id FROM temp.met_torrents
  UNION SELECT one, one FROM temp.torrent_links
  UNION SELECT r.was, l.other FROM reach AS r JOIN temp.torrent_links AS l ON l.one = r.other
)
SELECT was, min(other) FROM reach GROUP BY was;
CREATE TEMP TABLE joined_torrents AS
SELECT was, becomes FROM temp.torrent_merges WHERE was <> becomes AND was IN (SELECT id FROM torrents);
CREATE TEMP TABLE touched_torrents (torrent INTEGER PRIMARY KEY);
INSERT INTO temp.touched_torrents SELECT DISTINCT becomes FROM temp.torrent_merges;

-- What each is, by all that is known of it.
CREATE TEMP TABLE told AS
SELECT m.becomes AS id, n.info_hash, n.info_hash_v2, n.name, n.piece_length, n.piece_count, n.total_size, n.private, n.certainty
FROM temp.new_torrents AS n JOIN temp.named AS d ON d.name = n.info_hash JOIN temp.torrent_merges AS m ON m.was = d.id
UNION ALL SELECT m.becomes, d.name, NULL, NULL, NULL, NULL, NULL, NULL, 0
FROM temp.named AS d JOIN temp.torrent_merges AS m ON m.was = d.id WHERE d.name IN (SELECT info_hash FROM temp.mentioned)
UNION ALL SELECT m.becomes, t.info_hash, t.info_hash_v2, t.name, t.piece_length, t.piece_count, t.total_size, t.private, t.certainty
FROM torrents AS t JOIN temp.torrent_merges AS m ON m.was = t.id;
CREATE INDEX temp.told_by_id ON told (id);
UPDATE torrent_names SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE OR IGNORE files SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
DELETE FROM files WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE downloads SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE announces SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE scrapes SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE named_endpoints SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE encrypted_flows SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
UPDATE peers SET torrent = (SELECT becomes FROM temp.joined_torrents WHERE was = torrent) WHERE torrent IN (SELECT was FROM temp.joined_torrents);
CREATE TEMP TABLE identities AS
SELECT i.peer, j.becomes AS torrent, i.address, i.port, i.peer_id FROM peer_identities AS i JOIN temp.joined_torrents AS j ON j.was = i.torrent;
DELETE FROM peer_identities WHERE torrent IN (SELECT was FROM temp.joined_torrents);
DELETE FROM torrents WHERE id IN (SELECT was FROM temp.joined_torrents);
INSERT INTO torrents
SELECT id,
  (SELECT o.info_hash FROM temp.told AS o WHERE o.id = t.id
    ORDER BY o.certainty DESC, ifnull(o.info_hash = substr(o.info_hash_v2, 1, 40), 0), o.info_hash LIMIT 1),
  max(info_hash_v2), ifnull(max(CASE WHEN certainty = 2 THEN name END), min(name)), max(piece_length), max(piece_count), max(total_size), max(private),
  max(certainty)
FROM temp.told AS t GROUP BY id
ON CONFLICT (id) DO UPDATE SET info_hash = excluded.info_hash, info_hash_v2 = excluded.info_hash_v2, name = excluded.name,
  piece_length = excluded.piece_length, piece_count = excluded.piece_count, total_size = excluded.total_size, private = excluded.private,
  certainty = excluded.certainty;
INSERT OR IGNORE INTO torrent_names SELECT d.name, m.becomes FROM temp.named AS d JOIN temp.torrent_merges AS m ON m.was = d.id;
INSERT INTO files
SELECT t.torrent, n.position, n.path, n.length, max(n.offset), max(n.pieces_root) FROM temp.new_files AS n JOIN torrent_names AS t ON t.info_hash = n.info_hash
GROUP BY t.torrent, n.position
ON CONFLICT DO UPDATE SET offset = ifnull(offset, excluded.offset), pieces_root = ifnull(pieces_root, excluded.pieces_root);

-- Pieces.
CREATE TEMP TABLE first_numbers AS
SELECT (SELECT ifnull(max(id), 0) FROM downloads) + 1 AS download, (SELECT ifnull(max(id), 0) FROM pieces) + 1 AS piece,
  (SELECT ifnull(max(id), 0) FROM peers) + 1 AS peer, (SELECT ifnull(max(id), 0) FROM contacts) + 1 AS contact,
  (SELECT ifnull(max(id), 0) FROM bootstrap_nodes) + 1 AS node, (SELECT ifnull(max(id), 0) FROM named_endpoints) + 1 AS endpoint;
INSERT INTO downloads
SELECT f.download + n.position, capture, t.torrent, n.position, n.attributed, n.metadata_source, n.metadata_frame
FROM temp.new_downloads AS n, temp.adding, temp.first_numbers AS f LEFT JOIN torrent_names AS t ON t.info_hash = n.info_hash;
INSERT INTO pieces
SELECT f.piece + n.number, f.download + n.download, n.piece, n.bytes, n.first_frame, n.last_frame FROM temp.new_pieces AS n, temp.first_numbers AS f;
INSERT INTO piece_runs SELECT f.piece + n.piece, n.begin, n.end FROM temp.new_piece_runs AS n, temp.first_numbers AS f;
INSERT INTO contributors SELECT f.piece + n.piece, n.position, n.address, n.port, n.bytes FROM temp.new_contributors AS n, temp.first_numbers AS f;
INSERT INTO receivers SELECT f.piece + n.piece, n.position, n.address, n.port, n.bytes FROM temp.new_receivers AS n, temp.first_numbers AS f;

-- Peers: those that share what peers are known by are one.
CREATE TEMP TABLE met_peers (number INTEGER PRIMARY KEY, id, torrent);
INSERT INTO temp.met_peers
SELECT n.number, f.peer + n.number, t.torrent FROM temp.new_peers AS n, temp.first_numbers AS f JOIN torrent_names AS t ON t.info_hash = n.info_hash;
INSERT INTO temp.identities
SELECT m.id, m.torrent, n.address, n.port, n.peer_id FROM temp.new_identities AS n JOIN temp.met_peers AS m ON m.number = n.number;
CREATE TEMP TABLE peer_links (one, other);
INSERT INTO temp.peer_links
SELECT n.peer, i.peer FROM temp.identities AS n
CROSS JOIN peer_identities AS i ON i.torrent = n.torrent AND i.address = n.address AND ifnull(i.port, -1) = ifnull(n.port, -1)
  AND ifnull(i.peer_id, '') = ifnull(n.peer_id, '') AND i.peer <> n.peer
UNION SELECT peer, first FROM (
  SELECT peer, min(peer) OVER (PARTITION BY torrent, address, port, peer_id) AS first FROM temp.identities
) WHERE peer <> first;
INSERT INTO temp.peer_links SELECT other, one FROM temp.peer_links;
CREATE INDEX temp.peer_links_by_one ON peer_links (one);
CREATE TEMP TABLE peer_merges (was INTEGER PRIMARY KEY, becomes);
INSERT INTO temp.peer_merges
WITH RECURSIVE reach (was, other) AS (
  SELECT one, one FROM temp.peer_links UNION SELECT r.was, l.other FROM reach AS r JOIN temp.peer_links AS l ON l.one = r.other
)
SELECT was, min(other) FROM reach GROUP BY was;
DELETE FROM temp.peer_merges WHERE was = becomes;
INSERT INTO peers
SELECT m.id, m.torrent, n.address, n.port, n.listens, 0
FROM temp.met_peers AS m JOIN temp.new_peers AS n ON n.number = m.number WHERE m.id NOT IN (SELECT was FROM temp.peer_merges);
INSERT INTO contacts
SELECT f.contact + n.number, capture, ifnull(p.becomes, m.id), n.address, n.port, n.listens, n.peer_id, n.client, n.evidence, n.connections, n.first_frame,
  n.first_seen, n.last_seen, n.downloaded, n.uploaded, n.download_rate, n.upload_rate
FROM temp.new_peers AS n, temp.adding, temp.first_numbers AS f JOIN temp.met_peers AS m ON m.number = n.number
LEFT JOIN temp.peer_merges AS p ON p.was = m.id;
UPDATE contacts SET peer = (SELECT becomes FROM temp.peer_merges WHERE was = peer) WHERE peer IN (SELECT was FROM temp.peer_merges);
UPDATE peer_identities SET peer = (SELECT becomes FROM temp.peer_merges WHERE was = peer) WHERE peer IN (SELECT was FROM temp.peer_merges);
INSERT OR IGNORE INTO peer_identities
SELECT ifnull(p.becomes, n.peer), n.torrent, n.address, n.port, n.peer_id FROM temp.identities AS n LEFT JOIN temp.peer_merges AS p ON p.was = n.peer
ORDER BY n.torrent, n.address, n.port, n.peer_id;
INSERT INTO progress
SELECT f.contact + n.number, n.position, n.time, n.since, n.frame, n.pieces FROM temp.new_progress AS n, temp.first_numbers AS f;
DELETE FROM confirmed_downloads WHERE peer IN (SELECT was FROM temp.peer_merges)
  OR peer IN (SELECT p.id FROM temp.touched_torrents AS t JOIN peers AS p ON p.torrent = t.torrent);
DELETE FROM peers WHERE id IN (SELECT was FROM temp.peer_merges);
UPDATE peers SET (address, port, listens) = (
  SELECT c.address, c.port, c.listens FROM contacts AS c WHERE c.peer = peers.id
  ORDER BY c.listens DESC, CASE WHEN c.listens THEN c.first_seen ELSE -c.last_seen END, c.address, c.port LIMIT 1
)
WHERE id IN (SELECT c.peer FROM temp.adding AS a JOIN contacts AS c ON c.capture = a.capture UNION SELECT becomes FROM temp.peer_merges);
CREATE TEMP TABLE bare_peers (id INTEGER PRIMARY KEY);
INSERT INTO temp.bare_peers
SELECT p.id FROM temp.touched_torrents AS t JOIN peers AS p ON p.torrent = t.torrent
WHERE p.listens = 0 AND NOT EXISTS (SELECT 1 FROM contacts AS c WHERE c.peer = p.id AND (c.evidence NOT IN ('contacted', 'handshake')
  OR EXISTS (SELECT 1 FROM progress AS g WHERE g.contact = c.id)));
UPDATE peers SET unidentified = id IN (SELECT id FROM temp.bare_peers) AND EXISTS (
  SELECT 1 FROM peers AS o WHERE o.torrent = peers.torrent AND o.address = peers.address AND o.id NOT IN (SELECT id FROM temp.bare_peers)
)
WHERE torrent IN (SELECT torrent FROM temp.touched_torrents);

-- Confirmed downloads, anew for every torrent that this capture speaks of: it may have brought the number of its pieces.
INSERT INTO confirmed_downloads
WITH shares AS (
  SELECT p.id AS peer, c.id AS contact, c.capture, g.position, g.frame, g.time, g.since, k.value AS threshold,
    CASE WHEN t.piece_count = 0 THEN 100 ELSE min(ifnull(g.pieces, t.piece_count), t.piece_count) * 100 / t.piece_count END AS percent
  FROM temp.touched_torrents AS d JOIN torrents AS t ON t.id = d.torrent JOIN peers AS p ON p.torrent = t.id
  JOIN contacts AS c ON c.peer = p.id JOIN progress AS g ON g.contact = c.id JOIN settings AS k ON k.name = 'threshold'
  WHERE t.piece_count IS NOT NULL
),
placed AS (
  SELECT *, first_value(percent) OVER known AS first FROM shares WINDOW known AS (PARTITION BY peer ORDER BY time, percent, frame)
),
reached AS (
  SELECT *, row_number() OVER (PARTITION BY peer ORDER BY time, percent, frame) AS place FROM placed WHERE first < threshold AND percent >= threshold
)
SELECT r.peer, r.capture, r.frame, r.time,
  CASE WHEN r.position > 0 THEN r.since
  ELSE max(CASE WHEN r.since < r.time THEN r.since ELSE -9223372036854775808 END, ifnull(
    (SELECT max(o.last_seen) FROM contacts AS o WHERE o.peer = r.peer AND o.id <> r.contact AND o.last_seen <= r.time),
    CASE WHEN r.since < r.time THEN r.since ELSE r.time END))
  END
FROM reached AS r WHERE r.place = 1;

-- Trackers.
INSERT OR IGNORE INTO trackers (url, address, port, protocol, proxied)
SELECT url, address, port, protocol, proxied FROM temp.new_trackers ORDER BY number;
CREATE TEMP TABLE met_trackers (number INTEGER PRIMARY KEY, tracker);
INSERT INTO temp.met_trackers
SELECT n.number, t.id FROM temp.new_trackers AS n JOIN trackers AS t
ON ifnull(t.url, '') = ifnull(n.url, '') AND t.address = n.address AND t.port = n.port AND t.protocol = n.protocol AND t.proxied = n.proxied;
INSERT OR IGNORE INTO hidden_trackers
SELECT capture, m.tracker, n.certainty, n.reason, n.connections, n.sent, n.received, n.first_frame, n.first_time, n.last_frame, n.last_time
FROM temp.new_trackers AS n, temp.adding JOIN temp.met_trackers AS m ON m.number = n.number WHERE n.certainty IS NOT NULL;
INSERT INTO announces
SELECT NULL, capture, m.tracker, n.frame, n.time, n.client_address, n.client_port, t.torrent, n.event, n.peer_id, n.agent, n.listen_port, n.uploaded,
  n.downloaded, n.missing, n.num_want, n.sent, n.answer_frame, n.answer_time, n.peers, n.seeders, n.leechers, n.completed, n.interval, n.min_interval,
  n.external_address, n.error, n.retry, n.warning
FROM temp.new_announces AS n, temp.adding JOIN temp.met_trackers AS m ON m.number = n.tracker LEFT JOIN torrent_names AS t ON t.info_hash = n.info_hash;
INSERT INTO scrapes
SELECT NULL, capture, m.tracker, n.frame, n.time, n.client_address, n.client_port, t.torrent, n.seeders, n.leechers, n.completed, n.answer_frame,
  n.answer_time, n.error
FROM temp.new_scrapes AS n, temp.adding JOIN temp.met_trackers AS m ON m.number = n.tracker LEFT JOIN torrent_names AS t ON t.info_hash = n.info_hash;
-- What this capture shows of requests to trackers over UDP of the one before: answers have no frame there.
UPDATE announces SET sent = announces.sent + l.sent, answer_time = l.answer_time, peers = l.peers, seeders = l.seeders, leechers = l.leechers,
  interval = l.interval, error = l.error
FROM temp.new_late_announces AS l JOIN trackers AS t ON t.address = l.address AND t.port = l.port AND t.protocol = 'udp'
WHERE announces.tracker = t.id AND announces.time = l.time AND announces.client_address = l.client_address
  AND announces.client_port = l.client_port AND announces.answer_time IS NULL;
UPDATE scrapes SET answer_time = l.answer_time, seeders = l.seeders, leechers = l.leechers, completed = l.completed, error = l.error
FROM temp.new_late_scrapes AS l JOIN trackers AS t ON t.address = l.address AND t.port = l.port AND t.protocol = 'udp'
LEFT JOIN torrent_names AS n ON n.info_hash = l.info_hash
WHERE scrapes.tracker = t.id AND scrapes.time = l.time AND scrapes.client_address = l.client_address
  AND scrapes.client_port = l.client_port AND scrapes.torrent IS n.torrent AND scrapes.answer_time IS NULL;

-- The DHT.
INSERT INTO bootstrap_nodes
SELECT f.node + n.position, capture, n.position, n.name, n.address, n.port, n.dns_frame, n.dns_time
FROM temp.new_bootstrap_nodes AS n, temp.adding, temp.first_numbers AS f;
INSERT INTO initial_requests
SELECT f.node + n.node, n.position, n.frame, n.time, n.client_address, n.client_port, n.query, n.transaction_id, n.answer_frame, n.answer_time, n.answer_nodes
FROM temp.new_initial_requests AS n, temp.first_numbers AS f;
-- Answers to requests of the capture before, which have no frame there.
UPDATE initial_requests SET answer_time = l.answer_time, answer_nodes = l.answer_nodes
FROM temp.new_late_answers AS l JOIN bootstrap_nodes AS n ON n.address = l.address
WHERE initial_requests.node = n.id AND initial_requests.time = l.time AND initial_requests.client_address = l.client_address
  AND initial_requests.client_port = l.client_port AND initial_requests.transaction_id = l.transaction_id AND initial_requests.answer_time IS NULL;
INSERT INTO dht_nodes (capture, node_id, address, port, client, responses, transactions, delay, first_frame, last_frame, first_time, last_time)
SELECT capture, node_id, address, port, client, responses, transactions, delay, first_frame, last_frame, first_time, last_time FROM temp.new_dht_nodes, temp.adding;
INSERT INTO dht_queries
SELECT NULL, capture, address, port, query, target, targets, queries, answers, peers, closest_bits, first_frame, first_time, last_time
FROM temp.new_dht_queries, temp.adding;

-- Where peers come from, and what is hidden.
INSERT INTO named_endpoints
SELECT f.endpoint + n.number, capture, t.torrent, n.address, n.port, n.attempts, n.answered, n.refused, n.met, n.useful
FROM temp.new_named_endpoints AS n, temp.adding, temp.first_numbers AS f JOIN torrent_names AS t ON t.info_hash = n.info_hash;
INSERT INTO sources SELECT f.endpoint + n.endpoint, n.source, n.frame, n.time FROM temp.new_sources AS n, temp.first_numbers AS f;
INSERT INTO encrypted_flows
SELECT NULL, capture, n.originator_address, n.originator_port, n.responder_address, n.responder_port, n.transport, n.stage, n.confidence, n.reasons,
  t.torrent, n.source, n.named_frame, n.delay, n.sent, n.received, n.lost, n.first_frame, n.last_frame, n.first_time, n.last_time
FROM temp.new_encrypted_flows AS n, temp.adding LEFT JOIN torrent_names AS t ON t.info_hash = n.info_hash;
