/** Plain reads: of committed state, on read-only connections. Used by the server beside its writer, and alone by other processes. */
import { graphError } from '../../kernel/errors.js';
import type { TypeContext } from '../selection.js';
import type { Store, VersionReader } from '../store.js';
import type { OpenDatabase, SqliteDatabase } from './connection.js';
import { createFrames } from './frames.js';
import { createListing } from './listing.js';
import { assertCurrent } from './migrations.js';
import { createNames } from './names.js';
import { createReaderPool, type PooledConnection } from './reader-pool.js';
import { createReading } from './reading.js';
import { createScanning } from './scanning.js';
import { createSetCache } from './set-cache.js';

/** The part of a store that only reads. */
export type SqliteReader = Pick<Store, 'read' | 'list' | 'links' | 'scan' | 'scanLinks' | 'changesSince' | 'tenants' | 'close'>;

const READER_SETTINGS = 'PRAGMA busy_timeout = 2000; PRAGMA query_only = ON; PRAGMA cache_size = -4000;';

/** Reads at once, on one connection: of durable state too, for one who knows what else there is. */
export type SqliteDecider = SqliteReader & Pick<VersionReader, 'versions' | 'readTexts'>;

/**
 * @param cacheKib pages that the connection of short reads keeps; for one who reads much, here and there
 * @throws StorageError when the database is not at this program's version
 */
export function createReaders(path: string, open: OpenDatabase, types: TypeContext, cacheKib?: number): SqliteDecider {
  const cache = createSetCache();
  let closed = false;

  function connect(): SqliteDatabase {
    const database = open(path, { readOnly: true });
    try {
      database.exec(READER_SETTINGS);
      assertCurrent(database);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  }

  function connectForList(): PooledConnection {
    const connection = connect();
    const [names, frames] = [createNames(connection), createFrames(connection)];
    return {
      listing: createListing(connection, names, frames, types, cache),
      scanning: createScanning(connection, names, frames),
      begin: () => connection.exec('BEGIN'),
      end: () => connection.exec('ROLLBACK'),
      close: () => connection.close(),
    };
  }

  function assertOpen(): void {
    if (closed) throw graphError('unavailable', { reason: 'The store is closed.' });
  }

  const database = connect();
  if (cacheKib !== undefined) database.exec(`PRAGMA cache_size = -${cacheKib}`);
  const names = createNames(database);
  const frames = createFrames(database);
  const reading = createReading(database, names, frames);
  const listing = createListing(database, names, frames, types);
  const pool = createReaderPool(connectForList);

  return {
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
      return listing.isBounded(query) ? finish(listing.steps(tenant, query)) : pool.list(tenant, query);
    },
    async links(tenant, query) {
      assertOpen();
      return reading.links(tenant, query);
    },
    async scan(tenant, set, visit, visitFramed) {
      assertOpen();
      await pool.scan((scanning) => scanning.entities(tenant, set, visit, visitFramed));
    },
    async scanLinks(tenant, kind, visit) {
      assertOpen();
      await pool.scan((scanning) => scanning.links(tenant, kind, visit));
    },
    async changesSince(tenant, sequence, limit) {
      assertOpen();
      return reading.changesSince(tenant, sequence, limit);
    },
    async tenants() {
      assertOpen();
      return reading.tenants();
    },
    async close() {
      if (closed) return;
      closed = true;
      await pool.close();
      database.close();
    },
  };
}

/** Carry out all steps at once. */
export function finish<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
