/** Random histories, against the plainest thing that could be right: one map of entities, one of links and one list of changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framedText } from '../../kernel/framed-text.js';
import { type ChangeOperation, type ChangeSet, type Expectation, FramedPut, VersionConflict } from '../change-set.js';
import { compareKeys } from '../key-order.js';
import type { Change, EntityKey, Link, Store, StoredEntity } from '../store.js';
import type { OpenedStore } from './contract.js';
import { ACTOR, AT, listQuery, OTHER_TENANT, TENANT, tenantRecord } from './samples.js';

interface Oracle {
  entities: Map<string, StoredEntity & { readonly secret: boolean }>;
  links: Map<string, Link>;
  changes: Change[];
  sequence: number;
}

const nameOf = (key: EntityKey) => JSON.stringify([key.set, key.parent, key.id]);
const nameOfLink = (link: Link) => JSON.stringify([link.kind, link.from, link.to]);
const emptyOracle = (): Oracle => ({ entities: new Map(), links: new Map(), changes: [], sequence: 0 });

function holds(oracle: Oracle, expectation: Expectation): boolean {
  return expectation.kind === 'link'
    ? oracle.links.has(nameOfLink(expectation.link)) === expectation.exists
    : (oracle.entities.get(nameOf(expectation.key))?.version ?? 0) === expectation.version;
}

/** The oracle after a change set, or undefined where it must be refused. */
function after(oracle: Oracle, set: ChangeSet): Oracle | undefined {
  if (!set.expect.every((expectation) => holds(oracle, expectation))) return undefined;
  const next: Oracle = { ...oracle, entities: new Map(oracle.entities), links: new Map(oracle.links), changes: [...oracle.changes] };
  let ordinal = 0;
  const note = (change: Partial<Change> & Pick<Change, 'kind'>) => {
    const none = { key: undefined, link: undefined, type: undefined, before: undefined, after: undefined };
    next.changes.push({ sequence: oracle.sequence + 1, ordinal: ordinal++, at: set.at, actor: set.actor, ...none, ...change });
  };
  for (const operation of set.operations) applyTo(next, oracle, operation, note);
  if (ordinal > 0) next.sequence += 1;
  return next;
}

function applyTo(
  next: Oracle,
  before: Oracle,
  operation: ChangeOperation,
  note: (change: Partial<Change> & Pick<Change, 'kind'>) => void,
): void {
  if (operation.kind === 'put' || operation.kind === 'delete') {
    const { key, recorded = true } = operation;
    const old = next.entities.get(nameOf(key));
    const textBefore = recorded && old?.secret === false ? old.json : undefined;
    if (operation.kind === 'put') {
      const version = (before.entities.get(nameOf(key))?.version ?? 0) + 1;
      const { type, json } = operation;
      next.entities.set(nameOf(key), { ...key, type, json, version, secret: !recorded });
      note({ kind: 'put', key, type, before: textBefore, after: recorded ? json : undefined });
    } else if (old !== undefined) {
      next.entities.delete(nameOf(key));
      note({ kind: 'delete', key, type: old.type, before: textBefore });
    }
    return;
  }
  const name = nameOfLink(operation.link);
  const old = next.links.get(name);
  if (operation.kind === 'link' && old === undefined) {
    next.links.set(name, operation.link);
    note({ kind: 'link', link: operation.link });
  } else if (operation.kind === 'unlink' && old !== undefined) {
    next.links.delete(name);
    note({ kind: 'unlink', link: old });
  }
}

const anyKey: fc.Arbitrary<EntityKey> = fc.record({
  set: fc.constantFrom('s', 's/t'),
  parent: fc.constantFrom('', 'p'),
  id: fc.constantFrom('a', 'b', "c'", '😀', '\uffff'),
});
const anyLink: fc.Arbitrary<Link> = fc.record({
  kind: fc.constantFrom('members', 'owners'),
  from: fc.constantFrom('g', 'h'),
  to: fc.constantFrom('u', 'v'),
  toSet: fc.constantFrom('users', 'groups'),
});
const FRAME = { text: '{"n":0,"text":null}', ends: [5, 6, 14, 18] };
const anyFramed: fc.Arbitrary<ChangeOperation> = fc
  .record({
    key: anyKey,
    n: fc.option(fc.nat(9), { nil: undefined }),
    text: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
  })
  .map(({ key, n, text }) => new FramedPut(key, 'x', framedText(FRAME, [n?.toString(), text === undefined ? text : JSON.stringify(text)])));
