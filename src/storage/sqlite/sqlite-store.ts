/**
 * The store on disk: one SQLite file in WAL mode with `synchronous = FULL`, so that what was acknowledged survives a power cut. One writer
 * connection carries change sets out as they come and commits them together; read-only connections show what is durable.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { graphError } from '../../kernel/errors.js';
import type { ChangeSet } from '../change-set.js';
import type { TypeContext } from '../selection.js';
import { assertStorable } from '../storable.js';
import { StorageError } from '../storage-error.js';
import type { Store, TenantRecord, VersionReader } from '../store.js';
import { createApplier } from './applying.js';
import { loadSqlite, type OpenDatabase, type SqliteDatabase } from './connection.js';
import { createEntityCache } from './entity-cache.js';
import { createFrames } from './frames.js';
import { createWriteQueue, type WriteHooks } from './group-commit.js';
import { createListing } from './listing.js';
import { migrate } from './migrations.js';
import { createNames } from './names.js';
import { claim } from './ownership.js';
import { createReaders, finish, type SqliteReader } from './readers.js';
import { createReading } from './reading.js';
import { createTenantKeys } from './tenant-keys.js';
import type { WriterStore } from './writer/serve-writer.js';

export interface SqliteOptions {
  /** Path of the database file, e.g. `.muster/muster.db`; it and its directory are made when absent, for the owner alone. */
  readonly path: string;
  /** What filters and orders of lists mean. */
  readonly types: TypeContext;
}

/** Nobody else should be writing; whoever does holds up the whole server, so the wait is short (milliseconds). */
const WRITER_SETTINGS = `
  PRAGMA busy_timeout = 500;
  PRAGMA foreign_keys = OFF;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -16000;
`;

/**
 * Closing the last connection would do this too, but a driver may keep a closed connection half open until its statements are collected.
 * A reader in another process may prevent it; then the next start does it.
 */
const CLOSING = 'PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(TRUNCATE)';

/**
 * Open a database for reading and writing, and bring it up to date.
 * @throws StorageError inUse, newer, foreign, unreadable
 */
export async function openSqliteStore(options: SqliteOptions): Promise<Store> {
  return await openStore(options, false);
}

async function openStore(options: SqliteOptions, bulk: boolean): Promise<BulkStore> {
  const { path } = options;
  const open = await loadSqlite();
  const held: { close(): unknown }[] = [];
  try {
    prepareDirectory(dirname(path));
    const claimed = claim(path, open);
    held.push({ close: claimed.release });
    prepareFile(path);
    const writer = open(path, { readOnly: false });
    held.push(writer);
    migrate(writer);
    writer.exec(WRITER_SETTINGS);
    if (bulk) writer.exec(BULK_SETTINGS);
    const readers = createReaders(path, open, options.types);
    held.push(readers);
    return createStore(writer, readers, options.types, claimed.release, bulk);
  } catch (error) {
    for (const handle of held.reverse()) await handle.close();
    throw asStorageError(error, path);
  }
}

/** A store for one who has much to write and nobody beside him. */
export interface BulkStore extends Store {
  /**
   * A commit resolves as soon as it is carried out; all of them are durable when this resolves, or when anything is read plainly.
   * @throws GraphError unavailable when the database could not keep them: everything since the last time is gone
   */
  settle(): Promise<void>;
  /** Give up everything since the last time it settled, for this reason: the next time says so. */
  abandon(cause: unknown): void;
}

/**
 * Room for the index of keys, into which new ones fall everywhere: pages that are written once for many rows instead of once for each. The
 * log grows to as many pages (of 4 KiB) before they are moved into the database.
 */
const BULK_SETTINGS = `
  PRAGMA cache_size = -256000;
  PRAGMA wal_autocheckpoint = 64000;
`;

/** @throws as openSqliteStore */
export async function openSqliteBulkStore(options: SqliteOptions): Promise<BulkStore> {
  return await openStore(options, true);
}

/** Nobody asks a writer for lists. */
const NO_TYPES: TypeContext = {
  isA() {
    throw new Error('the writer reads no lists');
  },
  now() {
    throw new Error('the writer reads no lists');
  },
};

/** The writing half of a store for one who has much to write, for a thread of its own (see threaded-store). @throws as openSqliteStore */
export async function openSqliteWriter(path: string): Promise<WriterStore> {
  return await openStore({ path, types: NO_TYPES }, true);
}

/**
 * Open a database for reading alone, also while a server has it open: for commands beside a running server.
 * @throws StorageError newer, older, foreign, unreadable
 */
export async function openSqliteReader(options: SqliteOptions): Promise<SqliteReader> {
  const open: OpenDatabase = await loadSqlite();
  if (!existsSync(options.path)) throw new StorageError('unreadable', `There is no database at ${options.path}.`);
  try {
    return createReaders(options.path, open, options.types);
  } catch (error) {
    throw asStorageError(error, options.path);
  }
}

