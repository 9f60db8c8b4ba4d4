/** Read-only connections for long lists, each lent to one list at a time: its read transaction shows one state from first row to last. */
import { graphError } from '../../kernel/errors.js';
import { inSlices } from '../slices.js';
import type { ListQuery, ListResult } from '../store.js';
import type { Listing } from './listing.js';

export interface PooledConnection {
  readonly listing: Listing;
  begin(): void;
  end(): void;
  close(): void;
}

export interface ReaderPool {
  /** @throws GraphError unavailable when the pool closes before the end */
  list(tenant: string, query: ListQuery): Promise<ListResult>;
  /** Lists under way are given up. */
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

  async function list(tenant: string, query: ListQuery): Promise<ListResult> {
    const connection = await lease();
    try {
      assertOpen();
      connection.begin();
      const steps = connection.listing.steps(tenant, query);
      try {
        return await inSlices(steps, assertOpen);
      } finally {
        steps.return({ entities: [], more: false, total: undefined });
        connection.end();
      }
    } finally {
      giveBack(connection);
    }
  }

  return {
    list(tenant, query) {
      const result = list(tenant, query);
      underWay.add(result);
      const done = () => void underWay.delete(result);
      result.then(done, done);
      return result;
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      for (const connection of idle.splice(0)) connection.close();
    },
  };
}