const anyOperation: fc.Arbitrary<ChangeOperation> = fc.oneof(
  anyFramed,
  fc.record({
    kind: fc.constant('put' as const),
    key: anyKey,
    type: fc.constantFrom('x', 'y'),
    json: fc.nat(9).map((n) => `{"n":${n}}`),
    recorded: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('delete' as const), key: anyKey, recorded: fc.boolean() }),
  fc.record({ kind: fc.constant('link' as const), link: anyLink }),
  fc.record({ kind: fc.constant('unlink' as const), link: anyLink }),
);
const anyExpectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.record({ kind: fc.constant('version' as const), key: anyKey, version: fc.nat(2) }),
  fc.record({ kind: fc.constant('link' as const), link: anyLink, exists: fc.boolean() }),
);
const anyChangeSet: fc.Arbitrary<ChangeSet> = fc.record({
  tenant: fc.constantFrom(TENANT, OTHER_TENANT),
  actor: fc.constant(ACTOR),
  at: fc.constant(AT),
  expect: fc.array(anyExpectation, { maxLength: 2 }),
  // Stores may carry out large change sets in other ways than small ones.
  operations: fc.oneof(fc.array(anyOperation, { maxLength: 5 }), fc.array(anyOperation, { minLength: 10, maxLength: 30, size: 'max' })),
});
/** Rounds of change sets that are sent together. */
const anyHistory = fc.array(fc.array(anyChangeSet, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 });

async function assertSame(store: Store, tenant: string, oracle: Oracle): Promise<void> {
  for (const set of ['s', 's/t']) {
    const expected = [...oracle.entities.values()].filter((entity) => entity.set === set).sort(compareKeys);
    const { entities } = await store.list(tenant, listQuery({ set }));
    expect(entities).toEqual(expected.map(({ secret: _, ...entity }) => entity));
    expect(await store.read(tenant, entities)).toEqual(entities);
  }
  for (const kind of ['members', 'owners']) {
    const links = [...oracle.links.values()].filter((link) => link.kind === kind);
    for (const end of ['g', 'h']) {
      const expected = links.filter((link) => link.from === end).sort((a, b) => (a.to < b.to ? -1 : 1));
      expect(await store.links(tenant, { kind, from: end })).toEqual(expected);
    }
    for (const end of ['u', 'v']) {
      const expected = links.filter((link) => link.to === end).sort((a, b) => (a.from < b.from ? -1 : 1));
      expect(await store.links(tenant, { kind, to: end })).toEqual(expected);
    }
  }
  expect(await store.changesSince(tenant, 0, 1000)).toEqual(oracle.changes);
}

export function historyContract(open: () => Promise<OpenedStore>): void {
  describe('any history', () => {
    it('ends as a plain map would', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory, async (history) => {
          const opened = await open();
          try {
            let { store } = opened;
            const oracles = new Map([TENANT, OTHER_TENANT].map((tenant) => [tenant, emptyOracle()]));
            for (const tenant of oracles.keys()) await store.createTenant(tenantRecord(tenant));
            for (const [round, sets] of history.entries()) {
              const expected = sets.map((set) => {
                const next = after(oracles.get(set.tenant)!, set);
                if (next !== undefined) oracles.set(set.tenant, next);
                return next?.sequence ?? 'refused';
              });
              const results = await Promise.allSettled(sets.map((set) => store.commit(set)));
              expect(results.map((result) => (result.status === 'fulfilled' ? result.value : refused(result.reason)))).toEqual(expected);
              if (round === 3) store = (await opened.reopen?.()) ?? store;
            }
            for (const [tenant, oracle] of oracles) await assertSame(store, tenant, oracle);
          } finally {
            await opened.dispose();
          }
        }),
        { numRuns: 60 },
      );
    });
  });
}

function refused(error: unknown): 'refused' {
  if (error instanceof VersionConflict) return 'refused';
  throw error;
}
