import { expect, it } from 'vitest';
import { storeContract } from '../testing/contract.js';
import { changeSet, key, listQuery, put, TENANT, tenantRecord } from '../testing/samples.js';
import { testTypes } from '../testing/types.js';
import { createMemoryStore } from './memory-store.js';

storeContract(
  'the memory store',
  async () => {
    const store = createMemoryStore({ types: testTypes });
    return { store, dispose: () => store.close() };
  },
  { durableAtOnce: true },
);

it('does not sort a set again for each list', async () => {
  const store = createMemoryStore({ types: testTypes });
  await store.createTenant(tenantRecord(TENANT));
  const ids = Array.from({ length: 20_000 }, (_, n) => String((n * 7919) % 20_000));
  await store.commit(changeSet(ids.map((id) => put(key(id)))));
  const page = async () => (await store.list(TENANT, listQuery({ limit: 3 }))).entities;
  const first = await page();
  expect(first.map((entity) => entity.id)).toEqual(['0', '1', '10']);
  // Stored entities are handed out as they are kept, so equal pages are the same objects.
  for (const [index, entity] of (await page()).entries()) expect(entity).toBe(first[index]);
});
