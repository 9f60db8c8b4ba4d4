import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GLOBAL_ADMINISTRATOR } from '../kernel/ids.js';
import { loadSchema } from '../model/load-schema.js';
import { createMemoryStore } from '../storage/memory/memory-store.js';
import { prepareTenants } from './prepare-tenants.js';
import { builtInTenant } from './tenants/index.js';
import { resolveTenant, tokenUser } from './token-subject.js';
import { userDirectory } from './user-directory.js';

const beta = loadSchema('beta', JSON.parse(readFileSync(new URL('../../api/model/beta/schema.json', import.meta.url), 'utf8')));
const docs = builtInTenant('docs');
const empty = builtInTenant('empty');
const BOUND = '6f9a2c10-7d35-4a5e-9b1c-2f8e4d6a7b90';
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000000';

const openStore = () => createMemoryStore({ types: { isA: () => false, now: () => 0 } });
const choice = (name: string, id?: string) => ({ name, id });

describe('tenants to start with', () => {
  it('are made once, and left alone at the next start', async () => {
    const store = openStore();
    const first = await prepareTenants([choice('docs'), choice('empty')], store, beta);
    expect(first.map(({ id, name }) => ({ id, name }))).toEqual([
      { id: docs.id, name: 'docs' },
      { id: empty.id, name: 'empty' },
    ]);
    const [example] = first;
    expect(example?.example?.path).toContain('/assignments/');
    const users = { set: 'users', parent: '', filter: undefined, orderBy: [], skip: 0, limit: undefined, count: true };
    const { entities } = await store.list(docs.id, users);
    expect(entities.length).toBeGreaterThan(0);
    const [{ set, parent, id } = { set: '', parent: '', id: '' }] = entities;
    await store.commit({
      tenant: docs.id,
      actor: {},
      at: '2026-01-01T00:00:00Z',
      expect: [],
      operations: [{ kind: 'delete', key: { set, parent, id } }],
    });
    await prepareTenants([choice('docs')], store, beta);
    expect((await store.list(docs.id, users)).total).toBe(entities.length - 1);
  });

  it('take the id that binds them to a directory of an external issuer', async () => {
    const store = openStore();
    const [tenant] = await prepareTenants([choice('empty', BOUND)], store, beta);
    expect(tenant).toMatchObject({ id: BOUND, name: 'empty', domain: empty.domain });
    expect((await store.tenants()).map(({ id }) => id)).toEqual([BOUND]);
  });

  it('are made anew when their seed was cut off', async () => {
    const store = openStore();
    await store.createTenant({ id: docs.id, name: 'docs', createdAt: '2026-01-01T00:00:00Z' });
    await prepareTenants([choice('docs')], store, beta);
    const directory = userDirectory(store, beta);
    expect(await directory.listUsers(docs.id, 1)).toHaveLength(1);
  });
});

describe('the users of a tenant', () => {
  it('are found by name whatever its case, with their roles, administrators first', async () => {
    const store = openStore();
    await prepareTenants([choice('docs')], store, beta);
    const directory = userDirectory(store, beta);
    const [first, ...rest] = await directory.listUsers(docs.id, 100);
    expect(first?.directoryRoles).toEqual([GLOBAL_ADMINISTRATOR]);
    expect(new Set(rest.map(({ id }) => id)).has(first?.id ?? '')).toBe(false);
    expect(await directory.findUser(docs.id, first?.userPrincipalName.toUpperCase() ?? '')).toEqual(first);
    expect(await directory.findUser(docs.id, 'nobody@nowhere.example')).toBeUndefined();
    expect(await directory.listUsers(docs.id, 1)).toEqual([first]);
    expect(await directory.listUsers(OTHER, 10)).toEqual([]);
  });
});

describe('whom a token is for', () => {
  it.each([
    ['docs', { id: docs.id, name: 'docs' }],
    ['DOCS', { id: docs.id, name: 'docs' }],
    [docs.id.toUpperCase(), { id: docs.id, name: 'docs' }],
    ['empty', { id: BOUND, name: 'empty' }],
    ['other', { id: OTHER, name: 'other' }],
    ['absent', { known: ['empty', 'demo', 'docs', 'unlicensed', 'other'] }],
  ])('tenant %s', async (wanted, expected) => {
    const store = openStore();
    await store.createTenant({ id: OTHER, name: 'other', createdAt: '2026-01-01T00:00:00Z' });
    expect(await resolveTenant(wanted, [choice('empty', BOUND)], store)).toEqual(expected);
  });

  it('a user out of the database, or out of the seed when there is none', async () => {
    const store = openStore();
    await prepareTenants([choice('docs')], store, beta);
    const stored = await tokenUser(docs, undefined, { store, beta });
    const seeded = await tokenUser(docs, undefined, undefined);
    expect(stored).toMatchObject({ known: true, directoryRoles: [GLOBAL_ADMINISTRATOR] });
    expect(seeded).toEqual(expect.objectContaining(stored));
    const named = await tokenUser(docs, stored.userPrincipalName, undefined);
    expect(named.id).toBe(stored.id);
  });

  it('an unknown user has no role', async () => {
    expect(await tokenUser(docs, 'nobody@nowhere.example', undefined)).toMatchObject({
      known: false,
      userPrincipalName: 'nobody@nowhere.example',
      directoryRoles: [],
    });
  });
});
