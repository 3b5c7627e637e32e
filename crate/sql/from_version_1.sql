-- From version 1 to version 2: what was not over when a capture ended; rungs that were missing; and what
-- DHT answers are told apart by. Views are made anew from the schema.

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
