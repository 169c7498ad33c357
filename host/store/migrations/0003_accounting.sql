-- Documents booked at an accounting provider, and consent pages that are open.

CREATE TABLE documents (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL, integration TEXT NOT NULL, mode TEXT NOT NULL,
  customer TEXT, payment TEXT,
  status TEXT NOT NULL,                     -- pending until the provider answered, failed, or what the provider says
  provider_id TEXT, number TEXT,
  input TEXT NOT NULL,                      -- JSON: what the provider was asked
  answer TEXT NOT NULL DEFAULT '{}',        -- JSON: what it answered
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
);
-- A top-up is invoiced once.
CREATE UNIQUE INDEX documents_payment ON documents (integration, kind, payment) WHERE payment IS NOT NULL AND status <> 'failed';
CREATE INDEX documents_number ON documents (integration, number) WHERE number IS NOT NULL;

CREATE TABLE connects (
  hash BLOB PRIMARY KEY,                    -- SHA-256 of the state a consent page is asked with
  integration TEXT NOT NULL, actor TEXT NOT NULL, op_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) WITHOUT ROWID;