/** Scans alone, for another thread of a process that has the database open: no entity's type matters to it. @throws StorageError as openSqliteReader */
export async function openSqliteScanner(path: string): Promise<Pick<SqliteReader, 'scan' | 'close'>> {
  return await openSqliteReader({ path, types: { isA: () => false, now: () => 0 } });
}

function createStore(writer: SqliteDatabase, readers: SqliteReader, types: TypeContext, release: () => void, bulk: boolean): BulkStore {
  const names = createNames(writer);
  const frames = createFrames(writer);
  const tenants = createTenantKeys(writer);
  const cache = createEntityCache();
  const reading = createReading(writer, names, frames, cache);
  const listing = createListing(writer, names, frames, types);
  const applier = createApplier(writer, names, frames, cache);
  const hooks: WriteHooks = {
    beforeCommit: tenants.save,
    afterUndo() {
      names.forget();
      frames.forget();
      cache.clear();
    },
    afterLoss() {
      names.forget();
      frames.forget();
      cache.clear();
      tenants.reload();
    },
  };
  const queue = createWriteQueue(writer, hooks, { held: bulk });
  let closed = false;

  const closedError = () => graphError('unavailable', { reason: 'The store is closed.' });

  function assertOpen(): void {
    if (closed) throw closedError();
  }

  function commitNow(changes: ChangeSet): number {
    const tenant = tenants.find(changes.tenant);
    if (tenant === undefined) throw graphError('tenantUnknown', { tenantId: changes.tenant });
    assertStorable(changes);
    if (applier.apply(tenant.key, changes, tenant.sequence + 1) > 0) tenants.advance(tenant);
    return tenant.sequence;
  }

  const pending: VersionReader = {
    async read(tenant, keys) {
      assertOpen();
      return reading.read(tenant, keys);
    },
    async readTexts(tenant, keys) {
      assertOpen();
      return reading.readTexts(tenant, keys);
    },
    async versions(tenant, keys) {
      assertOpen();
      return reading.versions(tenant, keys);
    },
    async list(tenant, query) {
      assertOpen();
      return finish(listing.steps(tenant, query));
    },
    async links(tenant, query) {
      assertOpen();
      return reading.links(tenant, query);
    },
  };

  return {
    ...(bulk ? settledReaders(readers, queue.flush) : readers),
    pending,
    async settle() {
      assertOpen();
      queue.flush();
    },
    abandon: (cause) => queue.lose(cause),
    // Not async: a promise around the queue's own would be one more for every write.
    commit(changes) {
      return closed ? Promise.reject(closedError()) : queue.write(() => commitNow(changes));
    },
    async createTenant(tenant: TenantRecord) {
      assertOpen();
      return queue.write(() => tenants.create(tenant));
    },
    async deleteTenant(id) {
      assertOpen();
      return queue.write(() => {
        cache.clear();
        return tenants.remove(id);
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      try {
        queue.flush();
      } finally {
        await readers.close();
        writer.exec(CLOSING);
        writer.close();
        release();
      }
    },
  };
}

/** Plain reads show what is durable: what is not yet is made so first. */
export function settledReaders(readers: SqliteReader, settle: () => void | Promise<void>): SqliteReader {
  return {
    async read(tenant, keys) {
      await settle();
      return await readers.read(tenant, keys);
    },
    async list(tenant, query) {
      await settle();
      return await readers.list(tenant, query);
    },
    async links(tenant, query) {
      await settle();
      return await readers.links(tenant, query);
    },
    async scan(tenant, set, visit, visitFramed) {
      await settle();
      await readers.scan(tenant, set, visit, visitFramed);
    },
    async scanLinks(tenant, kind, visit) {
      await settle();
      await readers.scanLinks(tenant, kind, visit);
    },
    async changesSince(tenant, sequence, limit) {
      await settle();
      return await readers.changesSince(tenant, sequence, limit);
    },
    async tenants() {
      await settle();
      return await readers.tenants();
    },
    close: () => readers.close(),
  };
}

function prepareDirectory(directory: string): void {
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
}

/**
 * Made with its mode before SQLite opens it, so that it is never readable by others; the files beside it (-wal, -shm) take the same mode.
 * An existing file is not opened here: closing a second handle would drop the locks that SQLite holds on the first (POSIX locks).
 */
function prepareFile(path: string): void {
  if (existsSync(path)) {
    if (process.platform !== 'win32') chmodSync(path, 0o600);
    return;
  }
  closeSync(openSync(path, 'wx', 0o600));
}

function asStorageError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StorageError('unreadable', `The database ${path} cannot be opened: ${reason}`, { cause: error });
}
