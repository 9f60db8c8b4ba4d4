/** What depends on a target's reach, on a group and on its members: found when asked, and forgotten when policies or the nesting of groups change. */
import type { GroupClosure } from '../group-closure.js';
import { type Catalogue, groupKey, objectKey, type Placed } from './catalogue.js';
import type { Planes } from './planes.js';
import type { ReachKind } from './policy.js';

/** What a change of a target's reach can touch. */
export interface Dependants {
  readonly keys: readonly string[];
  /** Ids. */
  readonly policies: ReadonlySet<string>;
}

interface Sources {
  readonly catalogue: Catalogue;
  readonly planes: Planes;
  readonly closure: GroupClosure;
  readonly groups: { idOf(ordinal: number): string };
}

export function createDependants({ catalogue, planes, closure, groups }: Sources) {
  /** Of each group the targets that matter whose reach includes the group's, and the policies that use them. */
  const dependants = new Map<number, Dependants>();
  /** Of each group the assignments that reach its members by either side. */
  const assigned = { user: new Map<number, readonly Placed[]>(), device: new Map<number, readonly Placed[]>() };

  const policiesUsing = (keys: Iterable<string>): ReadonlySet<string> => {
    const policies = new Set<string>();
    for (const key of keys) for (const { state } of catalogue.targeting(key)) policies.add(state.id);
    return policies;
  };

  /** Whether an assignment uses the key, or used it and may again: its reach is kept. */
  const matters = (key: string) => catalogue.usesKey(key) || planes.keeps(key);

  const keysOfGroup = (id: string): readonly string[] =>
    [groupKey(id), objectKey('both', id), objectKey('user', id), objectKey('device', id)].filter(matters);

  const assignedTo = (group: number, kind: ReachKind): readonly Placed[] => {
    const known = assigned[kind].get(group);
    if (known !== undefined) return known;
    const id = groups.idOf(group);
    const keys = catalogue.namesObjects() ? [groupKey(id), objectKey('both', id), objectKey(kind, id)] : [groupKey(id)];
    const found = keys.flatMap((key) => catalogue.targeting(key));
    assigned[kind].set(group, found);
    return found;
  };

  const dependantsOf = (group: number): Dependants => {
    const known = dependants.get(group);
    if (known !== undefined) return known;
    const keys = keysOfGroup(groups.idOf(group)).slice();
    for (const parent of closure.waysUp('group', group).keys()) keys.push(...keysOfGroup(groups.idOf(parent)));
    const found = { keys, policies: policiesUsing(keys) };
    dependants.set(group, found);
    return found;
  };

  return {
    matters,
    keysOfGroup,
    policiesUsing,
    assignedTo,
    dependantsOf,
    /** Policies, or the nesting of groups, are not what they were. */
    forgetDependants() {
      dependants.clear();
      assigned.user.clear();
      assigned.device.clear();
    },
  };
}
