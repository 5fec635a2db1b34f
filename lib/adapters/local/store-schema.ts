/** What the store's tables are; `STORE_VERSION` grows with every entry of `MIGRATIONS`. Entries are never changed. */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE products (
    product TEXT PRIMARY KEY,
    manifest TEXT NOT NULL,
    registered_at TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    quarantined TEXT
  ) STRICT;
  -- One row for each move of a product's pointer; the one whose sequence is the product's is current.
  CREATE TABLE publications (
    product TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    publication_id TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    publication TEXT NOT NULL,
    PRIMARY KEY (product, sequence)
  ) STRICT;
  CREATE TABLE consumed_files (
    product TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    input TEXT NOT NULL,
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (product, fingerprint, input, path)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE ledger (
    entry_number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    product TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX ledger_by_time ON ledger (at, entry_number);
  CREATE INDEX ledger_by_product ON ledger (product, at, entry_number);
  CREATE TABLE events (
    event_number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX events_by_state ON events (done, event_number);
  CREATE TABLE grants (
    product TEXT NOT NULL,
    port TEXT NOT NULL,
    declared TEXT NOT NULL,
    PRIMARY KEY (product, port, declared)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE file_hashes (
    path TEXT PRIMARY KEY,
    identity TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];

/** The version of the store that this code writes. */
export const STORE_VERSION = MIGRATIONS.length;
