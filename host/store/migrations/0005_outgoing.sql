-- Events that are sent to somebody's endpoints (host/outgoing).

CREATE TABLE webhook_endpoints (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, mode TEXT NOT NULL,
  types TEXT NOT NULL,                      -- JSON list of event types; empty = all; "payment.*" is a family
  description TEXT NOT NULL,
  secret TEXT NOT NULL,                     -- sealed
  old_secret TEXT, old_secret_until INTEGER, -- sealed; signs beside the new one until then
  enabled INTEGER NOT NULL, disabled_reason TEXT NOT NULL,
  failing_since INTEGER,                    -- of the first attempt that failed since the last that did not
  cursor INTEGER NOT NULL,                  -- events up to here have their deliveries
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
-- status: pending until delivered, or given up after the last attempt.
CREATE TABLE webhook_deliveries (
  n INTEGER PRIMARY KEY,
  endpoint INTEGER NOT NULL, event INTEGER NOT NULL,
  status TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER,
  resent INTEGER NOT NULL,                  -- somebody asked for it once more
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (endpoint, event) WHERE resent = 0;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint, next_at) WHERE status = 'pending';
CREATE TABLE webhook_attempts (
  n INTEGER PRIMARY KEY, delivery INTEGER NOT NULL,
  at INTEGER NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL, answer TEXT NOT NULL, duration_ms INTEGER NOT NULL
);
CREATE INDEX webhook_attempts_of ON webhook_attempts (delivery);
