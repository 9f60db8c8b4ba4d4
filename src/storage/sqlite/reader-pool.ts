/** Read-only connections for long lists, each lent to one list at a time: its read transaction shows one state from first row to last. */
import { graphError } from '../../kernel/errors.js';
import { inSlices } from '../slices.js';
import type { ListQuery, ListResult } from '../store.js';
import type { Listing } from './listing.js';
import type { Scanning } from './scanning.js';

export interface PooledConnection {
  readonly listing: Listing;
  readonly scanning: Scanning;
  begin(): void;
  end(): void;
  close(): void;
}

export interface ReaderPool {
  /** @throws GraphError unavailable when the pool closes before the end */
  list(tenant: string, query: ListQuery): Promise<ListResult>;
  /** Carries a scan out on one of the connections. @throws as `list` */
  scan(steps: (scanning: Scanning) => Generator<void, void, void>): Promise<void>;
  /** Lists and scans under way are given up. */
  close(): Promise<void>;
}

/** More lists than this at a time wait for each other. */
const MOST_CONNECTIONS = 8;

export function createReaderPool(connect: () => PooledConnection): ReaderPool {
  const idle: PooledConnection[] = [];
  const waiting: ((connection: PooledConnection) => void)[] = [];
  const underWay = new Set<Promise<unknown>>();
  let connected = 0;
  let closed = false;

  async function lease(): Promise<PooledConnection> {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (connected >= MOST_CONNECTIONS) return new Promise((resolve) => waiting.push(resolve));
    connected += 1;
    try {
      return connect();
    } catch (error) {
      connected -= 1;
      throw error;
    }
  }

  function giveBack(connection: PooledConnection): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(connection);
    else next(connection);
  }

  function assertOpen(): void {
    if (closed) throw graphError('unavailable', { reason: 'The store is closed.' });
  }

  async function onConnection<T>(stepsOn: (connection: PooledConnection) => Generator<void, T, void>, none: T): Promise<T> {
    const connection = await lease();
    try {
      assertOpen();
      connection.begin();
      const steps = stepsOn(connection);
      try {
        return await inSlices(steps, assertOpen);
      } finally {
        steps.return(none);
        connection.end();
      }
    } finally {
      giveBack(connection);
    }
  }

  function tracked<T>(result: Promise<T>): Promise<T> {
    underWay.add(result);
    const done = () => void underWay.delete(result);
    result.then(done, done);
    return result;
  }

  return {
    list: (tenant, query) =>
      tracked(onConnection(({ listing }) => listing.steps(tenant, query), { entities: [], more: false, total: undefined } as ListResult)),
    scan: (steps) => tracked(onConnection(({ scanning }) => steps(scanning), undefined)),
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      for (const connection of idle.splice(0)) connection.close();
    },
  };
}
