-- People who sign in, what they hold, and second factors.  No password, code or session token stands here in clear.

CREATE TABLE users (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  username TEXT NOT NULL UNIQUE,            -- case-folded
  role TEXT,                                -- of the panel; null for users of the portal
  customer TEXT,                            -- whose portal it is; null for users of the panel
  password TEXT NOT NULL,                   -- scrypt$LOG_N$R$P$SALT$HASH
  must_change INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, disabled_at INTEGER, last_sign_in_at INTEGER
);
CREATE TABLE sessions (
  hash BLOB PRIMARY KEY,                    -- SHA-256 of the cookie's token
  id TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL,                       -- panel or portal
  user_id TEXT, customer TEXT,              -- a signed link has no user
  status TEXT NOT NULL, challenge TEXT,
  remote_ip TEXT NOT NULL, user_agent TEXT NOT NULL,
  created_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE TABLE portal_links (
  hash BLOB PRIMARY KEY, customer TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER
) WITHOUT ROWID;

-- A factor that needs no vendor.  owner: a user's id, or "api/NAME" for whoever a billing developer names.
CREATE TABLE totp (
  owner TEXT PRIMARY KEY,
  secret TEXT NOT NULL,                     -- sealed
  confirmed_at INTEGER, last_step INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE recovery_codes (owner TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (owner, hash)) WITHOUT ROWID;

CREATE TABLE challenges (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  integration TEXT NOT NULL, mode TEXT NOT NULL, site TEXT NOT NULL, owner TEXT NOT NULL, username TEXT NOT NULL,
  asked_by TEXT NOT NULL,                   -- the token's name, or session/ID
  factor TEXT NOT NULL, device TEXT NOT NULL,
  status TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  verification_code TEXT NOT NULL, next_action TEXT NOT NULL, provider_state TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, decided_at INTEGER, consumed_at INTEGER,
  next_poll_at INTEGER
);
CREATE INDEX challenges_poll ON challenges (next_poll_at) WHERE next_poll_at IS NOT NULL;
CREATE INDEX challenges_owner ON challenges (owner, created_at);
CREATE INDEX challenges_asked ON challenges (asked_by, seq);
-- Wrong passwords and codes of one owner, over every transport.
CREATE TABLE wrong_codes (n INTEGER PRIMARY KEY, owner TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX wrong_codes_owner ON wrong_codes (owner, at);
-- Codes that were accepted once: none is accepted twice.
CREATE TABLE used_codes (hash BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
