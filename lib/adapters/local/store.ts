import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type Database from 'libsql';
import { MeshError } from '../../model/mesh-error.ts';
import { makeStateFolder } from './state-folder.ts';
import { isBusy, storeError } from './store-errors.ts';
import { MIGRATIONS, STORE_VERSION } from './store-schema.ts';

export interface StoreOptions {
  /** The folder of all local state; made when missing. */
  readonly home: string;
  /** How long to wait for other processes that write. @default 30_000 */
  readonly patienceMs?: number;
}

export type StoreValue = string | number | null;

/** Statements of one transaction. */
export interface StoreTransaction {
  all<Row>(statement: string, ...values: StoreValue[]): Row[];
  /** Says how many rows it changed. */
  run(statement: string, ...values: StoreValue[]): number;
}

/** The embedded store that the local adapters share: one file, safe for several processes, surviving power cuts. */
export interface Store {
  /** Rows of one statement. */
  read<Row>(statement: string, ...values: StoreValue[]): Promise<Row[]>;
  /** Does all of `work` or nothing. It may be called again when another process was writing. */
  write<Result>(work: (transaction: StoreTransaction) => Result): Promise<Result>;
  close(): void;
}

/** A statement blocks the thread at most this long for other writers; then others get their turn, and it tries again. */
const BLOCKING_MS = 100;
const LONGEST_PAUSE_MS = 50;
const PATIENCE_MS = 30_000;

/** Opens `<home>/store.db` with its first use, not before. */
export function createStore({ home, patienceMs = PATIENCE_MS }: StoreOptions): Store {
  const file = join(home, 'store.db');
  const statements = new Map<string, Database.Statement>();
  let database: Database.Database | undefined;
  let closed = false;

  /** Whatever finds the store busy is tried again, without holding up the event loop. */
  async function attempt<Result>(work: (open: Database.Database) => Result): Promise<Result> {
    const began = performance.now();
    const { default: Library } = await import('libsql');
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (closed) throw new Error('the store is closed');
      try {
        database ??= openDatabase(Library, home, file);
        return work(database);
      } catch (error) {
        if (!isBusy(error) || performance.now() - began > patienceMs) throw storeError(error, file);
      }
      await pause(pauseMs);
    }
  }

  // `all` alone reads: `get` adds a property of its own to the row.
  const transaction: StoreTransaction = {
    all: <Row>(statement: string, ...values: StoreValue[]) => prepared(statement).all(values) as Row[],
    run: (statement, ...values) => prepared(statement).run(values).changes,
  };

  function prepared(statement: string): Database.Statement {
    let found = statements.get(statement);
    if (!found) {
      found = database!.prepare(statement);
      statements.set(statement, found);
    }
    return found;
  }

  return {
    read: <Row>(statement: string, ...values: StoreValue[]) =>
      attempt(() => transaction.all<Row>(statement, ...values)),
    write: (work) => attempt((open) => inTransaction(open, () => work(transaction))),
    close() {
      closed = true;
      statements.clear();
      database?.close();
      database = undefined;
    },
  };
}

function openDatabase(Library: typeof Database, home: string, file: string): Database.Database {
  makeStateFolder(home);
  const database = new Library(file, { timeout: BLOCKING_MS });
  try {
    // Publications must survive a power cut, so each commit reaches the disk. In WAL mode that is one sync.
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    if (versionOf(database) !== STORE_VERSION) migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database.Database, file: string): void {
  inTransaction(database, () => {
    const version = versionOf(database);
    if (version > STORE_VERSION) {
      const message = `the store is of version ${version}, made by a newer release; this one knows version ${STORE_VERSION}`;
      const fix = 'update this package, or keep a state of its own with `--home`';
      throw new MeshError({ code: 'newer-store', message, fix, where: { file } });
    }
    if (version === 0 && database.prepare('SELECT name FROM sqlite_schema LIMIT 1').all().length > 0) {
      const message = 'is a database of something else';
      const fix = 'move it away, or keep the state elsewhere with `--home`';
      throw new MeshError({ code: 'foreign-store', message, fix, where: { file } });
    }
    for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
    database.pragma(`user_version = ${STORE_VERSION}`);
  });
}

function versionOf(database: Database.Database): number {
  return (database.prepare('PRAGMA user_version').all() as { user_version: number }[])[0]!.user_version;
}

function inTransaction<Result>(database: Database.Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // A full disk has already rolled it back.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
