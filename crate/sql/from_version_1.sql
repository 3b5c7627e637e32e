-- From version 1 to version 2: what was not over when a capture ended; rungs that were missing; and who named an endpoint first, over all captures.

CREATE TABLE unfinished (
  capture INTEGER NOT NULL REFERENCES captures, -- the capture
  position INTEGER NOT NULL, -- its place, from 0
  what TEXT NOT NULL, -- JSON: a torrent, a peer or a connection
  PRIMARY KEY (capture, position)
) STRICT, WITHOUT ROWID;

UPDATE rungs SET rank = 9 - rank WHERE rank > 0;
UPDATE rungs SET rank = 10 - rank WHERE rank > 4;

INSERT INTO rungs VALUES
  ('contacted', 1, 'Somebody had a connection with it, on which it did nothing of what follows.'),
  ('blocks_verified', 5, 'Blocks that it sent are of pieces that fit their hashes.');
UPDATE rungs SET meaning = 'It sent a handshake.' WHERE name = 'handshake';

ALTER TABLE dht_nodes ADD COLUMN transactions TEXT NOT NULL DEFAULT '[]';
DROP VIEW bt_monitor_peers;
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

DROP VIEW sources_over_captures;
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

DROP VIEW bt_monitor_init;
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
