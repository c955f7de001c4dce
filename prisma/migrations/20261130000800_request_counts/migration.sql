-- How often somebody has asked, for a minute, over all web processes. The library that counts (rate-limiter-flexible)
-- knows these three columns, in this order. A key is a keyed hash: it names neither a shop nor a person. Unlogged: no
-- request waits for a disk or a standby, and after a crash everybody begins at nothing.
CREATE UNLOGGED TABLE request_count (
  key text PRIMARY KEY,
  points integer NOT NULL,
  -- Epoch milliseconds, by the clock of the process that has begun the minute.
  expire bigint NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON request_count TO stammgast_shop;
GRANT SELECT, DELETE ON request_count TO stammgast_jobs;
