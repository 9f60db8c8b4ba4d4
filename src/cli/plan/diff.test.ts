import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, same } from './diff.js';
import {
  type ActualAssignment,
  type ActualPolicy,
  type Assignment,
  type AssignmentChange,
  type DesiredPolicy,
  targetKey,
} from './model.js';
import { readPlanText } from './read.js';
import { undoHead, undoPolicy } from './undo.js';

const ALL_USERS_GROUP = 'acacacac-9df4-4c7d-9d50-4ef0226f57a9';
const group = (n: number) => (n === 6 ? ALL_USERS_GROUP : `00000000-0000-4000-8000-00000000000${n}`);
const filterId = (n: number) => `00000000-0000-4000-9000-00000000000${n}`;

const assignment: fc.Arbitrary<Assignment> = fc
  .record({
    target: fc.oneof(
      fc.tuple(fc.constantFrom('group' as const, 'excludeGroup' as const), fc.nat(6)),
      fc.tuple(fc.constantFrom('allDevices' as const, 'allUsers' as const), fc.constant(undefined)),
    ),
    filter: fc.option(fc.record({ id: fc.nat(2).map(filterId), mode: fc.constantFrom('include' as const, 'exclude' as const) }), {
      nil: undefined,
    }),
    intent: fc.constantFrom('apply' as const, 'remove' as const),
  })
  .map(({ target: [kind, n], filter, intent }) => ({ kind, groupId: n === undefined ? undefined : group(n), filter, intent }));
const set = fc.uniqueArray(assignment, { maxLength: 7, selector: targetKey });

const withIds = (assignments: readonly Assignment[]): readonly ActualAssignment[] => assignments.map((one, n) => ({ ...one, id: `a${n}` }));
const policy = (assignments: readonly Assignment[], untouched: ActualPolicy['untouched'] = []): ActualPolicy => ({
  id: 'p',
  name: 'Policy',
  assignments: withIds(assignments),
  untouched,
});
const wish = (assignments: readonly Assignment[]): DesiredPolicy => ({
  id: 'p',
  name: 'Policy',
  assignments,
  place: { file: 'f', line: 1 },
  doubtful: [],
});

/** What a tenant makes of the writes; it refuses a target that is there. */
function carriedOut(before: readonly ActualAssignment[], changes: readonly AssignmentChange[]): readonly Assignment[] {
  const held = new Map(before.map((one) => [one.id, one as Assignment]));
  for (const [n, change] of changes.entries()) {
    if (change.kind === 'delete') expect(held.delete(change.before.id)).toBe(true);
    else {
      const id = change.kind === 'create' ? `new${n}` : change.before.id;
      if (change.kind === 'update') expect(held.has(id)).toBe(true);
      const others = [...held].filter(([other]) => other !== id).map(([, one]) => targetKey(one));
      expect(others).not.toContain(targetKey(change.after));
      held.set(id, change.after);
    }
  }
  return [...held.values()];
}

const sorted = (assignments: readonly Assignment[]) =>
  assignments
    .map(({ kind, groupId, filter, intent }) => JSON.stringify([kind, groupId ?? null, filter?.id ?? null, filter?.mode ?? null, intent]))
    .sort();
const changesOf = (before: readonly Assignment[], after: readonly Assignment[]) =>
  difference([wish(after)], new Map([['p', policy(before)]])).changed[0]?.changes ?? [];

describe('the difference', () => {
  it('carried out, is what was wanted', () => {
    fc.assert(
      fc.property(set, set, (before, after) => {
        expect(sorted(carriedOut(withIds(before), changesOf(before, after)))).toEqual(sorted(after));
      }),
    );
  });

  it('is nothing where nothing differs, and touches each target once', () => {
    fc.assert(
      fc.property(set, set, (before, after) => {
        expect(changesOf(before, [...before].reverse())).toEqual([]);
        const keys = changesOf(before, after).map((change) => targetKey(change.kind === 'delete' ? change.before : change.after));
        expect(new Set(keys).size).toBe(keys.length);
        const kept = after.filter((one) => before.some((other) => same(one, other))).map(targetKey);
        expect(keys.filter((key) => kept.includes(key))).toEqual([]);
      }),
    );
  });

  it('lays exclusions before what they narrow, and lifts them after it', () => {
    const rank = (change: AssignmentChange) => {
      const excludes = (change.kind === 'delete' ? change.before : change.after).kind === 'excludeGroup';
      return { create: excludes ? 0 : 3, update: excludes ? 1 : 2, delete: excludes ? 5 : 4 }[change.kind];
    };
    fc.assert(
      fc.property(set, set, (before, after) => {
        const ranks = changesOf(before, after).map(rank);
        expect(ranks).toEqual([...ranks].sort());
      }),
    );
  });

  it('its undo file, read and carried out, is what was before', async () => {
    const nobody = { nameOf: (id: string) => (id.endsWith('1') ? 'Name # with: "everything"\n- x' : undefined) } as never;
    await fc.assert(
      fc.asyncProperty(set, set, async (before, after) => {
        const text = undoHead('plan.yaml\n', 'demo', 'now') + undoPolicy(policy(before), nobody);
        const { policies, faults } = await readPlanText(text, 'undo.yaml');
        expect(faults).toEqual([]);
        const [read] = policies;
        const back = read?.assignments.map((one): Assignment => {
          const kind = (['group', 'excludeGroup', 'allDevices', 'allUsers'] as const).find((each) => one[each] !== undefined) ?? 'group';
          return {
            kind,
            groupId: one.group ?? one.excludeGroup,
            filter: one.filter === undefined ? undefined : { id: one.filter, mode: one.filterMode ?? 'include' },
            intent: one.intent ?? 'apply',
          };
        });
        expect([read?.policy, sorted(back ?? [])]).toEqual(['p', sorted(before)]);
        const now = carriedOut(withIds(before), changesOf(before, after));
        expect(sorted(carriedOut(withIds(now), changesOf(now, back ?? [])))).toEqual(sorted(before));
      }),
    );
  });

  it('leaves what policy sets have laid, and says so', () => {
    const one: Assignment = { kind: 'group', groupId: group(1), filter: undefined, intent: 'apply' };
    const untouched = [
      { key: targetKey(one), source: 'policySets', wire: {} },
      { key: 'x', source: 'direct', wire: {} },
    ];
    const actual = new Map([['p', policy([], untouched)]]);
    const { changed, unchanged, notes } = difference([wish([one])], actual);
    expect({ changed, unchanged }).toEqual({ changed: [], unchanged: 1 });
    expect(notes).toEqual([
      'Policy: 1 assignment comes from policy sets, which plans do not change.',
      'Policy: 1 assignment has a target that plans do not know; it stays.',
    ]);
  });

  it('of a policy that went away meanwhile is a note', () => {
    expect(difference([wish([])], new Map())).toEqual({
      changed: [],
      unchanged: 0,
      faults: [],
      notes: ['Policy went away while it was read.'],
    });
  });

  it.each([
    ['held by the policy, stays', [group(1)], []],
    ['held by nobody, is a fault', [], ['no such group']],
  ])('a group that is gone, %s', (_name, held, faults) => {
    const of = (groupId: string): Assignment => ({ kind: 'group', groupId, filter: undefined, intent: 'apply' });
    const wanted = { ...wish([of(group(1))]), doubtful: [{ id: group(1), fault: 'no such group' }] };
    expect(difference([wanted], new Map([['p', policy(held.map(of))]])).faults).toEqual(faults);
  });
});
