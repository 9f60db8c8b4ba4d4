import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { framedText } from '../../kernel/framed-text.js';
import { type ChangeSet, FramedPut, VersionConflict } from '../change-set.js';
import type { StorageError } from '../storage-error.js';
import { storeContract } from '../testing/contract.js';
import { atVersion, changeSet, commit, key, listIds, listQuery, put, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { openSqliteStore, openSqliteWriter } from './sqlite-store.js';
import { seenElsewhere } from './testing/seen-elsewhere.js';
import { openThreadedStore, type ThreadedStore } from './threaded-store.js';
import { serveWriter, type WriterStore } from './writer/serve-writer.js';

/** Both ends on one thread, a channel between them. @param spoil changes what the writer does */
async function open(path: string, spoil: (writer: WriterStore) => WriterStore = (writer) => writer): Promise<ThreadedStore> {
  const { port1, port2 } = new MessageChannel();
  const store = openThreadedStore(path, testTypes, {
    port: port1,
    died: new Promise<never>(() => undefined),
    async end() {
      port1.close();
    },
  });
  await serveWriter(port2, async () => spoil(await openSqliteWriter(path)));
  return await store;
}

storeContract(
  'the threaded store',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'threaded-'));
    const path = join(directory, 'store.db');
    let store = await open(path);
    return {
      store,
      async reopen() {
        await store.close();
        store = await open(path);
        return store;
      },
      async dispose() {
        await store.close();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
  { durableAtOnce: true },
);

describe('a store whose writer is elsewhere', () => {
  let directory: string;
  let path: string;
  let store: ThreadedStore;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'threaded-'));
    path = join(directory, 'store.db');
    store = await open(path);
    await store.createTenant(tenantRecord(TENANT));
  });
  afterEach(async () => {
    await store.close().catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
  });

  const durable = (...ids: readonly string[]) => seenElsewhere(path, ids);

  /** As an import decides: what is not there yet is expected so. */
  const fresh = (...ids: readonly string[]): ChangeSet =>
    changeSet(
      ids.map((id) => put(key(id))),
      ids.map((id) => atVersion(key(id), 0)),
    );

  it('shows what was handed over to whoever decides, and keeps it when it settles', async () => {
    await store.hand(fresh('a', 'b'));
    expect(await durable('a')).toEqual([false]);
    expect(await store.pending.versions(TENANT, [key('b'), key('c'), key('a')])).toEqual([1, 0, 1]);
    await store.hand(fresh('c'));
    await store.settle();
    expect(await durable('a', 'b', 'c')).toEqual([true, true, true]);
  });

  it('knows after many chunks what is there, put once or again or removed', async () => {
    const ids = Array.from({ length: 3000 }, (_, n) => `n${n}`);
    for (let at = 0; at < ids.length; at += 500) await store.hand(fresh(...ids.slice(at, at + 500)));
    await store.hand(changeSet([put(key('n7'), { again: true }), { kind: 'delete', key: key('n8') }], [atVersion(key('n7'), 1)]));
    const versions = await store.pending.versions(
      TENANT,
      [...ids, ...ids].map((id, at) => key(at < 3000 ? id : `x${id}`)),
    );
    expect(versions.map((version, at) => [at, version]).filter(([at, version]) => version !== (Number(at) < 3000 ? 1 : 0))).toEqual([
      [7, 2],
      [8, 0],
    ]);
    expect(await store.pending.readTexts(TENANT, [key('n7'), key('n8')])).toMatchObject([{ version: 2 }, undefined]);
  });

  it('asks for what was there before', async () => {
    await store.hand(fresh('old'));
    await store.close();
    store = await open(path);
    expect(await store.pending.versions(TENANT, [key('old'), key('new')])).toEqual([1, 0]);
    await store.hand(changeSet([put(key('old'), { again: true })], [atVersion(key('old'), 1)]));
    expect(await store.pending.versions(TENANT, [key('old')])).toEqual([2]);
  });

  it('carries frames once, links in runs, and what is kept out of the records', async () => {
    const frame = { text: '{"id":null,"name":"x"}', ends: [6, 10, 18, 21] };
    const framed = (id: string) => new FramedPut(key(id), 'group', framedText(frame, [JSON.stringify(id), '"é"']));
    const link = (n: number) =>
      ({ kind: 'link', link: { kind: n < 2 ? 'members' : 'owners', from: 'g', to: `u${n}`, toSet: 'users' } }) as const;
    await store.hand(changeSet([framed('a'), framed('b'), link(0), link(1), link(2)]));
    await store.hand(
      changeSet([
        framed('c'),
        { kind: 'put', key: key('secret'), type: 'group', json: '{}', recorded: false },
        { kind: 'unlink', link: link(1).link },
      ]),
    );
    expect(
      (
        await store.read(
          TENANT,
          ['a', 'b', 'c'].map((id) => key(id)),
        )
      ).map((entity) => entity?.json),
    ).toEqual(['a', 'b', 'c'].map((id) => `{"id":"${id}","name":"é"}`));
    expect((await store.links(TENANT, { kind: 'members', from: 'g' })).map(({ to }) => to)).toEqual(['u0']);
    expect((await store.links(TENANT, { kind: 'owners', from: 'g' })).map(({ to }) => to)).toEqual(['u2']);
    const changes = await store.changesSince(TENANT, 1, 10);
    expect(changes.map(({ kind, key: of, after }) => [kind, of?.id, after === undefined])).toEqual([
      ['put', 'c', false],
      ['put', 'secret', true],
      ['unlink', undefined, true],
    ]);
  });

  it('says that everything since it last settled is gone where the writer fails, and goes on', async () => {
    await store.close();
    let writes = 0;
    store = await open(path, (writer) => ({
      ...writer,
      commit: (changes) => {
        writes += 1;
        return writes === 3 ? Promise.reject(new Error('the disk is full')) : writer.commit(changes);
      },
    }));
    await store.hand(fresh('kept'));
    await store.settle();
    await store.hand(fresh('lost'));
    await store.hand(fresh('failed'));
    const outcome = await store.hand(fresh('after')).catch((error: unknown) => error);
    if (outcome !== undefined) expect(outcome).toMatchObject({ kind: 'unavailable' });
    await expect(store.settle()).rejects.toMatchObject({
      kind: 'unavailable',
      params: { reason: expect.stringContaining('the disk is full') },
    });
    expect(await durable('kept', 'lost', 'failed', 'after')).toEqual([true, false, false, false]);
    expect(await store.pending.versions(TENANT, [key('kept'), key('lost')])).toEqual([1, 0]);
    await store.hand(fresh('lost'));
    await store.settle();
    expect(await durable('lost', 'after')).toEqual([true, false]);
  });

  it('leaves the others alone when one is refused here', async () => {
    await store.hand(fresh('a'));
    await expect(store.hand(fresh('NUL \0'))).rejects.toMatchObject({ kind: 'requestInvalid' });
    await expect(store.hand({ ...fresh('b'), tenant: 'unknown' })).rejects.toMatchObject({ kind: 'tenantUnknown' });
    await expect(store.commit(changeSet([put(key('b'))], [atVersion(key('a'), 7)]))).rejects.toBeInstanceOf(VersionConflict);
    expect(await listIds(store, listQuery())).toEqual(['a']);
    await commit(store, put(key('c')));
    expect(await durable('a', 'b', 'c')).toEqual([true, false, true]);
  });

  it('is refused like any other where a database cannot be opened', async () => {
    const refusal = (await open(path).catch((error: unknown) => error)) as StorageError;
    expect(refusal).toMatchObject({ name: 'StorageError', fault: 'inUse', message: expect.stringContaining('is in use by process') });
    await store.close();
    const other = await openSqliteStore({ path, types: testTypes });
    await other.close();
  });
});
