/**
 * A store for one who has much to write and nobody beside him, its writer on another thread: while that carries out what was decided, the next is
 * being decided here. What is read here is durable; what was handed over and is not yet is known by name, and made durable before it is read.
 */
import { graphError } from '../../kernel/errors.js';
import { type ChangeSet, VersionConflict } from '../change-set.js';
import type { TypeContext } from '../selection.js';
import { assertStorable } from '../storable.js';
import { StorageError, type StorageFault } from '../storage-error.js';
import type { EntityKey, Store, TextEntity, VersionReader } from '../store.js';
import { loadSqlite } from './connection.js';
import { unavailable } from './group-commit.js';
import { createReaders, type SqliteDecider } from './readers.js';
import { settledReaders } from './sqlite-store.js';
import type { WriterAnswer, WriterPort, WriterRequest } from './writer/channel.js';
import { createHanded } from './writer/handed.js';
import { createPacker } from './writer/packed-changes.js';

/** The thread that writes, as the one that decides sees it. */
export interface WriterThread {
  /** Its other end runs `serveWriter`. */
  readonly port: WriterPort;
  /** Rejects when the thread ends by itself. */
  readonly died: Promise<never>;
  end(): Promise<unknown>;
}

export interface ThreadedStore extends Store {
  /**
   * Hand a change set over to be written. It must be what was decided on `pending` as it is now: nothing that it expects is asked for again.
   * @returns when the next may be decided on; it is durable when `settle` resolves
   * @throws GraphError requestInvalid, tenantUnknown; unavailable when the database could not keep what was handed over before
   */
  hand(changes: ChangeSet): Promise<void>;
  /** @throws GraphError unavailable when the database could not keep what was handed over: everything since the last time is gone */
  settle(): Promise<void>;
}

/** Change sets that are handed over and not carried out: enough that neither thread waits for the other. */
const MOST_AHEAD = 4;
/** Those who are named by what is imported lie anywhere in their table. */
const READ_CACHE_KIB = 96_000;

