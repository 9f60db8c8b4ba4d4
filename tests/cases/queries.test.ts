/** A filter means the same wherever it is carried out: item by item, in the memory store, and in SQLite with what SQL decides beforehand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/json.js';
import { isA } from '../../src/model/schema.js';
import { sampleBeta } from '../../src/model/testing/sample-schema.js';
import { bindFilter, bindOrderBy } from '../../src/odata/filter.js';
import { expression } from '../../src/odata/testing/expressions.js';
import { compareBy, matches } from '../../src/query/evaluate.js';
import { createMemoryStore } from '../../src/storage/memory/memory-store.js';
import type { TypeContext } from '../../src/storage/selection.js';
import { prefilterOf } from '../../src/storage/sqlite/prefilter.js';
import { openSqliteStore } from '../../src/storage/sqlite/sqlite-store.js';
import type { ListQuery, Store } from '../../src/storage/store.js';

const schema = sampleBeta();
const type = schema.types.get('everythingConfiguration')!;
const filterOf = (text: string) => bindFilter(text, { schema, type, aliases: new Map(), inner: false });
const NOW = Date.parse('2026-01-02T03:04:05Z');
const types: TypeContext = {
  isA: (name, ancestor) => {
    const found = schema.types.get(name);
    return found !== undefined && isA(found, ancestor);
  },
  now: () => NOW,
};

const TENANT = 'aaaaaaaa-0000-4000-8000-000000000001';
const SET = 'things';
const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'aB',
  'b',
  'kit',
  '\u212aIT',
  'İk',
  'é',
  'É',
  "it's",
  'a\u0000b',
  'b\u0000\u212a',
  '🙂',
  ' a ',
  '10',
  '~',
  '{',
  null,
];

const text = fc.constantFrom<string | null>(...TEXTS);
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 6 });
const item: fc.Arbitrary<JsonObject> = fc.record(
  {
    text,
    channel: text,
    flag: nullable(fc.boolean()),
    int32: nullable(fc.constantFrom(-2, 0, 1, 5, 2147483647)),
    int64: nullable(fc.constantFrom<string | number>(-2, 1, '9007199254740993', 9007199254740992, '5')),
    double: nullable(fc.constantFrom<string | number>(0, 1, 2.5, 1e21, 0.1, 'INF', '-INF')),
    guid: nullable(fc.constantFrom('6e1e4b7a-0000-4000-8000-000000000000', '6E1E4B7A-0000-4000-8000-000000000000')),
    moment: nullable(
      fc.constantFrom('2024-01-01T00:00:00Z', '2024-01-01T00:00:00.5Z', '2023-12-31T23:59:59.9999999Z', '2024-01-01T01:00:00+01:00'),
    ),
    duration: nullable(fc.constantFrom('PT1H', 'PT2S', 'PT61M')),
    time: nullable(fc.constantFrom('09:30:00.0000000', '23:00:00.0000000')),
    platform: nullable(fc.constantFrom('iOS', 'linux', 'android', 'unheardOf')),
    days: nullable(fc.constantFrom('none', 'monday', 'monday,friday', 'friday,monday')),
    window: nullable(fc.record({ note: text, inner: nullable(fc.record({ weight: fc.constantFrom(-2, 1, 2) })) })),
    numbers: nullable(fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 3 })),
    platforms: nullable(fc.constantFrom<string[][]>(['iOS'], [], ['linux', 'iOS'])),
    anything: fc.constantFrom<string | number | null | boolean>('x', 5, null, true),
  },
  { requiredKeys: [] },
);

const literal = fc.constantFrom("'a'", "'AB'", "'kit'", "'ik'", "''", "'é'", "'10'", 'null', "'~'", "'it''s'");
const texts = fc.constantFrom('text', 'channel', 'window/note');
/** What prefilters are made of, on its own and joined. */
const simple = fc.oneof(
  fc.tuple(texts, fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), literal).map(([a, operator, b]) => `${a} ${operator} ${b}`),
  fc.tuple(literal, fc.constantFrom('eq', 'lt', 'ge'), texts).map(([a, operator, b]) => `${a} ${operator} ${b}`),
  fc.tuple(fc.constantFrom('startswith', 'endswith', 'contains'), texts, literal).map(([name, a, b]) => `${name}(${a},${b})`),
  fc.tuple(texts, literal, literal).map(([a, b, c]) => `${a} in (${b},${c})`),
  fc
    .tuple(
      fc.constantFrom('int32', 'int64', 'double', 'window/inner/weight'),
      fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'),
      fc.constantFrom('1', '-2', '2.5', '5', 'null'),
    )
    .map(([a, operator, b]) => `${a} ${operator} ${b}`),
  fc
    .tuple(fc.constantFrom('eq', 'ne', 'lt', 'le', 'gt', 'ge'), fc.constantFrom('2024-01-01', '2024-01-01T00:00:00.5Z', 'null'))
    .map(([operator, b]) => `moment ${operator} ${b}`),
  fc.constantFrom(
    'flag',
    'flag eq true',
    'flag ne true',
    'flag eq false',
    'flag eq null',
    'null le flag',
    'window eq null',
    'window ne null',
  ),
  fc.constantFrom(
    "platform eq 'iOS'",
    "platform ne 'linux'",
    "days eq 'monday,friday'",
    "days ne 'none'",
    "guid eq '6e1e4b7a-0000-4000-8000-000000000000'",
  ),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5 },
    simple,
    expression,
    fc.tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter')).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
    tie('filter').map((a) => `not (${a})`),
  ),
}));

