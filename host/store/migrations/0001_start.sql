-- Amounts are minor units of the row's currency; times are Unix milliseconds; n and seq grow in commit order.

CREATE TABLE customers (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT, email TEXT, phone TEXT,
  paypal_email TEXT UNIQUE,                 -- case-folded
  email_folded TEXT,
  metadata TEXT NOT NULL DEFAULT '{}',
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, erased_at INTEGER
);
CREATE INDEX customers_email ON customers (email_folded) WHERE email_folded IS NOT NULL;

CREATE TABLE balances (
  customer TEXT NOT NULL, currency TEXT NOT NULL, mode TEXT NOT NULL, balance INTEGER NOT NULL,
  PRIMARY KEY (customer, currency, mode)
) WITHOUT ROWID;

CREATE TABLE payments (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL UNIQUE,
  origin TEXT NOT NULL, integration TEXT NOT NULL, provider TEXT NOT NULL, mode TEXT NOT NULL,
  scope TEXT NOT NULL,                      -- the merchant account its effects are kept under
  customer TEXT, parent TEXT, currency TEXT NOT NULL,
  amount INTEGER NOT NULL, surcharge INTEGER NOT NULL, total INTEGER NOT NULL,
  request TEXT NOT NULL,                    -- JSON: what was asked: capture, method, description, urls, locale, metadata
  status TEXT NOT NULL, reason TEXT, outcome TEXT NOT NULL,
  state TEXT NOT NULL,                      -- JSON: everything observed, from which the books follow
  provider_reference TEXT,
  answer TEXT NOT NULL DEFAULT '{}',        -- JSON: provider_ids, provider_data, next_action
  expires_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  next_check_at INTEGER, checks INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX payments_customer ON payments (customer, seq);
CREATE INDEX payments_check ON payments (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX payments_open ON payments (customer) WHERE status IN ('pending', 'authorized');

-- One movement of money as the provider names it; unique for ever, whatever integration reported it.
CREATE TABLE effects (
  id_space TEXT NOT NULL, mode TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL, provider_id TEXT NOT NULL,
  payment INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (id_space, mode, account, kind, provider_id)
) WITHOUT ROWID;
-- Other names the provider has for a payment (session, charge), as far as no effect carries them.
CREATE TABLE provider_ids (
  id_space TEXT NOT NULL, mode TEXT NOT NULL, account TEXT NOT NULL, provider_id TEXT NOT NULL, payment INTEGER NOT NULL,
  PRIMARY KEY (id_space, mode, account, provider_id)
) WITHOUT ROWID;
-- Every name under which one merchant account is known leads to the one scope its effects are kept under.
CREATE TABLE account_scopes (
  id_space TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL,
  PRIMARY KEY (id_space, mode, name)
) WITHOUT ROWID;

CREATE TABLE refunds (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  payment INTEGER NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL,
  status TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT, note TEXT, provider_reference TEXT,
  has_effect INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
  next_check_at INTEGER, checks INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX refunds_payment ON refunds (payment);
CREATE INDEX refunds_check ON refunds (next_check_at) WHERE next_check_at IS NOT NULL;

-- The journal.  hash covers the row and its entries; it is computed when they are inserted.
CREATE TABLE journal (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, type TEXT NOT NULL, payment TEXT, cause TEXT NOT NULL,
  currency TEXT NOT NULL, mode TEXT NOT NULL, hash BLOB NOT NULL
);
-- An entry's n is 16 times its journal row's n plus its place there, so no index is needed to find either from the other.
CREATE TABLE entries (
  n INTEGER PRIMARY KEY,
  role INTEGER NOT NULL, owner TEXT NOT NULL,
  customer TEXT,                            -- equals owner for customer accounts; the index below is theirs alone
  amount INTEGER NOT NULL, balance_after INTEGER
);
CREATE INDEX entries_customer ON entries (customer, n) WHERE customer IS NOT NULL;
-- Words beside the journal, which holds none: erased with their customer.
CREATE TABLE notes (journal INTEGER PRIMARY KEY, customer TEXT NOT NULL, reference TEXT, description TEXT);
-- House accounts, summed up to a sealed row, so that reading them needs only what came after.
CREATE TABLE checkpoints (
  role INTEGER NOT NULL, owner TEXT NOT NULL, currency TEXT NOT NULL, mode TEXT NOT NULL,
  up_to INTEGER NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY (role, owner, currency, mode)
) WITHOUT ROWID;
-- The chain over closed ranges of the journal and of the events.
CREATE TABLE seals (
  n INTEGER PRIMARY KEY,
  journal_to INTEGER NOT NULL, event_to INTEGER NOT NULL, at INTEGER NOT NULL, head BLOB NOT NULL
);

CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, mode TEXT NOT NULL, object TEXT NOT NULL
);

-- What arrived on a hook: the very bytes of what was proven or may be; a head and a hash of what was refused.
CREATE TABLE inbox (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, integration TEXT NOT NULL, mode TEXT NOT NULL, remote_ip TEXT NOT NULL,
  head TEXT NOT NULL,                       -- JSON: method, path, query, headers
  body BLOB NOT NULL, body_bytes INTEGER NOT NULL, sha256 BLOB,
  verdict TEXT NOT NULL,                    -- accepted, parked, ignored, waiting, refused, poisoned
  reason TEXT, event_id TEXT, event_type TEXT, payment INTEGER, attempts INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX inbox_waiting ON inbox (n) WHERE verdict = 'waiting';
-- Observations whose payment is not known yet, under every name it may appear by.
CREATE TABLE parked (
  id_space TEXT NOT NULL, mode TEXT NOT NULL, name TEXT NOT NULL, n INTEGER NOT NULL,
  integration TEXT NOT NULL, inbox INTEGER, observation TEXT NOT NULL, until INTEGER NOT NULL,
  PRIMARY KEY (id_space, mode, name, n)
) WITHOUT ROWID;
CREATE INDEX parked_n ON parked (n);

CREATE TABLE timeline (
  n INTEGER PRIMARY KEY,
  payment INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL
);
CREATE INDEX timeline_payment ON timeline (payment, n);
CREATE TABLE transcripts (
  n INTEGER PRIMARY KEY,
  payment INTEGER, integration TEXT NOT NULL, op TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX transcripts_payment ON transcripts (payment, n);

CREATE TABLE quotes (
  id TEXT PRIMARY KEY, integration TEXT NOT NULL, customer TEXT, currency TEXT NOT NULL,
  amount INTEGER NOT NULL, surcharge INTEGER NOT NULL, total INTEGER NOT NULL, expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE idempotency (
  token TEXT NOT NULL, mode TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL,
  fingerprint BLOB NOT NULL, status INTEGER NOT NULL, object TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (token, mode, route, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

-- Integrations saved by panel or API; those of the file have no row here.
CREATE TABLE integrations (
  id TEXT PRIMARY KEY, version INTEGER NOT NULL, definition TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, deleted_at INTEGER
) WITHOUT ROWID;
CREATE TABLE integration_versions (
  id TEXT NOT NULL, version INTEGER NOT NULL, definition TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (id, version)
) WITHOUT ROWID;
-- What the host learned of an integration, wherever it is declared.
CREATE TABLE integration_facts (
  id TEXT PRIMARY KEY,
  provider TEXT NOT NULL, mode TEXT NOT NULL, account TEXT, scope TEXT, first_payment_at INTEGER,
  hook_n INTEGER NOT NULL DEFAULT 1, hook_overlap_until INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER, settings TEXT NOT NULL DEFAULT '{}', swept_to INTEGER, last_test TEXT
) WITHOUT ROWID;
CREATE TABLE kept (
  integration TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_at INTEGER,
  PRIMARY KEY (integration, key)
) WITHOUT ROWID;

CREATE TABLE tokens (
  name TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, modes TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER, last_used_at INTEGER, revoked_at INTEGER
) WITHOUT ROWID;
CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
