import { size } from '../../../src/engine/device-set.js';
import { createGroupClosure, type GroupClosure } from '../../../src/engine/group-closure.js';
import { median } from '../harness/report.js';

const GROUPS = 50_000;
const MEMBERSHIPS = 1_000_000;
const USERS = 500_000;
const DEVICES = 1_000_000;
/** Of the groups, so many hold other groups; five levels of them. */
const NESTING = 5000;
const LEVELS = 5;
const CHILDREN = 4;
const ROUNDS = 3;
const ADDITIONS = 500;

const KINDS = ['user', 'device', 'group'] as const;

/** Three columns: group, kind, member. Sizes fall off as 1/rank; nesting groups come first, the lower levels with the higher ordinals. */
function memberships(): { readonly groups: Uint32Array; readonly kinds: Uint8Array; readonly members: Uint32Array } {
  const groups = new Uint32Array(MEMBERSHIPS);
  const kinds = new Uint8Array(MEMBERSHIPS);
  const members = new Uint32Array(MEMBERSHIPS);
  let seed = 42;
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  let at = 0;
  const put = (group: number, kind: number, member: number) => {
    groups[at] = group;
    kinds[at] = kind;
    members[at] = member;
    at += 1;
  };
  const perLevel = NESTING / LEVELS;
  for (let group = 0; group < NESTING; group += 1) {
    const level = Math.floor(group / perLevel);
    for (let child = 0; child < CHILDREN; child += 1) {
      const nested = level + 1 < LEVELS ? (level + 1) * perLevel + below(perLevel) : NESTING + below(GROUPS - NESTING);
      put(group, 2, nested);
    }
  }
  const harmonic = Math.log(GROUPS - NESTING);
  while (at < MEMBERSHIPS) {
    const rank = Math.floor(Math.exp((below(1_000_000) / 1_000_000) * harmonic));
    const kind = below(5) < 3 ? 0 : 1;
    put(NESTING + rank - 1, kind, below(kind === 0 ? USERS : DEVICES));
  }
  return { groups, kinds, members };
}

function load(edges: ReturnType<typeof memberships>): GroupClosure {
  const closure = createGroupClosure();
  for (let group = 0; group < GROUPS; group += 1) closure.addGroup(group);
  for (let at = 0; at < MEMBERSHIPS; at += 1) closure.addMember(edges.groups[at]!, KINDS[edges.kinds[at]!]!, edges.members[at]!);
  return closure;
}

export function measureClosure(): Readonly<Record<string, number>> {
  const edges = memberships();
  const seconds: number[] = [];
  const loads: number[] = [];
  let closure = createGroupClosure();
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    closure = load(edges);
    loads.push((performance.now() - start) / 1000);
    closure.materialise(Array.from({ length: GROUPS }, (_, group) => group));
    for (let group = 0; group < GROUPS; group += 1) {
      closure.transitiveMembers(group, 'user');
      closure.transitiveMembers(group, 'device');
    }
    seconds.push((performance.now() - start) / 1000);
  }
  return { closureLoadSeconds: median(loads), closureSeconds: median(seconds), addMemberMillis: additions(closure) };
}

/** A member comes into the innermost and largest group of a chain of five, whose outermost group is read again. */
function additions(closure: GroupClosure): number {
  const largest = NESTING;
  for (let level = 0; level < LEVELS; level += 1)
    closure.addMember(GROUPS + level, 'group', level + 1 < LEVELS ? GROUPS + level + 1 : largest);
  closure.transitiveMembers(GROUPS, 'user');
  const millis: number[] = [];
  for (let user = USERS; user < USERS + ADDITIONS; user += 1) {
    const before = size(closure.transitiveMembers(GROUPS, 'user'));
    const start = performance.now();
    closure.addMember(largest, 'user', user);
    const after = size(closure.transitiveMembers(GROUPS, 'user'));
    millis.push(performance.now() - start);
    if (after !== before + 1) throw new Error('the added member did not arrive');
  }
  return median(millis);
}
