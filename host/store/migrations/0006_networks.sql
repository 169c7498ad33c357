-- Which networks payments were asked for from, for a day: stolen cards are tried in rows, under ever new customers.
-- network: a keyed hash of the address, or of the first half of an IPv6 address.

CREATE TABLE payment_networks (
  network TEXT NOT NULL, at INTEGER NOT NULL, payment INTEGER NOT NULL,
  PRIMARY KEY (network, at, payment)
) WITHOUT ROWID;
CREATE INDEX payment_networks_old ON payment_networks (at);
