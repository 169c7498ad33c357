-- Scripts saved through the API, what they keep, and the numbers they book.

CREATE TABLE scripts (
  name TEXT PRIMARY KEY, version INTEGER NOT NULL, source TEXT NOT NULL, actor TEXT NOT NULL, updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE script_versions (
  name TEXT NOT NULL, version INTEGER NOT NULL, source TEXT, actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) WITHOUT ROWID;
CREATE TABLE script_kv (
  integration TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER,
  PRIMARY KEY (integration, key)
) WITHOUT ROWID;

CREATE TABLE companies (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, carrier INTEGER NOT NULL, customer INTEGER NOT NULL, created_at INTEGER NOT NULL
);
-- status: allocating until the driver answered, held, releasing, released, failed.
CREATE TABLE numbers (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  did TEXT NOT NULL, integration TEXT NOT NULL, mode TEXT NOT NULL, company TEXT, customer TEXT,
  status TEXT NOT NULL, data TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX numbers_held ON numbers (did, mode) WHERE status IN ('allocating', 'held', 'releasing');