/** @throws StorageError as openSqliteStore */
export async function openThreadedStore(path: string, types: TypeContext, { port, died, end }: WriterThread): Promise<ThreadedStore> {
  const waiting: { readonly done: (value: number | undefined) => void; readonly failed: (error: Error) => void }[] = [];
  const answered = () => new Promise<number | undefined>((done, failed) => waiting.push({ done, failed }));
  const opened = answered();
  port.on('message', (answer: WriterAnswer) => {
    const asked = waiting.shift();
    if ('value' in answer) asked?.done(answer.value);
    else if ('lost' in answer) asked?.failed(unavailable(new Error(answer.lost)));
    else asked?.failed(openingError(answer.unopened));
  });
  let dead: Error | undefined;
  died.catch((error: Error) => {
    dead = unavailable(error);
    for (const { failed } of waiting.splice(0)) failed(dead);
  });
  let readers: SqliteDecider;
  try {
    await opened;
    readers = createReaders(path, await loadSqlite(), types, READ_CACHE_KIB);
  } catch (error) {
    await end();
    throw error;
  }

  const ask = (request: WriterRequest): Promise<number | undefined> => {
    if (dead !== undefined) return Promise.reject(dead);
    const answer = answered();
    port.postMessage(request);
    return answer;
  };
  const handed = createHanded();
  const pack = createPacker();
  const ahead: Promise<unknown>[] = [];
  /** Why what was handed over is gone. */
  let failure: Error | undefined;
  let known: ReadonlySet<string> = new Set();
  let closed = false;

  function assertOpen(): void {
    if (closed) throw graphError('unavailable', { reason: 'The store is closed.' });
  }

  async function assertReady(tenant: string): Promise<void> {
    if (failure !== undefined) throw failure;
    if (!known.has(tenant)) known = new Set((await readers.tenants()).map(({ id }) => id));
    if (!known.has(tenant)) throw graphError('tenantUnknown', { tenantId: tenant });
  }

  /** Whether a set is empty is asked before the first of it is handed over, and then never again. */
  async function begin(tenant: string, keys: Iterable<EntityKey>): Promise<void> {
    let last = '';
    for (const { set } of keys) {
      if (set === last) continue;
      last = set;
      if (handed.hasBegun(tenant, set)) continue;
      const query = { set, parent: undefined, filter: undefined, orderBy: [], skip: 0, limit: 1, count: false };
      const isEmpty = (await readers.list(tenant, query)).entities.length === 0;
      handed.begin(tenant, set, isEmpty);
    }
  }

  async function hand(changes: ChangeSet): Promise<void> {
    assertOpen();
    await assertReady(changes.tenant);
    if (changes.operations.length === 0) return;
    assertStorable(changes);
    await begin(changes.tenant, keysOf(changes));
    handed.note(changes);
    const written = ask({ do: 'write', changes: pack(changes) }).catch((error: Error) => {
      failure ??= error;
    });
    ahead.push(written);
    if (ahead.length > MOST_AHEAD) await ahead.shift();
  }

  let settling: Promise<void> = Promise.resolve();

  function settle(): Promise<void> {
    // One after the other: the names of what is being made durable are kept of one at a time.
    settling = settling.catch(() => undefined).then(settleNow);
    return settling;
  }

  async function settleNow(): Promise<void> {
    const settled = handed.settle();
    ahead.length = 0;
    try {
      await ask({ do: 'settle' });
      settled();
    } catch (error) {
      failure = undefined;
      handed.forget();
      throw error;
    }
  }

  /** Change sets whose expectations have to be looked at one after the other. */
  let last: Promise<unknown> = Promise.resolve();

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    assertOpen();
    const result = last.catch(() => undefined).then(work);
    last = result;
    return await result;
  }

  async function commitNow(changes: ChangeSet): Promise<number> {
    await assertReady(changes.tenant);
    assertStorable(changes);
    for (const expectation of changes.expect) {
      const holds =
        expectation.kind === 'version'
          ? (await deciding.versions(changes.tenant, [expectation.key]))[0] === expectation.version
          : (await deciding.links(changes.tenant, expectation.link)).length > 0 === expectation.exists;
      if (!holds) throw new VersionConflict(expectation);
    }
    await begin(changes.tenant, keysOf(changes));
    handed.note(changes);
    const sequence = ask({ do: 'commit', changes: pack(changes) });
    const [said, durable] = await Promise.allSettled([sequence, settle()]);
    if (durable.status === 'rejected') throw durable.reason;
    if (said.status === 'rejected') throw said.reason;
    return said.value ?? 0;
  }

  const arePending = (tenant: string, keys: readonly EntityKey[]) => keys.some((key) => handed.isPending(tenant, key));

  /** Asks for those that may exist alone; of the others there is `none`. */
  async function ofThose<T>(
    tenant: string,
    keys: readonly EntityKey[],
    none: T,
    read: (asked: readonly EntityKey[]) => Promise<readonly T[]>,
  ): Promise<readonly T[]> {
    await begin(tenant, keys);
    if (arePending(tenant, keys)) await settle();
    const places: number[] = [];
    const asked: EntityKey[] = [];
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at]!;
      if (!handed.mayExist(tenant, key)) continue;
      places.push(at);
      asked.push(key);
    }
    if (asked.length === keys.length) return await read(keys);
    const found = new Array<T>(keys.length).fill(none);
    if (asked.length === 0) return found;
    for (const [index, value] of (await read(asked)).entries()) found[places[index]!] = value;
    return found;
  }

  const deciding: VersionReader = {
    async read(tenant, keys) {
      if (arePending(tenant, keys)) await settle();
      return await readers.read(tenant, keys);
    },
    readTexts: (tenant, keys) => ofThose<TextEntity | undefined>(tenant, keys, undefined, (asked) => readers.readTexts(tenant, asked)),
    versions: (tenant, keys) => ofThose(tenant, keys, 0, (asked) => readers.versions(tenant, asked)),
    async list(tenant, query) {
      if (handed.isSetPending(tenant, query.set)) await settle();
      return await readers.list(tenant, query);
    },
    async links(tenant, query) {
      if (handed.areLinksPending(tenant, query.kind)) await settle();
      return await readers.links(tenant, query);
    },
  };

  /** What was accepted before is seen. */
  async function afterCommits<T>(read: () => Promise<T>): Promise<T> {
    assertOpen();
    await last.catch(() => undefined);
    return await read();
  }

  async function settleOpen(): Promise<void> {
    assertOpen();
    await settle();
  }

  return {
    ...settledReaders(readers, settleOpen),
    pending: {
      read: (tenant, keys) => afterCommits(() => deciding.read(tenant, keys)),
      readTexts: (tenant, keys) => afterCommits(() => deciding.readTexts(tenant, keys)),
      versions: (tenant, keys) => afterCommits(() => deciding.versions(tenant, keys)),
      list: (tenant, query) => afterCommits(() => deciding.list(tenant, query)),
      links: (tenant, query) => afterCommits(() => deciding.links(tenant, query)),
    },
    hand,
    settle: settleOpen,
    commit: (changes) => inTurn(() => commitNow(changes)),
    createTenant: (tenant) =>
      inTurn(async () => {
        await ask({ do: 'createTenant', tenant });
        await settle();
      }),
    deleteTenant: (id) =>
      inTurn(async () => {
        await ask({ do: 'deleteTenant', id });
        known = new Set();
        await settle();
      }),
    async close() {
      if (closed) return;
      closed = true;
      await last.catch(() => undefined);
      try {
        if (dead === undefined) await settle();
      } finally {
        await readers.close();
        await ask({ do: 'close' }).finally(end);
      }
    },
  };
}

function* keysOf({ operations }: ChangeSet): Generator<EntityKey, void, void> {
  for (const operation of operations) if (operation.kind === 'put' || operation.kind === 'delete') yield operation.key;
}

function openingError({ fault, message }: { readonly fault: string | undefined; readonly message: string }): Error {
  return fault === undefined ? new Error(message) : new StorageError(fault as StorageFault, message);
}