const query = (more: Partial<ListQuery>): ListQuery => ({
  set: SET,
  parent: '',
  filter: undefined,
  orderBy: [],
  skip: 0,
  limit: undefined,
  count: true,
  ...more,
});
const idOf = (n: number) => `id-${String((n * 37) % 100).padStart(2, '0')}`;

let folder: string;
let sqlite: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'queries-'));
  sqlite = await openSqliteStore({ path: join(folder, 'store.db'), types });
});
afterAll(async () => {
  await sqlite.close();
  rmSync(folder, { recursive: true, force: true });
});

async function filled(store: Store, tenant: string, items: readonly JsonObject[]): Promise<void> {
  await store.createTenant({ id: tenant, name: tenant, createdAt: '2026-01-01T00:00:00Z' });
  await store.commit({
    tenant,
    actor: {},
    at: '2026-01-01T00:00:00Z',
    expect: [],
    operations: items.map((json, n) => ({
      kind: 'put',
      key: { set: SET, parent: '', id: idOf(n) },
      type: 'everythingConfiguration',
      json: JSON.stringify(json),
    })),
  });
}

describe('a filter', () => {
  let run = 0;
  it('admits the same items in memory, in SQLite and item by item', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 6, maxLength: 30 }),
        fc.array(filter, { minLength: 12, maxLength: 12 }),
        async (items, filters) => {
          run += 1;
          const tenant = `${TENANT.slice(0, 24)}${String(run).padStart(12, '0')}`;
          const memory = createMemoryStore({ types });
          await filled(memory, tenant, items);
          await filled(sqlite, tenant, items);
          for (const asked of filters) {
            const bound = filterOf(asked);
            const context = { typeName: 'everythingConfiguration', isA: types.isA, now: NOW };
            const expected = items.flatMap((json, n) => (matches(bound, json, context) ? [idOf(n)] : [])).sort();
            const lists = [await memory.list(tenant, query({ filter: bound })), await sqlite.list(tenant, query({ filter: bound }))];
            for (const { entities, total } of lists)
              expect([asked, entities.map(({ id }) => id), total]).toEqual([asked, expected, expected.length]);
            const page = { filter: bound, skip: 1, limit: 2 };
            expect((await sqlite.list(tenant, query(page))).entities).toEqual((await memory.list(tenant, query(page))).entities);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['text desc,int32', 'two keys'],
    ['flag,moment desc,window/note', 'three keys'],
    ['length(text),numbers/$count desc', 'computed keys'],
    ['platform', 'an enumeration'],
  ])('orders alike and keeps the order of equals: %s (%s)', async (order) => {
    await fc.assert(
      fc.asyncProperty(fc.array(item, { minLength: 6, maxLength: 25 }), async (items) => {
        run += 1;
        const tenant = `${TENANT.slice(0, 24)}${String(run).padStart(12, '0')}`;
        const memory = createMemoryStore({ types });
        await filled(memory, tenant, items);
        await filled(sqlite, tenant, items);
        const orderBy = bindOrderBy(order, { schema, type, aliases: new Map(), inner: false });
        const compare = compareBy(orderBy, { typeName: '', isA: types.isA, now: NOW });
        const expected = items
          .map((json, n) => ({ json, id: idOf(n) }))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .sort((a, b) => compare(a.json, b.json))
          .map(({ id }) => id);
        for (const store of [memory, sqlite]) {
          expect((await store.list(tenant, query({ orderBy }))).entities.map(({ id }) => id)).toEqual(expected);
          expect((await store.list(tenant, query({ orderBy, skip: 2, limit: 3 }))).entities.map(({ id }) => id)).toEqual(
            expected.slice(2, 5),
          );
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('what SQL decides beforehand', () => {
  it.each([
    ["text eq 'a'", true],
    ["text ne 'a' and double gt 0.5", true],
    ["text eq 'a' or startswith(channel,'b')", true],
    ['int32 ge 5', true],
    ['flag', true],
    ['moment gt 2024-01-01', true],
    ["platform eq 'iOS'", true],
    ["text eq 'a' or double gt 0.5", false],
    ["text eq 'é'", false],
    ['double eq 2.5', false],
    ["days eq 'monday'", false],
    ["not startswith(text,'a')", false],
    ["tolower(text) eq 'a'", false],
    ['numbers/any(n:n eq 1)', false],
  ])('%s: %s', (asked, decides) => expect(prefilterOf(filterOf(asked), 1) !== undefined).toBe(decides));

  it('is bounded', () => {
    const many = Array.from({ length: 200 }, (_, n) => `text eq 'a${n}'`);
    expect(prefilterOf(filterOf(many.join(' or ')), 1)).toBeUndefined();
    expect(prefilterOf(filterOf(many.join(' and ')), 1)?.values).toHaveLength(100);
  });
});
