import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOrdinals } from './device-set.js';
import { createGroupClosure, type GroupClosure, type MemberKind } from './group-closure.js';

const GROUPS = 12;
const MEMBERS = 20;

const kind = fc.constantFrom<MemberKind>('user', 'device', 'group', 'group');
const change = fc.record({
  action: fc.constantFrom('add', 'add', 'add', 'remove', 'removeGroup', 'removeFromAll', 'ask', 'materialise'),
  group: fc.nat({ max: GROUPS - 1 }),
  kind,
  member: fc.nat({ max: MEMBERS - 1 }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

type Membership = readonly [group: number, kind: MemberKind, member: number];

/** The memberships as a list, and their meaning by walking it. */
function naive(memberships: readonly Membership[]) {
  const below = (group: number) => {
    const reached = new Set([group]);
    for (const each of reached) for (const [parent, of, member] of memberships) if (of === 'group' && parent === each) reached.add(member);
    return reached;
  };
  const membersOf = (group: number, wanted: MemberKind) => {
    const reached = below(group);
    const found = new Set(memberships.filter(([parent, of]) => of === wanted && reached.has(parent)).map(([, , member]) => member));
    if (wanted === 'group') found.delete(group);
    return sorted(found);
  };
  return {
    membersOf,
    parentsOf: (wanted: MemberKind, member: number) =>
      sorted(Array.from({ length: MEMBERS }, (_, group) => group).filter((group) => membersOf(group, wanted).includes(member))),
  };
}

function sorted(ordinals: Iterable<number>): readonly number[] {
  return [...ordinals].sort((left, right) => left - right);
}

function apply(closure: GroupClosure, memberships: readonly Membership[], step: Change): readonly Membership[] {
  // Members that are groups come from the groups' own ordinals.
  const member = step.kind === 'group' ? step.member % GROUPS : step.member;
  const { group } = step;
  const same = ([g, k, m]: Membership) => g === group && k === step.kind && m === member;
  switch (step.action) {
    case 'add': {
      const isNew = !memberships.some(same) && !(step.kind === 'group' && group === member);
      expect(closure.addMember(group, step.kind, member)).toBe(isNew);
      return isNew ? [...memberships, [group, step.kind, member]] : memberships;
    }
    case 'remove':
      expect(closure.removeMember(group, step.kind, member)).toBe(memberships.some(same));
      return memberships.filter((each) => !same(each));
    case 'removeGroup':
      closure.removeGroup(group);
      return memberships.filter(([g, k, m]) => g !== group && !(k === 'group' && m === group));
    case 'removeFromAll':
      closure.removeFromAll(step.kind, member);
      return memberships.filter(([, k, m]) => !(k === step.kind && m === member));
    case 'materialise':
      closure.materialise([group, (group + 5) % GROUPS]);
      return memberships;
    default:
      // Asking keeps an answer, which later changes must keep level or drop.
      closure.transitiveMembers(group, step.kind);
      return memberships;
  }
}

function expectPath(closure: GroupClosure, memberships: readonly Membership[], [group, of, member]: Membership): void {
  const path = closure.pathTo(group, of, member);
  const reachable = naive(memberships).membersOf(group, of).includes(member);
  expect(closure.isTransitiveMember(group, of, member)).toBe(reachable);
  if (!reachable) {
    expect(path).toBeUndefined();
    return;
  }
  expect(path?.[0]).toBe(group);
  const steps = (path ?? []).map((each, index) => [each, path?.[index + 1]] as const);
  for (const [from, to] of steps) {
    const [wanted, whom] = to === undefined ? [of, member] : (['group', to] as const);
    expect(memberships.some(([g, k, m]) => g === from && k === wanted && m === whom)).toBe(true);
  }
  expect(path).toHaveLength(shortest(memberships, group, of, member));
}

/** Groups on the shortest chain, by widening one level at a time. */
function shortest(memberships: readonly Membership[], group: number, of: MemberKind, member: number): number {
  let level = new Set([group]);
  for (let length = 1; length <= GROUPS; length += 1) {
    if (memberships.some(([g, k, m]) => level.has(g) && k === of && m === member)) return length;
    level = new Set(memberships.filter(([g, k]) => level.has(g) && k === 'group').map(([, , m]) => m));
  }
  return Number.POSITIVE_INFINITY;
}

describe('a closure kept level change by change', () => {
  it.each([
    ['with room for its answers', undefined],
    ['with room for hardly any', 300],
  ])('equals plain reachability, %s', (_name, budget) => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const closure = createGroupClosure(budget);
        let memberships: readonly Membership[] = [];
        for (const step of changes) memberships = apply(closure, memberships, step);
        const model = naive(memberships);
        for (const of of ['user', 'device', 'group'] as const) {
          for (let group = 0; group < GROUPS; group += 1) {
            expect([...toOrdinals(closure.transitiveMembers(group, of))]).toEqual(model.membersOf(group, of));
            const direct = memberships.filter(([g, k]) => g === group && k === of).map(([, , member]) => member);
            expect([...toOrdinals(closure.directMembers(group, of))]).toEqual(sorted(direct));
          }
          for (let member = 0; member < (of === 'group' ? GROUPS : MEMBERS); member += 3) {
            expect([...toOrdinals(closure.transitiveParents(of, member))]).toEqual(model.parentsOf(of, member));
            for (let group = 0; group < GROUPS; group += 2) expectPath(closure, memberships, [group, of, member]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('nesting', () => {
  function circle(): GroupClosure {
    const closure = createGroupClosure();
    for (const group of [0, 1, 2]) {
      closure.addMember(group, 'group', (group + 1) % 3);
      closure.addMember(group, 'user', 10 + group);
    }
    return closure;
  }

  it('in a circle ends, and nobody is his own member', () => {
    const closure = circle();
    expect([...toOrdinals(closure.transitiveMembers(0, 'user'))]).toEqual([10, 11, 12]);
    expect([...toOrdinals(closure.transitiveMembers(0, 'group'))]).toEqual([1, 2]);
    expect([...toOrdinals(closure.transitiveParents('group', 0))]).toEqual([1, 2]);
    expect(closure.addMember(0, 'group', 0)).toBe(false);
    expect(closure.pathTo(0, 'group', 0)).toBeUndefined();
    expect(closure.pathTo(0, 'user', 12)).toEqual([0, 1, 2]);
  });

  it('loses what a cut circle no longer reaches', () => {
    const closure = circle();
    closure.transitiveMembers(0, 'user');
    closure.removeMember(1, 'group', 2);
    expect([...toOrdinals(closure.transitiveMembers(0, 'user'))]).toEqual([10, 11]);
    expect([...toOrdinals(closure.transitiveMembers(2, 'user'))]).toEqual([10, 11, 12]);
  });

  it('ten thousand deep overflows nothing', () => {
    const closure = createGroupClosure();
    for (let group = 0; group < 10_000; group += 1) closure.addMember(group, 'group', group + 1);
    closure.addMember(10_000, 'device', 5);
    expect([...toOrdinals(closure.transitiveMembers(0, 'device'))]).toEqual([5]);
    expect(closure.pathTo(0, 'device', 5)).toHaveLength(10_001);
    closure.addMember(10_000, 'device', 7);
    expect([...toOrdinals(closure.transitiveMembers(0, 'device'))]).toEqual([5, 7]);
  });

  it('the groups that exist', () => {
    const closure = createGroupClosure();
    closure.addGroup(4);
    closure.addMember(2, 'group', 7);
    expect([...toOrdinals(closure.groups())]).toEqual([2, 4, 7]);
    closure.removeGroup(2);
    expect([...toOrdinals(closure.groups())]).toEqual([4, 7]);
  });
});
